"""Questions about segments of one snapshot, by key of a saved segment or by expression."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from functools import cached_property
from typing import Any

from kezhi.errors import WrongInput
from kezhi.flow.population import event_names, population
from kezhi.kit.engine import _, ir
from kezhi.kit.expression import Expression
from kezhi.locales import Phrase
from kezhi.profile import EVENTS, segments
from kezhi.profile.segments import Population
from kezhi.settings import Settings
from kezhi.tables import PROFILE

Locate = Callable[[str], tuple[str, int]]
Asked = str | Mapping[str, Any]  # a key or an expression, or the expression's JSON tree
MAX_OVERLAP = 8  # 256 regions are more than anybody reads


class Segments:
    """
    The segments of a snapshot.

    Args:
        tables: The snapshot's tables.
        as_of: Its day.
        settings: The project's, with its saved segments.
        locate: Where a text stands in its files.
    """

    def __init__(self, tables: Mapping[str, ir.Table], as_of: Any, settings: Settings, locate: Locate) -> None:
        self.tables, self.as_of, self.settings, self.locate = tables, as_of, settings, locate

    @cached_property
    def events(self) -> list[str]:
        """Names of events in the snapshot."""
        return event_names(self.tables.get("events"), lambda table: table.to_pyarrow())

    @cached_property
    def saved(self) -> dict[str, Expression]:
        """
        Rules of the saved segments by key.

        Raises:
            SettingsWrong: One does not fit; says the file, the line and why.
        """
        # names of events are looked up only where one is unknown: asking the profile alone stays a scan of it
        return segments.parse_segments(self.settings.segments, events=self._names(self.settings.segments), locate=self.locate)

    @cached_property
    def population(self) -> Population:
        """Whom they choose from."""
        return population(self.tables, self.as_of, self.saved)

    def expression(self, asked: Asked) -> Expression:
        """
        The rule of the saved segment *asked*, or the rule that *asked* is.

        Raises:
            ExpressionWrong: Neither a key nor a rule over the profile and what customers did.
            WrongInput: One word that is neither a key nor a column; says the nearest key.
        """
        if isinstance(asked, str):
            if asked in self.saved:
                return self.saved[asked]
            if asked.isidentifier() and asked not in PROFILE.column_names and asked.upper() not in ("TRUE", "FALSE"):
                near = get_close_matches(asked, list(self.saved), n=1)
                hint = (
                    Phrase("expression.did_you_mean", name=near[0])
                    if near
                    else Phrase("expression.known_segments", names=", ".join(self.saved))
                )
                raise WrongInput(
                    problem=Phrase("segments.no_such", key=asked, hint=hint if self.saved else Phrase("expression.no_segments"))
                )
        return segments.definition(asked, events=self._names(asked), segments=list(self.saved))

    def _names(self, asked: Any) -> list[str] | None:
        """Names of events that may be asked for; of an expression without behaviour, none are looked up."""
        text = str(asked)
        return self.events if "did" in text or "(" in text or "call" in text else list(EVENTS)

    def customers(self, asked: Asked) -> ir.Table:
        """The rows of the profile that are in the segment."""
        return segments.filtered(self.population, self.expression(asked))

    def count(self, asked: Asked) -> int:
        """How many customers are in the segment."""
        return int(segments.counted(self.population, self.expression(asked)).to_pyarrow()["customers"][0].as_py())

    def explain(self, asked: Asked) -> Any:
        """See `profile.segments.explained`, as an Arrow table."""
        return segments.explained(self.population, self.expression(asked)).order_by("number").to_pyarrow()

    def overlap(self, asked: Iterable[Asked]) -> Any:
        """
        See `profile.segments.overlap`, as an Arrow table; a column has the name of its key, or its expression.

        Raises:
            WrongInput: Fewer than two, or more than `MAX_OVERLAP`.
        """
        named = {each if isinstance(each, str) else self.expression(each).text: self.expression(each) for each in asked}
        if not 2 <= len(named) <= MAX_OVERLAP:
            raise WrongInput(problem=Phrase("segments.overlap_number", given=len(named), most=MAX_OVERLAP))
        short = {f"in_{number}": expression for number, expression in enumerate(named.values(), start=1)}
        found = segments.overlap(self.population, short).to_pyarrow()
        return found.rename_columns([*named, "customers"])

    def movement(self, key: str) -> Any:
        """
        Who entered and left the saved segment *key* since the snapshot before, and why, as an Arrow table.

        Raises:
            WrongInput: No saved segment of the snapshot has the key.
        """
        known = self.tables["segments"].select("segment").to_pyarrow()["segment"].to_pylist() if "segments" in self.tables else []
        if key not in known:
            near = get_close_matches(key, known, n=1)
            hint = Phrase("expression.did_you_mean", name=near[0]) if near else Phrase("segments.run_first")
            raise WrongInput(problem=Phrase("segments.no_such", key=key, hint=hint))
        rows = self.tables["segment_movement"]
        return rows.filter(rows.segment == key).order_by("movement", "why", "customer_id").to_pyarrow()

    def members_on(self, key: str, day: Any) -> ir.Table:
        """customer_id of who was in the saved segment *key* on *day*, as the runs up to the snapshot saw it."""
        rows = self.tables["segment_history"]
        held = rows.filter(_.segment == key, _.valid_from <= day, _.valid_to.isnull() | (_.valid_to > day))
        return held.select("customer_id")
