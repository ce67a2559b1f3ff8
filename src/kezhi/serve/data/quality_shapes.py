"""What is asked and answered about the quality of data and about corrections."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field

Why = Field(None, max_length=2000, examples=["原系统确认过，金额单位是角"])
Code = Field(max_length=120)


class QualityDimension(BaseModel):
    """One way in which data can be good, over all sources."""

    dimension: str
    name: str
    means: str
    n: int
    failing: int
    share: float | None  # that passes; none: nothing was looked at


class QualityCell(BaseModel):
    """One dimension of a table, or of one of its columns."""

    source: str
    table_name: str
    table: str
    column_name: str | None  # `*` for the row as a whole; none: of the whole table
    column: str | None
    dimension: str
    n: int
    failing: int
    share: float | None
    newest_on: date | None


class QualityPoint(BaseModel):
    """One dimension of a table on one day."""

    as_of: date
    source: str
    table_name: str
    dimension: str
    n: int
    failing: int
    share: float | None


class Quality(BaseModel):
    """The scorecard, its columns and its history."""

    dimensions: list[QualityDimension]
    scorecard: list[QualityCell]
    columns: list[QualityCell]
    history: list[QualityPoint]
    snapshot: str
    as_of: date


class QualityRow(BaseModel):
    """A row that fails, masked."""

    source_file: str
    source_line: int | None
    before: str | None
    after: str | None
    reason: str


class Correction(BaseModel):
    """What a rule mended in one column of one source."""

    source: str
    table_name: str
    table: str
    column_name: str
    column: str
    rule: str
    words: str
    values: int
    texts: int
    can_reject: bool
    verdict: Literal["approved", "rejected"] | None
    decision_id: str | None
    author: str | None
    pending: bool  # a run has not seen the verdict yet
    texts_decided: int


class Corrections(BaseModel):
    """All of them, the most values first."""

    items: list[Correction]
    snapshot: str
    as_of: date


class Mended(BaseModel):
    """One text and what became of it, masked where it is personal."""

    before: str | None
    after: str | None
    values: int
    source_file: str
    source_line: int | None
    text_key: str | None
    verdict: Literal["approved", "rejected"] | None
    decision_id: str | None


class MendedPage(BaseModel):
    """Some of the texts, and how many there are."""

    items: list[Mended]
    total: int


class CorrectionNew(BaseModel):
    """What somebody decides about the corrections of a rule, or about those of one text."""

    verdict: Literal["approved", "rejected"]
    source: str = Code
    table_name: str = Code
    column_name: str = Code
    rule: str = Code
    text_key: str | None = Field(None, pattern="^[0-9a-f]{32}$")
    reason: str | None = Why


class CorrectionUndo(BaseModel):
    """Why a decision is taken back."""

    reason: str | None = Why


class CorrectionDecision(BaseModel):
    """What somebody decided."""

    decision_id: str
    verdict: str
    source: str
    table_name: str
    table: str
    column_name: str
    column: str
    rule: str
    words: str
    text_key: str | None
    count: int
    author: str
    reason: str | None
    made_at: datetime
    undone_at: datetime | None
    undone_by: str | None
    undo_reason: str | None
    pending: bool
