"""Copies the notes of the store to where the steps of a run can read them."""

from __future__ import annotations

from datetime import UTC, date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from kezhi.flow.warehouse import Warehouse
from kezhi.kit.engine import ir
from kezhi.measure.masking import masked_words
from kezhi.settings import Settings

SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("note_id", "customer_id", "tag", "words", "author", "source")),
        ("learnt_on", pa.date32()),
        ("withdrawn_on", pa.date32()),
        ("withdrawn_by", pa.string()),
    ]
)


def read_notes(project: Path, settings: Settings, *, as_of: date | None) -> list[dict[str, Any]]:
    """
    The notes in the store, with phone numbers, mail addresses and id numbers in their words masked.

    With *as_of* (a day that was asked for) what was learnt on or after it is left out, and what was withdrawn on or
    after it is not withdrawn yet: nobody knew. Without it (the day comes from the newest order) all is seen.

    Raises:
        StoreUnreachable: The store is there and cannot be opened.
    """
    from kezhi.store.notes import notes_of  # here, or `kezhi status` would wait for SQLAlchemy
    from kezhi.store.place import reading_store

    with reading_store(project, settings) as session:
        found = [] if session is None else notes_of(session)
    zone = ZoneInfo(settings.timezone)
    rows = []
    for note in sorted(found, key=lambda one: one.note_id):
        learnt = date.fromisoformat(note.learnt_on)
        ended = note.withdrawn_at.replace(tzinfo=UTC).astimezone(zone).date() if note.withdrawn_at else None
        if as_of is not None and learnt >= as_of:
            continue
        if as_of is not None and ended is not None and ended >= as_of:
            ended = None
        rows.append(
            {
                "note_id": note.note_id, "customer_id": note.customer_id, "tag": note.tag, "words": masked_words(note.words),
                "author": note.author, "source": note.source, "learnt_on": learnt, "withdrawn_on": ended,
                "withdrawn_by": note.withdrawn_by if ended else None,
            }
        )  # fmt: skip
    return rows


def notes_table(rows: list[dict[str, Any]], warehouse: Warehouse) -> ir.Table:
    """*rows* of `read_notes` as a table of the engine."""
    return warehouse.keep(SCHEMA, pa.Table.from_pylist(rows, SCHEMA).to_batches())
