"""`kezhi points`: memberships and points by level and month, or of one customer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from kezhi.cli.options import Json, LangOption, ProjectDir
from kezhi.cli.words import language, out, t

SHOWN = 20


def points(
    customer: Annotated[str | None, typer.Argument(metavar="[CUSTOMER]", help=t("points.customer"))] = None,
    project: ProjectDir = Path(),
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """All, or one customer."""
    from kezhi.api import open_project
    from kezhi.api.project_points import project_points
    from kezhi.cli import shown

    opened = open_project(project)
    found = project_points(opened, customer)
    if as_json:
        shown.as_json(found)
        return
    for name, rows in found.items():
        if rows:
            out.print(f"[bold]{t(f'points.{name}')}[/]")
            _print(rows[:SHOWN] if customer else rows, opened.settings)


def _print(rows: list[dict[str, Any]], settings: Any) -> None:
    from kezhi.measure.answers import cell, head, is_number
    from kezhi.measure.formats import Formats
    from kezhi.measure.words import code_word

    words = language()
    formats = Formats(words, settings.currency)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in rows[0]:
        table.add_column(head(column, words), justify="right" if any(is_number(row[column]) for row in rows) else "left")
    for row in rows:
        told = {"kind": code_word("report.point_kinds", row["kind"], words)} if "kind" in row else {}
        table.add_row(*(told.get(column) or cell(column, value, formats, settings, row) for column, value in row.items()))
    out.print(table, markup=False)
