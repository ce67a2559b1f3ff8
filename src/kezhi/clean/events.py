"""Events after cleaning."""

from __future__ import annotations

from datetime import date

from kezhi.clean.repeats import repeats, without
from kezhi.clean.typing import TypedRows, extracted_on, id_prefix, type_rows
from kezhi.kit.engine import Workbench, ibis, ir, typed
from kezhi.settings import Settings
from kezhi.tables import CLEAN_EVENTS


def type_events(raw: ir.Table, *, settings: Settings, bench: Workbench) -> TypedRows:
    """Typed `events`."""
    return type_rows("events", raw, settings=settings, needed=("occurred_at", "event_name"), bench=bench)


def event_fates(events: TypedRows, *, merge: bool, bench: Workbench) -> ir.Table:
    """Repeats of one event id; events without an id stay."""
    content = [field for field in events.mapped if field != "event_id"]
    return repeats(events.good, ("source", "event_id"), content, merge=merge, supersede=True, bench=bench)


def as_clean_events(events: TypedRows, fates: ir.Table, *, settings: Settings, today: date) -> ir.Table:
    """`tables.CLEAN_EVENTS`; an event without an id is called by its file and line."""
    rows = without(events.good, fates)
    prefix = id_prefix(rows.source, settings)
    made = rows.source_file + "#" + rows.source_line.cast("string")
    late = rows.occurred_at.date() > extracted_on(rows.source, settings, today)
    return typed(
        rows.mutate(
            event_id=prefix + rows.event_id.fill_null(made),
            record_id=prefix + rows.record_id,
            flags=ibis.cases((late, ibis.literal("future_date")), else_=ibis.null("string")),
        ),
        CLEAN_EVENTS.types,
    )
