"""One part of the 7P, and how it asks for figures: through the metric dictionary, or not at all."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from kezhi.measure import metrics
from kezhi.measure.figures.rows import Row, Rows, rows
from kezhi.measure.metrics.grains import PROFILE_DIMENSIONS
from kezhi.measure.source import ReportSource

YEAR_DAYS = 365


@dataclass(frozen=True, slots=True)
class Part:
    """
    One of the seven.

    Attributes:
        code: `profiling`, `persistency`, `profitability`, `performance`, `prospecting`, `product` or `promotion`.
        figures: Keys of the metric dictionary with their values; a metric that no data tell is not among them.
        tables: Rows under the table's code; an empty or unknown one is not among them.
        lacking: Codes of what would have to be known for the rest, of `locales`, section `seven_p.lacking`.
    """

    code: str
    figures: Row = field(default_factory=dict)
    tables: dict[str, Rows] = field(default_factory=dict)
    lacking: list[str] = field(default_factory=list)

    def show(self, name: str, found: Rows | None, *, or_lacks: str | None = None) -> None:
        """Keep the table *found*; where there is nothing in it, note what would be needed."""
        if found:
            self.tables[name] = found
        elif or_lacks is not None and or_lacks not in self.lacking:
            self.lacking.append(or_lacks)

    def say(self, found: Row, *, or_lacks: str) -> None:
        """Keep the figures that are known; where one is not, note what would be needed."""
        self.figures.update({key: value for key, value in found.items() if value is not None})
        if any(value is None for value in found.values()) and or_lacks not in self.lacking:
            self.lacking.append(or_lacks)


def figures(source: ReportSource, *keys: str, since: date | None = None, where: str | None = None) -> Row:
    """The metrics *keys* since a day; None for one whose tables are not there, or that nobody tells."""
    made = asked(source, keys, since=since, where=where)
    return made[0] if made else dict.fromkeys(keys)


def split(source: ReportSource, *keys: str, by: str, since: date | None = None, top: int | None = None) -> Rows | None:
    """The metrics *keys* per value of *by*, most of the first metric first; None where *by* is not known of any row."""
    made = [row for row in asked(source, keys, by=(by,), since=since) or [] if row[by] is not None]
    made.sort(key=lambda row: (-(row[keys[0]] or 0), row[by]))
    return made[:top] or None


def months(source: ReportSource, *keys: str) -> Rows | None:
    """The metrics *keys* of each of the last twelve whole months."""
    made = asked(source, keys, period="month", since=year_before(source.as_of) - timedelta(days=31))
    whole = [row for row in made or [] if row.pop("is_complete")]
    return [{"month": row.pop("period_start"), **row} for row in whole][-12:]


def asked(source: ReportSource, keys: tuple[str, ...], **question: Any) -> Rows | None:
    """The answer of the dictionary; None where a table it reads is not in the snapshot."""
    dictionary = metrics.standard()
    needed = {name for key in keys for leaf in dictionary.leaves(key) if leaf.grain for name in leaf.grain.needs}
    if question.get("where") or set(question.get("by", ())) & set(PROFILE_DIMENSIONS):
        needed.add("profile")
    if needed - set(source.tables):
        return None
    return rows(metrics.query(dictionary, source.tables, keys, metrics.Question(**question), as_of=source.as_of))


def year_before(day: date) -> date:
    """The first of the 365 days before *day*."""
    return day - timedelta(days=YEAR_DAYS)
