"""What each customer bought in each calendar period: what months, cohorts and retention are told from."""

from __future__ import annotations

from kezhi.kit.days import day, period_number
from kezhi.kit.engine import _, ir


def spending(purchases: ir.Table, period: str = "month") -> ir.Table:
    """
    Purchases by customer and calendar period.

    Args:
        purchases: customer_id, ordered_at, net_amount and refunded_amount of purchases (`tables.LEDGER`).
        period: day, week, month, quarter or year.

    Returns:
        customer_id (null: those of nobody known, together), number (`period_number`), orders, net_amount, and kept_amount:
        what was given back taken off. One row per customer and period with a purchase.
    """
    bought = purchases.select(
        "customer_id",
        "net_amount",
        number=period_number(day(purchases.ordered_at), period).cast("int64"),
        kept_amount=purchases.net_amount - purchases.refunded_amount,
    )
    return bought.group_by("customer_id", "number").aggregate(
        orders=_.count(), net_amount=_.net_amount.sum(), kept_amount=_.kept_amount.sum()
    )
