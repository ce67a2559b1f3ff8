"""Whether two attributes depend on each other: Pearson's chi-square test and Cramér's V, of counted cells."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Independence:
    """
    The test of a cross table.

    Attributes:
        observations: How many were counted.
        chi_square, degrees_of_freedom: Pearson's statistic, without continuity correction.
        p_value: How often chance alone gives so much, 0 to 1; None where a side has fewer than two values.
        cramers_v: Strength, 0 none to 1 full; None likewise.
        expected_min: The smallest expected count; the p-value is rough where it is below 5.
    """

    observations: int
    chi_square: float
    degrees_of_freedom: int
    p_value: float | None
    cramers_v: float | None
    expected_min: float | None


def independence(cells: Iterable[tuple[Any, Any, int]]) -> Independence:
    """The test of *cells* (row value, column value, count); a cell that is not there counts 0."""
    from scipy.special import chdtrc

    counts: dict[tuple[Any, Any], int] = {}
    for row, column, count in cells:
        counts[row, column] = counts.get((row, column), 0) + count
    rows: dict[Any, int] = {}
    columns: dict[Any, int] = {}
    for (row, column), count in counts.items():
        rows[row] = rows.get(row, 0) + count
        columns[column] = columns.get(column, 0) + count
    rows = {value: total for value, total in rows.items() if total}
    columns = {value: total for value, total in columns.items() if total}
    whole = sum(rows.values())
    freedom = max(len(rows) - 1, 0) * max(len(columns) - 1, 0)
    if not freedom:
        return Independence(whole, 0.0, 0, None, None, None)
    expected = {(r, c): rows[r] * columns[c] / whole for r in rows for c in columns}
    statistic = math.fsum((counts.get(cell, 0) - value) ** 2 / value for cell, value in expected.items())
    strength = math.sqrt(statistic / (whole * (min(len(rows), len(columns)) - 1)))
    return Independence(whole, statistic, freedom, float(chdtrc(freedom, statistic)), min(strength, 1.0), min(expected.values()))
