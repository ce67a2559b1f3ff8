"""Leads as a report shows them: what to expect by channel, and how often calls are taken."""

from __future__ import annotations

from kezhi.kit.engine import _, ibis
from kezhi.measure.figures.rows import Rows, rows
from kezhi.measure.source import ReportSource
from kezhi.tables import MONEY

SHOWN = 12


def leads(source: ReportSource) -> dict[str, Rows] | None:
    """Open leads by channel and connect rates by number and hour; None without leads. Names and phones are not shown."""
    known, scores, rates = (source.table(name) for name in ("leads", "lead_scores", "connect_rates"))
    if known is None or scores is None:
        return None
    placed = scores.join(known.select("lead_id", "channel"), "lead_id")
    by = placed.group_by("channel").agg(
        leads=_.count(), chance=_.conversion_probability.mean(), expected_premium_amount=_.expected_premium_amount.sum().cast(MONEY)
    )
    made = {
        "leads_by_channel": rows(by.order_by(ibis.desc("expected_premium_amount"), ibis.asc("channel", nulls_first=False)).limit(SHOWN))
    }
    if rates is not None:
        names = ("calls", "connect_rate", "rate_low", "rate_high")
        for dimension in ("number_quality", "hour"):
            chosen = rates.filter(_.dimension == dimension).rename(**{dimension: "member"})
            made[f"calls_by_{dimension}"] = rows(chosen.order_by(dimension).select(dimension, *names).limit(24))
    return made
