"""One step of a run, and what it may read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from kezhi.flow.warehouse import Warehouse
from kezhi.kit.engine import ir
from kezhi.locales import Phrase
from kezhi.settings import Settings


@dataclass(frozen=True)
class Inputs:
    """What a step may read: the tables made so far, the settings, the day, and the last snapshot's tables."""

    tables: Mapping[str, ir.Table]
    settings: Settings
    as_of: date
    today: date
    previous: Mapping[str, ir.Table]  # of the last snapshot; empty on the first run
    previous_as_of: date | None
    bench: Warehouse
    models: Path | None = None  # the registry's folder; None keeps no model from run to run
    notes: list[Phrase] = field(default_factory=list)  # what a step wants said of itself

    def __getitem__(self, name: str) -> ir.Table:
        return self.tables[name]

    def get(self, name: str) -> ir.Table | None:
        """The table *name*, or None when no source gave it."""
        return self.tables.get(name)


@dataclass(frozen=True)
class Step:
    """One step: `needs` must be there, `uses` may be there, `makes` are its tables."""

    name: str
    run: Callable[[Inputs], Mapping[str, ir.Table]]
    needs: tuple[str, ...]
    makes: tuple[str, ...]
    uses: tuple[str, ...] = ()
    also_needs: Callable[[Settings], tuple[str, ...]] = lambda _settings: ()  # what settings make necessary

    def missing(self, tables: Iterable[str], settings: Settings) -> list[str]:
        """Tables that it cannot do without and that are not among *tables*."""
        return [name for name in (*self.needs, *self.also_needs(settings)) if name not in set(tables)]
