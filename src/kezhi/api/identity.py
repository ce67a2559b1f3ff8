"""Who is who from Python: review, merge, split, undo, explain, and who was who on a day."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kezhi.api import merging, review_queue, who_is_who
from kezhi.api.entities import entities_of
from kezhi.api.notes import at_machine
from kezhi.errors import WrongInput
from kezhi.flow.reader import Reader
from kezhi.locales import Phrase
from kezhi.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from kezhi.store.records import IdentityDecision

Row = dict[str, Any]


class Identity:
    """
    What people decide about who is who; each decision is kept in the store with who, when and why, and is an entry of the audit log.

    A decision wins over what the machine finds, from the next run on and for as long as nobody undoes it.
    """

    def __init__(self, folder: Path, settings: Settings, reading: Callable[[], Reader]) -> None:
        self._folder, self._settings, self._reading = folder, settings, reading

    def preview(self, one: str, other: str) -> Row:
        """What would become of two customers if they were one: `merging.merge_preview`; nothing is decided."""
        return merging.merge_preview(self._reading(), self._settings, one, other)

    def trade_off(self) -> builtins.list[Row]:
        """What another threshold of probable links would give: `who_is_who.trade_off`."""
        return who_is_who.trade_off(self._reading())

    def merge(self, one: str, other: str, *, reason: str | None = None, author: str | None = None) -> Row:
        """
        Say that two customers (by their ids or a record's) are one person.

        Returns:
            The decision as a row of `decisions`.

        Raises:
            NotFound: There is no such customer.
            WrongInput: They are one already.
        """
        return self._decide("same", *who_is_who.sides_of_merge(self._reading(), one, other), reason=reason, author=author)

    def split(self, customer_id: str, records: Sequence[str], *, reason: str | None = None, author: str | None = None) -> Row:
        """
        Say that *records* of a customer are another person than its other records.

        Raises:
            NotFound: There is no such customer.
            WrongInput: The records are not some, but not all, of the customer's.
        """
        sides = who_is_who.sides_of_split(self._reading(), customer_id, records)
        return self._decide("apart", *sides, reason=reason, author=author)

    def answer(self, pair_id: str, answer: str, *, reason: str | None = None, author: str | None = None) -> Row:
        """
        Answer a pair of `review`: `same`, `apart` or `later`; the next run learns its weights with it.

        Raises:
            NotFound: There is no such pair.
            WrongInput: Another answer.
        """
        sides = who_is_who.sides_of_answer(self._reading(), pair_id, answer)
        return self._decide(answer, *sides, reason=reason, author=author)

    def undo(self, decision_id: str, *, reason: str | None = None, author: str | None = None) -> Row:
        """
        Take a decision back: from the next run on each has exactly what it would have without it.

        Raises:
            NotFound: There is no such decision.
        """
        from kezhi.store import audit
        from kezhi.store.identity import undo

        by = author or at_machine()
        with self._session() as session:
            made = undo(session, decision_id, by=by, reason=reason)
            audit.note(session, "identity.undone", made.one_records[0], login=by, reason=reason, details=noted(made))
            return who_is_who.as_row(made, who_is_who.known_decisions(self._reading()))

    def decisions(self, some_id: str | None = None, *, undone: bool = False) -> builtins.list[Row]:
        """Decisions about a customer (or about all), newest first, with those that were undone if asked; `pending` waits for a run."""
        from kezhi.store.identity import decisions

        asked = None if some_id is None else who_is_who.records_of(self._reading(), some_id)[1]
        known = who_is_who.known_decisions(self._reading())
        with self._session() as session:
            return [who_is_who.as_row(made, known) for made in decisions(session, asked, undone=undone)]

    def review(self, limit: int = 20) -> builtins.list[Row]:
        """
        Uncertain pairs that nobody answered, the most money at stake first: `review_queue.queue`, each with its `evidence`.

        Raises:
            WrongInput: The settings ask for neither review nor probable links.
        """
        if not (self._settings.identity.review or self._settings.identity.probable_links):
            raise WrongInput(problem=Phrase("who.no_review"))
        reader = self._reading()
        rows, _of = review_queue.queue(reader, self.decisions(), limit=limit)
        evidence = review_queue.evidence_of(reader, [row["pair_id"] for row in rows])
        return [{**row, "evidence": evidence[row["pair_id"]]} for row in rows]

    def history(self, some_id: str) -> builtins.list[Row]:
        """Rows of `identity_history` about the records that the customer has or ever had, oldest first."""
        return who_is_who.history_of(self._reading(), some_id)

    def values(self, some_id: str) -> builtins.list[Row]:
        """Each value that the customer's records tell, with source and day, the kept one of each field first: `who_is_who.values_of`."""
        return who_is_who.values_of(self._reading(), some_id)

    def entities(self, some_id: str | None = None) -> dict[str, builtins.list[Row]]:
        """Households, companies, accounts and devices, and types of customers: of one customer, or how many: `entities.entities_of`."""
        return entities_of(self._reading(), some_id)

    def on(self, some_id: str, day: date) -> Row:
        """The customer that the id meant at the end of *day*, as it was known then: customer_id, records, on."""
        return who_is_who.who_was(self._reading(), some_id, day)

    def _decide(self, kind: str, one: Sequence[str], other: Sequence[str], *, reason: str | None, author: str | None) -> Row:
        from kezhi.store import audit
        from kezhi.store.identity import decide

        by = author or at_machine()
        with self._session() as session:
            made = decide(session, kind, one, other, author=by, reason=reason)
            audit.note(session, f"identity.{kind}", made.one_records[0], login=by, reason=made.reason, details=noted(made))
            return who_is_who.as_row(made, {})

    def _session(self) -> AbstractContextManager[Session]:
        from kezhi.store.place import in_store

        return in_store(self._folder, self._settings)


def noted(made: IdentityDecision) -> Row:
    """What the audit log says of a decision."""
    return {"decision_id": made.decision_id, "one": made.one_records, "other": made.other_records}
