"""Columns of a table as the numbers that estimators take."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

import numpy as np
import pyarrow as pa

from kezhi.errors import WrongInput
from kezhi.kit.engine import ir
from kezhi.locales import Phrase


def numeric(table: ir.Table) -> list[str]:
    """Names of the columns of *table* that hold numbers or yes and no."""
    return [name for name, kind in table.schema().items() if kind.is_numeric() or kind.is_boolean()]


def check_numeric(table: ir.Table, features: list[str]) -> None:
    """
    Make sure that *features* are columns of *table* that hold numbers, each named once.

    Raises:
        WrongInput: Names the first that is not, and the nearest that is.
    """
    known = numeric(table)
    if not features:
        raise WrongInput(problem=Phrase("clusters.no_features"))
    for name in features:
        if name not in known or features.count(name) > 1:
            near = ", ".join(get_close_matches(name, known, n=3)) or ", ".join(known[:8])
            raise WrongInput(problem=Phrase("clusters.unknown_feature", feature=name, known=near))


def numbers(table: ir.Table, features: list[str]) -> ir.Table:
    """*table* with *features* as float64, its other columns as they are."""
    return table.mutate(**{name: table[name].cast("float64") for name in features})


def matrix(data: pa.Table | pa.RecordBatch, features: list[str]) -> Any:
    """Rows x *features* of float64 columns; NaN for null."""
    columns = [np.asarray(data[name].to_numpy(zero_copy_only=False), dtype=np.float64) for name in features]
    return np.column_stack(columns) if columns else np.empty((data.num_rows, 0))
