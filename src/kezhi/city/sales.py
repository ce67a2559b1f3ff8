"""Orders, lines, refunds and events as pages of the system that keeps them, with that system's defects; the truth beside."""

from __future__ import annotations

import numpy as np
import polars as pl

from kezhi.city import defects
from kezhi.city.catalogue import Catalogue
from kezhi.city.chance import some
from kezhi.city.layouts import APP_EVENTS, SHOP_REFUNDS, Layout
from kezhi.city.orders import CANCELLED, PAID
from kezhi.city.pages import Page
from kezhi.city.people import People
from kezhi.city.records import Records

_STATUS_WORDS = {
    "shop": {PAID: ("已完成", "已支付"), CANCELLED: ("已取消",), "unpaid": ("待付款",)},
    "app": {PAID: ("paid", "PAID"), CANCELLED: ("cancelled",), "unpaid": ("unpaid",)},
}
_FUTURE_YEARS = ("2099", "2035", "2050")
_ISO = "%Y-%m-%d %H:%M:%S"


def order_page(
    rng: np.random.Generator,
    layout: Layout,
    orders: pl.DataFrame,
    refunded: pl.Series,
    shared_ids: pl.Series,
    held: Records,
    people: People,
    year: int,
) -> tuple[Page, pl.DataFrame]:
    """
    The orders of one system.

    Args:
        rng: Where the chance comes from.
        layout: The system's order file.
        orders: Purchases and negative orders, columns of `Ledger.orders` and `refund_of_written`.
        refunded: Numbers of purchases that were given back; they keep a readable time.
        shared_ids: Order ids that the other system uses too, to be noted as a defect here.
        held: The system's records.
        people: Everybody.
        year: Of the file.

    Returns:
        The page, and the truth of the same orders in the form of truth/orders.parquet.
    """
    orders = orders.sort("ordered_at", "order_id")
    record_id, buyer = _buyers(orders, held)
    words = _STATUS_WORDS[layout.source]
    first, last = ({status: of_status[place] for status, of_status in words.items()} for place in (0, -1))
    status = orders.select(
        pl.when(pl.Series(rng.random(len(orders)) < 0.35))
        .then(pl.col("status").replace_strict(last))
        .otherwise(pl.col("status").replace_strict(first))
    ).to_series()
    cells = {
        "order_id": orders["order_id"],
        "record_id": record_id,
        "ordered_at": orders["ordered_at"].dt.strftime(_ISO),
        "gross_amount": defects.money_text(orders["gross"]),
        "discount_amount": defects.money_text(orders["discount"]),
        "net_amount": defects.money_text(orders["net"]),
        "status": status,
        "refund_of": orders["refund_of_written"],
        "channel": orders["channel"],
        "store": orders["store"],
        "payment_method": orders["payment_method"],
    }
    frame = pl.DataFrame(
        {header: cells[field] for field, header in layout.columns.items()},
        schema_overrides=dict.fromkeys(layout.columns.values(), pl.String),
    )
    page = Page(layout.source, "orders", layout.path.format(year=year), frame, orders["order_id"], layout.fields)
    page.frame = page.frame.with_columns(
        pl.when(pl.col(layout.header("discount_amount")) != "0.00")
        .then(layout.header("discount_amount"))
        .alias(layout.header("discount_amount"))
    )

    is_purchase = (orders["order_kind"] == "purchase").to_numpy()
    plain = np.flatnonzero(is_purchase & ~orders["number"].is_in(refunded.implode()).to_numpy() & (orders["status"] == PAID).to_numpy())
    future = plain[some(rng, len(plain), 0.0005, at_least=2)]
    texts = page.frame[layout.header("ordered_at")]
    page.spoil("order_in_future", layout.header("ordered_at"), future,
               [str(rng.choice(_FUTURE_YEARS)) + text[4:].replace("-02-29", "-02-28") for text in texts.gather(future)], recoverable=False)  # fmt: skip
    plain = np.setdiff1d(plain, future)
    unreadable = plain[some(rng, len(plain), 0.0003, at_least=2)]
    defects.spoil_times(rng, page, layout.header("ordered_at"), 0.03 if layout.source == "shop" else 0.01)
    true_net = page.frame[layout.header("net_amount")]
    for field in ("gross_amount", "net_amount"):
        defects.spoil_money(rng, page, layout.header(field), 0.012)
    defects.drop_values(rng, page, {layout.header("payment_method"): 0.01})
    negative = np.flatnonzero(~is_purchase)
    page.point_out("refund_as_negative_order", layout.header("net_amount"), negative, right=true_net.gather(negative))
    page.point_out("order_without_buyer", layout.header("record_id"), np.flatnonzero(buyer == "anonymous"))
    page.point_out(
        "order_id_of_two_systems", layout.header("order_id"), np.flatnonzero(orders["order_id"].is_in(shared_ids.implode()).to_numpy())
    )
    page.point_out("buyer_in_no_file", layout.header("record_id"), np.flatnonzero(buyer == "in_no_file"))
    page.reject("unreadable_time", layout.header("ordered_at"), unreadable, rng.choice(defects.UNREADABLE_TIMES, len(unreadable)).tolist())
    truth = _truth(orders, "orders", record_id, buyer, people, future, unreadable)
    defects.repeat_rows(rng, page, 0.003, keep_out=unreadable)
    return page, truth


