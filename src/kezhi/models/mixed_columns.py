"""
Mixed columns as they come (numbers, texts, yes and no, days, with values missing) made into numbers, and kept as JSON.

Two forms: `codes` for trees (a category is its number, missing is NaN) and `design` for linear models (numbers scaled,
missing filled and marked, a column per category).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kezhi.errors import ColumnMissing, WrongInput
from kezhi.locales import Phrase

MOST_LEVELS = 50  # categories of a column; rarer ones are one together
LEAST_ROWS = 5  # a category of fewer rows belongs to the rare ones
NUMBER_SHARE = 0.95  # of a text column's values that must read as numbers for it to hold numbers
SKEWED = 1.0  # a column of at least 0 with more skewness than this is taken as log(1 + x)
SPREAD = 8.0  # scaled values end here
FAR = 10.0  # spreads of the middle 98% beyond which a value does not count towards how a column is scaled
LARGEST = 1e50  # so that cubes can be added
OTHER = "\x00other"


@dataclass(frozen=True, slots=True)
class ColumnPlan:
    """How one column becomes numbers; `kind` is number, category or nothing (no two values, or a value of its own for each row)."""

    name: str
    kind: str
    levels: list[str] = field(default_factory=list)
    fill: float = 0.0
    center: float = 0.0
    scale: float = 1.0
    has_missing: bool = False
    log: bool = False  # of a linear model: taken as log(1 + x)


@dataclass(frozen=True, slots=True)
class MixedColumns:
    """Learned by `learn`, kept by `as_dict`."""

    plans: list[ColumnPlan]

    @property
    def features(self) -> list[str]:
        """Names of the columns that tell something, in order."""
        return [plan.name for plan in self.plans if plan.kind != "nothing"]

    @property
    def categories(self) -> list[int]:
        """Places of the categories among `features`."""
        return [place for place, plan in enumerate(self._used()) if plan.kind == "category"]

    def codes(self, table: pa.Table) -> Any:
        """Rows x features, float64; NaN for missing, and for a category that was not there when it was learned."""
        columns = [self._numbers(table, plan) if plan.kind == "number" else self._levels(table, plan) for plan in self._used()]
        return np.column_stack(columns) if columns else np.zeros((table.num_rows, 0))

    def design(self, table: pa.Table) -> tuple[Any, Any]:
        """Rows x design columns, float64 without NaN; and of each design column the place of its feature."""
        columns, owners = [], []
        for place, plan in enumerate(self._used()):
            if plan.kind == "number":
                values = self._numbers(table, plan)
                missing = np.isnan(values)
                filled = np.where(missing, plan.fill, values)
                scaled = ((np.log1p(np.maximum(filled, 0.0)) if plan.log else filled) - plan.center) / plan.scale
                made = [np.clip(scaled, -SPREAD, SPREAD)] + ([missing.astype(np.float64)] if plan.has_missing else [])
            else:
                codes = self._levels(table, plan)
                made = [(codes == level).astype(np.float64) for level in range(len(plan.levels))]
            columns += made
            owners += [place] * len(made)
        return (np.column_stack(columns) if columns else np.zeros((table.num_rows, 0))), np.asarray(owners, dtype=np.int64)

    def shown(self, table: pa.Table, name: str) -> list[Any]:
        """The values of column *name* as a person reads them: number, text, a day as 2026-11-23, or None."""
        plan = next(plan for plan in self.plans if plan.name == name)
        kind = table.schema.field(name).type
        if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
            return [
                None if value is None else value.isoformat()[:10]
                for value in pc.cast(_column(table, name), pa.date32(), safe=False).to_pylist()
            ]
        if plan.kind == "number":
            values = self._numbers(table, plan)
            shown = values.tolist()
            for row in np.flatnonzero(np.isnan(values)).tolist():
                shown[row] = None
            return shown
        return [None if value is None else value.strip() for value in _texts(_column(table, name)).to_pylist()]

    def as_dict(self) -> dict[str, Any]:
        """All of it as plain data; `mixed_columns(data)` is the same again."""
        return {"plans": [asdict(plan) for plan in self.plans]}

    def _used(self) -> list[ColumnPlan]:
        return [plan for plan in self.plans if plan.kind != "nothing"]

    def _numbers(self, table: pa.Table, plan: ColumnPlan) -> Any:
        values = _as_numbers(_column(table, plan.name))
        if values is None:
            raise WrongInput(problem=Phrase("models.not_numbers", column=plan.name))
        return values

    def _levels(self, table: pa.Table, plan: ColumnPlan) -> Any:
        texts = _texts(_column(table, plan.name))
        found = pc.fill_null(pc.index_in(texts, pa.array(plan.levels, pa.string())), -1).to_numpy(zero_copy_only=False).astype(np.float64)
        rare = float(plan.levels.index(OTHER)) if OTHER in plan.levels else np.nan
        missing = pc.is_null(texts).to_numpy(zero_copy_only=False)
        return np.where(found >= 0, found, np.where(missing, np.nan, rare))


def mixed_columns(data: Mapping[str, Any]) -> MixedColumns:
    """The columns that `MixedColumns.as_dict` gave *data* of."""
    return MixedColumns([ColumnPlan(**plan) for plan in data["plans"]])


def learn(table: pa.Table) -> MixedColumns:
    """How each column of *table* becomes numbers; a column of texts that reads as numbers is one of numbers."""
    return MixedColumns([_plan(name, table[name].combine_chunks()) for name in table.column_names])


def arrow_columns(frame: Any) -> pa.Table:
    """
    *frame* (pandas, Polars, Arrow, Ibis, a mapping of lists, or a matrix of numbers) as an Arrow table.

    Raises:
        WrongInput: It is none of these, has no column, or one name twice.
    """
    if isinstance(frame, pa.RecordBatch):
        frame = pa.Table.from_batches([frame])
    if isinstance(frame, pa.Table):
        table = frame
    elif isinstance(frame, Mapping):
        table = pa.table({str(name): _array(values) for name, values in frame.items()})
    elif hasattr(frame, "to_pyarrow"):  # Ibis
        table = frame.to_pyarrow()
    elif hasattr(frame, "iloc") and hasattr(frame, "columns"):  # pandas: column by column, as one of mixed kinds would stop the whole
        _once([str(name) for name in frame.columns])
        table = pa.table({str(name): _array(frame.iloc[:, place]) for place, name in enumerate(frame.columns)})
    elif hasattr(frame, "to_arrow"):  # Polars
        table = frame.to_arrow()
    else:
        table = _of_matrix(frame)
    _once(table.column_names)
    if not table.num_columns:
        raise WrongInput(problem=Phrase("mixed.no_columns"))
    return table


def _of_matrix(frame: Any) -> pa.Table:
    try:
        matrix = np.asarray(frame)
        matrix = matrix if matrix.dtype.kind in "fiub" else matrix.astype(object)
    except ValueError as error:
        raise WrongInput(problem=Phrase("mixed.no_frame", kind=type(frame).__name__)) from error
    if matrix.ndim != 2 or not matrix.shape[1]:
        raise WrongInput(problem=Phrase("mixed.no_frame", kind=type(frame).__name__))
    return pa.table({f"x{place}": _array(matrix[:, place]) for place in range(matrix.shape[1])})


def _array(values: Any) -> pa.Array:
    """*values* as Arrow; what is of mixed kinds becomes texts."""
    try:
        return pa.array(values, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, TypeError):
        return pa.array([None if _is_missing(value) else str(value) for value in values], pa.string())


def _is_missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and np.isnan(value)) or str(value) in ("<NA>", "NaT")


def _once(names: list[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise WrongInput(problem=Phrase("mixed.twice", column=", ".join(twice)))


def _column(table: pa.Table, name: str) -> pa.Array:
    if name not in table.column_names:
        raise ColumnMissing(table="X", missing=[name], present=sorted(table.column_names), hint="")
    column = table[name]
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _plan(name: str, column: pa.Array) -> ColumnPlan:
    values = _as_numbers(column)
    if values is not None:
        known = values[~np.isnan(values)]
        if not len(known) or (known.min() == known.max() and len(known) == len(values)):
            return ColumnPlan(name, "nothing")
        log = bool(known.min() >= 0 and _skewness(np.minimum(known, LARGEST)) > SKEWED)
        taken = _usual(np.log1p(known) if log else known)
        return ColumnPlan(
            name, "number", fill=float(np.median(known)), center=float(taken.mean()), scale=float(taken.std()) or 1.0,
            has_missing=len(known) < len(values), log=log,
        )  # fmt: skip
    texts = _texts(column)
    counts = sorted(
        ((int(row["counts"]), row["values"]) for row in texts.drop_null().value_counts().to_pylist()), key=lambda c: (-c[0], c[1])
    )
    often = [value for rows, value in counts if rows >= LEAST_ROWS][:MOST_LEVELS]
    rare = len(counts) > len(often)
    if not often or (len(counts) == 1 and not texts.null_count):
        return ColumnPlan(name, "nothing")
    return ColumnPlan(name, "category", levels=sorted(often) + ([OTHER] if rare else []), has_missing=texts.null_count > 0)


def _usual(values: Any) -> Any:
    """*values* without the few that are far out: a slip such as 1e155 would leave all others next to each other."""
    values = np.clip(values, -LARGEST, LARGEST)
    ends = np.sort(values)
    outside = max(1, round(0.01 * (len(ends) - 1)))  # of few rows, too, the largest and the smallest may be such a slip
    low, high = ends[min(outside, len(ends) - 1)], ends[max(-1 - outside, -len(ends))]
    if low >= high:  # nearly all are one value, or there are hardly any; then the others tell
        return values
    return values[(values >= low - FAR * (high - low)) & (values <= high + FAR * (high - low))]


def _skewness(values: Any) -> float:
    away = values - values.mean()
    spread = float((away**2).mean())
    return float((away**3).mean() / spread**1.5) if spread > 0 else 0.0


def _as_numbers(column: pa.Array) -> Any | None:
    """float64 with NaN for missing; None for a column of words."""
    kind = column.type
    if pa.types.is_null(kind):
        return np.full(len(column), np.nan)
    if pa.types.is_boolean(kind) or pa.types.is_decimal(kind):
        return _float(pc.cast(column, pa.float64()))
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        values = _float(pc.cast(column, pa.float64(), safe=False))
        return np.where(np.isfinite(values), values, np.nan)
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        seconds = pc.cast(pc.cast(column, pa.timestamp("us"), safe=False), pa.int64())
        return _float(pc.cast(seconds, pa.float64())) / 86_400e6
    if pa.types.is_duration(kind):
        return _float(pc.cast(pc.cast(column, pa.int64()), pa.float64()))
    texts = _texts(column)
    known = texts.drop_null()
    if not len(known):
        return np.full(len(column), np.nan)
    is_number = pc.match_substring_regex(texts, r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,2})?$")
    if pc.sum(is_number).as_py() < NUMBER_SHARE * len(known):
        return None
    return _float(pc.cast(pc.if_else(is_number, texts, pa.scalar(None, pa.string())), pa.float64()))


def _float(column: pa.Array) -> Any:
    return np.asarray(column.to_numpy(zero_copy_only=False), dtype=np.float64)


def _texts(column: pa.Array) -> pa.Array:
    """As texts without blanks at the ends; an empty one is missing."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    try:
        texts = pc.utf8_trim_whitespace(pc.cast(column, pa.string()))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):  # lists and the like
        texts = pa.array([None if value is None else str(value) for value in column.to_pylist()], pa.string())
    return pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)
