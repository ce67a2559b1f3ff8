"""Who is who by people's word: two are one person, two are not, ask me later; undone, never deleted."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from kezhi.errors import NotFound, WrongInput
from kezhi.locales import Phrase
from kezhi.store.records import IdentityDecision, utc_now

KINDS = ("same", "apart", "later")
LONGEST_REASON = 2000


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
    reason = (reason or "").strip() or None
    if kind not in KINDS:
        raise WrongInput(problem=Phrase("who.kind_unknown", kind=kind, kinds=", ".join(KINDS)))
    if not one or not other or set(one) & set(other):
        raise WrongInput(problem=Phrase("who.sides_wrong"))
    if len(reason or "") > LONGEST_REASON:
        raise WrongInput(problem=Phrase("who.reason_long", most=LONGEST_REASON))
    made = IdentityDecision(kind=kind, one_records=list(one), other_records=list(other), author=author, reason=reason)
    session.add(made)
    session.flush()
    return made


def decisions(session: Session, record_ids: Collection[str] | None = None, *, undone: bool = True) -> list[IdentityDecision]:
    """Decisions about any of the records (none given: all), newest first; *undone* ones too, if asked."""
    asked = select(IdentityDecision).order_by(IdentityDecision.made_at.desc(), IdentityDecision.decision_id)
    if not undone:
        asked = asked.where(IdentityDecision.undone_at.is_(None))
    found = list(session.scalars(asked))  # people decide thousands, not millions
    if record_ids is None:
        return found
    wanted = set(record_ids)
    return [one for one in found if wanted & {*one.one_records, *one.other_records}]


def undo(session: Session, decision_id: str, *, by: str, reason: str | None = None) -> IdentityDecision:
    """
    Take a decision back; it stays, with who took it back and when. Once undone it stays as it is.

    Raises:
        NotFound: There is none of this id.
    """
    made = session.get(IdentityDecision, decision_id)
    if made is None:
        raise NotFound(what=Phrase("who.decision"), id=decision_id)
    if made.undone_at is None:
        made.undone_at, made.undone_by, made.undo_reason = utc_now(), by, (reason or "").strip() or None
    return made
