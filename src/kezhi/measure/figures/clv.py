"""What customers will be worth, as a report shows it."""

from __future__ import annotations

from kezhi.kit.days import period_start
from kezhi.kit.engine import _
from kezhi.measure.figures.rows import Rows, rows
from kezhi.measure.source import ReportSource


def clv(source: ReportSource) -> Rows | None:
    """
    Per quarter of the first purchase: customers, alive_customers, net_amount, clv, clv_low, clv_high, clv_per_customer and margin_clv;
    None where nothing was told.

    The ends add up those of the months, as if all months erred the same way: the interval is rather too wide.
    """
    found = source.table("clv_cohorts")
    if found is None:
        return None
    quarters = found.mutate(quarter=period_start(found.cohort_month, "quarter"))
    sums = quarters.group_by("quarter").aggregate(
        customers=_.customers.sum(),
        alive_customers=_.alive_customers.sum(),
        net_amount=_.net_amount.sum(),
        clv=_.clv.sum(),
        clv_low=_.clv_low.sum(),
        clv_high=_.clv_high.sum(),
        margin_clv=_.margin_clv.sum(),
    )
    return rows(sums.mutate(clv_per_customer=sums.clv.cast("float64") / sums.customers.cast("float64")).order_by("quarter"))
