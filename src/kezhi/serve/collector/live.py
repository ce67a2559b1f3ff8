"""What customers did since the last run: from the collector's log, within seconds."""

from __future__ import annotations

from typing import Any

from kezhi.serve.workspace import Workspace, rows
from kezhi.sources.collector.tail import LiveEvent


def recent_events(served: Workspace, customer_id: str, limit: int = 50) -> list[dict[str, Any]]:
    """
    The newest actions of a customer that the lake does not have yet, newest first.

    The log's last 50,000 actions are looked through, of one person the last 100; older ones are in the lake after a run. No row
    scope is applied here: the caller has made sure that the customer may be seen.

    Args:
        served: The workspace.
        customer_id: A customer of the current snapshot.
        limit: At most so many.

    Returns:
        event_id and source as in `events`, occurred_at (business time, ISO text), event_name, channel, product_id, page.

    Raises:
        NoSnapshot: The project has not been run.
    """
    reader = served.reader()
    sources = served.tail.sources()
    if not sources:
        return []
    records = [row["record_id"] for row in reader.pick("identity_links", "customer_id", [customer_id])]
    devices: dict[str, set[str]] = {}
    if "anonymous_links" in reader.snapshot.tables:
        for row in reader.pick("anonymous_links", "record_id", records):
            if row["ends_at"] is None:
                devices.setdefault(row["source"], set()).add(row["anonymous_id"])
    found: list[tuple[str, LiveEvent]] = []
    for source in sources:
        before = prefix(served, source)
        ids = {record.removeprefix(before) for record in records if record.startswith(before)}
        found += [(before + event.event_id, event) for event in served.tail.of(source, ids, devices.get(source, set()))]
    found.sort(key=lambda one: (one[1].occurred_at, one[0]), reverse=True)
    if found and "events" in reader.snapshot.tables:
        stored = reader.table("events")
        newest = found[: 4 * limit]
        have = {
            row["event_id"]
            for row in rows(reader, stored.filter(stored.event_id.isin([name for name, _event in newest])).select("event_id"))
        }
        found = [one for one in newest if one[0] not in have]
    return [
        {
            "event_id": name,
            "source": event.source,
            "occurred_at": event.occurred_at.replace(" ", "T"),
            "event_name": event.event_name,
            "channel": event.channel,
            "product_id": event.product_id,
            "page": event.page,
        }
        for name, event in found[:limit]
    ]


def prefix(served: Workspace, source: str) -> str:
    """What stands before the source's own ids, as in the lake."""
    known = served.settings.sources.get(source)
    return known.id_prefix if known is not None and known.id_prefix is not None else f"{source}:"
