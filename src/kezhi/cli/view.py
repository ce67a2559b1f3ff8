"""`kezhi view`: what a department needs of the customers, shown or written to a file."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kezhi.cli.options import Json, LangOption, Limit, ProjectDir
from kezhi.cli.words import t


class Department(StrEnum):
    """Who asks."""

    PRODUCT_TEAM = "product-team"
    SALES = "sales"
    SERVICE = "service"
    MARKETING = "marketing"


def view(
    department: Annotated[Department, typer.Argument(help=t("view.department"))],
    output: Annotated[Path | None, typer.Option("--out", "-o", help=t("view.out"))] = None,
    project: ProjectDir = Path(),
    limit: Limit = 20,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """The first rows, or all of them in a file."""
    from kezhi.api import open_project
    from kezhi.cli import shown
    from kezhi.cli.files import write_rows

    opened = open_project(project)
    table = shown.table_of(opened, f"for_{department.value.replace('-', '_')}")
    ordered = table.order_by(table.columns[0])
    if output is not None:
        write_rows(ordered, output)
        return
    rows = ordered.limit(limit).to_pyarrow().to_pylist()
    shown.as_json(rows) if as_json else shown.as_answer(rows, opened.settings)
