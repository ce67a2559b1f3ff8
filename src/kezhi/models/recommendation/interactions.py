"""Who had to do with which product, when and how much, as numbers that kernels can read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kezhi.errors import ColumnMissing, WrongInput
from kezhi.locales import Phrase
from kezhi.models.mixed_columns import arrow_columns

TIMES, WEIGHTS = ("at", "ordered_at", "occurred_at", "timestamp", "time"), ("weight", "quantity")
EPOCH_SECONDS, EPOCH_MILLIS, DAY_SECONDS = 1e8, 1e11, 86_400.0  # numbers so large cannot be days


@dataclass(frozen=True, slots=True)
class Interactions:
    """
    One entry per row that counts, sorted by user and product; labels are sorted, so the order of rows changes nothing.

    Attributes:
        user, item: int32 places in the labels.
        day: float64 days since 1970; zeros where no time came.
        weight: float32 above 0.
        users, items: The ids as they came, as Arrow arrays.
        is_timed: Whether there was a time.
    """

    user: Any
    item: Any
    day: Any
    weight: Any
    users: pa.Array
    items: pa.Array
    is_timed: bool

    def before(self, day: float) -> Interactions:
        """The rows before *day*, under the same labels."""
        return self.where(self.day < day)

    def where(self, chosen: Any) -> Interactions:
        """The rows of the mask *chosen*, under the same labels."""
        return Interactions(
            self.user[chosen], self.item[chosen], self.day[chosen], self.weight[chosen], self.users, self.items, self.is_timed
        )

    def of(self, users: Any) -> Interactions:
        """The rows of the customers at places *users*, who are numbered in the order asked; takes as long as they have rows."""
        asked = np.asarray(users, self.user.dtype)
        begins = np.searchsorted(self.user, asked)
        counts = np.searchsorted(self.user, asked, "right") - begins
        rows = np.repeat(begins - (np.cumsum(counts) - counts), counts) + np.arange(int(counts.sum()))
        user = np.repeat(np.arange(len(asked), dtype=np.int32), counts)
        labels = self.users.take(pa.array(asked))
        return Interactions(user, self.item[rows], self.day[rows], self.weight[rows], labels, self.items, self.is_timed)

    def later(self) -> Any:
        """How many rows of the same customer lie after each row in time; rows of one time have the same number (all 0 without times)."""
        order = np.lexsort((self.day, self.user))
        user, day = self.user[order], self.day[order]
        ends = np.flatnonzero(np.append((user[1:] != user[:-1]) | (day[1:] != day[:-1]), True)[: len(user)])
        last = np.repeat(ends, np.diff(ends, prepend=-1))
        made = np.empty(len(order), np.int64)
        made[order] = np.cumsum(np.bincount(self.user, minlength=len(self.users)))[user] - 1 - last
        return made

    def matrix(self, values: Any = None) -> Any:
        """Users x products, CSR float32 with sorted columns; *values* of a pair are added up, without any it is 1."""
        from scipy.sparse import csr_matrix

        begins = np.flatnonzero(np.append(True, (self.user[1:] != self.user[:-1]) | (self.item[1:] != self.item[:-1]))[: len(self.user)])
        bounds = np.append(0, np.cumsum(np.bincount(self.user[begins], minlength=len(self.users)))).astype(np.int32)
        if values is None or not len(begins):
            data = np.ones(len(begins), np.float32)
        else:  # rows stand by user and product, so that nothing is to be sorted
            data = np.add.reduceat(np.asarray(values, np.float64), begins).astype(np.float32)
        made = csr_matrix((data, self.item[begins].astype(np.int32), bounds), shape=(len(self.users), len(self.items)))
        made.has_sorted_indices = made.has_canonical_format = True
        return made


def read_interactions(frame: Any, columns: Mapping[str, str] | None = None, *, items: pa.Array | None = None) -> Interactions:
    """
    *frame* (pandas, Polars, Arrow, Ibis, a mapping of lists) as `Interactions`.

    Args:
        frame: customer_id and product_id; a time under `at`, `ordered_at`, `occurred_at` or `timestamp` (times, days, ISO
            text, or numbers: days, or seconds since 1970); a `weight` or `quantity`. Rows without customer or product, and
            rows of weight 0 or less (refunds), do not count; a missing weight is 1; a row without time is older than all.
        columns: Our name -> the frame's.
        items: Products known already, sorted: theirs are the labels, and rows of others do not count.

    Raises:
        ColumnMissing: No customer or product column, or one that *columns* names is not there.
        WrongInput: A time or weight that is none.
    """
    table = named(arrow_columns(frame), columns)
    need(table, "interactions", ("customer_id", "product_id"))
    time = next((name for name in TIMES if name in table.column_names), None)
    much = next((name for name in WEIGHTS if name in table.column_names), None)
    user_ids, item_ids = plain(table["customer_id"]), plain(table["product_id"])
    rows = table.num_rows
    weight = numbers(table[much], much) if much is not None else np.ones(rows)
    weight = np.where(np.isnan(weight), 1.0, weight)
    day = days(table[time], time) if time is not None else np.zeros(rows)
    known = day[~np.isnan(day)]
    day = np.where(np.isnan(day), known.min() - 1.0 if len(known) else 0.0, day)
    counts = (
        pc.is_valid(user_ids).to_numpy(zero_copy_only=False)
        & pc.is_valid(item_ids).to_numpy(zero_copy_only=False)
        & (weight > 0)
        & np.isfinite(weight)
    )
    if items is not None:
        counts &= places(item_ids, items) >= 0
    if not counts.all():
        chosen = pa.array(counts)
        user_ids, item_ids, day, weight = user_ids.filter(chosen), item_ids.filter(chosen), day[counts], weight[counts]
    user, user_labels = coded(user_ids)
    item, item_labels = coded(item_ids) if items is None else (places(item_ids, items).astype(np.int32), items)
    order = np.lexsort((day, item, user))
    return Interactions(
        user[order],
        item[order],
        day[order],
        weight[order].astype(np.float32),
        user_labels,
        item_labels,
        time is not None and len(known) > 0,
    )


def named(table: pa.Table, columns: Mapping[str, str] | None) -> pa.Table:
    """*table* under our names."""
    if not columns:
        return table
    missing = [theirs for theirs in columns.values() if theirs not in table.column_names]
    if missing:
        raise ColumnMissing(table="interactions", missing=missing, present=sorted(table.column_names), hint="")
    taken = {theirs: ours for ours, theirs in columns.items()}
    kept = [name for name in table.column_names if name in taken or name not in columns]
    return table.select(kept).rename_columns([taken.get(name, name) for name in kept])


def need(table: pa.Table, what: str, names: tuple[str, ...]) -> None:
    """Complain of columns of *names* that are not there."""
    missing = [name for name in names if name not in table.column_names]
    if missing:
        raise ColumnMissing(table=what, missing=missing, present=sorted(table.column_names), hint="")


def plain(values: Any) -> pa.Array:
    """One array without dictionary; NaN is missing."""
    made = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    if isinstance(made, pa.ChunkedArray):  # of no chunk at all, or more than one array can hold
        made = pa.concat_arrays(made.chunks) if made.num_chunks else pa.array([], made.type)
    if pa.types.is_dictionary(made.type):
        made = made.dictionary_decode()
    if pa.types.is_floating(made.type):
        made = pc.if_else(pc.is_nan(made), pa.scalar(None, made.type), made)
    return made


def coded(values: pa.Array) -> tuple[Any, pa.Array]:
    """The place of each value among the sorted distinct ones, and those."""
    found = values.dictionary_encode()
    labels = found.dictionary
    if pa.types.is_null(labels.type):
        return np.zeros(0, np.int32), labels
    order = pc.sort_indices(labels).to_numpy(zero_copy_only=False)
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    return place[found.indices.to_numpy(zero_copy_only=False)], labels.take(pa.array(order))


def places(values: pa.Array, labels: pa.Array) -> Any:
    """The place of each value among *labels*; −1 where it is not there or is of a type that cannot be."""
    if not len(labels) or not len(values):
        return np.full(len(values), -1, np.int64)
    if values.type != labels.type:
        try:
            values = values.cast(labels.type)
        except pa.ArrowInvalid:  # one value is no such number or day: the others are still looked for, as texts
            values, labels = values.cast(pa.string()), labels.cast(pa.string())
        except pa.ArrowNotImplementedError:  # Arrow's word for two types without a common one (a list, a day): nothing can be found
            return np.full(len(values), -1, np.int64)
    return pc.fill_null(pc.index_in(values, labels), -1).to_numpy(zero_copy_only=False).astype(np.int64)


def numbers(values: Any, name: str) -> Any:
    """*values* as float64; NaN where missing."""
    try:
        return np.asarray(plain(values).cast(pa.float64()).to_numpy(zero_copy_only=False), np.float64)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise WrongInput(problem=Phrase("models.not_numbers", column=name)) from error


def days(values: Any, name: str) -> Any:
    """*values* as days since 1970, float64; NaN where missing."""
    given = plain(values)
    if pa.types.is_integer(given.type) or pa.types.is_floating(given.type):
        found = numbers(given, name)
        most = np.nanmax(np.abs(found)) if np.isfinite(found).any() else 0.0
        return found / (DAY_SECONDS * 1000 if most > EPOCH_MILLIS else DAY_SECONDS if most > EPOCH_SECONDS else 1.0)
    try:
        if pa.types.is_date(given.type):
            given = given.cast(pa.date32())
        micro = given.cast(pa.timestamp("us"), safe=False) if not _zoned(given.type) else given.cast(pa.timestamp("us", given.type.tz))
        ticks = micro.cast(pa.int64()).cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise WrongInput(problem=Phrase("recommend.not_a_time", column=name)) from error
    return np.asarray(ticks, np.float64) / (DAY_SECONDS * 1e6)


def day_of(at: Any) -> float:
    """A time given by hand (day, time, ISO text, number as in `days`) as days since 1970."""
    if isinstance(at, (date, datetime, str, int, float, np.generic)) and not isinstance(at, bool):
        try:
            if isinstance(at, np.datetime64):
                given = pa.array([at.astype("datetime64[us]").item()])
            else:
                given = pa.array([at.item() if isinstance(at, np.generic) else at])
            found = float(days(given, "at")[0])
        except (WrongInput, pa.ArrowInvalid) as error:
            raise WrongInput(problem=Phrase("recommend.not_a_time", column=f"at = {at}")) from error
        if np.isfinite(found):
            return found
    raise WrongInput(problem=Phrase("recommend.not_a_time", column=f"at = {at}"))


def _zoned(kind: Any) -> bool:
    return bool(pa.types.is_timestamp(kind) and kind.tz is not None)
