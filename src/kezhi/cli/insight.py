"""`kezhi insight …`: analyses of groups of customers."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from kezhi.cli.habits import habits, issues, lenses
from kezhi.cli.options import Json, LangOption, ProjectDir
from kezhi.cli.query import show
from kezhi.cli.separation import separation
from kezhi.cli.sequences import sequences
from kezhi.cli.voices import concerns, criteria, needs, places, spread, topics
from kezhi.cli.words import out, t

app = typer.Typer(no_args_is_help=True)
app.command(help=t("insight.habits"))(habits)
app.command(help=t("insight.lenses"))(lenses)
app.command(help=t("insight.issues"))(issues)
app.command(help=t("insight.topics"))(topics)
app.command(help=t("insight.concerns"))(concerns)
app.command(help=t("insight.criteria"))(criteria)
app.command(help=t("insight.needs"))(needs)
app.command(help=t("insight.places_visited"))(places)
app.command(help=t("insight.spread"))(spread)
app.command(help=t("insight.sequences"))(sequences)
app.command(help=t("insight.separation"))(separation)


@app.command(help=t("insight.retention"))
def retention(
    kind: Annotated[str, typer.Option("--kind", help=t("insight.kind"))] = "classic",
    period: Annotated[str, typer.Option("--period", help=t("metric.period"))] = "month",
    metric: Annotated[str, typer.Option("--metric", help=t("insight.metric"))] = "customers",
    project: ProjectDir = Path(),
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """A row per cohort and period."""
    import kezhi

    opened = kezhi.open(project)
    made = kezhi.retention(opened.table("orders"), as_of=opened.snapshot.as_of, kind=kind, period=period, metric=metric)
    show(made.to_pyarrow(), as_json=as_json)


@app.command(help=t("insight.funnel"))
def funnel(
    steps: Annotated[list[str], typer.Argument(metavar="STEP...", help=t("insight.steps"))],
    any_order: Annotated[bool, typer.Option("--any-order", help=t("insight.any_order"))] = False,
    within_days: Annotated[float | None, typer.Option("--within-days", help=t("insight.within_days"))] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="COLUMN", help=t("insight.by"))] = None,
    project: ProjectDir = Path(),
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """A row per step."""
    import kezhi

    acts = kezhi.open(project).actions()
    show(kezhi.funnel(acts, steps, ordered=not any_order, within_days=within_days, by=by).to_pyarrow(), as_json=as_json)


@app.command(help=t("insight.paths"))
def paths(
    steps: Annotated[int, typer.Option("--steps", help=t("insight.path_steps"))] = 5,
    top: Annotated[int, typer.Option("--top", help=t("insight.top"))] = 20,
    gap_minutes: Annotated[int, typer.Option("--gap-minutes", help=t("insight.gap"))] = 30,
    moves: Annotated[bool, typer.Option("--transitions", help=t("insight.transitions"))] = False,
    project: ProjectDir = Path(),
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """A row per path, or per pair of events."""
    import kezhi

    events = kezhi.open(project).table("events")
    made = (
        kezhi.transitions(events, gap_minutes=gap_minutes) if moves else kezhi.paths(events, steps=steps, top=top, gap_minutes=gap_minutes)
    )
    show(made.to_pyarrow(), as_json=as_json)


@app.command(help=t("insight.switches"))
def switches(project: ProjectDir = Path(), as_json: Json = False, lang: LangOption = None) -> None:
    """A row per pair of channels."""
    import kezhi

    show(kezhi.open(project).table("channel_switches").order_by("from_channel", "to_channel").to_pyarrow(), as_json=as_json)


@app.command(help=t("insight.crosstab"))
def crosstab(
    rows: Annotated[str, typer.Argument(metavar="ROWS", help=t("insight.rows"))],
    columns: Annotated[str, typer.Argument(metavar="COLUMNS", help=t("insight.columns"))],
    where: Annotated[str | None, typer.Option("--where", metavar="EXPR", help=t("metric.where"))] = None,
    project: ProjectDir = Path(),
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """The cells, then the test."""
    import kezhi

    opened = kezhi.open(project)
    made = kezhi.crosstab(opened.customers(where), rows, columns)
    cells = made.cells.to_pyarrow()
    if as_json:
        typer.echo(json.dumps({"cells": cells.to_pylist(), "test": asdict(made.test)}, ensure_ascii=False, default=str))
        return
    show(cells, as_json=False)
    test = made.test
    if test.p_value is None or test.cramers_v is None:
        out.print(t("insight.no_test"))
    else:
        said = {"chi": f"{test.chi_square:.3f}", "df": test.degrees_of_freedom, "p": f"{test.p_value:.3g}", "v": f"{test.cramers_v:.3f}"}
        out.print(t("insight.test", n=f"{test.observations:,}", **said))
        if test.expected_min is not None and test.expected_min < 5:
            out.print(t("insight.rough", least=f"{test.expected_min:.1f}"))
