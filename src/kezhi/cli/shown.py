"""Rows on the screen or as JSON, the same for every verb that answers with a table."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from math import isfinite
from typing import Any

import typer
from rich.table import Table

from kezhi.cli.words import language, out, t
from kezhi.errors import NoSnapshot
from kezhi.kit.engine import ir

Row = Mapping[str, Any]

_SHARES = ("probability_alive", "covered")  # shares that are not named so


def table_of(project: Any, name: str) -> ir.Table:
    """
    The table *name* of an open project.

    Raises:
        NoSnapshot: The last run did not make it.
    """
    if name not in project.tables:
        raise NoSnapshot(folder=str(project.folder), what=name)
    found: ir.Table = project.table(name)
    return found


def as_json(value: Any) -> None:
    """Print *value* as JSON; money and scores as numbers, days as text."""
    typer.echo(json.dumps(value, ensure_ascii=False, default=lambda v: float(v) if isinstance(v, Decimal) else str(v)))


def as_table(rows: Sequence[Row], columns: Sequence[str], words: Mapping[str, Callable[[Any], str]] | None = None) -> None:
    """Print *columns* of *rows* under their names in `cli.columns`; *words* turns codes into words."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        is_number = any(isinstance(row[column], (int, float, Decimal)) and not isinstance(row[column], bool) for row in rows)
        table.add_column(t(f"columns.{column}"), justify="right" if is_number else "left", no_wrap=True)
    places = {column: _places([row[column] for row in rows]) for column in columns}
    for row in rows:
        table.add_row(*(_written(row[c], (words or {}).get(c), c, places[c]) for c in columns))
    out.print(table, markup=False)


def as_answer(rows: Sequence[Row], settings: Any, codes: Mapping[str, str] | None = None) -> None:
    """Print *rows* as a report shows them: heads of `report.answers`, values in words; *codes* names the words of further columns."""
    from kezhi.measure.answers import cell, head, is_number
    from kezhi.measure.formats import Formats
    from kezhi.measure.words import code_word

    if not rows:
        out.print(t("nothing"))
        return
    words = language()
    formats = Formats(words, settings.currency)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in rows[0]:
        table.add_column(head(column, words), justify="right" if any(is_number(row[column]) for row in rows) else "left")
    for row in rows:
        told = {column: code_word(family, row[column], words) for column, family in (codes or {}).items() if column in row}
        table.add_row(*(told.get(column) or cell(column, value, formats, settings, row) for column, value in row.items()))
    out.print(table, markup=False)


def _places(values: Sequence[Any]) -> int:
    """Decimals of a column of floats: the smaller its largest, the more, so that what is below 1 can be told apart."""
    largest = max((abs(value) for value in values if isinstance(value, float) and isfinite(value)), default=0.0)
    return 1 if largest >= 10 else 2 if largest > 1 else 3


def _written(value: Any, word: Callable[[Any], str] | None, column: str, places: int) -> str:
    if value is None:
        return "–"
    if word is not None:
        return word(value)
    if isinstance(value, bool):
        return t("columns.yes") if value else t("columns.no")
    if isinstance(value, float):
        return f"{value:.1%}" if column.endswith("share") or column in _SHARES else f"{value:,.{places}f}"
    return f"{value:,}" if isinstance(value, (int, Decimal)) else str(value)


def named(items: Sequence[Any]) -> Callable[[str], str]:
    """What turns the name of a stage, band or tier of the settings into the reader's language."""
    from kezhi.measure.words import code_word

    english = {one.name: one.name_en for one in items if one.name_en}
    return lambda name: (english.get(name) if language() == "en" else None) or code_word("report.moved", name, language())


def band(code: str) -> str:
    """A band between cut points; words only for who bought nothing, is new or gone."""
    from kezhi.measure.words import code_word

    return code_word("report.moved", code, language()) if code in ("none", "新出现", "不再出现") else code


def group(code: str) -> str:
    """An RFM group in the language of the command line, also of who is new or gone."""
    from kezhi.measure.words import code_word

    return code_word("report.moved", code, language()) if code in ("新出现", "不再出现") else code_word("report.groups", code, language())