def refund_page(rng: np.random.Generator, refunds: pl.DataFrame, held: Records, people: People) -> tuple[Page, pl.DataFrame]:
    """Rows of the shop's refund table, amounts positive; some do not name the buyer. Page and truth as `order_page`."""
    record_id, buyer = _buyers(refunds, held)
    says = refunds["refund_of_written"].is_null() | pl.Series(rng.random(len(refunds)) < 0.75)  # one of order and buyer is always named
    named = pl.DataFrame({"record_id": record_id, "says": says}).select(pl.when("says").then("record_id")).to_series()
    cells = {
        "refund_id": refunds["order_id"],
        "refund_of": refunds["refund_of_written"],
        "record_id": named,
        "refunded_at": refunds["ordered_at"].dt.strftime(_ISO),
        "refund_amount": defects.money_text(-refunds["net"]),
        "channel": refunds["channel"],
    }
    layout = SHOP_REFUNDS
    frame = pl.DataFrame(
        {header: cells[field] for field, header in layout.columns.items()},
        schema_overrides=dict.fromkeys(layout.columns.values(), pl.String),
    )
    page = Page("shop", "refunds", layout.path, frame, refunds["order_id"], layout.fields)
    defects.spoil_times(rng, page, layout.header("refunded_at"), 0.03)
    defects.spoil_money(rng, page, layout.header("refund_amount"), 0.02)
    truth = _truth(refunds, "refunds", named, buyer, people, np.array([], dtype=int), np.array([], dtype=int))
    defects.repeat_rows(rng, page, 0.003)
    return page, truth


def line_page(rng: np.random.Generator, layout: Layout, lines: pl.DataFrame, catalogue: Catalogue, year: int) -> Page:
    """Order lines (columns of `Ledger.lines` and `order_id`) of one system."""
    cells = {
        "order_id": lines["order_id"],
        "line_no": lines["line_no"].cast(pl.String),
        "product_id": catalogue.frame["product_id"].gather(lines["product"]),
        "quantity": lines["quantity"].cast(pl.String),
        "unit_price": defects.money_text(lines["price"]),
        "discount_amount": defects.money_text(lines["discount"]),
        "net_amount": defects.money_text(lines["net"]),
    }
    frame = pl.DataFrame({header: cells[field] for field, header in layout.columns.items()})
    page = Page(
        layout.source, "order_lines", layout.path.format(year=year), frame, cells["order_id"] + "/" + cells["line_no"], layout.fields
    )
    bare = some(rng, len(page), 0.004, at_least=2)
    page.spoil("line_without_product", layout.header("product_id"), bare, [None] * len(bare), recoverable=False)
    defects.spoil_money(rng, page, layout.header("net_amount"), 0.003)
    defects.repeat_rows(rng, page, 0.001)
    return page


def event_page(rng: np.random.Generator, events: pl.DataFrame, part: int, users: Records, catalogue: Catalogue) -> Page:
    """Events of the app."""
    number = pl.Series(np.arange(1, len(events) + 1)).cast(pl.String).str.zfill(8)
    product = catalogue.frame["product_id"].gather(events["product"])
    event_id = f"e{part:03d}" + number
    frame = pl.DataFrame(
        {
            "event_id": event_id,
            "user_id": users.record_id.gather(events["user"]),
            "ts": events["occurred_at"].dt.strftime(_ISO),
            "event": events["event_name"],
            "session_id": f"s{part:03d}" + events["visit"].cast(pl.String).str.zfill(7),
            "sku": product,
            "page": events["event_name"].replace_strict({"login": "home", "search": "search", "view": "detail", "add_to_cart": "cart"}),
            "channel": pl.Series(rng.choice(["ios", "android", "miniprogram"], len(events), p=[0.3, 0.5, 0.2])),
        }
    )
    page = Page("app", "events", APP_EVENTS.path, frame, event_id, APP_EVENTS.fields)
    defects.repeat_rows(rng, page, 0.002)
    return page


def _buyers(orders: pl.DataFrame, held: Records) -> tuple[pl.Series, np.ndarray]:
    """The record id that stands in the order, and whether the buyer is `known`, `anonymous` or `in_no_file`."""
    row = orders["record_row"]
    known = row.is_not_null().to_numpy()
    in_file = held.in_file[row.fill_null(0).to_numpy()]
    return held.record_id.gather(row), np.where(~known, "anonymous", np.where(in_file, "known", "in_no_file"))


def _truth(
    orders: pl.DataFrame, table: str, record_id: pl.Series, buyer: np.ndarray, people: People, future: np.ndarray, unreadable: np.ndarray
) -> pl.DataFrame:
    def marked(rows: np.ndarray) -> np.ndarray:
        mask = np.zeros(len(orders), dtype=bool)
        mask[rows] = True
        return mask

    person = orders.select(pl.when(pl.col("person") >= 0).then("person")).to_series()
    return orders.select(
        "source", "order_id", "order_kind", "refund_of", "refund_of_written", "ordered_at", "gross", "discount", "net", "status", "channel", "store",
        table_name=pl.lit(table), person_id=people.person_id.gather(person), record_id=record_id, buyer=pl.Series(buyer),
        is_paid=pl.col("status") == PAID, dated_in_future=pl.Series(marked(future)), must_reject=pl.Series(marked(unreadable)),
    )  # fmt: skip
