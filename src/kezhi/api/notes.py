"""Notes from Python: what people learnt about customers."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from kezhi.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from kezhi.store.records import Note


class Notes:
    """The notes of a project; each change is an entry of the audit log."""

    def __init__(self, folder: Path, settings: Settings, known: Callable[[str], str]) -> None:
        self._folder, self._settings, self._known = folder, settings, known

    def add(
        self,
        customer_id: str,
        words: str = "",
        *,
        tag: str | None = None,
        source: str = "other",
        learnt_on: date | None = None,
        author: str | None = None,
    ) -> dict[str, Any]:
        """
        Keep what was learnt about a customer.

        Args:
            customer_id: The customer, or a record of one.
            words: The sentence; may be empty if there is a tag.
            tag: What the customer is, in a word or two; the next run makes a row of `customer_tags` of it.
            source: Where it was learnt: front_desk, back_office, phone, visit or other.
            learnt_on: The day; none: today in the project's time zone.
            author: Who says so; none: who is at this machine.

        Returns:
            The note as a row of `list`.

        Raises:
            NotFound: There is no such customer.
            WrongInput: Nothing said, too much said, an unknown source, or a day to come.
            NoSnapshot: The project has not been run.
        """
        from kezhi.store import audit
        from kezhi.store.notes import write_note

        known, by = self._known(customer_id), author or at_machine()
        today = datetime.now(ZoneInfo(self._settings.timezone)).date()
        with self._session() as session:
            note = write_note(
                session, known, words, author=by, tag=tag, source=source, learnt_on=learnt_on or today, today=today
            )  # fmt: skip
            audit.note(session, "note.added", known, login=by, details=noted(note))
            return as_row(note)

    def list(self, customer_id: str | None = None, *, withdrawn: bool = False) -> list[dict[str, Any]]:
        """
        Notes of a customer, or of all, newest first, with those that were withdrawn if asked.

        Raises:
            NotFound: There is no such customer.
        """
        from kezhi.store.notes import notes_of

        asked = None if customer_id is None else {customer_id, self._known(customer_id)}
        with self._session() as session:
            return [as_row(note) for note in notes_of(session, asked, withdrawn=withdrawn)]

    def withdraw(self, note_id: str, *, author: str | None = None) -> dict[str, Any]:
        """
        Say that a note holds no longer; it is kept, with who withdrew it.

        Raises:
            NotFound: There is no such note.
        """
        from kezhi.store import audit
        from kezhi.store.notes import withdraw_note

        by = author or at_machine()
        with self._session() as session:
            note = withdraw_note(session, note_id, by=by)
            audit.note(session, "note.withdrawn", note.customer_id, login=by, details=noted(note))
            return as_row(note)

    def _session(self) -> AbstractContextManager[Session]:
        from kezhi.store.place import in_store

        return in_store(self._folder, self._settings)


def as_row(note: Note) -> dict[str, Any]:
    """*note* as people read it; times are UTC."""
    return {
        "note_id": note.note_id, "customer_id": note.customer_id, "tag": note.tag, "words": note.words, "author": note.author,
        "source": note.source, "learnt_on": date.fromisoformat(note.learnt_on), "created_at": note.created_at,
        "withdrawn_at": note.withdrawn_at, "withdrawn_by": note.withdrawn_by,
    }  # fmt: skip


def noted(note: Note) -> dict[str, Any]:
    """What the audit log says of *note*: not its words, which may be about anything."""
    return {"note_id": note.note_id, "tag": note.tag, "source": note.source, "learnt_on": note.learnt_on}


def at_machine() -> str:
    """Who is at this machine, for what is done without a sign-in."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return "kezhi"
