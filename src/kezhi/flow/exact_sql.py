"""SQL of an expression in the very types that Ibis believes it has, on either engine."""

from __future__ import annotations

from typing import Any

from kezhi.kit.engine import ibis, ir

CAST = "CAST({name} AS {kind}) AS {name}"


def columns(backend: Any, table: ir.Table, quote: str, form: str) -> str:
    """Each column of *table* as *form* says it of its name and of the engine's type for the one that Ibis believes it has."""
    kind = backend.compiler.type_mapper.to_string
    quoted = ((quote + name.replace(quote, quote * 2) + quote, kind(dtype)) for name, dtype in table.schema().items())
    return ", ".join(form.format(name=name, kind=dtype) for name, dtype in quoted)


def exactly(backend: Any, table: ir.Table, quote: str) -> str:
    """
    SQL of *table* in the types that Ibis believes it has.

    An engine's own may be others, and then Parquet keeps them: DuckDB sums int64 to 128 bits, which Parquet knows only as
    a double; a month number is int32 on Spark.
    """
    backend._run_pre_execute_hooks(table)
    return f"SELECT {columns(backend, table, quote, CAST)} FROM ({backend.compile(table)})"


def known(backend: Any, name: str, table: ir.Table) -> ir.Table:
    """The table *name* of the engine, which has the columns of *table*: nobody needs to look into its files for them."""
    schema = ibis.schema({column: kind.copy(nullable=True) for column, kind in table.schema().items()})
    return ibis.expr.operations.DatabaseTable(name, schema=schema, source=backend).to_expr()
