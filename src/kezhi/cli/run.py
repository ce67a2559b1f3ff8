"""`kezhi run`: the whole line on the project's files."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kezhi.cli.notes import show_notes
from kezhi.cli.options import AsOf, LangOption, ProjectDir, day
from kezhi.cli.words import out, t


class EngineName(StrEnum):
    """Engines a run may use."""

    DUCKDB = "duckdb"
    SPARK = "spark"


def run(
    project: ProjectDir = Path(),
    as_of: AsOf = None,
    only: Annotated[str | None, typer.Option("--only", metavar="STEP", help=t("run.only"))] = None,
    engine: Annotated[EngineName | None, typer.Option("--engine", help=t("run.engine"))] = None,
    wait: Annotated[bool, typer.Option("--wait", help=t("run.wait"))] = False,
    lang: LangOption = None,
) -> None:
    """Run the project."""
    from kezhi.cli.progress import shown
    from kezhi.flow.runner import run as run_project
    from kezhi.settings import load

    settings = load(project)
    if engine:
        settings = settings.model_copy(update={"engine": settings.engine.model_copy(update={"name": engine.value})})
    with shown() as watcher:
        snapshot = run_project(project, settings, as_of=day(as_of), only=only, wait=wait, watcher=watcher)
    show_notes(snapshot)
    out.print(t("run.done", snapshot=snapshot.name, as_of=snapshot.as_of, customers=f"{snapshot.rows('customers'):,}"))
