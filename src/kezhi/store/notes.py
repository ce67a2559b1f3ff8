"""What people learnt about customers: written by hand, dated, under a name; withdrawn, never deleted."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kezhi.errors import NotFound, WrongInput
from kezhi.locales import Phrase
from kezhi.store.records import Note, utc_now

SOURCES = ("front_desk", "back_office", "phone", "visit", "other")
LONGEST_WORDS = 4000
LONGEST_TAG = 120


def write_note(
    session: Session,
    customer_id: str,
    words: str,
    *,
    author: str,
    learnt_on: date,
    today: date,
    tag: str | None = None,
    source: str = "other",
) -> Note:
    """
    Keep what *author* learnt about a customer.

    Args:
        session: The transaction.
        customer_id: The customer, or a record of one.
        words: The sentence; may be empty if there is a tag.
        author: Login or name of who says so.
        learnt_on: The day it was learnt, in the project's time.
        today: The day of the project, after which nothing can have been learnt.
        tag: What the customer is, in a word or two; none: only words.
        source: One of SOURCES.

    Raises:
        WrongInput: Neither words nor tag, either too long, a tag of two lines, an unknown source, or a day to come.
    """
    words, tag = words.strip(), (tag or "").strip() or None
    if not words and tag is None:
        raise WrongInput(problem=Phrase("notes.empty"))
    if len(words) > LONGEST_WORDS or len(tag or "") > LONGEST_TAG:
        raise WrongInput(problem=Phrase("notes.too_long", words=LONGEST_WORDS, tag=LONGEST_TAG))
    if tag and not tag.isprintable():
        raise WrongInput(problem=Phrase("notes.tag_wrong"))
    if source not in SOURCES:
        raise WrongInput(problem=Phrase("notes.source_unknown", source=source, sources=", ".join(SOURCES)))
    if learnt_on > today:
        raise WrongInput(problem=Phrase("notes.to_come", day=learnt_on))
    note = Note(customer_id=customer_id, tag=tag, words=words, author=author, source=source, learnt_on=learnt_on.isoformat())
    session.add(note)
    session.flush()
    return note


def notes_of(session: Session, customer_ids: Collection[str] | None = None, *, withdrawn: bool = True) -> list[Note]:
    """Notes of the customers (by any of their ids; none given: of all), newest first; *withdrawn* ones too, if asked."""
    asked = select(Note).order_by(Note.learnt_on.desc(), Note.created_at.desc(), Note.note_id)
    if customer_ids is not None:
        asked = asked.where(Note.customer_id.in_(list(customer_ids)))
    if not withdrawn:
        asked = asked.where(Note.withdrawn_at.is_(None))
    return list(session.scalars(asked))


def withdraw_note(session: Session, note_id: str, *, by: str, customer_ids: Collection[str] | None = None) -> Note:
    """
    Say that a note holds no longer; it stays, with who withdrew it and when. Once withdrawn it stays as it is.

    Raises:
        NotFound: There is none of this id (on one of the customers, if they are given).
    """
    note = session.get(Note, note_id)
    if note is None or (customer_ids is not None and note.customer_id not in customer_ids):
        raise NotFound(what=Phrase("notes.note"), id=note_id)
    if note.withdrawn_at is None:
        note.withdrawn_at, note.withdrawn_by = utc_now(), by
    return note
