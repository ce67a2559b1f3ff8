"""What is answered about data and runs."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel


class FileRow(BaseModel):
    """One file's rows of one table, each accounted for."""

    source: str
    table_name: str
    source_file: str
    rows_in: int
    rows_out: int
    rows_rejected: int
    rows_merged: int
    adds_up: bool


class Cause(BaseModel):
    """How many rows or values of a source met one reason."""

    source: str
    table_name: str
    column_name: str | None  # of a correction
    code: str
    words: str
    count: int


class Sources(BaseModel):
    """Files, and what was wrong with them."""

    snapshot: str
    as_of: date
    files: list[FileRow]
    rejects: list[Cause]
    corrections: list[Cause]


class Example(BaseModel):
    """One row or value, personal ones made unrecognisable."""

    source_file: str
    source_line: int | None
    before: str | None
    after: str | None
    detail: str | None


class SnapshotRow(BaseModel):
    """One finished run."""

    snapshot: str
    current: bool
    as_of: date
    made_at: str
    engine: str
    seconds: float
    steps: dict[str, dict[str, Any]]
    rows: dict[str, int]


class Node(BaseModel):
    """A step or a table."""

    id: str
    kind: Literal["source", "step", "table"]
    words: str
    rows: int | None  # read from a source, or of a table; none: the current snapshot has none
    how: str | None  # of a step: made, kept, skipped …


class Edge(BaseModel):
    """One is made of the other."""

    made_of: str
    made: str


class Lineage(BaseModel):
    """What is made of what."""

    nodes: list[Node]
    edges: list[Edge]
