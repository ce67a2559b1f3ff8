"""What people decided about the corrections that cleaning made: approved, or rejected; undone, never deleted."""

from __future__ import annotations

from sqlalchemy.orm import Session

from kezhi.errors import WrongInput
from kezhi.locales import Phrase
from kezhi.store.deciding import newest_first, plain_reason, take_back
from kezhi.store.records import CorrectionDecision, utc_now

VERDICTS = ("approved", "rejected")


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
    if verdict not in VERDICTS:
        raise WrongInput(problem=Phrase("corrections.verdict_unknown", verdict=verdict, verdicts=", ".join(VERDICTS)))
    made = CorrectionDecision(
        verdict=verdict, source=source, table_name=table_name, column_name=column_name, rule=rule, text_key=text_key, count=count,
        author=author, reason=plain_reason(reason),
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
    return newest_first(session, CorrectionDecision, undone=undone)


def undo(session: Session, decision_id: str, *, by: str, reason: str | None = None) -> CorrectionDecision:
    """
    Take a decision back; it stays, with who took it back and when. Once undone it stays as it is.

    Raises:
        NotFound: There is none of this id.
        WrongInput: Too long a reason.
    """
    return take_back(session, CorrectionDecision, decision_id, by=by, reason=reason)
