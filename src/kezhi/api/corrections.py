"""What cleaning mended, rule by rule and text by text, and what people decide about it."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kezhi.api.notes import at_machine
from kezhi.clean import REJECTABLE, text_key
from kezhi.errors import NotFound, WrongInput
from kezhi.flow.reader import Reader
from kezhi.kit.engine import _, ibis, ir
from kezhi.locales import Phrase
from kezhi.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from kezhi.store.records import CorrectionDecision

Row = dict[str, Any]
ABOUT = ("source", "table_name", "column_name", "rule")
MOST_VALUES = 200


class Corrections:
    """
    The corrections of the snapshot that is read, and what people decide: approve or reject a rule's, or that of one text.

    A rejected correction is not made again from the next run on, for as long as nobody undoes the decision. Each is kept in the store with
    who, when and why, and is an entry of the audit log; the text itself is not kept, only its MD5.
    """

    def __init__(self, folder: Path, settings: Settings, reading: Callable[[], Reader]) -> None:
        self._folder, self._settings, self._reading = folder, settings, reading

    def rules(self) -> builtins.list[Row]:
        """Rows of `rules_of`."""
        with self._session() as session:
            return rules_of(self._reading(), _held(session))

    def values(self, source: str, table_name: str, column_name: str, rule: str, *, limit: int = 50, offset: int = 0) -> builtins.list[Row]:
        """Rows of `values_of`; personal values as they came."""
        with self._session() as session:
            about = (source, table_name, column_name, rule)
            return values_of(self._reading(), about, _held(session), limit=limit, offset=offset)[0]

    def decide(
        self,
        verdict: str,
        source: str,
        table_name: str,
        column_name: str,
        rule: str,
        *,
        text: str | None = None,
        reason: str | None = None,
        author: str | None = None,
    ) -> Row:
        """
        Approve or reject the corrections of a rule in a column of a source, or with *text* (a `text_key` of `values`) those of one text.

        Returns:
            The decision as a row of `decisions`.

        Raises:
            NotFound: The snapshot has no such correction.
            WrongInput: Another verdict, or a rule that cannot be rejected.
        """
        from kezhi.store import audit

        by = author or at_machine()
        with self._session() as session:
            made = keep(session, self._reading(), verdict, (source, table_name, column_name, rule), text, author=by, reason=reason)
            audit.note(session, f"correction.{verdict}", subject(made), login=by, reason=made.reason, details=noted(made))
            return as_row(made, known(self._reading()))

    def undo(self, decision_id: str, *, reason: str | None = None, author: str | None = None) -> Row:
        """
        Take a decision back, from the next run on.

        Raises:
            NotFound: There is no such decision.
        """
        from kezhi.store import audit
        from kezhi.store.corrections import undo

        by = author or at_machine()
        with self._session() as session:
            made = undo(session, decision_id, by=by, reason=reason)
            audit.note(session, "correction.undone", subject(made), login=by, reason=reason, details=noted(made))
            return as_row(made, known(self._reading()))

    def decisions(self, *, undone: bool = False) -> builtins.list[Row]:
        """Decisions, newest first, with those that were undone if asked; `pending` waits for a run."""
        from kezhi.store.corrections import decisions

        with self._session() as session:
            return [as_row(made, known(self._reading())) for made in decisions(session, undone=undone)]

    def _session(self) -> AbstractContextManager[Session]:
        from kezhi.store.place import in_store

        return in_store(self._folder, self._settings)


def rules_of(reader: Reader, decided: Sequence[CorrectionDecision]) -> list[Row]:
    """
    What was mended, rule by rule, the most values first; of a rejected rule that mended nothing any more its decision is left.

    Returns:
        source, table_name, column_name, rule, values, texts (different ones before), can_reject, verdict, decision_id, author and
        texts_decided (decisions about single texts); `pending` is true while a run has not seen the verdict.
    """
    table = reader.table("corrections")
    counted = table.group_by(*ABOUT).agg(values=_.count(), texts=_.before.nunique())
    found: list[Row] = reader.answer(counted.order_by(ibis.desc("values"), *ABOUT)).to_pylist()
    whole = {_about(one): one for one in decided if one.text_key is None}
    there = {tuple(row[name] for name in ABOUT) for row in found}
    for about in whole:
        if about not in there:
            found.append({**dict(zip(ABOUT, about, strict=True)), "values": 0, "texts": 0})
    seen = known(reader)
    for row in found:
        about = tuple(row[name] for name in ABOUT)
        one = whole.get(about)
        row |= {
            "can_reject": row["rule"] in REJECTABLE, "verdict": one and one.verdict, "decision_id": one and one.decision_id,
            "author": one and one.author, "pending": one is not None and (*about, one.verdict, None) not in seen,
            "texts_decided": sum(1 for each in decided if each.text_key is not None and _about(each) == about),
        }  # fmt: skip
    return found


def values_of(
    reader: Reader, about: tuple[str, str, str, str], decided: Sequence[CorrectionDecision], *, limit: int, offset: int = 0
) -> tuple[list[Row], int]:
    """
    The texts that a rule mended in a column of a source, the commonest first.

    Returns:
        before, after, values, source_file, source_line (of the first), text_key, verdict and decision_id (of the text alone); and how many
        there are in all. Values may be personal.
    """
    table = _of(reader, about)
    grouped = table.group_by("before", "after").agg(values=_.count(), source_file=_.source_file.min())
    first = table.group_by("before", "after", "source_file").agg(source_line=_.source_line.min())
    placed = grouped.left_join(first, ["before", "after", "source_file"]).select(*grouped.columns, "source_line")
    order = [ibis.desc("values"), "before", "after"]
    page = placed.mutate(text_key=text_key(placed.before)).order_by(order).limit(min(limit, MOST_VALUES), offset=offset)
    rows: list[Row] = reader.answer(page).to_pylist()
    single = {one.text_key: one for one in decided if one.text_key is not None and _about(one) == about}
    for row in rows:
        one = single.get(row["text_key"])
        row |= {"verdict": one and one.verdict, "decision_id": one and one.decision_id}
    (total,) = reader.answer(grouped.agg(n=_.count())).to_pylist()
    return rows, total["n"]


def keep(
    session: Session,
    reader: Reader,
    verdict: str,
    about: tuple[str, str, str, str],
    text: str | None,
    *,
    author: str,
    reason: str | None = None,
) -> CorrectionDecision:
    """
    Keep a decision about corrections that the snapshot has.

    Raises:
        NotFound: It has none such.
        WrongInput: Another verdict, or a rule that cannot be rejected.
    """
    from kezhi.store.corrections import decide

    found = _of(reader, about)
    if text is not None:
        found = found.filter(text_key(found.before) == text)
    count = reader.answer(found.agg(n=_.count())).to_pylist()[0]["n"]
    if not count:
        raise NotFound(what=Phrase("corrections.corrections"), id=" ".join(about))
    if verdict == "rejected" and about[3] not in REJECTABLE:
        raise WrongInput(problem=Phrase("corrections.not_rejectable", rule=about[3]))
    names = dict(zip(ABOUT, about, strict=True))
    return decide(session, verdict, **names, text_key=text, count=count, author=author, reason=reason)


def known(reader: Reader) -> set[tuple[str | None, ...]]:
    """Decisions that the snapshot was cleaned by: source, table, column, rule, verdict, text."""
    told = reader.snapshot.manifest["settings"].get("clean", {}).get("corrections", [])
    return {(one["source"], one["table"], one["column"], one["rule"], one["verdict"], one["text"]) for one in told}


def as_row(made: CorrectionDecision, seen: set[tuple[str | None, ...]]) -> Row:
    """*made* as people read it; times are UTC; `pending`: the snapshot does not know of it, or of its undoing, yet."""
    names = (
        "decision_id", "verdict", *ABOUT, "text_key", "count", "author", "reason", "made_at", "undone_at", "undone_by", "undo_reason",
    )  # fmt: skip
    is_seen = (*_about(made), made.verdict, made.text_key) in seen
    return {name: getattr(made, name) for name in names} | {"pending": is_seen == (made.undone_at is not None)}


def subject(made: CorrectionDecision) -> str:
    """What the audit log calls the corrections of a decision."""
    return " ".join(_about(made))


def noted(made: CorrectionDecision) -> Row:
    """What the audit log says of a decision: the text only by its key, for it may be personal."""
    return {"decision_id": made.decision_id, "verdict": made.verdict, "text_key": made.text_key, "count": made.count}


def _about(made: CorrectionDecision) -> tuple[str, str, str, str]:
    return made.source, made.table_name, made.column_name, made.rule


def _held(session: Session) -> list[CorrectionDecision]:
    from kezhi.store.corrections import decisions

    return decisions(session, undone=False)


def _of(reader: Reader, about: tuple[str, str, str, str]) -> ir.Table:
    source, table_name, column_name, rule = about
    found = reader.table("corrections")
    return found.filter((_.source == source) & (_.table_name == table_name) & (_.column_name == column_name) & (_.rule == rule))
