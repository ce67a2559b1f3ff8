"""
The audit log: who changed or saw what, when, from where and why.

Each entry's hash is SHA-256 over the hash before it and the entry's own fields. An entry that is changed or taken out
afterwards breaks the chain at its number, and `first_broken` finds it. Taking off the newest entries is seen only by
who has noted the last hash elsewhere.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kezhi.store.database import one_at_a_time
from kezhi.store.records import AuditEntry, utc_now

FIRST = "0" * 64
LOCK = 0x6B657A68  # one writer at a time on PostgreSQL, or two entries would follow the same one; SQLite has one anyway


def note(
    session: Session,
    action: str,
    subject: str = "",
    *,
    login: str,
    user_id: str | None = None,
    reason: str | None = None,
    details: dict[str, Any] | None = None,
    address: str | None = None,
) -> AuditEntry:
    """Add an entry; it is kept if the transaction is."""
    one_at_a_time(session.connection(), LOCK)
    last = session.execute(select(AuditEntry.number, AuditEntry.hash).order_by(AuditEntry.number.desc()).limit(1)).one_or_none()
    entry = AuditEntry(
        number=last.number + 1 if last else 1,
        at=utc_now(),
        user_id=user_id,
        login=login,
        action=action,
        subject=subject[:300],
        reason=reason,
        details=details or {},
        address=address,
        previous_hash=last.hash if last else FIRST,
    )
    entry.hash = _hash(entry)
    session.add(entry)
    session.flush()
    return entry


def entries(
    session: Session,
    *,
    before: int | None = None,
    limit: int = 100,
    action: str | None = None,
    subject: str | None = None,
    login: str | None = None,
    since: datetime | None = None,
) -> list[AuditEntry]:
    """Entries that fit, newest first; *before* is the number to go on from."""
    asked = select(AuditEntry).order_by(AuditEntry.number.desc()).limit(limit)
    if before is not None:
        asked = asked.where(AuditEntry.number < before)
    for column, value in ((AuditEntry.action, action), (AuditEntry.subject, subject), (AuditEntry.login, login)):
        if value:
            asked = asked.where(column == value)
    if since is not None:
        asked = asked.where(AuditEntry.at >= since)
    return list(session.scalars(asked))


def told(entry: AuditEntry) -> dict[str, Any]:
    """*entry* as people read it."""
    return {name: getattr(entry, name) for name in ("number", "at", "login", "action", "subject", "reason", "details", "address")}


def actions(session: Session) -> list[str]:
    """The actions that occur in the log."""
    return sorted(session.scalars(select(AuditEntry.action).distinct()))


def first_broken(session: Session) -> int | None:
    """Number of the first entry that does not follow from the one before it; none if the chain is whole."""
    expected, number = FIRST, 0
    for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.number).execution_options(yield_per=1000)):
        if entry.number != number + 1 or entry.previous_hash != expected or entry.hash != _hash(entry):
            return entry.number
        expected, number = entry.hash, entry.number
    return None


def _hash(entry: AuditEntry) -> str:
    fields = [
        entry.number, entry.at.isoformat(), entry.user_id, entry.login, entry.action,
        entry.subject, entry.reason, entry.details, entry.address,
    ]  # fmt: skip
    said = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256((entry.previous_hash + said).encode()).hexdigest()
