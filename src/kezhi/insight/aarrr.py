"""Acquisition, activation, retention, revenue, referral: who is in which of the five stages."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from kezhi.kit.engine import ibis, ir, ratio, typed
from kezhi.kit.expression import parse
from kezhi.settings import AarrrSettings
from kezhi.tables import AARRR

STAGES = ("acquisition", "activation", "retention", "revenue", "referral")


def aarrr(profile: ir.Table, settings: Sequence[AarrrSettings]) -> ir.Table:
    """
    Customers of each stage, each told by a rule of its own, so that any cell can be listed as a segment.

    A customer may be in a stage without being in the one before; step_share therefore counts those in both.
    McClure (2007), "Startup Metrics for Pirates".

    Args:
        profile: `tables.PROFILE`.
        settings: The rules; a stage without one, not named, or whose rule is null for every customer, has no data and null figures.

    Returns:
        `tables.AARRR`, five rows in order.

    Raises:
        ExpressionWrong: A rule is no expression over *profile*.
    """
    columns = {name: str(kind) for name, kind in profile.schema().items()}
    given: dict[str, str | None] = {one.stage: one.when for one in settings}
    rules = {stage: given.get(stage) for stage in STAGES}
    holds = {
        stage: ibis.null("boolean") if rule is None else parse(rule, columns=columns, kind="boolean").value(profile)
        for stage, rule in rules.items()
    }
    marked = profile.select("customer_id", **holds)
    counts = marked.aggregate(
        **{stage: marked[stage].sum().fill_null(0) for stage in STAGES},
        **{f"{stage}_told": (marked[stage].count() > 0) | (marked.count() == 0) for stage in STAGES},
        **{f"{stage}_too": (marked[stage] & marked[before]).sum().fill_null(0) for before, stage in pairwise(STAGES)},
    )
    rows = []
    for position, stage in enumerate(STAGES, start=1):
        before = STAGES[position - 2] if position > 1 else None
        told = _told(counts, rules, stage)
        first, step = told & _told(counts, rules, STAGES[0]), told & _told(counts, rules, before)
        rows.append(
            counts.select(
                position=ibis.literal(position),
                stage=ibis.literal(stage),
                rule=ibis.ifelse(told, ibis.literal(rules[stage], "string"), ibis.null("string")),
                customers=ibis.ifelse(told, counts[stage], ibis.null("int64")).cast("int64"),
                share=ibis.ifelse(first, ratio(counts[stage], counts[STAGES[0]]), ibis.null("float64")),
                step_share=ibis.ifelse(step, ratio(counts[f"{stage}_too"], counts[before]), ibis.null("float64"))
                if before
                else ibis.null("float64"),
            )
        )
    return typed(ibis.union(*rows, distinct=False), AARRR.types)


def _told(counts: ir.Table, rules: dict[str, str | None], stage: str | None) -> ir.BooleanValue:
    """Whether *stage* has a rule that the data can answer for somebody."""
    if stage is None or rules[stage] is None:
        return ibis.literal(False)
    told: ir.BooleanValue = counts[f"{stage}_told"]
    return told
