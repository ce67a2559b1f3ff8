"""What customers did, one row for each deed: the tables that segments ask about behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from kezhi.kit.days import day, days_between, midnight, weekday
from kezhi.kit.engine import _, ibis, ir
from kezhi.profile.purchases import ledger
from kezhi.tables import MONEY

_WHEN = {"day": "date", "hour": "int64", "weekday": "int64"}
_PRODUCT = {"category": "string", "brand": "string", "product_id": "string", "product_name": "string"}
_OF_ORDER = {"channel": "string", "store": "string", "payment_method": "string", "source": "string"}

# Columns of one deed by subject, as an expression sees them.
DEED_COLUMNS: dict[str, dict[str, str]] = {
    "order": {
        **_WHEN,
        "net_amount": MONEY,
        "gross_amount": MONEY,
        "discount_amount": MONEY,
        "quantity": "float64",
        **_OF_ORDER,
        **_PRODUCT,
    },
    "refund": {**_WHEN, "refund_amount": MONEY, **_OF_ORDER},
    "event": {**_WHEN, "event_name": "string", "channel": "string", "page": "string", **_PRODUCT},
}
# Asked for one of these, an order is looked at line by line (amounts are the lines' own), an event with its product.
LINE_COLUMNS = frozenset((*_PRODUCT, "quantity"))
EVENTS = ("view", "search", "add_to_cart", "login", "visit")  # always known, though nobody may have done them yet


def deeds(
    orders: ir.Table | None,
    order_lines: ir.Table | None,
    products: ir.Table | None,
    events: ir.Table | None,
    *,
    as_of: date,
    marked: ir.Table | None = None,
) -> Mapping[str, ir.Table]:
    """
    Deeds before *as_of* by kind: `order`, `order_line`, `refund`, `event`, `event_product`.

    An order is a purchase as `profile/purchases.py` says, or a netted refund: a row that lowers sums and is no
    purchase (`is_counted` false). So a sum over net_amount is the net_amount of `tables.FEATURES`.

    Args:
        orders: `tables.ORDERS`; None: nobody ordered.
        order_lines: `tables.ORDER_LINES`; None: no order has lines.
        products: `tables.PRODUCTS`; None: no line has a category.
        events: `tables.EVENTS`; None: nothing happened.
        as_of: The first day not seen.
        marked: `tables.LEDGER` of the same *orders* and day, where it is there: every question about orders is then
            spared the look for what was given back; None: it is made of *orders*.

    Returns:
        Tables with customer_id (never null), deed_id, at, days (to as_of, at least 1), is_counted and the columns of
        `DEED_COLUMNS`; `order` and `event` without `LINE_COLUMNS`, which `order_line` and `event_product` have.
    """
    made: dict[str, ir.Table] = {}
    if orders is not None:
        rows = (ledger(orders, as_of=as_of) if marked is None else marked).filter(_.customer_id.notnull())
        counted = rows.filter(_.is_purchase | _.is_netted).mutate(is_counted=_.is_purchase)
        made["order"] = _dated(counted, "ordered_at", "order_id", as_of)
        back = rows.filter(_.is_refund).mutate(is_counted=ibis.literal(True), refund_amount=-_.net_amount)
        made["refund"] = _dated(back, "ordered_at", "order_id", as_of)
        if order_lines is not None:
            lines = order_lines.select("order_id", "product_id", "quantity", line_net="net_amount", line_discount="discount_amount")
            of_orders = lines.join(counted, "order_id").mutate(
                net_amount=_.line_net, discount_amount=_.line_discount, gross_amount=_.line_net + _.line_discount.fill_null(0)
            )
            made["order_line"] = _dated(_with_products(of_orders, products), "ordered_at", "order_id", as_of)
    if events is not None:
        seen = events.filter(_.occurred_at < midnight(as_of), _.customer_id.notnull()).mutate(is_counted=ibis.literal(True))
        made["event"] = _dated(seen, "occurred_at", "event_id", as_of)
        made["event_product"] = _dated(_with_products(seen, products), "occurred_at", "event_id", as_of)
    return made


def _dated(rows: ir.Table, moment: str, key: str, as_of: date) -> ir.Table:
    on = day(rows[moment])
    return rows.mutate(
        at=rows[moment], deed_id=rows[key], day=on, days=days_between(on, as_of),
        hour=rows[moment].hour().cast("int64"), weekday=weekday(rows[moment]).cast("int64"),
    )  # fmt: skip


def _with_products(rows: ir.Table, products: ir.Table | None) -> ir.Table:
    if products is None:
        return rows.mutate(**{name: ibis.null("string") for name in _PRODUCT if name != "product_id"})
    of_products = products.select(*_PRODUCT)
    return rows.left_join(of_products, "product_id").drop("product_id_right")
