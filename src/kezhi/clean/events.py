"""Events after cleaning."""

from __future__ import annotations

from datetime import date

from kezhi.clean.own_rows import renamed
from kezhi.clean.typing import TypedRows, type_rows
from kezhi.kit.engine import Workbench, ir, typed
from kezhi.settings import Settings
from kezhi.tables import CLEAN_EVENTS


def type_events(raw: ir.Table, *, settings: Settings, bench: Workbench) -> TypedRows:
    """Typed `events`."""
    return type_rows("events", raw, settings=settings, needed=("occurred_at", "event_name"), bench=bench)


def as_clean_events(events: TypedRows, fates: ir.Table, *, settings: Settings, today: date) -> ir.Table:
    """`tables.CLEAN_EVENTS`; an event without an id is called by its file and line."""
    return typed(renamed(events, fates, "occurred_at", settings=settings, today=today), CLEAN_EVENTS.types)
