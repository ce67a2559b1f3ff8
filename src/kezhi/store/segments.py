"""Segments that people saved in the workspace: kept under a key that stays, each with its owner."""

from __future__ import annotations

import re
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from kezhi.errors import NotFound, NotOwner, WrongInput
from kezhi.locales import Phrase
from kezhi.store.records import Segment, utc_now

LONGEST_KEY, LONGEST_NAME, LONGEST_DOC, LONGEST_RULE = 60, 120, 2000, 4000


def all_segments(session: Session) -> list[Segment]:
    """All of them, by key."""
    return list(session.scalars(select(Segment).order_by(Segment.key)))


def find_segment(session: Session, key: str) -> Segment:
    """
    The segment *key*.

    Raises:
        NotFound: None was saved under the key.
    """
    found = session.get(Segment, key)
    if found is None:
        raise NotFound(what=Phrase("segments.segment"), id=key)
    return found


def key_for(name: str, taken: Collection[str]) -> str:
    """A key that nobody has, made of the plain letters of *name*; `segment_2` where it has none."""
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[: LONGEST_KEY - 6] or "segment"
    found, number = plain, 1
    while found in taken:
        number += 1
        found = f"{plain}_{number}"
    return found


def save_segment(
    session: Session, key: str, name: str, expression: str, *, owner: str, taken: Collection[str], name_en: str = "", doc: str = ""
) -> Segment:
    """
    Keep a rule under a key.

    Args:
        session: The transaction.
        key: Small letters, digits and `_`; empty: one is made of the name.
        name: What people call it.
        expression: Its checked, canonical text.
        owner: Login of whose it is.
        taken: Keys that are somebody's already.
        name_en: The English name; empty: the same.
        doc: What it is for.

    Raises:
        WrongInput: No name, too long, a key that is taken or not plain.
    """
    key = key.strip() or key_for(name, taken)
    if not re.fullmatch(r"[a-z0-9_]+", key) or len(key) > LONGEST_KEY:
        raise WrongInput(problem=Phrase("expression.segment_name", name=key))
    if key in taken:
        raise WrongInput(problem=Phrase("segments.taken", key=key))
    segment = Segment(key=key, owner=owner, changed_by=owner, **_checked(name, name_en, doc, expression))
    session.add(segment)
    session.flush()
    return segment


def change_segment(
    session: Session, key: str, *, by: str, may_all: bool, name: str, expression: str, name_en: str = "", doc: str = ""
) -> Segment:
    """
    Give a segment another name, sentence or rule; its key and owner stay.

    Raises:
        NotFound: There is none.
        NotOwner: It is somebody else's, and *may_all* is false.
        WrongInput: No name, or too long.
    """
    segment = _own(session, key, by, may_all=may_all)
    for field, value in _checked(name, name_en, doc, expression).items():
        setattr(segment, field, value)
    segment.changed_at, segment.changed_by = utc_now(), by
    session.flush()
    return segment


def delete_segment(session: Session, key: str, *, by: str, may_all: bool, named_by: Collection[str]) -> Segment:
    """
    Forget a segment; what runs said of its members stays in their snapshots.

    Args:
        session: The transaction.
        key: Which one.
        by: Login of who asks.
        may_all: Whether they may delete other people's.
        named_by: Keys of segments whose rules name this one.

    Raises:
        NotFound: There is none.
        NotOwner: It is somebody else's, and *may_all* is false.
        WrongInput: Other segments are made of it.
    """
    segment = _own(session, key, by, may_all=may_all)
    if named_by:
        raise WrongInput(problem=Phrase("segments.named", key=key, by=", ".join(named_by)))
    session.delete(segment)
    session.flush()
    return segment


def _own(session: Session, key: str, by: str, *, may_all: bool) -> Segment:
    segment = find_segment(session, key)
    if segment.owner != by and not may_all:
        raise NotOwner(owner=segment.owner)
    return segment


def _checked(name: str, name_en: str, doc: str, expression: str) -> dict[str, str]:
    name, name_en, doc = name.strip(), name_en.strip(), doc.strip()
    if not name:
        raise WrongInput(problem=Phrase("segments.no_name"))
    limits = ((name, LONGEST_NAME), (name_en, LONGEST_NAME), (doc, LONGEST_DOC), (expression, LONGEST_RULE))
    if any(len(given) > most for given, most in limits):
        raise WrongInput(problem=Phrase("segments.too_long", name=LONGEST_NAME, doc=LONGEST_DOC, rule=LONGEST_RULE))
    return {"name": name, "name_en": name_en, "doc": doc, "expression": expression}
