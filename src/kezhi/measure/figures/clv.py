"""What customers will be worth, as a report shows it."""

from __future__ import annotations

from kezhi.kit.days import period_start
from kezhi.kit.engine import _
from kezhi.measure.figures.rows import Rows, rows
from kezhi.measure.source import ReportSource


def clv(source: ReportSource) -> Rows | None:
    """Per quarter of the first purchase: customers, alive_customers, net_amount, clv, clv_per_customer; None where nothing was told."""
    found = source.table("clv_cohorts")
    if found is None:
        return None
    quarters = found.mutate(quarter=period_start(found.cohort_month, "quarter"))
    sums = quarters.group_by("quarter").aggregate(
        customers=_.customers.sum(), alive_customers=_.alive_customers.sum(), net_amount=_.net_amount.sum(), clv=_.clv.sum()
    )
    return rows(sums.mutate(clv_per_customer=sums.clv.cast("float64") / sums.customers.cast("float64")).order_by("quarter"))
