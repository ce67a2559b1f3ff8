"""The days on which customers bought, and the days between them."""

from __future__ import annotations

from datetime import date

from kezhi.kit.days import day
from kezhi.kit.engine import _, ibis, ir, ratio
from kezhi.profile.windows import ring, within
from kezhi.tables import WINDOWS_DAYS


def purchase_days(purchases: ir.Table, *, as_of: date) -> ir.Table:
    """
    When each customer bought.

    Args:
        purchases: customer_id and ordered_at, before *as_of*.
        as_of: The first day not seen.

    Returns:
        customer_id, first_purchase_on, last_purchase_on, active_days_<window>, and the mean, median and
        population standard deviation of the days between purchase days as gap_days_*, null with fewer than
        two days. The sums are of whole numbers, so the order of rows cannot change the last digit.
    """
    days = purchases.select("customer_id", bought_on=day(purchases.ordered_at)).distinct()
    before = ibis.window(group_by="customer_id", order_by="bought_on")
    days = days.mutate(
        ring=ring(days.bought_on.cast("timestamp(6)"), as_of),
        gap=days.bought_on.epoch_days() - days.bought_on.lag().over(before).epoch_days(),
    )
    found = days.group_by("customer_id").aggregate(
        first_purchase_on=_.bought_on.min(),
        last_purchase_on=_.bought_on.max(),
        gap_days_median=_.gap.median().cast("float64"),
        gaps=_.gap.count(),
        gap_sum=_.gap.sum().cast("int64"),
        gap_squares=(_.gap * _.gap).sum().cast("int64"),
        **{f"active_days_{w}": _.count(where=within(w)) for w in WINDOWS_DAYS},
    )
    spread = ratio(found.gaps * found.gap_squares - found.gap_sum * found.gap_sum, found.gaps * found.gaps)
    return found.mutate(gap_days_mean=ratio(found.gap_sum, found.gaps), gap_days_std=spread.sqrt()).drop("gaps", "gap_sum", "gap_squares")
