"""Saved segments, checked before anything is computed with them: names, expressions, circles."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from kezhi.errors import ExpressionWrong, SettingsWrong
from kezhi.kit.expression import Deeds, Expression, parse, parse_tree
from kezhi.kit.expression.nodes import InSegment, walk
from kezhi.locales import Phrase
from kezhi.profile.behaviours import DEED_COLUMNS, EVENTS
from kezhi.profile.profile import PROFILE_COLUMNS
from kezhi.settings import SEGMENTS_FILE, SegmentSettings, WorkspaceSegment

Locate = Callable[[str], tuple[str, int]]  # a text of a definition file -> the file and the line


def vocabulary(events: Collection[str] | None, segments: Collection[str] | None) -> Deeds:
    """What a segment may ask of behaviour; *events* and *segments* are the known names, None takes any."""
    return Deeds(DEED_COLUMNS, None if events is None else sorted({*EVENTS, *events}), segments)


def definition(
    given: str | Mapping[str, Any],
    *,
    events: Collection[str] | None = None,
    segments: Collection[str] | None = None,
    features: Mapping[str, str] | None = None,
) -> Expression:
    """
    The rule in *given*, a text or a JSON tree, over `tables.PROFILE`, declared *features* (name to Ibis type) and what customers did.

    Raises:
        ExpressionWrong: No rule, or a name that is not known; says the nearest and where it stands.
    """
    known = vocabulary(events, segments)
    if isinstance(given, str):
        return parse(given, columns={**PROFILE_COLUMNS, **(features or {})}, kind="boolean", deeds=known)
    return parse_tree(given, columns={**PROFILE_COLUMNS, **(features or {})}, kind="boolean", deeds=known)


def check_segments(
    segments: Sequence[SegmentSettings],
    *,
    features: Mapping[str, str] | None = None,
    locate: Locate = lambda _: (SEGMENTS_FILE, 1),
) -> None:
    """Check definitions as far as that can be done without data; errors as for `parse_segments`."""
    parse_segments(fitting(segments, features=features)[0], features=features, locate=locate)


def fitting(
    segments: Sequence[SegmentSettings], *, events: Collection[str] | None = None, features: Mapping[str, str] | None = None
) -> tuple[list[SegmentSettings], dict[str, ExpressionWrong]]:
    """
    *segments* without those of the workspace that fit no more, and by key why they do not.

    A rule of a file that does not fit is its author's to mend and stays in: `parse_segments` refuses it. One of the
    workspace, whose column or event has gone since, must not stop a run. What names one that is left out goes with it.
    """
    kept, wrong = list(segments), dict[str, ExpressionWrong]()
    while True:
        keys, before = [one.key for one in kept], len(wrong)
        for one in kept:
            if isinstance(one, WorkspaceSegment):
                try:
                    definition(one.when or "", events=events, segments=keys, features=features)
                except ExpressionWrong as error:
                    wrong[one.key] = error
        if len(wrong) == before:
            return kept, wrong
        kept = [one for one in kept if one.key not in wrong]


def parse_segments(
    segments: Sequence[SegmentSettings],
    *,
    events: Collection[str] | None = None,
    features: Mapping[str, str] | None = None,
    locate: Locate = lambda _: (SEGMENTS_FILE, 1),
) -> dict[str, Expression]:
    """
    The rules of saved segments by key, each after those it names.

    Args:
        segments: The project's.
        events: Names of events in the data; None takes any name, as long as no data are there.
        features: Declared features, name to Ibis type.
        locate: Where a text stands; `settings.locate` of the project's folder.

    Raises:
        SettingsWrong: A key twice or not plain, no or two expressions, an expression that does not fit, a segment
            that is not there, or a circle; names file, line and segment.
    """
    keys = [segment.key for segment in segments]
    found: dict[str, Expression] = {}
    for number, segment in enumerate(segments):
        if not (segment.key.isascii() and segment.key.replace("_", "a").isalnum() and segment.key == segment.key.lower()):
            raise _wrong(locate(segment.key), Phrase("expression.segment_name", name=segment.key))
        if segment.key in keys[:number]:
            raise _wrong(locate(segment.key), Phrase("expression.segment_twice", name=segment.key), Phrase("expression.rename"))
        given = segment.tree if segment.when is None else segment.when
        if given is None or (segment.tree is not None and segment.when is not None):
            raise _wrong(locate(segment.key), Phrase("expression.segment_form", name=segment.key))
        try:
            found[segment.key] = definition(given, events=events, segments=keys, features=features)
        except ExpressionWrong as wrong:
            where = Phrase("expression.of_segment", name=segment.key)
            problem = Phrase(
                "expression.in_definition", where=where, expression=wrong.fields["expression"], problem=wrong.fields["problem"]
            )
            raise _wrong(locate(segment.when or segment.key), problem, wrong.fields["hint"]) from wrong
    return {key: found[key] for key in _in_order(found, locate)}


def _in_order(found: Mapping[str, Expression], locate: Locate) -> list[str]:
    """Keys so that each stands after those it names."""
    done: list[str] = []

    def visit(key: str, path: tuple[str, ...]) -> None:
        if key in path:
            circle = " → ".join((*path[path.index(key) :], key))
            raise _wrong(locate(key), Phrase("expression.segment_circle", circle=circle))
        if key in done:
            return
        for node in walk(found[key].root):
            if isinstance(node, InSegment):
                visit(node.key, (*path, key))
        done.append(key)

    for key in found:
        visit(key, ())
    return done


def _wrong(place: tuple[str, int], problem: Phrase, hint: Phrase | str = "") -> SettingsWrong:
    file, line = place
    return SettingsWrong(file=file, line=line, problem=problem, hint=hint)
