"""Sheets of what is foreseen and suspected: lifetime value, open leads and when to call them, rings of customers who act together."""

from __future__ import annotations

from kezhi.kit.engine import ibis, ir
from kezhi.measure.report.sheets import MOST, Sheet, ordered
from kezhi.measure.source import ReportSource

_CLV = (
    "customer_id", "purchases", "probability_alive", "expected_purchases", "expected_spend", "clv", "clv_low", "clv_high", "margin_clv",
    "margin_clv_low", "margin_clv_high", "margin_state",
)  # fmt: skip
_COHORTS = ("cohort_month", "customers", "alive_customers", "net_amount", "clv", "clv_low", "clv_high", "clv_per_customer", "margin_customers", "margin_clv", "margin_clv_low", "margin_clv_high")  # fmt: skip
_LEADS = (
    "rank", "lead_id", "name", "phone", "channel", "interest", "created_at", "conversion_probability", "expected_premium_amount", "calls",
    "connected_calls", "best_weekday", "best_hour", "connect_probability", "reasons", "reasons_en",
)  # fmt: skip
_RATES = ("dimension", "member", "calls", "connected_calls", "connect_rate", "rate_low", "rate_high")
_RINGS = ("ring_id", "customer_id", "pattern", "purchases", "hits", "stake_amount", "ties", "tied_by", "grade")


def _clv(source: ReportSource) -> ir.Table | None:
    """Who is worth most first."""
    found = source.table("clv")
    return None if found is None else found.select(*_CLV).order_by(ibis.desc("clv"), ibis.desc("expected_purchases"), "customer_id")


def _leads(source: ReportSource) -> ir.Table | None:
    """Open leads, whom to call first on top, with the name and phone to call."""
    scores, known = source.table("lead_scores"), source.table("leads")
    if scores is None or known is None:
        return None
    who = known.select("lead_id", "name", "phone", "channel", "interest", "created_at")
    said = scores.mutate(**{name: scores[name].join("; ") for name in ("reasons", "reasons_en")})
    said = said.mutate(best_weekday=said.best_weekday.cast("string"))  # a code of a word
    return said.inner_join(who, "lead_id").select(*_LEADS).order_by("rank", "lead_id")


def _rings(source: ReportSource) -> ir.Table | None:
    """Members of rings, each with the grade of risk that the policy table is asked by; no grade where the policy table was not asked."""
    found, grades = source.table("ring_members"), source.table("risk_grades")
    if found is None:
        return None
    if grades is None:
        graded = found.mutate(grade=ibis.null("string"))
    else:
        graded = found.left_join(grades.select(key="customer_id", grade="grade"), [("customer_id", "key")])
    return graded.select(*_RINGS).order_by("ring_id", ibis.desc("stake_amount"), "customer_id")


PREDICTION_SHEETS = (
    Sheet("clv", "clv", _clv, MOST),
    Sheet("clv_cohorts", "clv_cohorts", ordered("clv_cohorts", _COHORTS, ("cohort_month",)), MOST),
    Sheet("leads", "lead_scores", _leads, MOST),
    Sheet("connect_rates", "connect_rates", ordered("connect_rates", _RATES, ("dimension", "member")), MOST),
    Sheet("rings", "ring_members", _rings, MOST),
)
