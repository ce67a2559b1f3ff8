"""What a caller asks for: for whom, which rules, which kind of frame."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from kezhi.errors import WrongInput
from kezhi.locales import Phrase
from kezhi.models.mixed_columns import arrow_columns
from kezhi.models.recommendation.interactions import Interactions, named, need, places, plain
from kezhi.models.recommendation.offers import Segments

LED = "reason_product_id"


@dataclass(slots=True)
class Asked:
    """For whom: ids, their places among known customers (−1: unknown), segment and category of each, kind of frame."""

    ids: pa.Array
    place: Any
    segment: list[str | None]
    category: list[Any]
    kind: str | None


@dataclass(slots=True)
class Strangers:
    """Rows of `Asked` without a history that share a segment and a category."""

    rows: Any
    segment: str | None
    category: Any


def kind_of(frame: Any) -> str:
    """pandas, polars, ibis or arrow."""
    kind = type(frame).__module__.split(".")[0]
    return kind if kind in ("pandas", "polars", "ibis") else "arrow"


def as_kind(made: pa.Table, kind: str) -> Any:
    """*made* as a frame of *kind*."""
    if kind == "pandas":
        import pandas as pd

        frame = made.to_pandas()
        if pa.types.is_integer(made.schema.field(LED).type):  # with gaps they would become fractions
            frame[LED] = pd.array(made[LED].to_pylist(), dtype="Int64")
        return frame
    if kind == "polars":
        import polars as pl

        return pl.from_arrow(made)
    if kind == "ibis":
        from kezhi.kit.engine import ibis

        return ibis.memtable(made)
    return made


def who(users: Any, known: pa.Array, columns: Mapping[str, str] | None, segments: Segments | None) -> Asked:
    """*users* of `Recommender.recommend`."""
    kind, told = None, None
    if users is None:
        ids = known
    elif _is_frame(users):
        table = arrow_columns(users)
        table = named(table, {ours: theirs for ours, theirs in (columns or {}).items() if theirs in table.column_names})
        need(table, "users", ("customer_id",))
        ids, kind, told = plain(table["customer_id"]), None if isinstance(users, dict) else kind_of(users), table
    else:
        ids = _listed(users)
    if len(known) and ids.type != known.type:
        try:
            ids = ids.cast(known.type)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise WrongInput(problem=Phrase("recommend.other_ids", given=str(ids.type), expected=str(known.type))) from error
    found = ids.dictionary_encode().indices.to_numpy(zero_copy_only=False) if ids.null_count == 0 else None
    if found is None:
        valid = np.flatnonzero(ids.is_valid().to_numpy(zero_copy_only=False))
        first = valid[np.sort(np.unique(_codes(ids.take(pa.array(valid))), return_index=True)[1])]
    else:
        first = np.sort(np.unique(found, return_index=True)[1])
    chosen = pa.array(first, pa.int64())
    ids = ids.take(chosen)
    segment: list[str | None] = [None] * len(ids) if segments is None else segments.of(ids)
    category: list[Any] = [None] * len(ids)
    if told is not None and "segment" in told.column_names:
        given = plain(told["segment"]).take(chosen).cast(pa.string()).to_pylist()
        segment = [mine or other for mine, other in zip(given, segment, strict=True)]
    if told is not None and "category" in told.column_names:
        category = plain(told["category"]).take(chosen).to_pylist()
    return Asked(ids, places(ids, known), segment, category, kind)


def strangers(asked: Asked, chosen: Any) -> Iterator[Strangers]:
    """The rows of the mask *chosen*, by segment and category."""
    groups: dict[tuple[Any, Any], list[int]] = {}
    for row in np.flatnonzero(chosen).tolist():
        groups.setdefault((asked.segment[row], asked.category[row]), []).append(row)
    for (segment, category), rows in groups.items():
        yield Strangers(np.asarray(rows), segment, category)


def forbidden_pairs(forbidden: Any, ids: pa.Array, products: pa.Array, columns: Mapping[str, str] | None) -> tuple[Any, Any]:
    """Rows of *ids* and places of *products* that must not meet."""
    if forbidden is None:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    table = arrow_columns(forbidden)
    table = named(table, {ours: theirs for ours, theirs in (columns or {}).items() if theirs in table.column_names})
    need(table, "forbidden", ("customer_id", "product_id"))
    row, item = places(plain(table["customer_id"]), ids), places(plain(table["product_id"]), products)
    both = (row >= 0) & (item >= 0)
    return row[both], item[both]


def blocked(
    place: Any, rows: Any, pairs: tuple[Any, Any], seen: Interactions, at: float, *, enough: int | None, rest_days: float | None
) -> tuple[Any, Any]:
    """What must not be offered to each of *rows* (CSR: bounds, products): forbidden, bought enough, bought lately."""
    from scipy.sparse import csr_matrix

    row, item = pairs
    if enough is not None or rest_days is not None:
        times = seen.matrix(np.ones(len(seen.user), np.float32))
        newest = seen.matrix()
        out = np.zeros(len(times.data), bool)
        if enough is not None:
            out |= times.data >= enough
        if rest_days is not None and seen.is_timed and len(seen.day):
            last = np.append((seen.user[1:] != seen.user[:-1]) | (seen.item[1:] != seen.item[:-1]), True)
            out |= seen.day[last] > at - rest_days
        newest.data = out.astype(np.float32)
        known = np.flatnonzero(place >= 0)
        mine = newest[place[known]].tocoo()
        row, item = np.concatenate([row, known[mine.row[mine.data > 0]]]), np.concatenate([item, mine.col[mine.data > 0]])
    made = csr_matrix((np.ones(len(row), np.int8), (row, item)), shape=(len(place), len(seen.items)))[rows]
    return made.indptr, made.indices


def nobody() -> tuple[Any, Any, Any, Any]:
    """A customer without a history: bounds, products, weights, again."""
    none = np.zeros(0, np.float32)
    return np.zeros(2, np.int32), np.zeros(0, np.int32), none, none


def check(*, n: Any, enough: Any, max_per_category: Any, diversity: Any, rest_days: Any) -> None:
    """
    Complain of numbers out of their range.

    Raises:
        WrongInput: Which, and what came.
    """
    for name, value in (("n", n), ("enough", enough), ("max_per_category", max_per_category)):
        if value is None and name != "n":
            continue
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1:
            raise WrongInput(problem=Phrase("recommend.parameter", name=name, value=value))
    at_least("rest_days", rest_days, 0.0)
    if isinstance(diversity, bool) or not isinstance(diversity, (int, float, np.number)) or not 0 <= diversity <= 1:
        raise WrongInput(problem=Phrase("recommend.parameter", name="diversity", value=diversity))


def at_least(name: str, value: Any, least: float) -> None:
    """Complain of a number below *least*; None is none."""
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, (int, float, np.number)) or not value >= least:
        raise WrongInput(problem=Phrase("recommend.parameter", name=name, value=value))


def _is_frame(given: Any) -> bool:
    return isinstance(given, (pa.Table, dict)) or hasattr(given, "columns")


def _listed(users: Any) -> pa.Array:
    """Ids from one id, a list, an array or a series."""
    if isinstance(users, pa.Array | pa.ChunkedArray):
        return plain(users)
    if isinstance(users, (str, bytes)) or not hasattr(users, "__iter__"):
        users = [users]
    try:
        return plain(pa.array(users.tolist() if hasattr(users, "tolist") else list(users)))
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise WrongInput(problem=Phrase("recommend.mixed_ids")) from error


def _codes(values: pa.Array) -> Any:
    return values.dictionary_encode().indices.to_numpy(zero_copy_only=False)
