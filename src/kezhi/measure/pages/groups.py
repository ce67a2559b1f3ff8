"""The page of groups: who stays, clusters, ways, channels, habits."""

from __future__ import annotations

from kezhi.kit.engine import _, ibis, ir, ratio
from kezhi.kit.intervals import wilson

COHORTS = 18
PERIODS = 18
PATHS = 20


def retention(table: ir.Table, kind: str) -> ir.Table:
    """The last `COHORTS` cohorts of *kind* in `tables.RETENTION`, their first `PERIODS` periods."""
    mine = table.filter((_.kind == kind) & (_.period_no <= PERIODS))
    newest = mine.select("cohort_on").distinct().order_by(ibis.desc("cohort_on")).limit(COHORTS)
    return mine.semi_join(newest, "cohort_on").order_by("cohort_on", "period_no")


def retention_curve(table: ir.Table, kind: str) -> ir.Table:
    """All cohorts together per period_no, complete cells only: customers, active_customers, retention_rate with its 95% interval."""
    mine = table.filter((_.kind == kind) & _.is_complete & _.period_no.between(1, PERIODS)).group_by("period_no")
    sums = mine.agg(customers=_.customers.sum().cast("int64"), active_customers=_.active_customers.sum().cast("int64"))
    low, high = wilson(sums.active_customers, sums.customers)
    return sums.mutate(retention_rate=ratio(sums.active_customers, sums.customers), rate_low=low, rate_high=high).order_by("period_no")


def clusters(profiles: ir.Table, members: ir.Table, profile: ir.Table) -> ir.Table:
    """`tables.CLUSTER_PROFILES`, largest first, with net_amount of the last 365 days and net_share of it."""
    money = members.join(profile.select("customer_id", "net_amount_365d"), "customer_id")
    sums = money.group_by("cluster").agg(net_amount=_.net_amount_365d.sum())
    both = profiles.left_join(sums, "cluster").drop("cluster_right")
    return both.mutate(net_share=ratio(both.net_amount, both.net_amount.sum())).order_by(ibis.desc("customers"), "cluster")


def habits(table: ir.Table) -> ir.Table:
    """One row: how many hunt for promotions and how many buy goods of high or low margin, with shares of those who can be judged."""
    sums = table.agg(
        hunters=_.count(where=_.is_promotion_hunter),
        judged=_.count(where=_.is_promotion_hunter.notnull()),
        high=_.count(where=_.margin_kind == "high"),
        low=_.count(where=_.margin_kind == "low"),
        rated=_.count(where=_.margin_kind.notnull()),
    )
    return sums.mutate(
        hunter_share=ratio(sums.hunters, sums.judged), high_share=ratio(sums.high, sums.rated), low_share=ratio(sums.low, sums.rated)
    )
