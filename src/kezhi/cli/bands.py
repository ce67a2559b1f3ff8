"""`kezhi bands movement|list`: how customers moved between cut points of purchases, money and order value, and who they are."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kezhi.cli.options import Compared, ComparedWith, Json, LangOption, Limit, ProjectDir
from kezhi.cli.words import t

app = typer.Typer(no_args_is_help=True)


class Dimension(StrEnum):
    """What the bands are of."""

    FREQUENCY = "frequency"
    AMOUNT = "amount"
    AVERAGE_ORDER_VALUE = "average_order_value"


Of = Annotated[Dimension, typer.Argument(help=t("bands.dimension"))]


@app.command(help=t("bands.movement"))
def movement(
    dimension: Of = Dimension.FREQUENCY,
    project: ProjectDir = Path(),
    compared: Compared = ComparedWith.RECOMPUTED,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """The matrix, one row per cell that holds somebody, from the lowest band to the highest."""
    from kezhi.cli import moved, shown

    def ranked(row: shown.Row) -> tuple[int, ...]:
        return tuple(names.index(row[end]) if row[end] in names else len(names) for end in ("from_band", "to_band"))

    opened, rows = moved.cells(project, "band_movement", compared, dimension=dimension)
    names = moved.band_states(opened, dimension)
    columns = ("from_band", "to_band", "customers", "share", "net_amount")
    moved.show(sorted(rows, key=ranked), columns, {"from_band": shown.band, "to_band": shown.band}, compared, as_json=as_json)


@app.command("list", help=t("bands.list"))
def list_(
    dimension: Of,
    from_band: Annotated[str, typer.Argument(metavar="FROM", help=t("bands.from"))],
    to_band: Annotated[str, typer.Argument(metavar="TO", help=t("bands.to"))],
    project: ProjectDir = Path(),
    compared: Compared = ComparedWith.RECOMPUTED,
    limit: Limit = 20,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """The customers of one cell, who spent most first."""
    from kezhi.api import open_project
    from kezhi.cli.moved import band_states, moved

    names = [*band_states(open_project(project), dimension), "新出现", "不再出现"]
    moved(project, dimension, from_band, to_band, names, ("report.moved",), compared=compared, limit=limit, as_json=as_json)
