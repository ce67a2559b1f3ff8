"""Questions about segments of one snapshot, by key of a saved segment or by expression."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from functools import cached_property
from typing import Any

from kezhi.errors import ExpressionWrong, WrongInput
from kezhi.flow.declared import types_of
from kezhi.flow.population import event_names, population
from kezhi.kit.engine import _, ibis, ir
from kezhi.kit.expression import Expression
from kezhi.kit.expression.nodes import InSegment, walk
from kezhi.locales import Phrase
from kezhi.profile import EVENTS, segments
from kezhi.profile.segments import Population
from kezhi.settings import SegmentSettings, Settings
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
        answer: Computes a table as Arrow; the server's, which many threads ask at once, is its own.
        events: Names of events, where they are known already; None: they are looked up when they are needed.
    """

    def __init__(
        self,
        tables: Mapping[str, ir.Table],
        as_of: Any,
        settings: Settings,
        locate: Locate,
        *,
        answer: Callable[[ir.Table], Any] = lambda asked: asked.to_pyarrow(),
        events: list[str] | None = None,
    ) -> None:
        self.tables, self.as_of, self.settings, self.locate, self.answer = tables, as_of, settings, locate, answer
        if events is not None:
            self.events = events

    @cached_property
    def events(self) -> list[str]:
        """Names of events in the snapshot."""
        return event_names(self.tables.get("events"), self.answer)

    @cached_property
    def features(self) -> dict[str, str]:
        """Declared features by name, with their Ibis types: what a rule may read beside the profile."""
        return types_of(self.settings)

    @cached_property
    def saved(self) -> dict[str, Expression]:
        """
        Rules of the saved segments by key.

        Raises:
            SettingsWrong: One does not fit; says the file, the line and why.
        """
        # names of events are looked up only where one is unknown: asking the profile alone stays a scan of it
        return segments.parse_segments(
            self.fitting[0], events=self._names(self.settings.segments), features=self.features, locate=self.locate
        )

    @cached_property
    def fitting(self) -> tuple[list[SegmentSettings], dict[str, ExpressionWrong]]:
        """The saved segments that can be asked, and why those of the workspace that are left out cannot."""
        return segments.fitting(self.settings.segments, events=self._names(self.settings.segments), features=self.features)

    @cached_property
    def population(self) -> Population:
        """Whom they choose from."""
        return population(self.tables, self.as_of, self.saved, self.features)

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
            if (
                asked.isidentifier()
                and asked not in PROFILE.column_names
                and asked not in self.features
                and asked.upper() not in ("TRUE", "FALSE")
            ):
                near = get_close_matches(asked, list(self.saved), n=1)
                hint = (
                    Phrase("expression.did_you_mean", name=near[0])
                    if near
                    else Phrase("expression.known_segments", names=", ".join(self.saved))
                )
                raise WrongInput(
                    problem=Phrase("segments.no_such", key=asked, hint=hint if self.saved else Phrase("expression.no_segments"))
                )
        return self.rule(asked)

    def rule(self, given: Asked) -> Expression:
        """The rule in *given*, a text or a tree; a key alone is none. Errors as for `expression`, without WrongInput."""
        return segments.definition(given, events=self._names(given), segments=list(self.saved), features=self.features)

    def meaning(self, rule: Expression) -> str:
        """The text of *rule* with those of all segments it names: equal texts find the same customers."""
        named = [node.key for node in walk(rule.root) if isinstance(node, InSegment)]
        return " ".join([rule.text, *(f"[{key}: {self.meaning(self.saved[key])}]" for key in dict.fromkeys(named))])

    def _names(self, asked: Any) -> list[str] | None:
        """Names of events that may be asked for; of an expression without behaviour, none are looked up."""
        text = str(asked)
        return self.events if "did" in text or "(" in text or "call" in text else list(EVENTS)

    def customers(self, asked: Asked, narrow: Callable[[set[str]], ir.Table] | None = None) -> ir.Table:
        """
        The rows of the profile that are in the segment.

        With *narrow*, which gives the profile with at least these columns, only what it gives: to say a filter of a hundred columns takes
        longer than to answer it.
        """
        rule, chosen = self.expression(asked), self.population
        if narrow:
            chosen = replace(chosen, profile=narrow(segments.columns_read(chosen, rule) & set(chosen.profile.columns)))
        return segments.filtered(chosen, rule)

    def count(self, asked: Asked) -> int:
        """How many customers are in the segment."""
        return int(self.answer(segments.counted(self.population, self.expression(asked)))["customers"][0].as_py())

    def sizes(self, rules: Mapping[str, Expression]) -> dict[str, int]:
        """How many customers each of *rules* finds, in one look at everybody."""
        if not rules:
            return {}
        table, holds = segments.holding(self.population, list(rules.values()))
        short = {f"in_{number}": hold.cast("int64").sum() for number, hold in enumerate(holds)}
        found = self.answer(table.aggregate(**short)).to_pylist()[0]
        return {name: int(count or 0) for name, count in zip(rules, found.values(), strict=True)}

    def composition(self, asked: Asked) -> Any:
        """See `profile.segments.composition`, by RFM group, stage, tier and province, as an Arrow table, the largest first."""
        profile = self.tables["profile"]
        dimensions = dict.fromkeys(("rfm_group", "lifecycle_stage", "province"), profile)
        if "tiers" in self.tables:
            dimensions["tier"] = self.tables["tiers"]
        found = segments.composition(self.population, self.expression(asked), dimensions)
        return self.answer(found.order_by("dimension", ibis.desc("customers"), ibis.desc("everyone"), "value"))

    def explain(self, asked: Asked) -> Any:
        """See `profile.segments.explained`, as an Arrow table."""
        return self.answer(segments.explained(self.population, self.expression(asked)).order_by("number"))

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
        found = self.answer(segments.overlap(self.population, short))
        return found.rename_columns([*named, "customers"])

    def movement(self, key: str) -> Any:
        """
        Who entered and left the saved segment *key* since the snapshot before, and why, as an Arrow table.

        Raises:
            WrongInput: No saved segment of the snapshot has the key.
        """
        known = self.answer(self.tables["segments"].select("segment"))["segment"].to_pylist() if "segments" in self.tables else []
        if key not in known:
            near = get_close_matches(key, known, n=1)
            hint = Phrase("expression.did_you_mean", name=near[0]) if near else Phrase("segments.run_first")
            raise WrongInput(problem=Phrase("segments.no_such", key=key, hint=hint))
        rows = self.tables["segment_movement"]
        return self.answer(rows.filter(rows.segment == key).order_by("movement", "why", "customer_id"))

    def was_run(self, key: str) -> bool:
        """Whether the snapshot's run knew the segment *key*."""
        rows = self.tables.get("segments")
        return rows is not None and bool(self.answer(rows.filter(rows.segment == key).select("segment")).num_rows)

    def moved(self, key: str) -> tuple[ir.Table, ir.Table]:
        """Who moved in *key* among the customers of the profile: counts by movement and why, and the customers."""
        rows = self.tables["segment_movement"]
        moved = rows.filter(rows.segment == key).semi_join(self.tables["profile"], "customer_id")
        counts = moved.group_by("movement", "why").aggregate(customers=_.count()).order_by("movement", ibis.desc("customers"), "why")
        return counts, moved.select("customer_id", "movement", "why").order_by("movement", "why", "customer_id")

    def members_on(self, key: str, day: Any) -> ir.Table:
        """customer_id of who was in the saved segment *key* on *day*, as the runs up to the snapshot saw it."""
        rows = self.tables["segment_history"]
        held = rows.filter(_.segment == key, _.valid_from <= day, _.valid_to.isnull() | (_.valid_to > day))
        return held.select("customer_id")

    def sizes_on(self, key: str, among: ir.Table | None = None) -> Any:
        """
        How large the saved segment *key* was, as an Arrow table.

        Columns: on (each day on which a run saw anybody come or go in any segment), customers (in it from that day
        on; with *among*, of those customers).
        """
        rows = self.tables["segment_history"]
        rows = rows if among is None else rows.semi_join(among, "customer_id")
        starts, ends = rows.select(on=rows.valid_from), rows.filter(rows.valid_to.notnull()).select(on=rows.valid_to)
        days, held = starts.union(ends).distinct(), rows.filter(rows.segment == key).select("valid_from", "valid_to")
        within = (held.valid_from <= days.on) & (held.valid_to.isnull() | (held.valid_to > days.on))
        joined = days.left_join(held, within)
        counted = joined.group_by("on").aggregate(customers=joined.valid_from.count())
        return self.answer(counted.order_by("on"))
