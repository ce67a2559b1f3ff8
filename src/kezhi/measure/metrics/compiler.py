"""The one compiler: any metrics × dimensions × period × scope as one Ibis table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kezhi.errors import MetricWrong
from kezhi.kit.days import PERIODS, period_end, period_start
from kezhi.kit.engine import _, ibis, ir, ratio
from kezhi.kit.expression import Expression, parse
from kezhi.locales import Phrase
from kezhi.measure.metrics.dictionary import Dictionary, Metric, _known
from kezhi.measure.metrics.grains import PROFILE_COLUMNS, Grain, Tables, with_age_band
from kezhi.tables import MONEY

_DECIMAL = "decimal(38, 6)"  # a sum of floats would depend on the order of rows


@dataclass(frozen=True, slots=True)
class Question:
    """
    What is asked of metrics.

    Attributes:
        by: Dimensions to split by; a null value is a group of its own.
        period: `day`, `week` (from Monday), `month`, `quarter`, `year`; None for one figure.
        since, until: First day seen and first day not seen; None is all there is.
        where: An expression over `profile`: only customers for whom it holds; rows without a customer are left out.
    """

    by: tuple[str, ...] = ()
    period: str | None = None
    since: date | None = None
    until: date | None = None
    where: str | None = None


def query(dictionary: Dictionary, tables: Tables, keys: Sequence[str], question: Question, *, as_of: date) -> ir.Table:
    """
    The figures of *keys* as *question* asks.

    One aggregate per grain and day column, whatever the number of metrics; the profile is joined only where a
    dimension, a definition or the scope reads it. Ratios are made last, from sums.

    Args:
        dictionary: Where the metrics are defined.
        tables: Tables of the lake by name.
        keys: Metrics; each is a column of the answer.
        question: How they are split and which rows count.
        as_of: The first day not seen.

    Returns:
        period_start (date) and is_complete (false where *as_of*, since or until cuts the period short) if a period
        is asked, the dimensions, and a column per metric: int64 for counts, decimal(18,2) for sums of money,
        float64 for ratios (null where below is 0). A group without any row has no row.

    Raises:
        MetricWrong: An unknown metric, a dimension that is not allowed, a period of a stock, or a table that is not there.
        ExpressionWrong: `where` is no rule over the profile.
    """
    if question.period is not None:
        _known(keys[0], "period", question.period, PERIODS)
    leaves: dict[str, Metric] = {}
    for key in keys:
        metric = dictionary[key]
        for dimension in question.by:
            _known(key, "dimension", dimension, metric.dimensions)
        for leaf in dictionary.leaves(key):
            if leaf.time is None and (question.period or question.since or question.until):
                raise MetricWrong(metric=key, problem=Phrase("metric.stock"), hint=Phrase("metric.ask_as_of"))
            leaves[leaf.key] = leaf
    scope = None if question.where is None else parse(question.where, columns=_SCOPE_COLUMNS, kind="boolean")
    groups = (("period_start",) if question.period else ()) + question.by
    parts: dict[tuple[str, str | None], list[Metric]] = {}
    for leaf in leaves.values():
        assert leaf.grain is not None
        parts.setdefault((leaf.grain.name, leaf.time), []).append(leaf)
    made = [_part(tables, found, question, scope, groups, as_of) for found in parts.values()]
    whole = _together(made, list(leaves.values()), groups)
    values: dict[str, Any] = {name: whole[name] for name in groups}
    if question.period:
        end, last = period_end(whole.period_start, question.period), min(question.until or as_of, as_of)
        values["is_complete"] = (end <= last) if question.since is None else (end <= last) & (whole.period_start >= question.since)
    for key in keys:
        above_below = dictionary[key].settings.ratio
        values[key] = ratio(*(whole[part] for part in above_below)) if above_below else whole[key]
    answer = whole.select(**values)
    return answer.order_by([ibis.asc(name, nulls_first=False) for name in groups]) if groups else answer


_SCOPE_COLUMNS = {name: kind for name, kind in PROFILE_COLUMNS.items() if name != "customer_id"} | {"customer_id": "string"}


def _part(
    tables: Tables, metrics: list[Metric], question: Question, scope: Expression | None, groups: tuple[str, ...], as_of: date
) -> ir.Table:
    """The aggregates of one grain by one day column, by *groups*."""
    grain, time = metrics[0].grain, metrics[0].time
    assert grain is not None
    rows = _rows(tables, grain, metrics, question, scope, as_of)
    if time is not None:
        rows = rows.filter(rows[time] < (question.until if question.until and question.until < as_of else as_of))
        if question.since is not None:
            rows = rows.filter(rows[time] >= question.since)
        if question.period is not None:
            rows = rows.filter(rows[time].notnull()).mutate(period_start=period_start(rows[time], question.period))
    figures: dict[str, Any] = {}
    for metric in metrics:
        figures |= {metric.key: _aggregate(metric, rows)}
    return rows.group_by(*groups).aggregate(**figures) if groups else rows.aggregate(**figures)


def _rows(tables: Tables, grain: Grain, metrics: list[Metric], question: Question, scope: Expression | None, as_of: date) -> ir.Table:
    """The rows of *grain*, with the profile's columns that are read, of the customers in scope."""
    for name in grain.needs:
        if name not in tables:
            raise MetricWrong(metric=metrics[0].key, problem=Phrase("metric.table_missing", table=name), hint="")
    rows = grain.build(tables, as_of)
    if grain.name == "profile":
        return rows.filter(scope.predicate(rows)) if scope else rows
    read = {
        *question.by,
        *(name for m in metrics for e in (m.of, m.where) if e for name in e.columns),
        *(m.time for m in metrics if m.time),
    }
    wanted = sorted(read - set(grain.columns))
    if not wanted and scope is None:
        return rows
    if "profile" not in tables:
        raise MetricWrong(metric=metrics[0].key, problem=Phrase("metric.table_missing", table="profile"), hint="")
    profile = with_age_band(tables["profile"])
    if scope is not None:
        return rows.inner_join(profile.filter(scope.predicate(profile)).select("customer_id", *wanted), "customer_id").select(
            *rows.columns, *wanted
        )
    return rows.left_join(profile.select("customer_id", *wanted), "customer_id").select(*rows.columns, *wanted)


