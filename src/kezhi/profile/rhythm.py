"""How long each customer may be silent before it says something: a horizon from the customer's own rhythm."""

from __future__ import annotations

import math

from kezhi.kit.engine import _, ibis, ir, ratio
from kezhi.settings import ChurnSettings

CONTRACT_DAYS = 90


def horizons(acts: ir.Table, settings: ChurnSettings, *, most_days: int, group: str | None = None) -> ir.Table:
    """
    *acts* with the customer's own gap and horizon.

    The own gap is the mean gap between days with a purchase (or action), drawn to the company's as by `prior_gaps`
    more gaps: own_gap = (sum of own gaps + prior × company's mean gap) / (own gaps + prior). Who buys at random at
    that pace is silent for longer than own_gap × −ln(silence_chance) with the chance silence_chance (an exponential
    gap); that many days, rounded up and held between least_days and *most_days*, are the horizon. With fixed_days, or
    for a contract, it is that number for all.

    Args:
        acts: customer_id, silent_days, gap_days_mean (null with fewer than two days) and active_days.
        settings: Of the project.
        most_days: The longest horizon.
        group: A column whose values are companies of their own; None is one company.

    Returns:
        The columns of *acts*, own_gap_days, horizon_days (int64, never null) and silence_ratio (silent_days / own_gap_days).
    """
    gaps = ibis.ifelse(acts.gap_days_mean.isnull(), 0, acts.active_days - 1)
    # a mean times its count is a whole number again: sums of whole numbers do not depend on the order of rows
    counted = acts.mutate(gaps=gaps.cast("int64"), gap_sum=(acts.gap_days_mean.fill_null(0.0) * gaps).round().cast("int64"))
    if group is None:
        joined = counted.cross_join(counted.aggregate(all_gaps=_.gaps.sum(), all_gap_sum=_.gap_sum.sum()))
    else:
        joined = counted.mutate(all_gaps=_.gaps.sum().over(group_by=group), all_gap_sum=_.gap_sum.sum().over(group_by=group))
    mean = ratio(joined.all_gap_sum, joined.all_gaps)
    prior = ibis.literal(float(settings.prior_gaps))
    own = ratio(
        joined.gap_sum.cast("float64") + mean.fill_null(0.0) * prior, joined.gaps.cast("float64") + ibis.ifelse(mean.isnull(), 0.0, prior)
    )
    made = joined.mutate(own_gap_days=own)
    fixed = settings.fixed_days or (CONTRACT_DAYS if settings.definition == "contract" else None)
    if fixed is not None:
        horizon: ir.Value = ibis.literal(min(fixed, most_days), "int64")
    else:
        needed = (_.own_gap_days * -math.log(settings.silence_chance)).ceil()
        least = min(settings.least_days, most_days)
        horizon = ibis.cases((needed <= least, float(least)), (needed >= most_days, float(most_days)), else_=needed)
        horizon = ibis.ifelse(_.own_gap_days.isnull(), float(most_days), horizon).cast("int64")
    made = made.mutate(horizon_days=horizon, silence_ratio=ratio(_.silent_days, _.own_gap_days))
    return made.drop("gaps", "gap_sum", "all_gaps", "all_gap_sum")
