"""The quality of the data, and what people decide about the corrections that cleaning made."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request

from kezhi.api import corrections
from kezhi.flow.gaps import rows_without
from kezhi.kit.engine import _, ir
from kezhi.locales import text
from kezhi.measure.figures.scorecard import DIMENSIONS, by_dimension, scorecard, shares
from kezhi.measure.masking import masked
from kezhi.measure.words import code_word
from kezhi.serve.access import Who, needs
from kezhi.serve.data.quality_shapes import (
    Correction,
    CorrectionDecision,
    CorrectionNew,
    Corrections,
    CorrectionUndo,
    Mended,
    MendedPage,
    Quality,
    QualityCell,
    QualityDimension,
    QualityPoint,
    QualityRow,
)
from kezhi.serve.language import language_of
from kezhi.serve.problems import answers
from kezhi.serve.read import has, small, tables_of
from kezhi.serve.workspace import rows, workspace
from kezhi.store.corrections import decisions, undo

router = APIRouter(prefix="/data", tags=["data"], responses=answers(404, 409))
Reads = Annotated[Who, needs("data.read")]
Decides = Annotated[Who, needs("data.write")]
Name = Annotated[str, Query(max_length=120)]
Kind = Literal["completeness", "validity", "consistency", "uniqueness", "timeliness"]
SHOWN_ROWS = 50


@router.get("/quality", operation_id="getQuality")
def get_quality(request: Request, who: Reads) -> Quality:
    """The scorecard of every source and table, what fails column by column, and how it went from run to run."""
    reader, lang = workspace(request).reader(), language_of(request)

    def of(key: str, name: str, asked: Any, *order: str) -> list[dict[str, Any]]:
        return small(reader, ("quality", key), lambda: asked(tables_of(reader)[name]).order_by(list(order))) if has(reader, name) else []

    whole = {row["dimension"]: row for row in of("dimensions", "quality", by_dimension, "dimension")}
    place = ("source", "table_name", "column_name", "dimension")
    return Quality(
        dimensions=[
            QualityDimension(dimension=one, name=text(f"quality.{one}.name", lang), means=text(f"quality.{one}.means", lang), **_figures(whole.get(one)))
            for one in DIMENSIONS
        ],
        scorecard=[QualityCell(**row, column_name=None, column=None, table=_table(row, lang)) for row in of("card", "quality", scorecard, "source", "table_name", "dimension")],
        columns=[QualityCell(**_picked(row), column=_column(row, lang), table=_table(row, lang)) for row in of("columns", "quality", shares, *place)],
        history=[QualityPoint.model_validate(row) for row in of("history", "quality_history", shares, "as_of", "source", "table_name", "dimension")],
        snapshot=reader.snapshot.name,
        as_of=reader.snapshot.as_of,
    )  # fmt: skip


@router.get("/quality/rows", operation_id="getQualityRows")
def get_quality_rows(request: Request, who: Reads, source: Name, table_name: Name, column_name: Name, dimension: Kind) -> list[QualityRow]:
    """The first rows that fail a check of a column: mended, not to be read or used (masked), or without a value; of others at least the first."""
    served = workspace(request)
    reader, lang = served.reader(), language_of(request)
    here = (_.source == source) & (_.table_name == table_name)
    found: list[QualityRow] = []
    mended = reader.table("corrections").filter(here & (_.column_name == column_name))
    which = {"*": {"uniqueness": _.rule == "duplicate_row"}}.get(
        column_name, {"validity": _.after.isnull(), "consistency": _.after.notnull()}
    )
    for row in _first(reader, mended.filter(which[dimension])) if dimension in which else []:
        before, after = (None if column_name == "*" else masked(column_name, row[name]) for name in ("before", "after"))
        place = {name: row[name] for name in ("source_file", "source_line")}
        kept = row["after"] if column_name == "*" else after  # of a whole row: the place of the one that stays
        found.append(QualityRow(**place, before=before, after=kept, reason=text(f"rules.{row['rule']}", lang)))
    if dimension in ("validity", "uniqueness", "consistency", "completeness"):
        lost = reader.table("rejects").filter(here)
        own = {"uniqueness": _.reason == "superseded", "validity": _.stage == "read"}
        whole = own.get(dimension, (_.stage == "clean") & _.reason.notin(["superseded", "missing_value", "unreadable_value"]))
        reason = "missing_value" if dimension == "completeness" else "unreadable_value"
        lost = lost.filter(whole if column_name == "*" else (_.detail == column_name) & (_.reason == reason))
        found += [
            QualityRow(
                source_file=row["source_file"], source_line=row["source_line"], before=masked("*", row["raw_text"]), after=None,
                reason=text(f"rejects.{row['reason']}", lang),
            )
            for row in _first(reader, lost)
        ]  # fmt: skip
    cell = reader.table("quality").filter(here & (_.column_name == column_name) & (_.dimension == dimension) & _.example_file.notnull())
    places = [(row["example_file"], row["example_line"]) for row in rows(reader, cell)]
    if dimension == "completeness" and places:
        places += rows_without(served.folder, source, table_name, column_name, most=SHOWN_ROWS)
    told, words = {(one.source_file, one.source_line) for one in found}, text(f"quality.{dimension}.fails", lang)
    found += [
        QualityRow(source_file=file, source_line=line, before=None, after=None, reason=words)
        for file, line in dict.fromkeys(places)
        if (file, line) not in told
    ]
    return found[:SHOWN_ROWS]


@router.get("/corrections", operation_id="listCorrections")
def list_corrections(request: Request, who: Reads) -> Corrections:
    """What was mended, rule by rule, with what people decided about it."""
    served = workspace(request)
    reader, lang = served.reader(), language_of(request)
    with served.store.reading() as session:
        found = corrections.rules_of(reader, decisions(session, undone=False))
    items = [Correction.model_validate({**row, "table": _table(row, lang), "column": _column(row, lang), "words": text(f"rules.{row['rule']}", lang)}) for row in found]  # fmt: skip
    return Corrections(items=items, snapshot=reader.snapshot.name, as_of=reader.snapshot.as_of)


@router.get("/corrections/values", operation_id="listMended")
def list_mended(
    request: Request,
    who: Reads,
    source: Name,
    table_name: Name,
    column_name: Name,
    rule: Name,
    limit: Annotated[int, Query(ge=1, le=corrections.MOST_VALUES)] = 20,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> MendedPage:
    """The texts that a rule mended, the commonest first; what is personal in them is masked."""
    served = workspace(request)
    reader = served.reader()
    with served.store.reading() as session:
        held = decisions(session, undone=False)
        found, total = corrections.values_of(reader, (source, table_name, column_name, rule), held, limit=limit, offset=offset)
    shown = [Mended.model_validate(row | {name: _shown(column_name, row[name]) for name in ("before", "after")}) for row in found]
    return MendedPage(items=shown, total=total)


@router.post("/corrections/decisions", operation_id="decideCorrections", status_code=201)
def decide_corrections(request: Request, who: Decides, asked: CorrectionNew) -> CorrectionDecision:
    """Approve or reject the corrections of a rule, or those of one text; a rejected one is not made again from the next run on."""
    served = workspace(request)
    reader = served.reader()
    about = (asked.source, asked.table_name, asked.column_name, asked.rule)
    with served.store.session() as session:
        made = corrections.keep(session, reader, asked.verdict, about, asked.text_key, author=who.account.login, reason=asked.reason)
        who.noted(session, f"correction.{asked.verdict}", corrections.subject(made), reason=made.reason, **corrections.noted(made))
        return _decision(made, corrections.known(reader), language_of(request))


@router.get("/corrections/decisions", operation_id="listCorrectionDecisions")
def list_correction_decisions(
    request: Request, who: Reads, undone: bool = False, limit: Annotated[int, Query(ge=1, le=500)] = 100
) -> list[CorrectionDecision]:
    """What people decided about corrections, newest first."""
    served = workspace(request)
    seen, lang = corrections.known(served.reader()), language_of(request)
    with served.store.reading() as session:
        return [_decision(made, seen, lang) for made in decisions(session, undone=undone)[:limit]]


@router.post("/corrections/decisions/{decision_id}/undo", operation_id="undoCorrectionDecision")
def undo_correction_decision(request: Request, who: Decides, decision_id: str, asked: CorrectionUndo) -> CorrectionDecision:
    """Take a decision back, from the next run on."""
    served = workspace(request)
    reader = served.reader()
    with served.store.session() as session:
        made = undo(session, decision_id, by=who.account.login, reason=asked.reason)
        who.noted(session, "correction.undone", corrections.subject(made), reason=asked.reason, **corrections.noted(made))
        return _decision(made, corrections.known(reader), language_of(request))


def _decision(made: Any, seen: set[tuple[str | None, ...]], lang: str) -> CorrectionDecision:
    row = corrections.as_row(made, seen)
    return CorrectionDecision.model_validate(
        {**row, "table": _table(row, lang), "column": _column(row, lang), "words": text(f"rules.{row['rule']}", lang)}
    )


def _first(reader: Any, found: ir.Table) -> list[dict[str, Any]]:
    return rows(reader, found.order_by("source_file", "source_line").limit(SHOWN_ROWS))


def _shown(column: str, value: str | None) -> str | None:
    return value if column == "*" else masked(column, value)  # of a whole row before and after are places of rows


def _figures(row: dict[str, Any] | None) -> dict[str, Any]:
    return {name: row[name] if row else None if name == "share" else 0 for name in ("n", "failing", "share")}


def _picked(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("source", "table_name", "column_name", "dimension", "n", "failing", "share", "newest_on")}


def _table(row: dict[str, Any], lang: str) -> str:
    return code_word("report.tables", row["table_name"], lang)


def _column(row: dict[str, Any], lang: str) -> str:
    return code_word("report.fields", row["column_name"], lang)
