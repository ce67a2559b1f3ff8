"""What customers say, and the places they visit, after cleaning."""

from __future__ import annotations

from datetime import date

from kezhi.clean.repeats import repeats, without
from kezhi.clean.typing import TypedRows, extracted_on, id_prefix, type_rows
from kezhi.kit.engine import Workbench, _, ibis, ir, typed
from kezhi.settings import Settings
from kezhi.tables import CLEAN_FEEDBACK, CLEAN_PLACE_VISITS

MAIL = "[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+"
LONG_NUMBER = "[0-9][0-9 -]{5,}[0-9Xx]"  # phones, cards, identity numbers, with or without blanks and dashes
BLOT = "•••"


def type_feedback(raw: ir.Table, *, settings: Settings, bench: Workbench) -> TypedRows:
    """Typed `feedback`; a row without words, rating and reason of a choice is rejected, as it says nothing."""
    return type_rows(
        "feedback",
        raw,
        settings=settings,
        needed=("said_at",),
        refuse=lambda t: [(t.words.isnull() & t.rating.isnull() & t.chosen_for.isnull(), "nothing_said", "words")],
        bench=bench,
    )


def type_place_visits(raw: ir.Table, *, settings: Settings, bench: Workbench) -> TypedRows:
    """Typed `place_visits`."""
    return type_rows("place_visits", raw, settings=settings, needed=("record_id", "visited_at", "place_name"), bench=bench)


def fates(rows: TypedRows, *, merge: bool, bench: Workbench) -> ir.Table:
    """Repeats of one id; rows without an id stay."""
    key = rows.input.key[0]
    content = [field for field in rows.mapped if field != key]
    return repeats(rows.good, ("source", key), content, merge=merge, supersede=True, bench=bench)


def as_clean_feedback(rows: TypedRows, lost: ir.Table, *, settings: Settings, today: date) -> ir.Table:
    """`tables.CLEAN_FEEDBACK`: people write their numbers into what they say, and personal data stand in few tables (ADR 0005)."""
    named = renamed(rows, lost, "feedback_id", "said_at", settings=settings, today=today)
    named = named.mutate(kind=_.kind.fill_null("other"), words=blotted(named.words), chosen_for=blotted(named.chosen_for))
    return typed(named, CLEAN_FEEDBACK.types)


def as_clean_place_visits(rows: TypedRows, lost: ir.Table, *, settings: Settings, today: date) -> ir.Table:
    """`tables.CLEAN_PLACE_VISITS`."""
    named = renamed(rows, lost, "visit_id", "visited_at", settings=settings, today=today)
    return typed(named, CLEAN_PLACE_VISITS.types)


def blotted(text: ir.StringValue) -> ir.StringValue:
    """*text* without mail addresses and long numbers."""
    return text.re_replace(MAIL, BLOT).re_replace(LONG_NUMBER, BLOT)


def renamed(rows: TypedRows, lost: ir.Table, key: str, moment: str, *, settings: Settings, today: date) -> ir.Table:
    """The rows that go on, ids under the names of the lake; without an id of its own a row is called by its file and line."""
    kept = without(rows.good, lost)
    prefix = id_prefix(kept.source, settings)
    made = kept.source_file + "#" + kept.source_line.cast("string")
    late = kept[moment].date() > extracted_on(kept.source, settings, today)
    return kept.mutate(
        **{key: prefix + kept[key].fill_null(made)},
        record_id=prefix + kept.record_id,
        flags=ibis.cases((late, ibis.literal("future_date")), else_=ibis.null("string")),
    )
