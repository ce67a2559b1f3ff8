"""Flat sales files: buyer, order and product on one row, taken apart."""

from __future__ import annotations

from datetime import date

from kezhi.clean.bookings import BOOKING
from kezhi.clean.latest import latest
from kezhi.clean.lines import line_fates, with_product_key
from kezhi.clean.orders import booked_status, cancel_prefixes, line_amount, own_amount, positive_discount, unreadable_net
from kezhi.clean.people import ABOUT, impossible_ages, said_impossible
from kezhi.clean.repeats import without
from kezhi.clean.typing import KIND_TYPES, TypedRows, extracted_on, id_prefix, type_rows
from kezhi.kit.amounts import as_money, times
from kezhi.kit.engine import Workbench, ibis, ir, typed
from kezhi.settings import Settings
from kezhi.tables import INPUTS, MONEY

_BUYER_KEYS = ("member_id", "app_id", "id_number", "phone", "email", "wechat_id", "name")


def type_sales(raw: ir.Table, *, settings: Settings, today: date, bench: Workbench) -> TypedRows:
    """Typed `sales`; a row needs a time and an amount: net, gross, or quantity and unit price."""
    ages = impossible_ages(settings, today)

    def refuse(t: ir.Table) -> list[tuple[ir.BooleanValue, str, str]]:
        unreadable = []
        for field in ("gross_amount", "unit_price", "quantity"):
            if f"{field}__rule" in t.columns:
                unreadable.append((_amount(t).isnull() & t[field].isnull() & t[f"{field}__rule"].notnull(), "unreadable_value", field))
        return [*unreadable_net(t), *unreadable, (_amount(t).isnull(), "missing_amount", "net_amount")]

    return type_rows(
        "sales",
        raw,
        settings=settings,
        needed=("ordered_at",),
        adjust=lambda t: {**positive_discount(t), **ages(t)},
        refuse=refuse,
        bench=bench,
    )


def _amount(rows: ir.Table) -> ir.DecimalValue:
    return own_amount(rows).fill_null(line_amount(rows))


def sales_fates(sales: TypedRows, *, merge: bool, bench: Workbench) -> ir.Table:
    """Repeats among rows of one order number; rows without one are purchases of their own."""
    return line_fates(with_product_key(sales.good), sales.mapped, merge=merge, bench=bench)


def sales_rows(sales: TypedRows, fates: ir.Table, *, settings: Settings, bench: Workbench) -> ir.Table:
    """
    Settled rows that go on, with what they share with others.

    Adds `order_key` (prefixed order number, or file and line), `own_key` (without the cancel prefix), `buyer`
    (prefixed record id), `amount`, `is_refund`, `is_marked` (told to be a refund otherwise than by its sign)
    and `order_status`; product_id falls back on the product's name, then its category.
    """
    rows = without(sales.good, fates)
    prefix = id_prefix(rows.source, settings)
    cancel = cancel_prefixes(rows.source, "sales", settings)
    cancelled = ((cancel != "") & rows.order_id.startswith(cancel)).fill_null(False)
    place = rows.source_file + "#" + rows.source_line.cast("string")
    amount = _amount(rows)
    negative = ((amount < 0) | (rows.quantity < 0)).fill_null(False)
    marked = cancelled | rows.refund_of.notnull()
    own = ibis.cases((cancelled, rows.order_id.substr(cancel.length())), else_=rows.order_id)
    key = ibis.null("string")
    for field in reversed(_BUYER_KEYS):
        if field in sales.mapped:
            key = rows[field].fill_null(key)
    made_up = ibis.literal("p:") + key.hexdigest("md5").substr(0, 16)
    return bench.settle(
        rows.mutate(
            order_key=prefix + rows.order_id.fill_null(place),
            own_key=prefix + own,
            buyer=prefix + rows.record_id.fill_null(made_up),
            amount=amount,
            is_refund=negative | marked,
            is_marked=marked,
            order_status=booked_status(rows.status, negative | marked),
            given_refund_of=prefix + rows.refund_of,
            product_id=rows.product_id.fill_null(rows.product_name).fill_null(rows.category),
            is_impossible=said_impossible(rows),
        )
    )


_ONE_ORDER = ("order_key", "is_refund", "order_buyer", "order_status")


