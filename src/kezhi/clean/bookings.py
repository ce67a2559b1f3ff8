"""
Purchases and refunds before they have their final ids, whatever file they came from.

A booking is a row of `clean_orders` in the making. Purchases keep their own id. A refund gets its own id, or
`<id>:refund` where a purchase has that id, or `<id>:refund:2` where another refund has it.
"""

from __future__ import annotations

from kezhi.kit.engine import Workbench, ibis, ir, typed
from kezhi.tables import MONEY, TIMESTAMP

BOOKING = {
    "order_id": "string",  # the id the file gives, with prefix
    "own_id": "string",  # of a refund the same without the cancel prefix
    "record_id": "string",
    "source": "string",
    "is_refund": "boolean",
    "refund_of": "string",
    "ordered_at": TIMESTAMP,
    "gross_amount": MONEY,
    "discount_amount": MONEY,
    "net_amount": MONEY,
    "status": "string",
    "channel": "string",
    "store": "string",
    "payment_method": "string",
    "is_future": "boolean",
    "source_file": "string",
    "source_line": "int64",
}


def booked(parts: list[ir.Table], *, bench: Workbench) -> tuple[ir.Table, ir.Table, ir.Table]:
    """
    Purchases and refunds from all *parts* (`BOOKING` rows), with final ids.

    Returns:
        Purchases, refunds and the rows without any amount. The first two are `BOOKING` with the
        final `order_id` and `refund_of` and a boolean `is_unmatched`; refunds have `wanted_id` too, the id the file gives, by which lines know them. A purchase with status `refunded` that a refund row gives back becomes `paid`
        (`was_refunded` is true): the refund takes its money off, it must not be taken off twice.
    """
    settled = bench.settle(ibis.union(*(typed(part, BOOKING) for part in parts)) if len(parts) > 1 else typed(parts[0], BOOKING))
    every = settled.filter(settled.net_amount.notnull())
    purchases = every.filter(~every.is_refund)
    refunds = bench.settle(_matched(_named(every.filter(every.is_refund), purchases), purchases))
    given_back = refunds.filter(refunds.refund_of.notnull()).select(order_id=refunds.refund_of, has_refund=ibis.literal(True)).distinct()
    joined = purchases.left_join(given_back, "order_id").drop("order_id_right")
    restored = (joined.status == "refunded") & joined.has_refund.fill_null(False)
    final = joined.mutate(
        status=ibis.cases((restored, ibis.literal("paid")), else_=joined.status), was_refunded=restored, is_unmatched=ibis.literal(False)
    ).drop("has_refund")
    return final, refunds, settled.filter(settled.net_amount.isnull())


def _named(refunds: ir.Table, purchases: ir.Table) -> ir.Table:
    """Refunds with ids that no purchase and no other refund has, and the `wanted_id` they came with."""
    taken = purchases.semi_join(refunds, "order_id").select("order_id", taken=ibis.literal(True)).distinct()
    joined = refunds.rename(wanted_id="order_id").left_join(taken, [("wanted_id", "order_id")]).drop("order_id")
    in_turn = [joined.ordered_at, joined.source_file, joined.source_line]
    numbered = joined.mutate(turn=ibis.row_number().over(group_by=joined.wanted_id, order_by=in_turn))
    name = ibis.cases(
        (numbered.turn > 0, numbered.wanted_id + ":refund:" + (numbered.turn + 1).cast("string")),
        (numbered.taken.fill_null(False), numbered.wanted_id + ":refund"),
        else_=numbered.wanted_id,
    )
    return numbered.mutate(order_id=name).drop("taken", "turn")


def _matched(refunds: ir.Table, purchases: ir.Table) -> ir.Table:
    """
    Refunds with the purchase they give back: the one named, else the one whose number is the refund's own
    without the cancel prefix, if its buyer is the same or unknown.
    """
    asked = refunds.mutate(asked=refunds.refund_of.fill_null(refunds.own_id))
    known = purchases.semi_join(asked.select(order_id=asked.asked), "order_id").select(found_id="order_id", found_buyer="record_id")
    joined = asked.left_join(known, asked.asked == known.found_id)
    same_buyer = joined.record_id.isnull() | joined.found_buyer.isnull() | (joined.record_id == joined.found_buyer)
    named = joined.refund_of.notnull()
    fits = joined.found_id.notnull() & (named | same_buyer)
    return joined.mutate(
        refund_of=ibis.cases((named, joined.refund_of), (fits, joined.found_id), else_=ibis.null("string")),
        record_id=ibis.cases((fits, joined.record_id.fill_null(joined.found_buyer)), else_=joined.record_id),
        is_unmatched=~fits,
        was_refunded=ibis.literal(False),
    ).drop("asked", "found_id", "found_buyer")


def as_clean_orders(purchases: ir.Table, refunds: ir.Table, costs: ir.Table | None) -> ir.Table:
    """`tables.CLEAN_ORDERS` of settled bookings; *costs* has order_id and cost_amount of orders whose lines all have one."""
    both = purchases.union(refunds.select(*purchases.columns))
    both = both.mutate(cost_amount=ibis.null(MONEY)) if costs is None else both.left_join(costs, "order_id").drop("order_id_right")
    flags = ibis.literal("")
    for test, code in ((both.is_future, "future_date"), (both.is_unmatched, "unmatched_refund")):
        flags += ibis.cases((test, ibis.literal(f",{code}")), else_=ibis.literal(""))
    return both.mutate(
        order_kind=ibis.cases((both.is_refund, ibis.literal("refund")), else_=ibis.literal("purchase")),
        flags=flags.re_replace("^,", "").nullif(""),
    )
