"""Who is who by people's word: two are one person, two are not, ask me later; undone, never deleted."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy.orm import Session

from kezhi.errors import WrongInput
from kezhi.locales import Phrase
from kezhi.store.deciding import newest_first, plain_reason, take_back
from kezhi.store.records import IdentityDecision

KINDS = ("same", "apart", "later")


def decide(
    session: Session, kind: str, one: Sequence[str], other: Sequence[str], *, author: str, reason: str | None = None
) -> IdentityDecision:
    """
    Keep what *author* decided about two groups of records.

    Args:
        session: The transaction.
        kind: `same` (one person), `apart` (two persons) or `later` (no answer yet).
        one: Record ids of the one; of a `same` the first that is still there is tied to the first of the other.
        other: Record ids of the other.
        author: Login or name of who says so.
        reason: Why, in words.

    Raises:
        WrongInput: An unknown kind, a side without records, a record on both sides, or too long a reason.
    """
    if kind not in KINDS:
        raise WrongInput(problem=Phrase("who.kind_unknown", kind=kind, kinds=", ".join(KINDS)))
    if not one or not other or set(one) & set(other):
        raise WrongInput(problem=Phrase("who.sides_wrong"))
    made = IdentityDecision(kind=kind, one_records=list(one), other_records=list(other), author=author, reason=plain_reason(reason))
    session.add(made)
    session.flush()
    return made


def decisions(session: Session, record_ids: Collection[str] | None = None, *, undone: bool = True) -> list[IdentityDecision]:
    """Decisions about any of the records (none given: all), newest first; *undone* ones too, if asked."""
    found = newest_first(session, IdentityDecision, undone=undone)
    if record_ids is None:
        return found
    wanted = set(record_ids)
    return [one for one in found if wanted & {*one.one_records, *one.other_records}]


def undo(session: Session, decision_id: str, *, by: str, reason: str | None = None) -> IdentityDecision:
    """
    Take a decision back; it stays, with who took it back and when. Once undone it stays as it is.

    Raises:
        NotFound: There is none of this id.
        WrongInput: Too long a reason.
    """
    return take_back(session, IdentityDecision, decision_id, by=by, reason=reason)
