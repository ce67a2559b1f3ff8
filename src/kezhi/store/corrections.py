"""What people decided about the corrections that cleaning made: approved, or rejected; undone, never deleted."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from kezhi.errors import NotFound, WrongInput
from kezhi.locales import Phrase
from kezhi.store.records import CorrectionDecision, utc_now

VERDICTS = ("approved", "rejected")
LONGEST_REASON = 2000


def decide(
    session: Session,
    verdict: str,
    *,
    source: str,
    table_name: str,
    column_name: str,
    rule: str,
    text_key: str | None,
    count: int,
    author: str,
    reason: str | None = None,
) -> CorrectionDecision:
    """
    Keep what *author* decided; an earlier decision about the same is undone by it.

    Args:
        session: The transaction.
        verdict: `approved` or `rejected`.
        source: The source.
        table_name: The input table.
        column_name: The column.
        rule: A code of `locales`, section `rules`.
        text_key: MD5 of the text as it came; None: all texts of the rule.
        count: How many values it is about.
        author: Login or name of who says so.
        reason: Why, in words.

    Raises:
        WrongInput: An unknown verdict, or too long a reason.
    """
    reason = (reason or "").strip() or None
    if verdict not in VERDICTS:
        raise WrongInput(problem=Phrase("corrections.verdict_unknown", verdict=verdict, verdicts=", ".join(VERDICTS)))
    if len(reason or "") > LONGEST_REASON:
        raise WrongInput(problem=Phrase("who.reason_long", most=LONGEST_REASON))
    made = CorrectionDecision(
        verdict=verdict, source=source, table_name=table_name, column_name=column_name, rule=rule, text_key=text_key, count=count,
        author=author, reason=reason,
    )  # fmt: skip
    for earlier in decisions(session, undone=False):
        if about(earlier) == about(made):
            earlier.undone_at, earlier.undone_by = utc_now(), author
    session.add(made)
    session.flush()
    return made


def about(one: CorrectionDecision) -> tuple[str | None, ...]:
    """What a decision is about: source, table, column, rule, text."""
    return one.source, one.table_name, one.column_name, one.rule, one.text_key


def decisions(session: Session, *, undone: bool = True) -> list[CorrectionDecision]:
    """All decisions, newest first; *undone* ones too, if asked."""
    asked = select(CorrectionDecision).order_by(CorrectionDecision.made_at.desc(), CorrectionDecision.decision_id)
    if not undone:
        asked = asked.where(CorrectionDecision.undone_at.is_(None))
    return list(session.scalars(asked))  # people decide thousands, not millions


def undo(session: Session, decision_id: str, *, by: str, reason: str | None = None) -> CorrectionDecision:
    """
    Take a decision back; it stays, with who took it back and when. Once undone it stays as it is.

    Raises:
        NotFound: There is none of this id.
        WrongInput: Too long a reason.
    """
    reason = (reason or "").strip() or None
    if len(reason or "") > LONGEST_REASON:
        raise WrongInput(problem=Phrase("who.reason_long", most=LONGEST_REASON))
    made = session.get(CorrectionDecision, decision_id)
    if made is None:
        raise NotFound(what=Phrase("who.decision"), id=decision_id)
    if made.undone_at is None:
        made.undone_at, made.undone_by, made.undo_reason = utc_now(), by, reason
    return made
