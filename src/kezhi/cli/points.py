"""`kezhi points`: memberships and points by level and month, or of one customer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kezhi.cli.options import Json, LangOption, ProjectDir
from kezhi.cli.words import out, t

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
            out.print(t(f"points.{name}"), style="bold")
            shown.as_answer(rows[:SHOWN] if customer else rows, opened.settings, {"kind": "report.point_kinds"})
