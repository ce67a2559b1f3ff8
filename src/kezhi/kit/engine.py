"""
The one door to Ibis, and what a room may ask of the engine without knowing it.

House rules, kept by `tests/contracts/test_house_rules.py` (why: notes on the engines):
division is `ratio`; a ranking has a unique tie-breaker; time gaps come from `epoch_seconds`, days from
`kit.days`; no `.hash()`, `.delta()`, `try_cast`, `distinct(on=...)`, approximate counts, native `ntile`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import pyarrow as pa
from ibis import _

__all__ = ["Workbench", "_", "arrow_schema", "dt", "ibis", "ir", "ratio", "sieve", "typed"]


class Workbench(Protocol):
    """
    What a room may ask of its caller while it describes its work.

    A room never executes; but a table read by ten others is computed once, and clusters need rounds.
    """

    def settle(self, table: ir.Table) -> ir.Table:
        """Compute *table* once, keep it in scratch, and give it back to be read again."""
        ...

    def named(self, table: ir.Table) -> ir.Table:
        """
        *table* under a name of the engine, computed by each who reads it, and only what he reads of it.

        For what is cheap to compute and dear to write. Without a name, a query that reads it twice keeps all of it in memory.
        """
        ...

    def once(self, table: ir.Table) -> ir.Table:
        """As `settle`; the same expression asked for again, also by another step of the run, is not computed again."""
        ...

    def arrow(self, table: ir.Table) -> pa.Table:
        """Compute *table*, which is small, into memory: what must be known before the work can be described."""
        ...

    def repeat(
        self,
        start: ir.Table,
        advance: Callable[[ir.Table], ir.Table],
        unfinished: Callable[[ir.Table, ir.Table], ir.Table],
        *,
        limit: int,
    ) -> ir.Table:
        """
        Advance a settled table until `unfinished(before, after)` has no row.

        Raises:
            RunFailed: Not finished after *limit* rounds.
        """
        ...

    def kernel(self, work: Callable[..., tuple[pa.Table, ...]], *tables: ir.Table) -> tuple[ir.Table, ...]:
        """Compute *tables* into memory, hand them to *work* as Arrow tables, and give back what it makes, to be read again."""
        ...

    def each_batch(self, work: Callable[[pa.RecordBatch], Mapping[str, Any]], schema: pa.Schema, table: ir.Table) -> ir.Table:
        """Hand *work* the rows of *table* some at a time, in no order, and give back the columns of *schema* that it makes of them."""
        ...


def ratio(top: ir.NumericValue, bottom: ir.NumericValue) -> ir.FloatingValue:
    """top / bottom as float64 on every engine; null where bottom is 0."""
    return top.cast("float64") / bottom.cast("float64").nullif(0.0)


def differ(one: ir.Value, other: ir.Value) -> ir.BooleanValue:
    """
    one != other, of values that are never null and come from two tables that were joined to a third.

    DuckDB takes a comparison of two tables for a join of them: where it believes the third to be empty, it makes all pairs of both
    first. Of this form it makes none.
    """
    return ibis.cases((one == other, False), else_=True)


class Described(Protocol):
    """A table that `tables.py` describes."""

    @property
    def types(self) -> dict[str, str]:
        """Ibis type by column."""
        ...


def arrow_schema(table: Described) -> pa.Schema:
    """The columns of *table* as Arrow has them."""
    return ibis.schema(table.types).to_pyarrow()


def typed(table: ir.Table, columns: Mapping[str, str | dt.DataType]) -> ir.Table:
    """*table* with exactly *columns* (name to Ibis type), cast and in that order; absent ones are null."""
    return table.select(**{name: table[name].cast(kind) if name in table.columns else ibis.null(kind) for name, kind in columns.items()})


@ibis.udf.scalar.builtin(name="hash")  # type: ignore[untyped-decorator]
def _hash_1(a: str) -> int: ...  # type: ignore[empty-body]


@ibis.udf.scalar.builtin(name="hash")  # type: ignore[untyped-decorator]
def _hash_2(a: str, b: str) -> int: ...  # type: ignore[empty-body]


@ibis.udf.scalar.builtin(name="hash")  # type: ignore[untyped-decorator]
def _hash_3(a: str, b: str, c: str) -> int: ...  # type: ignore[empty-body]


@ibis.udf.scalar.builtin(name="hash")  # type: ignore[untyped-decorator]
def _hash_4(a: str, b: str, c: str, d: str) -> int: ...  # type: ignore[empty-body]


@ibis.udf.scalar.builtin(name="hash")  # type: ignore[untyped-decorator]
def _hash_5(a: str, b: str, c: str, d: str, e: str) -> int: ...  # type: ignore[empty-body]


def sieve(*columns: ir.StringValue) -> ir.IntegerValue:
    """
    A number that is equal for equal texts, and hardly ever for different ones; of one to five columns.

    It differs between engines, so it only narrows down what is then compared exactly: grouping ten million
    keys by it takes a fifth of the time and memory of grouping them by their texts.
    """
    made: ir.IntegerValue = (_hash_1, _hash_2, _hash_3, _hash_4, _hash_5)[len(columns) - 1](*columns)
    return made % 2**62  # DuckDB's is unsigned, and past what int64 holds
