"""What customers say, and the places they visit, after cleaning."""

from __future__ import annotations

from datetime import date

from kezhi.clean.own_rows import renamed
from kezhi.clean.typing import TypedRows, type_rows
from kezhi.kit.engine import Workbench, _, ir, typed
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


def as_clean_feedback(rows: TypedRows, lost: ir.Table, *, settings: Settings, today: date) -> ir.Table:
    """`tables.CLEAN_FEEDBACK`: people write their numbers into what they say, and personal data stand in few tables (ADR 0005)."""
    named = renamed(rows, lost, "said_at", settings=settings, today=today)
    named = named.mutate(kind=_.kind.fill_null("other"), words=blotted(named.words), chosen_for=blotted(named.chosen_for))
    return typed(named, CLEAN_FEEDBACK.types)


def as_clean_place_visits(rows: TypedRows, lost: ir.Table, *, settings: Settings, today: date) -> ir.Table:
    """`tables.CLEAN_PLACE_VISITS`."""
    named = renamed(rows, lost, "visited_at", settings=settings, today=today)
    return typed(named, CLEAN_PLACE_VISITS.types)


def blotted(text: ir.StringValue) -> ir.StringValue:
    """*text* without mail addresses and long numbers."""
    return text.re_replace(MAIL, BLOT).re_replace(LONG_NUMBER, BLOT)
