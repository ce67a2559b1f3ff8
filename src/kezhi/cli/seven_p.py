"""`kezhi seven-p`: the seven parts that tell a company's customers, each as far as data are there."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from kezhi.cli.options import Json, LangOption, ProjectDir
from kezhi.cli.words import language, out, t


class PartName(StrEnum):
    """The seven."""

    PROFILING = "profiling"
    PERSISTENCY = "persistency"
    PROFITABILITY = "profitability"
    PERFORMANCE = "performance"
    PROSPECTING = "prospecting"
    PRODUCT = "product"
    PROMOTION = "promotion"


def seven_p(
    project: ProjectDir = Path(),
    part: Annotated[PartName | None, typer.Option("--part", help=t("seven-p.part"))] = None,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """The seven parts, or one."""
    from kezhi.api import open_project

    opened = open_project(project)
    found = opened.seven_p()
    chosen = found if part is None else {part.value: found[part.value]}
    if as_json:
        typer.echo(json.dumps(chosen, ensure_ascii=False, default=str))
        return
    from kezhi.measure.answers import cell, figure, head, is_number
    from kezhi.measure.formats import Formats
    from kezhi.measure.words import say

    words = language()
    formats = Formats(words, opened.settings.currency)
    for code, one in chosen.items():
        out.print(say(f"seven_p.parts.{code}", words), style="bold")
        for key, value in one["figures"].items():
            out.print(f"  {figure(key, words)}: {cell(key, value, formats, opened.settings)}", markup=False)
        for name, rows in one["tables"].items():
            out.print(f"  {say(f'seven_p.tables.{name}', words)}", markup=False)
            table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 2))
            for column in rows[0]:
                table.add_column(head(column, words), justify="right" if any(is_number(row[column]) for row in rows) else "left")
            for row in rows:
                table.add_row(*(cell(column, value, formats, opened.settings, row) for column, value in row.items()))
            out.print(table, markup=False)
        for code_of_lack in one["lacking"]:
            out.print(f"  {say('seven_p.needed', words)}: {say(f'seven_p.lacking.{code_of_lack}', words)}", markup=False)
        out.print()
