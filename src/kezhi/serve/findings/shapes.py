"""What is answered about findings."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel


class FindingColumn(BaseModel):
    """A column of a table."""

    key: str
    name: str
    number: bool


class FindingRow(BaseModel):
    """One row: its values, the same in words, and where it leads."""

    values: list[float | str | None]
    words: list[str]
    leads: dict[str, str] | None  # filters of the list of customers, or product_id; none: nowhere


class FindingTable(BaseModel):
    """A table with its definition."""

    key: str
    name: str
    means: str
    columns: list[FindingColumn]
    rows: list[FindingRow]


class Findings(BaseModel):
    """The tables of one subject; none where the project has not what they are made from."""

    subject: str
    tables: list[FindingTable]
    snapshot: str
    as_of: date
