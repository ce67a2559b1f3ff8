"""One customer over HTTP: all that is known, what happened, the circle, personal data for a reason, notes."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request

from kezhi.api.notes import noted
from kezhi.errors import NotFound, WrongInput
from kezhi.locales import Phrase
from kezhi.measure.masking import PERSONAL
from kezhi.serve.access import Who, needs
from kezhi.serve.customers import one
from kezhi.serve.customers.circle import circle
from kezhi.serve.customers.notes import show, shown
from kezhi.serve.customers.one_shapes import Circle, CustomerDetail, NoteNew, NoteShown, Personal, Reason, Timeline
from kezhi.serve.customers.timeline import entries, kinds
from kezhi.serve.problems import answers
from kezhi.serve.workspace import workspace
from kezhi.store.notes import notes_of, withdraw_note, write_note

router = APIRouter(prefix="/customers/{customer_id}", tags=["customers"], responses=answers(404, 409))
Reads = Annotated[Who, needs("customers.read")]
Unmasks = Annotated[Who, needs("customers.personal")]
Writes = Annotated[Who, needs("notes.write")]


@router.get("", operation_id="getCustomer")
def get_customer(request: Request, who: Reads, customer_id: str) -> CustomerDetail:
    """All that is known of one customer, asked by its id or by the id of one of its records."""
    served = workspace(request)
    reader = served.reader()
    found = one.find(reader, who, served, customer_id)
    known = one.facts(reader, found)
    own = known["customer_id"]
    with served.store.reading() as session:
        notes, owner = shown(reader, session, one.ids_of(reader, own), own), one.owner(session, own)
    return CustomerDetail(
        **known,
        notes=notes,
        owner=owner,
        timeline_kinds=kinds(reader),
        has_circle="ties" in reader.snapshot.tables,
        snapshot=reader.snapshot.name,
        as_of=reader.snapshot.as_of,
    )


@router.post("/personal", operation_id="showPersonal")
def show_personal(request: Request, who: Unmasks, customer_id: str, asked: Reason) -> Personal:
    """The personal values unmasked; who saw them and why is in the audit log before they are shown."""
    served = workspace(request)
    reader = served.reader()
    found = one.find(reader, who, served, customer_id)
    own = found["customer_id"]
    records = one.records(reader, own)
    request.app.state.limits.hit("60/minute", "personal", who.account.user_id)
    with served.store.session() as session:
        notes = {note.note_id: note.words for note in notes_of(session, one.ids_of(reader, own))}
        who.noted(session, "customer.shown", own, reason=asked.reason, records=[row["record_id"] for row in records])
    return Personal(
        customer={name: value for name, value in found.items() if name in PERSONAL},
        records=records,
        notes=notes,
        snapshot=reader.snapshot.name,
        as_of=reader.snapshot.as_of,
    )


@router.get("/timeline", operation_id="getTimeline")
def get_timeline(
    request: Request,
    who: Reads,
    customer_id: str,
    kind: Annotated[list[str] | None, Query(description="Only these kinds: order, event")] = None,
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
) -> Timeline:
    """Orders, refunds and events of one customer, newest first, a page at a time."""
    served = workspace(request)
    reader = served.reader()
    own = one.find(reader, who, served, customer_id)["customer_id"]
    known = kinds(reader)
    if wrong := [name for name in kind or [] if name not in known]:
        raise WrongInput(problem=Phrase("serve.kind_unknown", kind=", ".join(wrong), known=", ".join(known)))
    found = entries(reader, own, of=kind or known, after=_read(cursor) if cursor else None, limit=limit)
    following = None
    if len(found) > limit:
        del found[limit:]
        last = found[-1]
        following = base64.urlsafe_b64encode(json.dumps([last["at"].isoformat(), last["kind"], last["key"]]).encode()).decode()
    return Timeline.model_validate({"items": found, "next": following, "snapshot": reader.snapshot.name, "as_of": reader.snapshot.as_of})


@router.get("/circle", operation_id="getCircle")
def get_circle(request: Request, who: Reads, customer_id: str) -> Circle:
    """Who is tied to the customer; not found where the project knows no relations."""
    served = workspace(request)
    reader = served.reader()
    found = circle(reader, who, served, one.find(reader, who, served, customer_id))
    if found is None:
        raise NotFound(what=Phrase("serve.circle"), id=customer_id)
    return Circle.model_validate({**found, "snapshot": reader.snapshot.name, "as_of": reader.snapshot.as_of})


@router.post("/notes", operation_id="addNote", status_code=201)
def add_note(request: Request, who: Writes, customer_id: str, asked: NoteNew) -> NoteShown:
    """Keep what was learnt about the customer; the next run makes a tag of it."""
    served = workspace(request)
    own = one.find(served.reader(), who, served, customer_id)["customer_id"]
    today = datetime.now(ZoneInfo(served.settings.timezone)).date()
    with served.store.session() as session:
        note = write_note(
            session, own, asked.words, author=who.account.login, tag=asked.tag, source=asked.source,
            learnt_on=asked.learnt_on or today, today=today,
        )  # fmt: skip
        who.noted(session, "note.added", own, **noted(note))
        return show(note, {})


@router.delete("/notes/{note_id}", operation_id="withdrawNote")
def withdraw(request: Request, who: Writes, customer_id: str, note_id: str) -> NoteShown:
    """Say that a note holds no longer: who wrote it, a manager or an admin."""
    served = workspace(request)
    reader = served.reader()
    own = one.find(reader, who, served, customer_id)["customer_id"]
    with served.store.session() as session:
        note = withdraw_note(session, note_id, by=who.account.login, customer_ids=one.ids_of(reader, own))
        if note.author != who.account.login and who.account.role not in ("admin", "manager"):
            raise WrongInput(problem=Phrase("notes.not_yours"))
        who.noted(session, "note.withdrawn", own, **noted(note))
        return show(note, {})


def _read(cursor: str) -> tuple[str, str, str]:
    try:
        at, kind, key = json.loads(base64.urlsafe_b64decode(cursor))
        datetime.fromisoformat(at)
    except (ValueError, TypeError):
        raise WrongInput(problem=Phrase("serve.cursor_wrong")) from None
    return str(at), str(kind), str(key)