def _aggregate(metric: Metric, rows: ir.Table) -> ir.Value:
    where = metric.where.predicate(rows) if metric.where else None
    if metric.settings.aggregate == "count":
        return (rows.count() if where is None else rows.count(where=where)).cast("int64")
    assert metric.of is not None
    of = metric.of.value(rows)
    if metric.settings.aggregate == "count_distinct":
        return of.nunique(where=where).cast("int64")
    kind = "int64" if of.type().is_integer() else MONEY if of.type().is_decimal() else "float64"
    total = (of.cast(_DECIMAL) if kind == "float64" else of).sum(where=where)
    return (total.fill_null(0) if metric.settings.empty == "zero" else total).cast(kind)


def _together(made: list[ir.Table], leaves: list[Metric], groups: tuple[str, ...]) -> ir.Table:
    """The parts side by side: a group that a part lacks has its empty value there. Null groups meet, as no join lets them."""
    if len(made) == 1:
        return made[0]
    names = [leaf.key for leaf in leaves]
    kinds = {name: part[name].type() for part in made for name in part.columns if name not in groups}
    rows = [
        part.select(*groups, **{name: part[name] if name in part.columns else ibis.null(kinds[name]) for name in names}) for part in made
    ]
    values = {leaf.key: _[leaf.key].max().fill_null(0) if leaf.settings.empty == "zero" else _[leaf.key].max() for leaf in leaves}
    stacked = ibis.union(*rows, distinct=False)
    return stacked.group_by(*groups).aggregate(**values) if groups else stacked.aggregate(**values)
