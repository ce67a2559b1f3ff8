"""`kezhi metric list|show|query`: what each figure means, and its value."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from kezhi.cli.options import Json, LangOption, ProjectDir, day
from kezhi.cli.query import show as show_rows
from kezhi.cli.words import language, out, t

app = typer.Typer(no_args_is_help=True)


@app.command("list", help=t("metric.list"))
def list_(project: ProjectDir = Path(), as_json: Json = False, lang: LangOption = None) -> None:
    """Key, name and unit of all."""
    from kezhi.api import metrics_of

    found = [{"key": m.key, "name": m.name(language()), "unit": m.settings.unit} for m in metrics_of(project)]
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    table = Table(t("metric.fields_key"), t("metric.fields_name"), t("metric.fields_unit"), box=None, pad_edge=False)
    for row in found:
        table.add_row(*row.values())
    out.print(table)


@app.command(help=t("metric.show"))
def show(
    key: Annotated[str, typer.Argument(metavar="KEY", help=t("metric.key"))],
    project: ProjectDir = Path(),
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """One metric in words and as the compiler reads it."""
    from kezhi.api import metrics_of

    metric = metrics_of(project)[key]
    facts = {
        "key": metric.key,
        "name": metric.name(language()),
        "means": metric.means(language()),
        "formula": metric.formula,
        "unit": metric.settings.unit,
        "direction": metric.settings.direction,
        "time": metric.time,
        "dimensions": list(metric.dimensions),
        "owner": metric.settings.owner,
        "version": metric.settings.version,
    }
    if as_json:
        typer.echo(json.dumps(facts, ensure_ascii=False))
        return
    for name, value in facts.items():
        shown = ", ".join(value) if isinstance(value, list) else value
        out.print(f"{t(f'metric.fields_{name}')}: {'' if shown is None else shown}", markup=False)


@app.command(help=t("metric.query"))
def query(
    keys: Annotated[list[str], typer.Argument(metavar="KEY...", help=t("metric.keys"))],
    by: Annotated[list[str] | None, typer.Option("--by", metavar="DIM", help=t("metric.by"))] = None,
    period: Annotated[str | None, typer.Option("--period", help=t("metric.period"))] = None,
    where: Annotated[str | None, typer.Option("--where", metavar="EXPR", help=t("metric.where"))] = None,
    since: Annotated[str | None, typer.Option("--since", metavar="YYYY-MM-DD", help=t("metric.since"))] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="YYYY-MM-DD", help=t("metric.until"))] = None,
    days: Annotated[int | None, typer.Option("--days", min=1, max=36_600, help=t("metric.days"))] = None,
    project: ProjectDir = Path(),
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """A row per group and period."""
    from kezhi.api import open_project
    from kezhi.errors import WrongInput

    opened = open_project(project)
    if days and since:
        raise WrongInput(problem=t("metric.days_and_since"))
    first = opened.snapshot.as_of - timedelta(days=days) if days else day(since)
    answer = opened.metric(*keys, by=by or (), period=period, where=where, since=first, until=day(until)).to_pyarrow()
    show_rows(answer, as_json=as_json)
