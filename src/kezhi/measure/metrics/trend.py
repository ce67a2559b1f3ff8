"""A figure as a cockpit shows it: its value, the complete periods before, and how it stands to what was aimed at."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from kezhi.kit.days import PERIOD_MONTHS, period_number
from kezhi.kit.engine import _, ir
from kezhi.measure.metrics.compiler import Question, query
from kezhi.measure.metrics.dictionary import Dictionary, Metric
from kezhi.measure.metrics.grains import Tables

SHOWN_PERIODS = 13  # a year of months and the same month of the year before


@dataclass(frozen=True, slots=True)
class Aim:
    """What a metric should come to in a month, or, for a stock, on the as-of day."""

    target: float
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True, slots=True)
class Trend:
    """
    One metric over the last complete periods.

    Attributes:
        value: Of the last complete period; of a stock, on the as-of day. None where there is nothing to say.
        period_on: First day of that period; None for a stock.
        before: Of the period before.
        change: For a share value − before, else (value − before) / |before|; None where before is 0 or unknown.
        verdict: `better`, `worse` or `same` by the metric's direction; `neutral` where more is neither; None without change.
        points: (first day, value) of the periods, oldest first; those before the first row are left out.
        standing: `below` or `above` where the value lies outside the bounds, else `reached` or `missed` by the
            target and the direction; None without an aim.
    """

    value: float | None
    period_on: date | None
    before: float | None
    change: float | None
    verdict: str | None
    points: tuple[tuple[date, float | None], ...]
    standing: str | None


def answerable(dictionary: Dictionary, key: str, tables: Collection[str]) -> bool:
    """Whether the tables that *key* counts are all among those of the names *tables*."""
    return all(name in tables for leaf in dictionary.leaves(key) if leaf.grain for name in leaf.grain.needs)


def is_stock(dictionary: Dictionary, key: str) -> bool:
    """Whether *key* belongs to the as-of day and has no periods."""
    return any(leaf.time is None for leaf in dictionary.leaves(key))


def complete_periods(as_of: date, period: str, count: int = SHOWN_PERIODS) -> list[date]:
    """First days of the last *count* periods that end on or before *as_of*, oldest first."""
    now = period_number(as_of, period)
    return [_first_day(number, period) for number in range(now - count, now)]


def trend_rows(dictionary: Dictionary, tables: Tables, keys: Sequence[str], *, period: str, as_of: date) -> ir.Table:
    """period_start and a column per metric, for the periods of `complete_periods` that have rows; errors as for `query`."""
    first = complete_periods(as_of, period)[0]
    asked = query(dictionary, tables, keys, Question(period=period, since=first), as_of=as_of)
    return asked.filter(_.is_complete)


def trend_of(metric: Metric, rows: Sequence[Mapping[str, Any]], *, period: str, as_of: date, aim: Aim | None = None) -> Trend:
    """The trend of *metric* by the rows of `trend_rows`; *aim* is compared with months only."""
    found = {row["period_start"]: _number(row[metric.key]) for row in rows}
    days = [on for on in complete_periods(as_of, period) if found and on >= min(found)]
    empty = 0.0 if metric.settings.ratio is None and metric.settings.empty == "zero" else None
    points = tuple((on, found.get(on, empty)) for on in days)
    value = points[-1][1] if points else None
    before = points[-2][1] if len(points) > 1 else None
    change = _change(value, before, metric.settings.unit)
    standing = _standing(value, aim, metric.settings.direction) if period == "month" else None
    return Trend(value, days[-1] if days else None, before, change, _verdict(change, metric.settings.direction), points, standing)


def stock_of(metric: Metric, value: Any, aim: Aim | None = None) -> Trend:
    """The same for a stock: a value on the as-of day and nothing to compare it with."""
    now = _number(value)
    return Trend(now, None, None, None, None, (), _standing(now, aim, metric.settings.direction))


def _first_day(number: int, period: str) -> date:
    if period in PERIOD_MONTHS:
        month = number * PERIOD_MONTHS[period]
        return date(month // 12, month % 12 + 1, 1)
    return date(1970, 1, 1) + timedelta(days=number * 7 - 3 if period == "week" else number)


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _change(value: float | None, before: float | None, unit: str) -> float | None:
    if value is None or before is None:
        return None
    if unit == "share":
        return value - before
    return (value - before) / abs(before) if before else None


def _verdict(change: float | None, direction: str) -> str | None:
    if change is None:
        return None
    if direction == "neutral" or change == 0:
        return "same" if change == 0 else "neutral"
    return "better" if (change > 0) == (direction == "up") else "worse"


def _standing(value: float | None, aim: Aim | None, direction: str) -> str | None:
    if value is None or aim is None:
        return None
    if aim.lower is not None and value < aim.lower:
        return "below"
    if aim.upper is not None and value > aim.upper:
        return "above"
    return "reached" if (value <= aim.target if direction == "down" else value >= aim.target) else "missed"
