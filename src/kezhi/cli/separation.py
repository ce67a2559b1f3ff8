"""`kezhi insight separation`: what separates groups of buyers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kezhi.cli.options import Json, LangOption, ProjectDir
from kezhi.cli.words import t


def separation(
    dimension: Annotated[str | None, typer.Option("--by", metavar="COLUMN", help=t("insight.separation_by"))] = None,
    project: ProjectDir = Path(),
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """An axis a row with its strongest features, or every feature as JSON."""
    from kezhi.api import open_project
    from kezhi.cli import shown
    from kezhi.errors import WrongInput
    from kezhi.kit.engine import _
    from kezhi.measure.figures.clusters import separation as axes

    opened = open_project(project)
    found = shown.table_of(opened, "group_separation")
    if dimension is not None:
        known = sorted(found.select("dimension").distinct().to_pyarrow()["dimension"].to_pylist())
        if dimension not in known:
            raise WrongInput(problem=t("insight.no_separation", by=dimension, known=", ".join(known)))
        found = found.filter(_.dimension == dimension)
    if as_json:
        shown.as_json(found.order_by("dimension", "axis", "rank").to_pyarrow().to_pylist())
    else:
        shown.as_answer(axes(found), opened.settings)
