"""
Purchases and refunds before they have their final ids, whatever file they came from.

A booking is a row of `clean_orders` in the making. Purchases keep their own id. A refund gets its own id, or
`<id>:refund` where a purchase has that id, or `<id>:refund:2` where another refund has it.
"""

from __future__ import annotations

from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Booked:
    """
    Bookings of one run, `BOOKING` but for what is said.

    Attributes:
        purchases: As they came, those with an amount; computed by whoever reads them.
        refunds: Settled, with the final `order_id` and `refund_of`, a boolean `is_unmatched`, and `wanted_id`, the id the file gives, by which
            lines know them.
        restored: Settled: order_id, source_file and source_line of purchases with status `refunded` that a refund row gives back. They are
            `paid`: the refund takes their money off, it must not be taken off twice.
        without_amount: Rows without any amount.
    """

    purchases: ir.Table
    refunds: ir.Table
    restored: ir.Table
    without_amount: ir.Table


def booked(parts: list[ir.Table], *, bench: Workbench) -> Booked:
    """Purchases and refunds from all *parts* (`BOOKING` rows); purchases, of which there are many, are not written down as a whole."""
    rows = bench.named(ibis.union(*(typed(part, BOOKING) for part in parts)) if len(parts) > 1 else typed(parts[0], BOOKING))
    purchases = rows.filter(rows.net_amount.notnull() & ~rows.is_refund)
    others = bench.settle(rows.filter(rows.net_amount.isnull() | rows.is_refund))
    given = others.filter(others.net_amount.notnull())
    asked = given.select("order_id").union(given.select(order_id=given.refund_of.fill_null(given.own_id)))
    found = bench.settle(purchases.semi_join(asked, "order_id").select("order_id", "record_id"))
    refunds = bench.settle(_matched(_named(given, found), found))
    given_back = refunds.filter(refunds.refund_of.notnull()).select(order_id=refunds.refund_of)
    said = purchases.filter(purchases.status == "refunded")
    restored = said.select("order_id", "source_file", "source_line").semi_join(given_back, "order_id")
    return Booked(purchases, refunds, bench.settle(restored), others.filter(others.net_amount.isnull()))


def _named(refunds: ir.Table, purchases: ir.Table) -> ir.Table:
    """Refunds with ids that no purchase and no other refund has, and the `wanted_id` they came with."""
    taken = purchases.select("order_id", taken=ibis.literal(True)).distinct()
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
    known = purchases.select(found_id="order_id", found_buyer="record_id")
    joined = asked.left_join(known, asked.asked == known.found_id)
    same_buyer = joined.record_id.isnull() | joined.found_buyer.isnull() | (joined.record_id == joined.found_buyer)
    named = joined.refund_of.notnull()
    fits = joined.found_id.notnull() & (named | same_buyer)
    return joined.mutate(
        refund_of=ibis.cases((named, joined.refund_of), (fits, joined.found_id), else_=ibis.null("string")),
        record_id=ibis.cases((fits, joined.record_id.fill_null(joined.found_buyer)), else_=joined.record_id),
        is_unmatched=~fits,
    ).drop("asked", "found_id", "found_buyer")


def as_clean_orders(found: Booked, costs: ir.Table | None) -> ir.Table:
    """`tables.CLEAN_ORDERS`; *costs* has order_id and cost_amount of orders whose lines all have one."""
    given_back = found.restored.select("order_id", is_restored=ibis.literal(True)).distinct()
    joined = found.purchases.left_join(given_back, "order_id").drop("order_id_right")
    purchases = joined.mutate(
        status=ibis.cases((joined.is_restored.notnull(), ibis.literal("paid")), else_=joined.status), is_unmatched=ibis.literal(False)
    ).drop("is_restored")
    both = purchases.union(found.refunds.select(*purchases.columns))
    both = both.mutate(cost_amount=ibis.null(MONEY)) if costs is None else both.left_join(costs, "order_id").drop("order_id_right")
    return both.mutate(
        order_kind=ibis.cases((both.is_refund, ibis.literal("refund")), else_=ibis.literal("purchase")),
        flags=ibis.cases(
            (both.is_future & both.is_unmatched, ibis.literal("future_date,unmatched_refund")),
            (both.is_future, ibis.literal("future_date")),
            (both.is_unmatched, ibis.literal("unmatched_refund")),
            else_=ibis.null("string"),
        ),
    )
