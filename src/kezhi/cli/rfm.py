"""`kezhi rfm migration`, `kezhi rfm list FROM TO`: how customers moved between the eight groups, and who they are."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kezhi.cli.options import Compared, ComparedWith, Json, LangOption, Limit, ProjectDir
from kezhi.cli.words import t

app = typer.Typer(no_args_is_help=True)


@app.command(help=t("rfm.migration"))
def migration(
    project: ProjectDir = Path(), compared: Compared = ComparedWith.RECOMPUTED, as_json: Json = False, lang: LangOption = None
) -> None:
    """The matrix, one row per cell that holds somebody, with the play for the group they are in now."""
    from kezhi.cli import moved, shown
    from kezhi.cli.words import language
    from kezhi.measure.words import known

    rows = [
        row | {"play": known(f"report.actions.{row['to_group']}", language())} for row in moved.cells(project, "rfm_migration", compared)[1]
    ]
    words = {"from_group": shown.group, "to_group": shown.group}
    moved.show(rows, ("from_group", "to_group", "customers", "share", "net_amount"), words, compared, as_json=as_json)


@app.command("list", help=t("rfm.list"))
def list_(
    from_group: Annotated[str, typer.Argument(metavar="FROM", help=t("rfm.from"))],
    to_group: Annotated[str, typer.Argument(metavar="TO", help=t("rfm.to"))],
    project: ProjectDir = Path(),
    compared: Compared = ComparedWith.RECOMPUTED,
    limit: Limit = 20,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """The customers of one cell, who spent most first."""
    from kezhi.cli.moved import moved
    from kezhi.locales import catalogue

    names = [*catalogue("zh")["report"]["groups"], "新出现", "不再出现"]
    moved(project, "rfm", from_group, to_group, names, ("report.groups", "report.moved"), compared=compared, limit=limit, as_json=as_json)
