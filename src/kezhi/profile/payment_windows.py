"""What was known of the payer and the place at the moment of each payment: counts, means and past fraud in windows of days."""

from __future__ import annotations

from collections.abc import Sequence

from kezhi.kit.days import weekday
from kezhi.kit.engine import _, ibis, ir, ratio

DAY_SECONDS = 86_400
NIGHT_ENDS = 6  # an hour at or before this is night
SATURDAY = 6


def payment_windows(payments: ir.Table, *, windows: Sequence[int], delay_days: int) -> ir.Table:
    """
    Features of each payment from payments up to its own second only.

    What is known of fraud comes late: the risk of a place counts frauds of at least *delay_days* before. One sort per payer
    and place; each window is one aggregate over it.

    Args:
        payments: customer_id, paid_at, amount (float64), terminal_id, is_fraud (boolean; both null where not known).
        windows: Lengths in days; (t − days, t] each.
        delay_days: Days until a fraud is known.

    Returns:
        The columns of *payments*, and is_weekend, is_night (int64), per window customer_payments_<d>d, customer_amount_mean_<d>d,
        terminal_payments_<d>d, terminal_risk_<d>d (share of frauds, 0 without a payment; the last two end delay_days before
        and are null without a terminal).

    Source: Le Borgne, Siblini, Lebichot, Bontempi (2022), Reproducible Machine Learning for Credit Card Fraud Detection, ch. 3.
    """
    table = payments.mutate(
        second=_.paid_at.epoch_seconds().cast("int64"),
        is_weekend=(weekday(_.paid_at) >= SATURDAY).cast("int64"),
        is_night=(_.paid_at.hour() <= NIGHT_ENDS).cast("int64"),
        fraud=_.is_fraud.fill_null(False).cast("int64"),
    )
    made = {}
    for days in windows:
        own = ibis.range_window(preceding=days * DAY_SECONDS - 1, following=0, group_by="customer_id", order_by="second")
        late = (delay_days + days) * DAY_SECONDS - 1, delay_days * DAY_SECONDS
        there = ibis.range_window(preceding=late, group_by="terminal_id", order_by="second")
        has_place = table.terminal_id.notnull()
        seen = table.count().over(there)
        made[f"customer_payments_{days}d"] = table.count().over(own)
        made[f"customer_amount_mean_{days}d"] = table.amount.mean().over(own)
        made[f"terminal_payments_{days}d"] = ibis.ifelse(has_place, seen, ibis.null("int64"))
        made[f"terminal_risk_{days}d"] = ibis.ifelse(
            has_place, ratio(table.fraud.sum().over(there), seen).fill_null(0.0), ibis.null("float64")
        )
    return table.mutate(**made).drop("second", "fraud")
