"""Copies what people decided about who is who from the store to where the steps of a run can read it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from kezhi.flow.warehouse import Warehouse
from kezhi.kit.engine import arrow_schema, ir
from kezhi.settings import Settings
from kezhi.tables import IDENTITY_DECISIONS


def read_decisions(project: Path, settings: Settings, *, as_of: date | None) -> list[dict[str, Any]]:
    """
    The decisions in the store as rows of `tables.IDENTITY_DECISIONS`, oldest first.

    With *as_of* (a day that was asked for) what was decided on or after it is left out, and what was undone on or after it is
    not undone yet: nobody knew. Without it all is seen.

    Raises:
        StoreUnreachable: The store is there and cannot be opened.
    """
    from kezhi.store.identity import decisions  # here, or `kezhi status` would wait for SQLAlchemy
    from kezhi.store.place import reading_store

    with reading_store(project, settings) as session:
        found = [] if session is None else list(reversed(decisions(session)))
    zone = ZoneInfo(settings.timezone)

    def day(moment: datetime | None) -> date | None:
        return moment.replace(tzinfo=UTC).astimezone(zone).date() if moment else None

    rows: list[dict[str, Any]] = []
    for made in found:
        made_on, undone_on = day(made.made_at), day(made.undone_at)
        if as_of is not None and made_on is not None and made_on >= as_of:
            continue
        if as_of is not None and undone_on is not None and undone_on >= as_of:
            undone_on = None
        rows.append(
            {
                "decision_id": made.decision_id, "number": len(rows) + 1, "kind": made.kind, "one_records": made.one_records,
                "other_records": made.other_records, "author": made.author, "made_on": made_on, "undone_on": undone_on,
            }
        )  # fmt: skip
    return rows


def decisions_table(rows: list[dict[str, Any]], warehouse: Warehouse) -> ir.Table:
    """*rows* of `read_decisions` as a table of the engine."""
    import pyarrow as pa

    schema = arrow_schema(IDENTITY_DECISIONS)
    return warehouse.keep(schema, pa.Table.from_pylist(rows, schema).to_batches())
