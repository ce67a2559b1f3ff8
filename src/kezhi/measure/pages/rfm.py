"""The pages of RFM, lifecycle and tiers."""

from __future__ import annotations

from kezhi.kit.engine import _, ibis, ir, ratio


def matrix(rfm: ir.Table) -> ir.Table:
    """Per r_score and f_score that occur: customers, monetary (sum) and monetary_mean."""
    cells = rfm.group_by("r_score", "f_score").agg(customers=_.count(), monetary=_.monetary.sum())
    return cells.mutate(monetary_mean=ratio(cells.monetary, cells.customers)).order_by("r_score", "f_score")


def groups(rfm: ir.Table) -> ir.Table:
    """Per group: customers and monetary with their shares of all, and monetary_mean; groups without a customer have no row."""
    sums = rfm.group_by("rfm_group").agg(customers=_.count(), monetary=_.monetary.sum())
    return sums.mutate(
        customer_share=ratio(sums.customers, sums.customers.sum()),
        monetary_share=ratio(sums.monetary, sums.monetary.sum()),
        monetary_mean=ratio(sums.monetary, sums.customers),
    ).order_by(ibis.desc("customers"), "rfm_group")


def stages(lifecycle: ir.Table) -> ir.Table:
    """Per stage: customers, share of all, and days_in_stage_median; stages without a customer have no row."""
    sums = lifecycle.group_by("stage").agg(customers=_.count(), days_in_stage_median=_.days_in_stage.median().cast("float64"))
    return sums.mutate(share=ratio(sums.customers, sums.customers.sum())).order_by("stage")


def moved(cells: ir.Table, kind: str) -> ir.Table:
    """
    `rfm_migration` (kind `group`) or `lifecycle_transitions` (kind `stage`) against the recomputed earlier day.

    Columns: from_on, from_state, to_state, customers, share (of from_state), net_amount, and for stages
    dwell_days_median and is_expected_next; the most customers first.
    """
    named = cells.filter(_.compared_with == "recomputed").rename(from_state=f"from_{kind}", to_state=f"to_{kind}")
    return named.drop("compared_with").order_by(ibis.desc("customers"), "from_state", "to_state")


def tiers(table: ir.Table) -> ir.Table:
    """Per tier: customers, their share, at_risk, and those who would hold it in 90 days at their own recent rate."""
    now = table.group_by("tier").agg(customers=_.count(), at_risk=_.count(where=_.is_at_risk), level=_.level.max())
    later = table.group_by(tier=_.tier_in_90d).agg(in_90d=_.count())
    both = now.left_join(later, "tier").drop("tier_right")
    return both.mutate(share=ratio(both.customers, both.customers.sum()), in_90d=both.in_90d.fill_null(0)).order_by(ibis.desc("level"))
