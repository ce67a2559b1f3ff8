"""The kind of frame that came is the kind that goes back: Ibis, pandas, Polars or Arrow."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from kezhi.errors import WrongInput
from kezhi.kit.engine import ibis, ir
from kezhi.locales import Phrase


def as_ibis(frame: Any) -> ir.Table:
    """
    *frame* as an Ibis table; pandas goes by Arrow, as Ibis fails on money with nulls in it.

    A time with a zone becomes the time on the clock of its own zone: an engine would turn it into that of the machine, and
    an order of half past midnight would be one of the day before.

    Raises:
        WrongInput: No frame came, a column of a pandas frame mixes kinds, such as numbers and texts, or an Ibis table holds
            times with a zone, which only its owner can turn into local ones.
    """
    if isinstance(frame, ir.Table):
        zoned = [name for name, kind in frame.schema().items() if kind.is_timestamp() and kind.timezone]
        if zoned:
            raise WrongInput(problem=Phrase("frames.zoned", column=zoned[0]))
        return frame
    if not hasattr(frame, "columns") and not hasattr(frame, "schema"):
        raise WrongInput(problem=Phrase("frames.no_frame", kind=type(frame).__name__))
    module = type(frame).__module__.split(".")[0]
    if module == "pandas":
        try:
            frame = pa.Table.from_pandas(frame, preserve_index=False)
        except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
            raise WrongInput(problem=Phrase("frames.mixed", detail=" ".join(map(str, error.args)))) from None
    elif module == "polars":
        frame = frame.lazy().collect()
        if any(getattr(kind, "time_zone", None) for kind in frame.schema.values()):
            frame = frame.to_arrow()
    return ibis.memtable(_on_its_clock(frame) if isinstance(frame, pa.Table) else frame)


def _on_its_clock(table: pa.Table) -> pa.Table:
    """*table* with each time with a zone as what a clock in that zone shows."""
    for place, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type) and field.type.tz:
            table = table.set_column(place, field.name, pc.local_timestamp(table[field.name]))
    return table


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
