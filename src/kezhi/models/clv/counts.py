"""What a purchase-count model is fitted on: checked columns of any table, each row counting for one or many customers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kezhi.errors import ColumnMissing, WrongInput
from kezhi.locales import Phrase

Floats = NDArray[Any]  # of float64, or of whole numbers that count


@dataclass(frozen=True)
class Counts:
    """
    Checked columns by name, float64, and how many customers each row stands for.

    `frequency` is the number of repeat purchases, `recency` the time of the last one and `T` the time seen, both
    from the first purchase and in one unit.
    """

    columns: Mapping[str, Floats]
    weights: Floats

    def __getitem__(self, name: str) -> Floats:
        return self.columns[name]

    @property
    def customers(self) -> float:
        """How many customers there are, weights counted."""
        return float(self.weights.sum())


def names_of(table: Any) -> list[Any]:
    """
    Names of the columns of *table*, one of those `column` takes.

    Raises:
        WrongInput: It has no named columns.
    """
    named = table.keys() if isinstance(table, Mapping) else getattr(table, "column_names", getattr(table, "columns", None))
    if named is None:
        raise WrongInput(problem=Phrase("models.no_table", kind=type(table).__name__))
    return list(named)


def column(table: Any, name: str) -> Floats:
    """
    Column *name* of a pandas, Polars, Arrow or Ibis table, or of a mapping of arrays, as float64; null is NaN.

    Raises:
        ColumnMissing: It is not there.
        WrongInput: *table* is none; there are several of the name; it holds something that is no number.
    """
    if not isinstance(table, Mapping) and hasattr(table, "to_pyarrow"):  # Ibis
        table = table.to_pyarrow()
    names = names_of(table)
    if name not in names:
        raise ColumnMissing(table="counts", missing=[name], present=sorted(map(str, names)), hint="")
    if names.count(name) > 1:
        raise WrongInput(problem=Phrase("models.column_twice", column=name, times=names.count(name)))
    values = table[name]
    values = values.to_numpy() if hasattr(values, "to_numpy") else np.asarray(values)
    return _numbers(values, name)


def counts(table: Any, names: tuple[str, ...], weights: str | Any | None = None, *, whole: tuple[str, ...] = ("frequency",)) -> Counts:
    """
    The columns *names* of *table*, checked.

    Args:
        table: One row per customer, or per group of customers with the same values.
        names: Of `frequency`, `recency`, `T`, `monetary_value`.
        weights: How many customers a row stands for: a column's name or an array; None is one.
        whole: Columns that must hold whole numbers.

    Raises:
        ColumnMissing: A column is not there.
        WrongInput: *table* is none, or its columns differ in length; no row; a value is null, negative or no whole number where it must be; recency is after T, or
            recency is above 0 without a repeat purchase; a weight is not above 0.
    """
    found = {name: column(table, name) for name in names}
    sizes = {name: values.shape for name, values in found.items()}
    size = max((shape[0] for shape in sizes.values() if shape), default=0)
    if set(sizes.values()) != {(size,)}:
        told = ", ".join(f"{name} {' x '.join(map(str, shape)) or 0}" for name, shape in sizes.items())
        raise WrongInput(problem=Phrase("models.lengths_differ", lengths=told))
    counted = np.ones(size) if weights is None else column(table, weights) if isinstance(weights, str) else _numbers(weights, "weights")
    if size == 0:
        raise WrongInput(problem=Phrase("models.no_rows"))
    if counted.shape != (size,):
        raise WrongInput(problem=Phrase("models.weights_length", rows=size, weights=counted.shape[0] if counted.ndim else 1))
    for name, values in found.items():
        _refuse(name, ~np.isfinite(values) | (values < 0), "models.not_counts", values)
    for name in whole:
        _refuse(name, found[name] != np.floor(found[name]), "models.not_whole", found[name])
    _refuse("weights", ~np.isfinite(counted) | (counted <= 0), "models.not_counts", counted)
    if "recency" in found and "T" in found:
        _refuse("recency", found["recency"] > found["T"], "models.recency_after_t", found["recency"])
        _refuse("recency", (found["frequency"] == 0) & (found["recency"] > 0), "models.recency_without_repeat", found["recency"])
    return Counts(found, counted)


def _numbers(values: Any, name: str) -> Floats:
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise WrongInput(problem=Phrase("models.not_numbers", column=name)) from error


def _refuse(name: str, wrong: NDArray[np.bool_], key: str, values: Floats) -> None:
    if wrong.any():
        row = int(np.argmax(wrong))
        raise WrongInput(problem=Phrase(key, column=name, rows=int(wrong.sum()), row=row, value=float(values[row])))
