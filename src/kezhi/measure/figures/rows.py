"""Small answers out of the engine: the only place where figures execute."""

from __future__ import annotations

from typing import Any

from kezhi.kit.engine import ir

Row = dict[str, Any]
Rows = list[Row]


def rows(table: ir.Table) -> Rows:
    """The rows of a small table, one dictionary each."""
    return list(table.to_pyarrow().to_pylist())


def only(table: ir.Table) -> Row:
    """The one row of a table of totals."""
    return rows(table)[0]


def part(top: Any, bottom: Any) -> float | None:
    """top / bottom; None where either is missing or bottom is 0."""
    return None if top is None or not bottom else float(top) / float(bottom)
