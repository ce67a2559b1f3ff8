"""Whose customer somebody is: one user's at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from kezhi.store.records import CustomerOwner

CHUNK = 500  # of values bound in one statement


def give(session: Session, user_id: str, customer_ids: Sequence[str]) -> int:
    """Make the customers the user's, whosever they were; gives how many were not already."""
    changed = 0
    for part in _chunks(customer_ids):
        asked = select(CustomerOwner.customer_id).where(CustomerOwner.customer_id.in_(part), CustomerOwner.user_id == user_id)
        new = sorted(set(part) - set(session.scalars(asked)))
        session.execute(delete(CustomerOwner).where(CustomerOwner.customer_id.in_(new)))
        session.add_all(CustomerOwner(customer_id=one, user_id=user_id) for one in new)
        session.flush()
        changed += len(new)
    return changed


def take(session: Session, user_id: str, customer_ids: Sequence[str]) -> int:
    """Take the customers from the user; gives how many were the user's."""
    changed = 0
    for part in _chunks(customer_ids):
        done = session.execute(delete(CustomerOwner).where(CustomerOwner.customer_id.in_(part), CustomerOwner.user_id == user_id))
        assert isinstance(done, CursorResult)
        changed += done.rowcount
    return changed


def counts(session: Session) -> dict[str, int]:
    """How many customers each user has, by user_id."""
    found = session.execute(select(CustomerOwner.user_id, func.count()).group_by(CustomerOwner.user_id))
    return {row[0]: row[1] for row in found}


def _chunks(those: Sequence[str]) -> Iterator[list[str]]:
    for begin in range(0, len(those), CHUNK):
        yield list(those[begin : begin + CHUNK])
