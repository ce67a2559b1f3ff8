"""What a report is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from kezhi.kit.engine import ir
from kezhi.settings import Settings


@dataclass(frozen=True, slots=True)
class ReportSource:
    """
    One snapshot as a report sees it.

    Attributes:
        tables: Tables of the lake under their names in `tables.TABLES`; an absent one makes its section say so.
        settings: The project's settings: currency, score table, stages and tags give their words.
        as_of: The first day not seen.
        title: The company's or the analysis's name, as the reader knows it.
        snapshot: The snapshot's name, so that a figure can be found again.
        notes: Sentences for the reader, already in the report's language.
    """

    tables: Mapping[str, ir.Table]
    settings: Settings
    as_of: date
    title: str
    snapshot: str = ""
    notes: list[str] = field(default_factory=list)

    def table(self, name: str) -> ir.Table | None:
        """The table *name*, or None when the snapshot has none."""
        return self.tables.get(name)
