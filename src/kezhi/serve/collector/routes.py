"""The collector in the workspace: keys, what comes in, what is kept apart, and a customer's newest actions."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from sqlalchemy.orm import Session

from kezhi.locales import text
from kezhi.serve.access import Who, needs
from kezhi.serve.collector.live import recent_events
from kezhi.serve.collector.shapes import Kept, Key, KeyList, LiveAction, LiveCounts, LiveEvents, Minute, NewKey, Quarantine
from kezhi.serve.customers.one import find
from kezhi.serve.language import language_of
from kezhi.serve.problems import answers
from kezhi.serve.workspace import workspace
from kezhi.sources.collector.tail import Quarantined
from kezhi.store import write_keys
from kezhi.store.records import WriteKey

router = APIRouter(tags=["collector"], responses=answers(404, 409))
Reads = Annotated[Who, needs("customers.read")]
WATCHES = needs("data.read")  # of routes that need not know who
Writes = Annotated[Who, needs("collector.write")]
WRITES = needs("collector.write")
LONGEST_SHOWN = 80


@router.get("/customers/{customer_id}/live-events", operation_id="listLiveEvents")
def live_events(request: Request, who: Reads, customer_id: str, limit: Annotated[int, Query(ge=1, le=100)] = 50) -> LiveEvents:
    """What a customer did since the last run, within seconds of its being sent."""
    served = workspace(request)
    reader = served.reader()
    own = find(reader, who, served, customer_id)["customer_id"]
    items = [LiveAction.model_validate(one) for one in recent_events(served, own, limit)]
    return LiveEvents(items=items, snapshot=reader.snapshot.name, as_of=reader.snapshot.as_of)


@router.get("/collector/live", operation_id="getCollectorLive", dependencies=[WATCHES])
def live_counts(request: Request) -> LiveCounts:
    """Events per minute by source and name."""
    counted = workspace(request).tail.minutes()
    return LiveCounts(items=[Minute(minute=f"{minute}Z", source=source, event_name=name, events=n) for minute, source, name, n in counted])


@router.get("/collector/quarantine", operation_id="listQuarantine", dependencies=[WATCHES])
def quarantine(request: Request) -> Quarantine:
    """Events that could not be used, newest first, with the reason."""
    lang = language_of(request)
    return Quarantine(items=[_kept(one, lang) for one in workspace(request).tail.quarantined()])


@router.get("/collector/keys", operation_id="listWriteKeys", dependencies=[WRITES])
def list_keys(request: Request) -> KeyList:
    """All write keys."""
    with workspace(request).store.reading() as session:
        return KeyList(items=[_key(one) for one in write_keys.all_keys(session)])


@router.post("/collector/keys", operation_id="addWriteKey", status_code=201)
def add_key(request: Request, who: Writes, asked: NewKey) -> Key:
    """A new key for a source."""
    with workspace(request).store.session() as session:
        made = write_keys.add_key(session, asked.source, author=who.account.login)
        who.noted(session, "write_key.added", made.source, write_key=made.write_key)
        answer = _key(made)
    request.app.state.keys.forget()
    return answer


@router.delete("/collector/keys/{write_key}", operation_id="revokeWriteKey")
def revoke_key(request: Request, who: Writes, write_key: str) -> Key:
    """Let a key open nothing any more; events that it brought stay."""
    with workspace(request).store.session() as session:
        answer = _revoked(session, who, write_key)
    request.app.state.keys.forget()
    return answer


def _revoked(session: Session, who: Who, write_key: str) -> Key:
    found = write_keys.revoke_key(session, write_key)
    who.noted(session, "write_key.revoked", found.source, write_key=found.write_key)
    return _key(found)


def _key(one: WriteKey) -> Key:
    return Key(write_key=one.write_key, source=one.source, author=one.author, created_at=one.created_at, revoked_at=one.revoked_at)


def _kept(one: Quarantined, lang: str) -> Kept:
    event: dict[str, Any] = one.event if isinstance(one.event, dict) else {}
    kind, name = (str(event[key])[:LONGEST_SHOWN] if isinstance(event.get(key), str) else None for key in ("type", "event"))
    words = text(f"rejects.{one.reason}", lang)
    fields = sorted(str(key)[:LONGEST_SHOWN] for key in event)[:50]
    return Kept(received_at=one.received_at, source=one.source, reason=one.reason, words=words, kind=kind, event_name=name, fields=fields)
