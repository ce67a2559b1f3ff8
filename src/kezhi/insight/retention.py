"""Retention three ways, each with how sure it is: by calendar, at least that long, and by each customer's own clock."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from kezhi.insight.spending import spending
from kezhi.kit.days import day, days_between, number_start, period_number
from kezhi.kit.engine import _, ibis, ir, ratio
from kezhi.kit.intervals import wilson
from kezhi.tables import MONEY, RETENTION

Kind = Literal["classic", "rolling", "n_day"]
KINDS: tuple[Kind, ...] = ("classic", "rolling", "n_day")
DAYS = {"day": 1, "week": 7, "month": 30, "quarter": 90, "year": 365}  # of one period on a customer's own clock


def retention(
    purchases: ir.Table, *, as_of: date, kind: Kind = "classic", period: str = "month", spent: ir.Table | None = None
) -> ir.Table:
    """
    Of the customers who first bought in a period, how many were there n periods later.

    classic: with a purchase in the n-th calendar period after that of the first.
    rolling: with a purchase in that period or any later one. The newest periods are low, because the future is not seen.
    n_day: with a purchase in the n-th stretch of `DAYS` days after the day of the customer's own first purchase; only
    customers who have lived through the stretch are counted at all, so old and new cohorts compare.

    Args:
        purchases: customer_id (null ones are left out), ordered_at, net_amount and refunded_amount of the purchases
            before *as_of*.
        as_of: The first day not seen.
        kind: One of `KINDS`.
        period: day, week, month, quarter or year, of cohorts and of what follows.
        spent: `spending` of *purchases* by *period*, where it is there; n_day does not read it.

    Returns:
        `tables.RETENTION`: each cohort with every period from its own, 0, to that of the last day seen. orders and
        net_amount (given back taken off) are what the cohort bought in the period, for all kinds.
    """
    if kind == "n_day":
        known = purchases.filter(_.customer_id.notnull())
        bought = known.select("customer_id", on=day(known.ordered_at), net=known.net_amount - known.refunded_amount)
        firsts = bought.group_by("customer_id").aggregate(first=_.on.min())
        lived = bought.join(firsts, "customer_id")
        number = (days_between(lived["first"], lived["on"]) // DAYS[period]).cast("int64")
        lived = lived.select("customer_id", "first", "net", period_no=number)
        active = lived.group_by("customer_id", "period_no").aggregate(orders=_.count(), net=_.net.sum(), first=_["first"].min())
        active = active.filter((active.period_no + 1) * DAYS[period] <= days_between(active["first"], as_of))
        firsts, active = (table.mutate(cohort=period_number(table["first"], period).cast("int64")) for table in (firsts, active))
    else:
        # by the period itself, so that a customer's periods meet the first, not each purchase
        known = (spending(purchases, period) if spent is None else spent).filter(_.customer_id.notnull())
        firsts = known.group_by("customer_id").aggregate(cohort=_.number.min())
        active = known.select("customer_id", "number", "orders", net="kept_amount").join(firsts, "customer_id")
        active = active.mutate(period_no=_.number - _.cohort)
    seen = active.group_by("cohort", "period_no").aggregate(active_customers=_.count(), orders=_.orders.sum(), net=_.net.sum())
    table = _observed(firsts, as_of, kind, period).left_join(seen, ["cohort", "period_no"])
    table = table.select("cohort", "period_no", "customers", "is_complete", "active_customers", "orders", "net")
    table = table.mutate(active_customers=_.active_customers.fill_null(0), orders=_.orders.fill_null(0), net=_.net.fill_null(0))
    if kind == "rolling":
        last = active.group_by("customer_id", "cohort").aggregate(period_no=_.period_no.max())
        ends = last.group_by("cohort", "period_no").aggregate(ended=_.count())
        table = table.left_join(ends, ["cohort", "period_no"]).select(*table.columns, "ended")
        rest = ibis.window(group_by="cohort", order_by="period_no", preceding=0, following=None)
        table = table.mutate(active_customers=_.ended.fill_null(0).sum().over(rest))
    low, high = wilson(table.active_customers, table.customers)
    values = {
        "kind": ibis.literal(kind),
        "cohort_on": number_start(table.cohort, period),
        "period_no": table.period_no,
        "customers": table.customers,
        "active_customers": table.active_customers,
        "orders": table.orders,
        "net_amount": table.net.cast(MONEY),
        "retention_rate": ratio(table.active_customers, table.customers),
        "rate_low": low,
        "rate_high": high,
        "is_complete": table.is_complete,
    }
    return table.select(**{c.name: values[c.name].cast(c.type) for c in RETENTION.columns})


def _observed(firsts: ir.Table, as_of: date, kind: Kind, period: str) -> ir.Table:
    """Every cohort with every period that can be seen of it: customers seen through it, and whether that is all of them."""
    if kind != "n_day":
        cohorts = firsts.group_by("cohort").aggregate(customers=_.count())
        last = period_number(as_of - timedelta(days=1), period)
        made = cohorts.mutate(period_no=ibis.range(0, last + 1 - cohorts.cohort).unnest())
        return made.mutate(period_no=_.period_no.cast("int64"), is_complete=_.cohort + _.period_no < period_number(as_of, period))
    born = firsts.select("cohort", stretches=(days_between(firsts["first"], as_of) // DAYS[period]))
    cohorts = born.group_by("cohort").aggregate(size=_.count(), most=_.stretches.max())
    cohorts = cohorts.filter(_.most > 0)
    made = cohorts.mutate(period_no=ibis.range(0, cohorts.most).unnest()).mutate(period_no=_.period_no.cast("int64"))
    through = born.group_by("cohort", "stretches").aggregate(people=_.count())
    pairs = made.join(through, "cohort").filter(_.stretches > _.period_no)
    found = pairs.group_by("cohort", "period_no", "size").aggregate(customers=_.people.sum())
    return found.select("cohort", "period_no", "customers", is_complete=_.customers == _["size"])
