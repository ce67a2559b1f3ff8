"""Amounts and times that came as text: read where they are plain, answered with the first that is not."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from kezhi.errors import WrongInput
from kezhi.kit.engine import ibis, ir
from kezhi.locales import Phrase

_AMOUNT = r"^[+-]?[0-9]{1,16}(\.[0-9]{1,12})?$"
_MOMENT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?)?$"
_EXACT = pa.decimal128(38, 12)
_MOST = 1e16  # money is kept in 18 digits, two of them behind the point


def with_amounts_and_times(frame: object, table: ir.Table, *, amount: str | None, time: str) -> ir.Table:
    """
    *table* with *amount* as a number and *time* as a time.

    Args:
        frame: What the caller gave; the texts of an Ibis table are not read, as that would run it.
        table: The same as an Ibis table.
        amount: Its column of money, if it has one; text like `-12.50` is read exactly.
        time: Its column of times; text like `2025-06-01` or `2025-06-01 10:30:00` is read.

    Raises:
        WrongInput: A column holds something else, with the first such value.
    """
    kinds = table.schema()
    wrong = [
        name
        for name, fits in (
            (amount, amount is None or kinds[amount].is_numeric()),
            (time, kinds[time].is_temporal() and not kinds[time].is_time()),
        )
        if name is not None and not fits and not kinds[name].is_null()
    ]
    if amount is not None and kinds[amount].is_numeric() and not isinstance(frame, ir.Table):
        _countable(table[amount].to_pyarrow(), amount)
    if not wrong:
        return table
    for name in wrong:
        if isinstance(frame, ir.Table) or not kinds[name].is_string():
            raise WrongInput(problem=Phrase("frames.wrong_type", column=name, kind=str(kinds[name])))
    rows = table.to_pyarrow()
    for name in wrong:
        pattern, kind, problem = (
            (_AMOUNT, _EXACT, "frames.no_amount") if name == amount else (_MOMENT, pa.timestamp("us"), "frames.no_time")
        )
        rows = rows.set_column(rows.column_names.index(name), name, _read(rows[name], pattern, kind, Phrase(problem, column=name)))
    return ibis.memtable(rows)


def _countable(column: pa.ChunkedArray, name: str) -> None:
    """
    Refuse an amount that no money can be: endless, or more than 18 digits hold. NaN is none at all, as pandas has it.

    Raises:
        WrongInput: With the first such amount.
    """
    amounts = column.cast(pa.float64(), safe=False)
    size = pc.fill_null(pc.if_else(pc.is_nan(amounts), 0.0, pc.abs(amounts)), 0.0)
    place = pc.index(pc.less(size, _MOST), False).as_py()
    if place >= 0:
        raise WrongInput(problem=Phrase("frames.no_amount", column=name, row=place + 1, value=column[place].as_py()))


def _read(column: pa.ChunkedArray, pattern: str, kind: pa.DataType, problem: Phrase) -> pa.ChunkedArray:
    trimmed = pc.utf8_trim_whitespace(column)
    fits = pc.fill_null(pc.match_substring_regex(trimmed, pattern), True)
    if not pc.all(fits, min_count=0).as_py():
        place = pc.index(fits, False).as_py()
        raise WrongInput(problem=Phrase(problem.key, **problem.fields, row=place + 1, value=column[place].as_py()))
    try:
        return trimmed.cast(kind)
    except pa.ArrowInvalid as error:  # 2025-02-30 has the form of a day, and is none
        value = str(error).partition("'")[2].partition("'")[0]
        place = pc.index(trimmed, value).as_py()
        raise WrongInput(problem=Phrase(problem.key, **problem.fields, row=place + 1, value=value)) from None
