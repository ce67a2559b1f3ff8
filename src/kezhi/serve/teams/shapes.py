"""What is answered about the views of departments."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel

from kezhi.serve.findings.shapes import FindingColumn


class TeamRow(BaseModel):
    """One customer or product: its id, and the columns of the view in words."""

    id: str
    words: list[str]


class TeamPage(BaseModel):
    """Some rows of a view, how many there are, and the cursor of the next."""

    team: str
    columns: list[FindingColumn]
    sortable: list[str]
    items: list[TeamRow]
    total: int
    next: str | None
    snapshot: str
    as_of: date
