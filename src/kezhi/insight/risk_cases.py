"""Who should be looked at, what for, and what the policy says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from kezhi.kit.days import day, days_before, midnight
from kezhi.kit.engine import _, ibis, ir, ratio, typed
from kezhi.settings import GradeSettings, RiskSettings
from kezhi.tables import RISK_GRADES


def risk_cases(ledger: ir.Table, unusual: ir.Table, fraud: ir.Table | None, settings: RiskSettings, *, as_of: date) -> ir.Table:
    """
    One case per customer with an unusual or suspicious payment, or who sends most of it back.

    Args:
        ledger: `tables.LEDGER`.
        unusual: What `unusual_payments` gave.
        fraud: `tables.FRAUD_SCORES`; none: no model tells.
        settings: Bounds, grades and policy.
        as_of: The first day not seen.

    Returns:
        case_id, customer_id, stake_amount (of the most unusual payment), score, grade, unusual_payments, order_id, amount, own_usual, peer_usual, own_z, peer_z (of the most unusual
        payment; null without), refunds, refund_share (refunded money / paid money in window_days; null without a payment),
        last_on, and of the payment most likely to be denied, where one is suspicious, fraud_order_id, fraud_amount, fraud_probability,
        fraud_reasons, fraud_reasons_en; one row per customer.
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
    table = _with_fraud(table, fraud)
    returner = (table.refunds >= settings.least_refunds) & (table.refund_share >= settings.refund_share).fill_null(False)
    lowest = min(settings.grades, key=lambda one: one.least_score).least_score
    by_refunds = ibis.ifelse(returner, table.refund_share * settings.refund_score, 0.0)
    by_fraud = table.fraud_probability.fill_null(0.0) * settings.fraud_score
    is_case = returner | table.unusual_payments.notnull() | table.fraud_probability.notnull()
    scored = table.filter(is_case).mutate(
        score=ibis.greatest(table.score.fill_null(0.0), by_refunds, by_fraud, ibis.literal(lowest)),
        unusual_payments=table.unusual_payments.fill_null(0),
        is_returner=returner,
    )
    return graded(
        scored.mutate(case_id=ibis.literal("case:") + scored.customer_id, stake_amount=ibis.coalesce(_.amount, _.fraud_amount)), settings
    )


def _with_fraud(table: ir.Table, fraud: ir.Table | None) -> ir.Table:
    """*table* with the suspicious payment of each customer that is likeliest to be denied; nulls without one."""
    if fraud is None:
        nothing = {"fraud_order_id": "string", "fraud_amount": "decimal(18, 2)", "fraud_probability": "float64"}
        lists = dict.fromkeys(("fraud_reasons", "fraud_reasons_en"), "array<string>")
        return table.mutate(**{name: ibis.null(kind) for name, kind in (nothing | lists).items()})
    first = ibis.row_number().over(group_by="customer_id", order_by=[ibis.desc("fraud_probability"), "order_id"])
    worst = fraud.filter(fraud.is_suspicious).mutate(place=first).filter(_.place == 0)
    named = worst.select(
        "customer_id",
        "fraud_probability",
        fraud_order_id="order_id",
        fraud_amount="amount",
        fraud_reasons="reasons",
        fraud_reasons_en="reasons_en",
    )
    return table.left_join(named, "customer_id").drop("customer_id_right")


def ring_cases(rings: ir.Table, settings: RiskSettings) -> ir.Table:
    """One case per ring: the columns of *rings*, which `insight.rings` gave, with case_id, grade and policy."""
    return graded(rings.mutate(case_id=_.ring_id), settings)


def graded(scored: ir.Table, settings: RiskSettings) -> ir.Table:
    """*scored* with grade and policy of its column score."""
    said = {
        "grade": _of_score(scored.score, settings, lambda one: one.key),
        "policy": _of_score(scored.score, settings, lambda one: one.policy),
    }
    return scored.mutate(**said)


def risk_grades(cases: ir.Table, members: ir.Table, settings: RiskSettings) -> ir.Table:
    """
    What the policy allows each customer who is in a case.

    Args:
        cases: case_id, kind, customer_id, score; a row per case.
        members: ring_id and customer_id.
        settings: Grades and policy.

    Returns:
        `tables.RISK_GRADES`.
    """
    of_rings = cases.filter(_.kind == "ring").select(ring_id="case_id", kind="kind", score="score")
    shared = members.join(of_rings, "ring_id").select("customer_id", "kind", "score")
    every = cases.filter(_.kind != "ring").select("customer_id", "kind", "score").union(shared)
    highest = every.group_by("customer_id").aggregate(
        score=_.score.max(), cases=_.count(), kinds=_.kind.collect(distinct=True).sort().join(",")
    )
    limit = _of_score(
        highest.score,
        settings,
        lambda one: (
            ibis.null("decimal(18, 2)") if one.order_limit is None else ibis.literal(Decimal(str(one.order_limit)), "decimal(18, 2)")
        ),
    )
    made = graded(highest, settings).mutate(
        prepay=_of_score(highest.score, settings, lambda one: one.prepay),
        manual_check=_of_score(highest.score, settings, lambda one: one.manual_check),
        order_limit_amount=limit,
    )
    return typed(made, RISK_GRADES.types)


def _of_score(score: ir.FloatingValue, settings: RiskSettings, tell: Callable[[GradeSettings], Any]) -> Any:
    """What *tell* says of the highest grade that *score* reaches."""
    grades = sorted(settings.grades, key=lambda one: -one.least_score)
    return ibis.cases(*((score >= one.least_score, tell(one)) for one in grades), else_=tell(grades[-1]))
