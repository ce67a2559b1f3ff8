"""The kind of frame that came is the kind that goes back: Ibis, pandas, Polars or Arrow."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from kezhi.kit.engine import ibis, ir


def as_ibis(frame: Any) -> ir.Table:
    """*frame* as an Ibis table; pandas goes by Arrow, as Ibis fails on money with nulls in it."""
    if isinstance(frame, ir.Table):
        return frame
    return ibis.memtable(pa.Table.from_pandas(frame, preserve_index=False) if type(frame).__module__.split(".")[0] == "pandas" else frame)


def like(frame: Any, made: pa.Table) -> Any:
    """*made* as the kind of frame that *frame* is; lists are lists of Python in pandas."""
    if isinstance(frame, pa.Table):
        return made
    if isinstance(frame, ir.Table):
        return ibis.memtable(made)
    if type(frame).__module__.split(".")[0] == "polars":
        import polars as pl

        return pl.from_arrow(made)
    listed = [name for name in made.column_names if pa.types.is_list(made.schema.field(name).type)]
    result = made.drop_columns(listed).to_pandas()
    for place, name in enumerate(made.column_names):
        if name in listed:
            result.insert(place, name, made[name].to_pylist())
    return result
