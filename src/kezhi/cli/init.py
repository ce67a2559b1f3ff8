"""`kezhi init --from FILES`: propose a kezhi.yaml and say what was believed and what is unsure."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from kezhi.cli.mapping import DateOrder, overrides, show_proposals
from kezhi.cli.options import LangOption
from kezhi.cli.words import out, t


def init(
    files: Annotated[list[Path], typer.Option("--from", help=t("init.files"))],
    more: Annotated[list[Path] | None, typer.Argument(metavar="[FILES]", help=t("init.files"))] = None,
    project: Annotated[Path, typer.Option("--project", "-p", help=t("init.project"))] = Path(),
    mapping: Annotated[str | None, typer.Option("--map", help=t("options.map"))] = None,
    name: Annotated[str | None, typer.Option("--name", help=t("init.name"))] = None,
    date_order: DateOrder = None,
    lang: LangOption = None,
) -> None:
    """Write kezhi.yaml."""
    from kezhi import sources
    from kezhi.flow.writing import writing

    order = date_order.value if date_order else None
    proposals = sources.propose([*files, *(more or [])], overrides=overrides(mapping), date_order=order)
    with writing(project):
        project.mkdir(parents=True, exist_ok=True)
    sources.write_settings(project, proposals, name=name or project.resolve().name)
    show_proposals(proposals)
    command = "kezhi run" if project == Path() else f"kezhi run -p {shlex.quote(str(project))}"
    out.print(t("init.done", path=(project / "kezhi.yaml").resolve(), command=command), markup=False)
