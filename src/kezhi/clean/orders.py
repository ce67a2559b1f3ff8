"""Orders, and refunds that stand among them or in a file of their own, as bookings."""

from __future__ import annotations

from datetime import date

from kezhi.clean.bookings import BOOKING
from kezhi.clean.repeats import repeats, without
from kezhi.clean.typing import TypedRows, by_source, extracted_on, id_prefix, type_rows
from kezhi.kit.amounts import as_money, times
from kezhi.kit.engine import Workbench, ibis, ir, typed
from kezhi.settings import Settings
from kezhi.tables import MONEY


def type_orders(raw: ir.Table, *, settings: Settings, bench: Workbench) -> TypedRows:
    """Typed `orders`; an unreadable net amount rejects the row, for no other amount may stand in for it."""
    return type_rows(
        "orders", raw, settings=settings, needed=("order_id", "ordered_at"), adjust=positive_discount, refuse=unreadable_net, bench=bench
    )


def type_refunds(raw: ir.Table, *, settings: Settings, bench: Workbench) -> TypedRows:
    """Typed `refunds`; amounts are positive however they were signed."""

    def adjust(t: ir.Table) -> dict[str, tuple[ir.BooleanValue, ir.Value, str]]:
        return {"refund_amount": (t["refund_amount"] < 0, t["refund_amount"].abs(), "positive_refund")}

    return type_rows("refunds", raw, settings=settings, needed=("refund_id", "refunded_at", "refund_amount"), adjust=adjust, bench=bench)


def positive_discount(t: ir.Table) -> dict[str, tuple[ir.BooleanValue, ir.Value, str]]:
    """A discount written as a negative amount is the same discount."""
    return {"discount_amount": (t["discount_amount"] < 0, t["discount_amount"].abs(), "positive_discount")}


def unreadable_net(t: ir.Table) -> list[tuple[ir.BooleanValue, str, str]]:
    """A row whose net amount is there but unreadable."""
    if "net_amount__rule" not in t.columns:
        return []
    return [((t.net_amount.isnull() & t.net_amount__rule.notnull()), "unreadable_value", "net_amount")]


def cancel_prefixes(source: ir.StringValue, table: str, settings: Settings) -> ir.StringValue:
    """The prefix of cancelled order numbers of the row's source; empty where there is none."""
    prefixes = {
        name: files.cancel_prefix
        for name, one in settings.sources.items()
        for of, files in one.tables.items()
        if of == table and files.cancel_prefix
    }
    return by_source(source, prefixes, "", "string")


def own_amount(rows: ir.Table) -> ir.DecimalValue:
    """Net, else gross minus discount (of the size of gross, for a refund); null when neither is there."""
    discount = rows.discount_amount.fill_null(ibis.literal(0, MONEY))
    derived = ibis.cases((rows.gross_amount < 0, rows.gross_amount + discount), else_=rows.gross_amount - discount)
    return rows.net_amount.fill_null(as_money(derived))


def line_amount(rows: ir.Table) -> ir.DecimalValue:
    """Net, else quantity × unit price minus discount (a discount makes a return smaller, too); null when neither is there."""
    discount = rows.discount_amount.fill_null(ibis.literal(0, MONEY))
    value = times(rows.quantity, rows.unit_price)
    derived = ibis.cases((value < 0, value + discount), else_=value - discount)
    return rows.net_amount.fill_null(as_money(derived))


def signed_orders(orders: TypedRows, *, settings: Settings) -> ir.Table:
    """The good rows with `amount` (null when only lines may know it) and `is_refund`, a column of their key."""
    rows = orders.good
    prefix = cancel_prefixes(rows.source, "orders", settings)
    amount = own_amount(rows)
    cancelled = (prefix != "") & rows.order_id.startswith(prefix)
    return rows.mutate(
        amount=amount,
        is_marked=cancelled | rows.refund_of.notnull(),
        own_number=ibis.cases((cancelled, rows.order_id.substr(prefix.length())), else_=rows.order_id),
    ).mutate(is_refund=lambda t: (t.amount < 0).fill_null(False) | t.is_marked)


def order_fates(rows: ir.Table, orders: TypedRows, *, merge: bool, bench: Workbench) -> ir.Table:
    """Repeats and disagreements of one order number; several refunds of one number may stand side by side."""
    content = [field for field in orders.mapped if field != "order_id"]
    purchases = repeats(rows.filter(~rows.is_refund), ("source", "order_id"), content, merge=merge, supersede=True, bench=bench)
    refunds = repeats(rows.filter(rows.is_refund), ("source", "order_id"), content, merge=merge, supersede=False, bench=bench)
    return purchases.union(refunds)


def order_bookings(rows: ir.Table, fates: ir.Table, line_sums: ir.Table | None, *, settings: Settings, today: date) -> ir.Table:
    """`BOOKING` rows, `net_amount` null where neither the order nor its lines tell an amount."""
    rows = without(rows, fates)
    if line_sums is not None:
        rows = rows.left_join(line_sums, ["source", "order_id"])
        rows = rows.mutate(
            amount=rows.amount.fill_null(rows.line_sum),
            is_refund=rows.is_refund | (rows.amount.isnull() & (rows.line_sum < 0).fill_null(False)),
        )
    prefix = id_prefix(rows.source, settings)
    refund = rows.is_refund

    def toward(amount: ir.DecimalValue) -> ir.DecimalValue:
        return as_money(ibis.cases((refund, -amount.abs()), else_=amount))

    return typed(
        rows.select(
            order_id=prefix + rows.order_id,
            own_id=ibis.cases((refund, prefix + rows.own_number), else_=ibis.null("string")),
            record_id=prefix + rows.record_id,
            source=rows.source,
            is_refund=refund,
            refund_of=prefix + rows.refund_of,
            ordered_at=rows.ordered_at,
            gross_amount=toward(rows.gross_amount),
            discount_amount=rows.discount_amount,
            net_amount=toward(rows.amount),
            status=booked_status(rows.status, refund),
            channel=rows.channel,
            store=rows.store,
            payment_method=rows.payment_method,
            is_future=rows.ordered_at.date() > extracted_on(rows.source, settings, today),
            source_file=rows.source_file,
            source_line=rows.source_line,
        ),
        BOOKING,
    )


def booked_status(status: ir.StringValue, is_refund: ir.BooleanValue) -> ir.StringValue:
    """Empty is paid; a refund marked as refunded is money given back, so paid too."""
    return ibis.cases((is_refund & (status == "refunded"), ibis.literal("paid")), else_=status.fill_null("paid"))


def refund_bookings(refunds: TypedRows, fates: ir.Table, *, settings: Settings, today: date) -> ir.Table:
    """`BOOKING` rows of a file of refunds."""
    rows = without(refunds.good, fates)
    prefix = id_prefix(rows.source, settings)
    return typed(
        rows.select(
            order_id=prefix + rows.refund_id,
            own_id=ibis.null("string"),
            record_id=prefix + rows.record_id,
            source=rows.source,
            is_refund=ibis.literal(True),
            refund_of=prefix + rows.refund_of,
            ordered_at=rows.refunded_at,
            net_amount=-rows.refund_amount,
            status=ibis.literal("paid"),
            channel=rows.channel,
            is_future=rows.refunded_at.date() > extracted_on(rows.source, settings, today),
            source_file=rows.source_file,
            source_line=rows.source_line,
        ),
        BOOKING,
    )
