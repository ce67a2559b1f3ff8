"""
Parquet files, every column as canonical text, but for those that a raw table takes as they are.

Whole floats lose `.0` (ids that became floats), decimals and floats are written without exponent, times as
`YYYY-MM-DD HH:MM:SS[.ffffff]`, with their offset when they have a zone; lists and structs as JSON. The line is the number of the row.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kezhi.errors import FileUnreadable
from kezhi.settings import FilesSettings
from kezhi.sources.header import unique_names
from kezhi.sources.reading import Block

BATCH_ROWS = 131_072


class ParquetReading:
    """One Parquet file; see `reading.Reading`."""

    source_suffix = ""
    header_line: int | None = None

    def __init__(self, path: Path, settings: FilesSettings, wanted: Sequence[str]) -> None:
        self._path = path
        self.settings = settings.model_copy(update={"format": "parquet"})
        try:
            self._file = pq.ParquetFile(path)
            self._schema = self._file.schema_arrow
        except (pa.ArrowException, OSError) as error:
            raise FileUnreadable(file=path.name, problem=str(error).splitlines()[0], hint="") from error
        self.header = unique_names(self._schema.names)
        self.wanted = wanted
        self.top_rows: list[list[str]] = []
        self._kept: dict[str, pa.DataType] = {}

    def keep_types(self, kinds: Mapping[str, str]) -> dict[str, pa.DataType]:
        """
        Let `blocks` give columns in a type instead of as text where no text could say their values better.

        Args:
            kinds: Header to the kind of the field that is read from it.

        Returns:
            Those columns and their types.
        """
        found = {name: kept_type(kind, self._schema.field(self.header.index(name)).type) for name, kind in kinds.items()}
        self._kept = {name: kind for name, kind in found.items() if kind is not None}
        return self._kept

    def blocks(self, wanted: Sequence[str]) -> Iterator[Block]:
        """Rows with the *wanted* columns, by batches."""
        at = 0
        positions = [self.header.index(name) for name in wanted]
        try:
            for batch in self._file.iter_batches(BATCH_ROWS, columns=sorted({self._schema.names[i] for i in positions})):
                columns = [self._column(name, batch.column(self._schema.names[i])) for name, i in zip(wanted, positions, strict=True)]
                yield Block(pa.table(columns, names=list(wanted)), np.arange(at + 1, at + batch.num_rows + 1, dtype=np.int64))
                at += batch.num_rows
        except (pa.ArrowException, OSError) as error:
            raise FileUnreadable(file=self._path.name, problem=str(error).splitlines()[0], hint=f"row {at + 1}") from error

    def _column(self, name: str, column: pa.Array) -> pa.Array:
        return column.cast(self._kept[name], safe=False) if name in self._kept else as_text(column)


def kept_type(kind: str, came: pa.DataType) -> pa.DataType | None:
    """
    The type in which a raw table holds a column of type *came* for a field of *kind*; None: as text.

    Kept are days and times without a zone (nanoseconds are cut to microseconds; counted seconds could be too many for those), whole
    numbers, and decimals of at most two digits: each has one text, so nothing is lost by not writing it.
    """
    if kind in ("date", "timestamp"):
        if pa.types.is_timestamp(came) and came.tz is None and came.unit in ("us", "ns"):
            return pa.timestamp("us")
        return came if pa.types.is_date32(came) else None
    if pa.types.is_signed_integer(came) and kind in ("money", "number", "integer"):
        return pa.int64()
    return came if pa.types.is_decimal128(came) and kind in ("money", "number") and 0 <= came.scale <= 2 else None


def as_text(column: pa.Array) -> pa.Array:
    """A column of any type as text, in one form for one value; empty text is null."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.dictionary_decode(), kind.value_type
    if pa.types.is_timestamp(kind):
        return _times(column)
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        text = column.cast(pa.string())
        if pc.any(pc.match_substring(text, "e", ignore_case=True)).as_py():
            return pa.array([_plain_number(value) for value in text.to_pylist()], pa.string())
        return text
    if pa.types.is_nested(kind):
        values = [None if v is None else json.dumps(v, ensure_ascii=False, default=str) for v in column.to_pylist()]
        return pa.array(values, pa.string())
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        values = [None if v is None else v.decode("utf-8", "backslashreplace") for v in column.to_pylist()]
        column = pa.array(values, pa.string())
    text = column.cast(pa.string())
    empty = pc.equal(text, "")
    return pc.if_else(empty, pa.scalar(None, pa.string()), text) if pc.any(empty).as_py() else text


def _times(column: pa.TimestampArray) -> pa.Array:
    """Times without a fraction of zeros, each by itself; nanoseconds are cut to microseconds."""
    zone = column.type.tz
    if column.type.unit == "ns":
        column = column.cast(pa.timestamp("us", zone), safe=False)
    whole = column.cast(pa.timestamp("s", zone), safe=False)
    is_whole = pc.equal(whole.cast(column.type, safe=False), column)
    if pc.all(is_whole).as_py():
        return whole.cast(pa.string())
    return pc.if_else(is_whole, whole.cast(pa.string()), column.cast(pa.timestamp("us", zone), safe=False).cast(pa.string()))


def _plain_number(text: str | None) -> str | None:
    """`1e-05` as `0.00001`; nan and infinity stay words."""
    if text is None or "e" not in text.lower() or text.lower() in ("inf", "-inf", "nan"):
        return text
    return format(Decimal(text), "f")


def open_parquet(path: Path, settings: FilesSettings, wanted: Sequence[str]) -> ParquetReading:
    """Open a Parquet file; it needs no help with its header."""
    return ParquetReading(path, settings, wanted)
