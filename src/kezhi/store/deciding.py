"""What all decisions of people share: a reason in words, newest first, undone and never deleted."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from kezhi.errors import NotFound, WrongInput
from kezhi.locales import Phrase
from kezhi.store.records import CorrectionDecision, IdentityDecision, utc_now

LONGEST_REASON = 2000
Kind = TypeVar("Kind", IdentityDecision, CorrectionDecision)


def plain_reason(reason: str | None) -> str | None:
    """
    *reason* without blanks around it; None for nothing.

    Raises:
        WrongInput: It is too long.
    """
    plain = (reason or "").strip() or None
    if len(plain or "") > LONGEST_REASON:
        raise WrongInput(problem=Phrase("who.reason_long", most=LONGEST_REASON))
    return plain


def newest_first(session: Session, kind: type[Kind], *, undone: bool) -> list[Kind]:
    """All decisions of *kind*; *undone* ones too, if asked. People decide thousands, not millions."""
    asked = select(kind).order_by(kind.made_at.desc(), kind.decision_id)
    return list(session.scalars(asked if undone else asked.where(kind.undone_at.is_(None))))


def take_back(session: Session, kind: type[Kind], decision_id: str, *, by: str, reason: str | None) -> Kind:
    """
    Take a decision back; it stays, with who took it back and when. Once undone it stays as it is.

    Raises:
        NotFound: There is none of this id.
        WrongInput: Too long a reason.
    """
    said = plain_reason(reason)
    made = session.get(kind, decision_id)
    if made is None:
        raise NotFound(what=Phrase("who.decision"), id=decision_id)
    if made.undone_at is None:
        made.undone_at, made.undone_by, made.undo_reason = utc_now(), by, said
    return made
