"""The days on which customers bought, and the days between them."""

from __future__ import annotations

from datetime import date

from kezhi.kit.days import day, days_between
from kezhi.kit.engine import _, ibis, ir, ratio
from kezhi.profile.windows import ring, within
from kezhi.tables import WINDOWS_DAYS


def purchase_gaps(purchases: ir.Table, *, as_of: date) -> ir.Table:
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
    rows = purchases.select("customer_id", bought_on=day(purchases.ordered_at))
    before = ibis.window(group_by="customer_id", order_by="bought_on")
    last = rows.bought_on.lag().over(before)
    rows = rows.mutate(ring=ring(rows.bought_on.cast("timestamp(6)"), as_of), gap=rows.bought_on.epoch_days() - last.epoch_days())
    # which of several purchases of a day is the first cannot matter: the others are 0 days after one of the same day
    rows = rows.mutate(is_first=rows.gap.isnull() | (rows.gap > 0), gap=rows.gap.nullif(0))
    found = rows.group_by("customer_id").aggregate(
        first_purchase_on=_.bought_on.min(),
        last_purchase_on=_.bought_on.max(),
        days=_.count(where=_.is_first),
        **{f"active_days_{w}": _.count(where=_.is_first & within(w)) for w in WINDOWS_DAYS},
        gap_days_median=_.gap.median().cast("float64"),
        gap_squares=(_.gap * _.gap).sum().cast("int64"),
    )
    gaps, gap_sum = found.days - 1, days_between(found.first_purchase_on, found.last_purchase_on)
    spread = ratio(gaps * found.gap_squares - gap_sum * gap_sum, gaps * gaps)
    return found.mutate(gap_days_mean=ratio(gap_sum, gaps), gap_days_std=spread.sqrt()).drop("days", "gap_squares")
