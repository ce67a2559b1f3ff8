"""Who came back: customers by the month of their first purchase."""

from __future__ import annotations

from datetime import date, timedelta

from kezhi.kit.days import month_number, month_start
from kezhi.kit.engine import _, ibis, ir, ratio
from kezhi.tables import COHORT_RETENTION


def cohort_retention(spent: ir.Table, *, as_of: date) -> ir.Table:
    """
    Of the customers who first bought in a month, how many bought again n months later.

    Args:
        spent: `spending` of the purchases before *as_of*, by month; a null customer_id is left out.
        as_of: The first day not seen.

    Returns:
        `tables.COHORT_RETENTION`: each cohort with every month from its own (month_no 0, rate 1) to that of
        the last day seen, also those in which nobody came back.
    """
    active = spent.filter(_.customer_id.notnull()).select("customer_id", month="number")
    people = active.group_by("customer_id").aggregate(cohort=_.month.min())
    cohorts = people.group_by("cohort").aggregate(customers=_.count())
    seen = active.join(people, "customer_id").group_by("cohort", "month").aggregate(active_customers=_.count())
    last = month_number(as_of - timedelta(days=1))
    table = cohorts.select("cohort", "customers", month=ibis.range(cohorts.cohort, last + 1).unnest())
    table = table.left_join(seen, ["cohort", "month"])
    values = {
        "cohort_month": month_start(table.cohort),
        "month_no": table.month - table.cohort,
        "customers": table.customers,
        "active_customers": table.active_customers.fill_null(0),
        "retention_rate": ratio(table.active_customers.fill_null(0), table.customers),
        "is_complete": table.month < month_number(as_of),
    }
    return table.select(**{c.name: values[c.name].cast(c.type) for c in COHORT_RETENTION.columns})
