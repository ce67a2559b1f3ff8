"""Entries of the audit log, and whether it is whole."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from kezhi.measure.masking import masked_words
from kezhi.serve.access import Who, needs
from kezhi.serve.problems import answers
from kezhi.serve.workspace import workspace
from kezhi.store import audit
from kezhi.store.records import AuditEntry

router = APIRouter(prefix="/audit", tags=["audit"], responses=answers())
Reads = Annotated[Who, needs("audit.read")]
Word = Annotated[str, Query(max_length=300)]


class AuditEntryShown(BaseModel):
    """Who did or saw what; phone numbers, mail addresses and id numbers in words that people typed are masked."""

    number: int
    at: datetime  # UTC
    login: str
    action: str
    subject: str
    reason: str | None
    details: dict[str, Any]
    address: str | None


class AuditPage(BaseModel):
    """One page, newest first."""

    items: list[AuditEntryShown]
    next: int | None  # `before` of the next page
    actions: list[str]  # that occur in the log


class AuditCheck(BaseModel):
    """Whether each entry follows from the one before it."""

    whole: bool
    first_broken: int | None
    entries: int
    last_hash: str | None  # noted elsewhere, it shows whether the newest entries were taken off


@router.get("", operation_id="listAudit", dependencies=[needs("audit.read")])
def list_audit(
    request: Request,
    action: Word = "",
    subject: Word = "",
    login: Word = "",
    since: Annotated[datetime | None, Query(description="UTC")] = None,
    before: Annotated[int | None, Query(ge=1, le=2**31)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> AuditPage:
    """Entries that fit all filters, a page at a time."""
    first = since.replace(tzinfo=None) if since else None
    with workspace(request).store.reading() as session:
        found = audit.entries(session, before=before, limit=limit + 1, action=action, subject=subject, login=login.lower(), since=first)
        shown = [_shown(entry) for entry in found[:limit]]
        return AuditPage(items=shown, next=shown[-1].number if len(found) > limit else None, actions=audit.actions(session))


@router.get("/check", operation_id="checkAudit")
def check_audit(request: Request, who: Reads) -> AuditCheck:
    """Work all hashes out again; some 20,000 entries a second."""
    request.app.state.limits.hit("10/minute", "audit-check", who.account.user_id)
    with workspace(request).store.reading() as session:
        broken, last = audit.first_broken(session), audit.entries(session, limit=1)
        return AuditCheck(
            whole=broken is None, first_broken=broken, entries=last[0].number if last else 0, last_hash=last[0].hash if last else None
        )  # fmt: skip


def _shown(entry: AuditEntry) -> AuditEntryShown:
    told = audit.told(entry)
    return AuditEntryShown.model_validate({**told, "reason": _masked(told["reason"]), "details": _masked(told["details"])})


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return masked_words(value)
    if isinstance(value, dict):
        return {name: _masked(one) for name, one in value.items()}
    return [_masked(one) for one in value] if isinstance(value, list) else value
