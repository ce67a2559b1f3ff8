"""How DuckDB is told which rows an aggregate counts: the one form of Ibis' SQL of which another is faster."""

from __future__ import annotations

from typing import Any

from ibis.backends.sql.compilers.base import AggGen
from ibis.backends.sql.compilers.duckdb import DuckDBCompiler
from sqlglot import expressions as sql

_LEAVE_NULLS_OUT = ("sum", "count", "min", "max", "avg")


class _Cases(AggGen):  # type: ignore[misc]
    """
    `sum(CASE WHEN … THEN … END)` instead of `sum(…) FILTER (WHERE …)`.

    The same answer; but for each FILTER DuckDB cuts down every column that any aggregate beside it reads, so that forty sums of
    windows take half as long again.
    """

    def aggregate(self, compiler: Any, name: str, *args: Any, where: Any = None, order_by: tuple[Any, ...] = ()) -> Any:
        if where is not None and name in _LEAVE_NULLS_OUT and not isinstance(args[0], sql.Distinct):
            chosen = sql.convert(1) if isinstance(args[0], sql.Star) else args[0]
            args, where = (compiler.if_(where, chosen, sql.null()),), None
        return super().aggregate(compiler, name, *args, where=where, order_by=order_by)


class ChoosingCompiler(DuckDBCompiler):  # type: ignore[misc]
    """Ibis' SQL of DuckDB, where an aggregate of chosen rows is one of all rows in which the others are null."""

    agg = _Cases(supports_filter=True, supports_order_by=True)
