"""How much of revenue comes from how few: customers in tenths."""

from __future__ import annotations

from kezhi.kit.engine import _, ibis, ir, ratio, typed
from kezhi.tables import VALUE_DECILES


def value_deciles(value: ir.Table) -> ir.Table:
    """
    Customers who bought in the window, in ten groups whose sizes differ by at most one, from most to least revenue.

    Args:
        value: `tables.VALUE`; who has a revenue_rank bought.

    Returns:
        `tables.VALUE_DECILES`; with fewer than ten customers, as many rows as customers.
    """
    ranked = value.filter(_.revenue_rank.notnull())
    sized = ranked.cross_join(ranked.aggregate(buyers=_.count()))
    placed = sized.mutate(decile=((_.revenue_rank - 1) * 10) // _.buyers + 1)
    found = placed.group_by("decile").aggregate(
        customers=_.count(),
        revenue_amount=_.revenue_amount.sum(),
        margin=_.margin_amount.sum(),
        with_margin=_.margin_amount.count(),
    )
    total = found.revenue_amount.sum().over()
    so_far = found.revenue_amount.sum().over(order_by="decile", rows=(None, 0))
    table = found.mutate(
        revenue_share=ratio(found.revenue_amount, total),
        cumulative_share=ratio(so_far, total),
        margin_amount=ibis.ifelse(found.with_margin == found.customers, found.margin, None),
    )
    return typed(table, VALUE_DECILES.types)
