"""Writes the raw table of one file and its rejects to Parquet (zstd); both appear whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.parquet as pq

from kezhi.sources.reading import Block
from kezhi.tables import REJECTS, raw_schema

ROWS_PER_GROUP = 131_072
DICTIONARY_BYTES = 131_072  # of a column and row group: ids and times, of which each is another, are given up early


class RawWriter:
    """
    Takes blocks; `finish` puts the files in place.

    Args:
        raw_path: Where the rows go.
        rejects_path: Where rejects go; the file is made only when there are some.
        source: The source's name.
        table_name: The input table.
        source_file: What `source_file` says.
        columns: Our name to the file's header.
        types: Header to the type of the columns that are no text.
    """

    def __init__(
        self,
        raw_path: Path,
        rejects_path: Path,
        *,
        source: str,
        table_name: str,
        source_file: str,
        columns: Mapping[str, str],
        types: Mapping[str, pa.DataType],
    ) -> None:
        self.rows = self.rejected = 0
        self._paths = (raw_path, rejects_path)
        self._temporary = tuple(path.with_name(f".{path.name}.{os.getpid()}.tmp") for path in self._paths)
        self._source, self._table_name, self._source_file, self._columns = source, table_name, source_file, columns
        usual = {"string": pa.string(), "int64": pa.int64()}
        own = dict.fromkeys(("source", "source_file"), pa.dictionary(pa.int32(), pa.string()))
        own |= {ours: types[theirs] for ours, theirs in columns.items() if theirs in types}
        self._schema = pa.schema([(name, own.get(name, usual[kind])) for name, kind in raw_schema(table_name)])
        self._reject_schema = pa.schema([(column.name, usual[column.type]) for column in REJECTS.columns])
        self._waiting: list[pa.Table] = []
        self._waiting_rows = 0
        moments = [column.name for column in self._schema if pa.types.is_int64(column.type) or pa.types.is_temporal(column.type)]
        self._raw = pq.ParquetWriter(
            self._temporary[0],
            self._schema,
            compression="zstd",
            store_schema=False,
            use_dictionary=[name for name in self._schema.names if name not in moments],
            dictionary_pagesize_limit=DICTIONARY_BYTES,
            column_encoding=dict.fromkeys(moments, "DELTA_BINARY_PACKED"),
            store_decimal_as_integer=True,
            write_statistics=["source_line"],  # smallest and largest text help no one: a raw table is read whole
        )
        self._rejects: pq.ParquetWriter | None = None

    def add(self, block: Block) -> None:
        """Write a block; small ones wait to share a row group."""
        count = len(block.lines)
        if count:
            columns = {
                "source": _repeated(self._source, count),
                "source_file": _repeated(self._source_file, count),
                "source_line": pa.array(block.lines, pa.int64()),
                **{ours: block.table.column(theirs) for ours, theirs in self._columns.items()},
            }
            empty = pa.nulls(count, pa.string())
            self._waiting.append(pa.table([columns.get(name, empty) for name in self._schema.names], schema=self._schema))
            self._waiting_rows += count
            self.rows += count
            if self._waiting_rows >= ROWS_PER_GROUP:
                self._flush()
        if block.rejects:
            self._reject(block)

    def _flush(self) -> None:
        if self._waiting:
            self._raw.write_table(pa.concat_tables(self._waiting), row_group_size=ROWS_PER_GROUP)
        self._waiting, self._waiting_rows = [], 0

    def _reject(self, block: Block) -> None:
        if self._rejects is None:
            self._rejects = pq.ParquetWriter(self._temporary[1], self._reject_schema, compression="zstd", store_schema=False)
        shared: dict[str, object] = {
            "source": self._source,
            "source_file": self._source_file,
            "table_name": self._table_name,
            "stage": "read",
        }
        rows: list[dict[str, object]] = [
            shared | {"source_line": r.line, "reason": r.reason, "detail": r.detail, "raw_text": r.raw_text.replace("\ufeff", "")}
            for r in block.rejects
        ]
        self._rejects.write_table(pa.Table.from_pylist(rows, schema=self._reject_schema))
        self.rejected += len(rows)

    def finish(self) -> Path | None:
        """Put the files in place; the path of the rejects, if there are any."""
        self._flush()
        self._raw.close()
        if self._rejects is not None:
            self._rejects.close()
            _put(self._temporary[1], self._paths[1])
        _put(self._temporary[0], self._paths[0])
        return self._paths[1] if self._rejects is not None else None

    def __enter__(self) -> RawWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is not None:
            self._raw.close()
            if self._rejects is not None:
                self._rejects.close()
            for path in self._temporary:
                path.unlink(missing_ok=True)


def _repeated(text: str, count: int) -> pa.DictionaryArray:
    """One text over and over, which Parquet takes as it is instead of comparing row by row."""
    return pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0, pa.int32()), count), pa.array([text], pa.string()))


def _put(temporary: Path, path: Path) -> None:
    with temporary.open("rb+") as stream:
        os.fsync(stream.fileno())
    temporary.replace(path)
