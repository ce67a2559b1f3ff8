"""Write keys: with which a source's programs and pages send events. Public by nature, as they stand in web pages."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from kezhi.errors import NotFound, WrongInput
from kezhi.locales import Phrase
from kezhi.store.records import WriteKey, utc_now

SOURCE = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")


def add_key(session: Session, source: str, *, author: str) -> WriteKey:
    """
    A new key of *source*; a source may have several, so that one can be replaced while both are in use.

    Raises:
        WrongInput: The source has no usable name.
    """
    source = source.strip().lower()
    if not SOURCE.fullmatch(source):
        raise WrongInput(problem=Phrase("collector.source_wrong", source=source[:80]))
    made = WriteKey(write_key="wk_" + secrets.token_urlsafe(24), source=source, author=author)
    session.add(made)
    session.flush()
    return made


def all_keys(session: Session) -> Sequence[WriteKey]:
    """Every key, revoked ones too, by source and age."""
    return session.scalars(select(WriteKey).order_by(WriteKey.source, WriteKey.created_at, WriteKey.write_key)).all()


def live_keys(session: Session) -> dict[str, str]:
    """The source of each key that has not been revoked."""
    found = session.scalars(select(WriteKey).where(WriteKey.revoked_at.is_(None)))
    return {one.write_key: one.source for one in found}


def revoke_key(session: Session, write_key: str) -> WriteKey:
    """
    Let *write_key* open nothing any more; it stays in the list.

    Raises:
        NotFound: There is no such key, or it was revoked before.
    """
    found = session.get(WriteKey, write_key)
    if found is None or found.revoked_at is not None:
        raise NotFound(what=Phrase("collector.write_key"), id=write_key)
    found.revoked_at = utc_now()
    session.flush()
    return found
