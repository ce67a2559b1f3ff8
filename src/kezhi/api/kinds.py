"""The kind of frame that came is the kind that goes back: Ibis, pandas, Polars or Arrow."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from kezhi.errors import WrongInput
from kezhi.kit.engine import ibis, ir
from kezhi.locales import Phrase


def as_ibis(frame: Any) -> ir.Table:
    """
    *frame* as an Ibis table; pandas goes by Arrow, as Ibis fails on money with nulls in it.

    Raises:
        WrongInput: A column of a pandas frame mixes kinds, such as numbers and texts.
    """
    if isinstance(frame, ir.Table):
        return frame
    if type(frame).__module__.split(".")[0] != "pandas":
        return ibis.memtable(frame)
    try:
        return ibis.memtable(pa.Table.from_pandas(frame, preserve_index=False))
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise WrongInput(problem=Phrase("frames.mixed", detail=" ".join(map(str, error.args)))) from None


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
