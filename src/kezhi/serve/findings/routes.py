"""Findings about groups, by subject: tables in words, each row with the customers behind it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Literal

from fastapi import APIRouter, Request

from kezhi.flow.reader import Reader
from kezhi.measure.answers import cell, head, is_number
from kezhi.measure.formats import Formats
from kezhi.measure.pages.findings import Finding, findings
from kezhi.measure.source import ReportSource
from kezhi.measure.words import figure_means, say
from kezhi.serve.access import needs
from kezhi.serve.findings.shapes import FindingColumn, FindingRow, Findings, FindingTable
from kezhi.serve.kept import kept
from kezhi.serve.language import language_of
from kezhi.serve.problems import answers
from kezhi.serve.read import tables_of
from kezhi.serve.workspace import workspace
from kezhi.settings import Settings

router = APIRouter(prefix="/findings", tags=["insight"], responses=answers(409), dependencies=[needs("insight.read")])
Subject = Literal["segments", "prices", "spread", "topics", "criteria", "needs", "patterns", "issues", "places"]


@router.get("/{subject}", operation_id="getFindings")
def get_findings(request: Request, subject: Subject) -> Findings:
    """What is found about the market (segments, prices, spread), voices (topics, criteria, needs) or habits (patterns, issues, places)."""
    reader, lang = workspace(request).reader(), language_of(request)
    snapshot = reader.snapshot
    settings: Settings = kept(reader, "settings", lambda: Settings.model_validate(snapshot.manifest["settings"]))
    found = kept(reader, ("findings", subject), lambda: findings(subject, _source(reader, settings)))
    formats = Formats(lang, settings.currency)
    return Findings(subject=subject, tables=[_table(one, formats, settings) for one in found], snapshot=snapshot.name, as_of=snapshot.as_of)


def _source(reader: Reader, settings: Settings) -> ReportSource:
    snapshot = reader.snapshot
    return ReportSource(tables=tables_of(reader), settings=settings, as_of=snapshot.as_of, title=settings.name, snapshot=snapshot.name)


def _table(found: Finding, formats: Formats, settings: Settings) -> FindingTable:
    names = [name for name in found.rows[0] if any(row[name] is not None for row in found.rows)]
    return FindingTable(
        key=found.key,
        name=say(f"told.{found.key}", formats.lang),
        means=figure_means(found.figure, formats.lang),
        columns=[FindingColumn(key=name, name=head(name, formats.lang), number=any(is_number(row[name]) for row in found.rows)) for name in names],
        rows=[
            FindingRow(
                values=[_plain(row[name]) for name in names],
                words=[cell(name, row[name], formats, settings, row) for name in names],
                leads=leads,
            )
            for row, leads in zip(found.rows, found.leads, strict=True)
        ],
    )  # fmt: skip


def _plain(value: Any) -> float | str | None:
    """*value* as a chart takes it."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, tuple):
        return " ".join(str(part) for part in value if part is not None)
    if isinstance(value, bool | date):
        return str(value)
    kept_as: float | str | None = value
    return kept_as
