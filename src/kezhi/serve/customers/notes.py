"""Notes of one customer as the page shows them: from the store, marked where the snapshot does not know them yet."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from kezhi.api.notes import as_row
from kezhi.flow.reader import Reader
from kezhi.measure.masking import masked_words
from kezhi.serve.customers.one_shapes import NoteShown
from kezhi.store.notes import notes_of
from kezhi.store.records import Note


def shown(reader: Reader, session: Session, ids: set[str], customer_id: str) -> list[NoteShown]:
    """The notes on any of *ids*, newest first."""
    lake = reader.pick("notes", "customer_id", [customer_id]) if "notes" in reader.snapshot.tables else []
    known = {row["note_id"]: row["withdrawn_on"] is not None for row in lake}
    return [show(note, known) for note in notes_of(session, ids)]


def show(note: Note, known: dict[str, bool]) -> NoteShown:
    """*note* with its words masked; *known* says which notes the snapshot has, and whether withdrawn there."""
    withdrawn = note.withdrawn_at is not None
    row: dict[str, Any] = as_row(note)
    # a note that came and went between two runs will never be in a snapshot, and waits for nothing
    pending = known.get(note.note_id, withdrawn) != withdrawn or (note.note_id not in known and not withdrawn)
    return NoteShown.model_validate({**row, "words": masked_words(note.words), "pending": pending})