def sales_orders(rows: ir.Table, *, settings: Settings, today: date, bench: Workbench) -> ir.Table:
    """
    Settled orders of sales rows: `BOOKING` and what rows find them by.

    Rows of one number are one order as far as kind, buyer and status agree. Where a number stands for several
    (numbers that begin anew each day or store, lines cancelled one by one), the paid one keeps the number,
    the others get `:2`, `:3`.
    """
    rows = rows.mutate(order_buyer=rows.buyer.fill_null(""))
    gross = rows.gross_amount.fill_null(times(rows.quantity, rows.unit_price)).fill_null(as_money(rows.amount.abs() + rows.discount_amount))
    sums = (
        rows.mutate(gross=gross.abs())
        .group_by(*_ONE_ORDER)
        .aggregate(
            source=lambda t: t.source.min(),
            own_key=lambda t: t.own_key.min(),
            refund_of=lambda t: t.given_refund_of.min(),
            ordered_at=lambda t: t.ordered_at.min(),
            gross_sum=lambda t: as_money(t.gross.sum()),
            n=lambda t: t.count(),
            n_gross=lambda t: t.gross.count(),
            discount_amount=lambda t: as_money(t.discount_amount.sum()),
            amount=lambda t: as_money(ibis.cases((t.is_refund, -t.amount.abs()), else_=t.amount).sum()),
            channel=lambda t: t.channel.min(),
            store=lambda t: t.store.min(),
            payment_method=lambda t: t.payment_method.min(),
            source_file=lambda t: t.source_file.min(),
            source_line=lambda t: t.source_line.min(),
        )
    )
    settled = bench.settle(sums)
    purchases = settled.filter(~settled.is_refund)
    several = purchases.group_by("order_key").aggregate(n=lambda t: t.count()).filter(lambda t: t.n > 1)
    crowd = purchases.semi_join(several, "order_key")
    paid_first = ibis.cases((crowd.order_status == "paid", 0), else_=1)
    numbered = crowd.select(
        twin_key="order_key",
        twin_buyer="order_buyer",
        twin_status="order_status",
        turn=ibis.row_number().over(
            group_by=crowd.order_key, order_by=[paid_first, crowd.source_file, crowd.source_line, crowd.order_buyer, crowd.order_status]
        ),
    )
    joined = settled.left_join(
        numbered,
        [
            settled.order_key == numbered.twin_key,
            settled.order_buyer == numbered.twin_buyer,
            settled.order_status == numbered.twin_status,
            ~settled.is_refund,
        ],
    )
    suffix = ibis.cases((joined.turn > 0, ibis.literal(":") + (joined.turn + 1).cast("string")), else_=ibis.literal(""))
    all_gross = joined.n == joined.n_gross
    gross_amount = ibis.cases((all_gross & joined.is_refund, -joined.gross_sum), (all_gross, joined.gross_sum), else_=ibis.null(MONEY))
    return bench.settle(
        joined.mutate(
            order_id=joined.order_key + suffix,
            own_id=joined.own_key,
            record_id=joined.order_buyer.nullif(""),
            gross_amount=gross_amount,
            net_amount=joined.amount,
            status=joined.order_status,
            is_future=joined.ordered_at.date() > extracted_on(joined.source, settings, today),
        ).select(*dict.fromkeys((*BOOKING, *_ONE_ORDER)))
    )


def sales_lines(rows: ir.Table, orders: ir.Table, refunds: ir.Table) -> ir.Table:
    """
    Placed lines (see `lines.as_order_lines`) of sales rows that name a product.

    Args:
        rows: `sales_rows`.
        orders: `sales_orders`.
        refunds: Refund bookings with their final order_id.
    """
    rows = rows.filter(rows.product_id.notnull() | rows.quantity.notnull()).mutate(order_buyer=rows.buyer.fill_null(""))
    # the final id of a refund is found by the row that it was made of
    named = orders.left_join(
        refunds.select(final_id="order_id", refund_wanted="wanted_id", refund_file="source_file", refund_line="source_line"),
        [
            orders.is_refund,
            orders.order_id == refunds.wanted_id,
            orders.source_file == refunds.source_file,
            orders.source_line == refunds.source_line,
        ],
    )
    ids = named.select(*(named[c].name(f"of_{c}") for c in _ONE_ORDER), final=named.final_id.fill_null(named.order_id))
    joined = rows.inner_join(ids, [rows[c] == ids[f"of_{c}"] for c in _ONE_ORDER])
    back = joined.is_refund
    return joined.select(
        "source",
        "source_file",
        "source_line",
        "line_no",
        "product_id",
        "unit_price",
        "discount_amount",
        order_id=joined.final,
        quantity=ibis.cases((back, -joined.quantity.abs()), else_=joined.quantity),
        net_amount=as_money(ibis.cases((back, -joined.amount.abs()), else_=joined.amount)),
        own_cost=joined.unit_cost,
    )


def sales_buyers(rows: ir.Table, mapped: tuple[str, ...]) -> ir.Table:
    """
    One row per buyer: record_id (prefixed), source, `ABOUT` with each field's newest value, is_bare, is_impossible.

    A buyer of whom the file tells nothing but the id is bare.
    """
    told = [field for field in ABOUT if field in mapped]
    kinds = {field: KIND_TYPES.get(INPUTS["sales"].field(field).kind, "string") for field in told}
    known = rows.filter(rows.buyer.notnull())
    # customers are few beside rows: each different description once, with the last time it was written
    different = known.group_by("buyer", "source", "is_impossible", *told).aggregate(last=known.ordered_at.max())
    rank = (different["last"].epoch_seconds().cast("int64") + 10_000_000_000).clip(lower=0)
    newest = latest(different, "buyer", rank, kinds)
    also = different.group_by("buyer").aggregate(source=different.source.min(), is_impossible=different.is_impossible.max())
    joined = newest.inner_join(also, "buyer")
    told_nothing = ibis.literal(True)
    for field in told:
        told_nothing = told_nothing & joined[field].isnull()
    return typed(
        joined.mutate(record_id=joined.buyer, is_bare=told_nothing),
        {
            "record_id": "string",
            "source": "string",
            **{f: KIND_TYPES.get(INPUTS["customer_records"].field(f).kind, "string") for f in ABOUT},
            "is_bare": "boolean",
            "is_impossible": "boolean",
        },
    )
