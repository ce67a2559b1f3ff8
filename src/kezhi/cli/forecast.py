"""`kezhi forecast`: what will be sold in the coming months, and how such forecasts did on the months behind."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from kezhi.cli.options import Json, LangOption, ProjectDir
from kezhi.cli.words import language, t


def forecast(
    project: ProjectDir = Path(),
    by: Annotated[str | None, typer.Option("--by", metavar="DIMENSION", help=t("forecast.by"))] = None,
    metric: Annotated[Literal["net_amount", "orders", "customers"], typer.Option("--metric", help=t("forecast.metric"))] = "net_amount",
    backtest: Annotated[bool, typer.Option("--backtest", help=t("forecast.backtest"))] = False,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """Value, interval and the same month of last year, by series and month; or the backtest of each series."""
    from kezhi.api import open_project
    from kezhi.cli import shown
    from kezhi.errors import WrongInput
    from kezhi.kit.engine import _
    from kezhi.measure.words import code_word

    opened = open_project(project)
    notes = opened.snapshot.notes("forecasts", language())
    if "forecasts" not in opened.tables and notes:
        raise WrongInput(problem=" ".join(notes))
    tested = shown.table_of(opened, "forecast_backtest")
    known = tested.select("dimension").distinct().order_by("dimension").to_pyarrow()["dimension"].to_pylist()
    if by is not None and by not in known:
        raise WrongInput(problem=t("forecast.no_dimension", by=by, known=", ".join(known)))
    table = tested if backtest else shown.table_of(opened, "forecasts")
    chosen = table.filter(_.metric == metric)
    if by is not None:
        chosen = chosen.filter(_.dimension == by)
    order = ("dimension", "member") if backtest else ("dimension", "member", "month")
    rows = chosen.order_by(*order).to_pyarrow().to_pylist()
    if as_json:
        shown.as_json(rows)
        return
    lang_shown = language()
    for row in rows:
        part = "forecast.dimensions" if row["dimension"] == "total" else "report.categories"
        row["series"] = code_word(part, row["member"], lang_shown)
        if backtest:
            row["method"] = t(f"model.methods.{row['method']}")
    columns = ("series", "method", "error", "baseline_error", "error_share", "covered", "is_published")
    shown.as_table(rows, columns if backtest else ("series", "month", "value", "low", "high", "year_ago"))
