"""The newest events of the log, followed while it grows: bounded in memory, for pages that cannot wait for the next run."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from kezhi.sources.collector.events import happened_at, moment
from kezhi.sources.collector.facts import action, local_text, people, tie
from kezhi.sources.collector.segments import Batch, batches, segments

FIRST_BYTES = 16 * 1024 * 1024  # how far back the first reading goes; later ones skip to it too, if more came meanwhile
MOST_EVENTS = 50_000
PER_PERSON = 100
MINUTES = 60
QUARANTINED = 200
NAMES_A_MINUTE = 200
OTHER = "…"  # the name under which further names of a minute are counted


@dataclass(frozen=True, slots=True)
class LiveEvent:
    """One action as the next run will have it, but for its record."""

    event_id: str  # the source's own
    source: str
    user_id: str | None
    anonymous_id: str | None
    occurred_at: str  # business time
    event_name: str | None
    session_id: str | None
    channel: str | None
    product_id: str | None
    page: str | None


@dataclass(frozen=True, slots=True)
class Quarantined:
    """An event that could not be used."""

    received_at: str
    source: str
    reason: str
    event: Any


class Tail:
    """
    The end of the log in *folder*; each question first reads what has come since the last one.

    Args:
        folder: Of the segments.
        zone: The time zone of a source.
    """

    def __init__(self, folder: Path, zone: Callable[[str], ZoneInfo]) -> None:
        self._folder, self._zone = folder, zone
        self._ends: dict[str, int] = {}
        self._people: OrderedDict[tuple[str, str], deque[LiveEvent]] = OrderedDict()
        self._order: deque[tuple[tuple[str, str], str]] = deque()
        self._users: dict[tuple[str, str], str] = {}  # source and anonymous id -> who was last tied to it
        self._minutes: OrderedDict[str, Counter[tuple[str, str]]] = OrderedDict()
        self._quarantined: deque[Quarantined] = deque(maxlen=QUARANTINED)
        self._reading = threading.Lock()

    def of(self, source: str, ids: set[str], anonymous: set[str]) -> list[LiveEvent]:
        """What a person did: by the *ids* of the user, or unnamed on a device that is the user's now or was when last run."""
        with self._reading:
            self._follow()
            tied = {one for (where, one), user in self._users.items() if where == source and user in ids}
            lost = {one for one in anonymous if self._users.get((source, one), "") not in {*ids, ""}}
            found: dict[str, LiveEvent] = {}
            for one in ids | tied | (anonymous - lost):
                for event in self._people.get((source, one), ()):
                    if event.user_id is None or event.user_id in ids:
                        found[event.event_id] = event
            return list(found.values())

    def sources(self) -> list[str]:
        """Sources that have sent lately."""
        with self._reading:
            self._follow()
            return sorted({source for source, _ in self._people})

    def minutes(self) -> list[tuple[str, str, str, int]]:
        """Minute of receipt (UTC, ISO), source, name of the event and how many, of the last hour that had any."""
        with self._reading:
            self._follow()
            return [(minute, source, name, n) for minute, counts in self._minutes.items() for (source, name), n in sorted(counts.items())]

    def quarantined(self) -> list[Quarantined]:
        """The last events that could not be used, newest first."""
        with self._reading:
            self._follow()
            return list(reversed(self._quarantined))

    def _follow(self) -> None:
        found = [(path, path.stat().st_size) for path in segments(self._folder)]
        budget = FIRST_BYTES
        starts: dict[str, int] = {}
        for path, size in reversed(found):
            begin = self._ends.get(path.name, 0)
            starts[path.name] = max(begin, size - budget, 0)
            budget = max(0, budget - (size - starts[path.name]))
        for path, size in found:
            if starts[path.name] < size:
                self._ends[path.name] = starts[path.name]
                for batch in batches(path, starts[path.name]):
                    self._take(batch)
                    self._ends[path.name] = batch.end
            else:
                self._ends[path.name] = size

    def _take(self, batch: Batch) -> None:
        received = moment(batch.received_at)
        if received is None:
            return
        minute = batch.received_at[:16]
        counts = self._minutes.setdefault(minute, Counter())
        while len(self._minutes) > MINUTES:
            self._minutes.popitem(last=False)
        zone = self._zone(batch.source)
        for name, event in batch.events:
            told, did = tie(event), action(event)
            if told is not None:
                self._users[batch.source, told.anonymous_id] = told.user_id
            shown = str((did or {}).get("event_name") or event["type"])
            key = (batch.source, shown)
            counts[key if key in counts or len(counts) < NAMES_A_MINUTE else (batch.source, OTHER)] += 1
            if did is not None:
                user, anonymous = people(event)
                at = local_text(happened_at(event, batch.sent_at, received), zone)
                self._keep(LiveEvent(name, batch.source, user, anonymous, at, **did))
        for _, reason, event in batch.bad:
            self._quarantined.append(Quarantined(batch.received_at, batch.source, reason, event))
        while len(self._users) > MOST_EVENTS:
            del self._users[next(iter(self._users))]

    def _keep(self, event: LiveEvent) -> None:
        for one in {event.user_id, event.anonymous_id} - {None}:
            key = (event.source, str(one))
            self._people.setdefault(key, deque(maxlen=PER_PERSON)).append(event)
            self._order.append((key, event.event_id))
        while len(self._order) > MOST_EVENTS:
            key, name = self._order.popleft()
            kept = self._people.get(key)
            if kept and kept[0].event_id == name:
                kept.popleft()
            if not kept:
                self._people.pop(key, None)
