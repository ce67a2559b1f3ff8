"""Who should be looked at, what for, and what the policy says."""

from __future__ import annotations

from datetime import date

from kezhi.kit.days import day, days_before, midnight
from kezhi.kit.engine import _, ibis, ir, ratio
from kezhi.settings import RiskSettings


def risk_cases(ledger: ir.Table, unusual: ir.Table, settings: RiskSettings, *, as_of: date) -> ir.Table:
    """
    One case per customer with an unusual payment, or who sends most of it back.

    Args:
        ledger: `tables.LEDGER`.
        unusual: What `unusual_payments` gave.
        settings: Bounds, grades and policy.
        as_of: The first day not seen.

    Returns:
        customer_id, score, grade, unusual_payments, order_id, amount, own_usual, peer_usual, own_z, peer_z (of the most unusual
        payment; null without), refunds, refund_share (refunded money / paid money in window_days; null without a payment),
        last_on; one row per customer.
    """
    recent = ledger.filter(_.customer_id.notnull() & (_.ordered_at >= midnight(days_before(as_of, settings.window_days))))
    # what was sent back whole is no purchase any more, and its refund is not netted: both count here
    sums = recent.group_by("customer_id").aggregate(
        kept=_.net_amount.sum(where=_.is_purchase),
        part=_.refunded_amount.sum(where=_.is_purchase),
        back=-_.net_amount.sum(where=_.is_refund),
        refunds=_.is_refund.sum(),
        last_on=day(_.ordered_at.max()),
    )
    back, kept, part = (sums[name].fill_null(0).cast("float64") for name in ("back", "kept", "part"))
    paid = kept + ibis.greatest(back - part, 0.0)
    behaviour = sums.select("customer_id", "refunds", "last_on", refund_share=ibis.least(ratio(back, paid), 1.0))
    place = ibis.row_number().over(group_by="customer_id", order_by=[ibis.desc("score"), "order_id"])
    worst = unusual.mutate(place=place).filter(_.place == 0).drop("place", "ordered_at", "own_payments", "grade")
    counts = unusual.group_by("customer_id").aggregate(unusual_payments=_.count())
    table = behaviour.left_join(worst, "customer_id").drop("customer_id_right").left_join(counts, "customer_id").drop("customer_id_right")
    returner = (table.refunds >= settings.least_refunds) & (table.refund_share >= settings.refund_share).fill_null(False)
    lowest = min(settings.grades, key=lambda one: one.least_score).least_score
    by_refunds = ibis.ifelse(returner, table.refund_share * settings.refund_score, 0.0)
    is_case = returner | table.unusual_payments.notnull()
    scored = table.filter(is_case).mutate(
        score=ibis.greatest(table.score.fill_null(0.0), by_refunds, ibis.literal(lowest)),
        unusual_payments=table.unusual_payments.fill_null(0),
        is_returner=returner,
    )
    grades = sorted(settings.grades, key=lambda one: -one.least_score)
    return scored.mutate(
        grade=ibis.cases(*((scored.score >= one.least_score, one.key) for one in grades), else_=grades[-1].key),
        policy=ibis.cases(*((scored.score >= one.least_score, one.policy) for one in grades), else_=grades[-1].policy),
    )
