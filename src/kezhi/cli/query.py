"""`kezhi query`: an analyst's own SQL over the current snapshot."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from kezhi.cli.options import Json, LangOption, ProjectDir
from kezhi.cli.words import out, t

SHOWN_ROWS = 50


def query(
    sql: Annotated[str, typer.Argument(help=t("query.sql"))],
    project: ProjectDir = Path(),
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """Print the answer."""
    from kezhi.api import open_project

    answer = open_project(project).query(sql)
    show(answer, as_json=as_json, write=str)


def rounded(value: Any) -> str:
    """*value* as a reader needs it: a float with four decimals, one nearer to 0 with three digits; JSON has all of them."""
    if not isinstance(value, float):
        return str(value)
    return f"{value:.4f}" if value == 0 or abs(value) >= 0.001 else f"{value:.3g}"


def show(answer: Any, *, as_json: bool, write: Callable[[Any], str] = rounded) -> None:
    """An Arrow table on stdout: all of it as JSON, else the first rows in columns, each value as *write* says."""
    if as_json:
        typer.echo(json.dumps(answer.to_pylist(), ensure_ascii=False, default=str))
        return
    shown = Table(*answer.column_names, box=None, pad_edge=False)
    for row in answer.slice(0, SHOWN_ROWS).to_pylist():
        shown.add_row(*("" if value is None else write(value) for value in row.values()))
    out.print(shown)
    if answer.num_rows > SHOWN_ROWS:
        out.print(t("query.more", shown=SHOWN_ROWS, rows=f"{answer.num_rows:,}"))
