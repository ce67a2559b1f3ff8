"""DuckDB as the engine of a run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from kezhi.flow.exact_sql import CAST, columns, exactly, known
from kezhi.kit.choosing import ChoosingCompiler
from kezhi.kit.engine import ibis, ir
from kezhi.settings import EngineSettings

# Ibis 12 calls two methods that DuckDB 2 renamed; an aborted call would leave the connection "in use".
_Connection: Any = duckdb.DuckDBPyConnection
if not hasattr(_Connection, "fetch_arrow_table"):
    _Connection.fetch_arrow_table = lambda self, *_: self.to_arrow_table()
    _Connection.fetch_record_batch = lambda self, rows=1_000_000: self.to_arrow_reader(rows)

# DuckDB's part of the memory of a run; the rest is Python's, Arrow's, and what DuckDB holds without counting it,
DUCKDB_SHARE = 0.6
OTHERS_MIB = 210  # however little there is to compute,
DUCKDB_LEAST_MIB = 85  # and with less DuckDB gives up instead of spilling
# Values of a column and row group that DuckDB tries to write as a dictionary: its own 24,576 cost each column, an empty one too, a
# larger table to look them up in, and the files are no smaller for it (a quarter of the time of writing)
DICTIONARY_VALUES = 8_000
BATCH = 65_536  # rows that are handed on at a time


def duckdb_limit(settings: EngineSettings) -> str:
    """What DuckDB may take so that the process stays under `engine.memory_limit`, or as near to it as it can work."""
    part = min(settings.memory_mib * DUCKDB_SHARE, settings.memory_mib - OTHERS_MIB)
    return f"{max(int(part), DUCKDB_LEAST_MIB)}MiB"


class DuckDb:
    """Implements `warehouse.Engine` in this process, with a file for what does not fit into memory."""

    def __init__(self, settings: EngineSettings, scratch: Path) -> None:
        self.limit = duckdb_limit(settings)
        options: dict[str, Any] = {
            "memory_limit": self.limit,
            "temp_directory": str(scratch / "spill"),
        }
        if settings.threads:
            options["threads"] = settings.threads
        # a file, not memory: settled tables are compressed there and do not count against the limit
        self.scratch = scratch
        self.backend = ibis.duckdb.connect(scratch / "scratch.duckdb", preserve_insertion_order=False, **options)
        self.backend.compiler = ChoosingCompiler()
        self.backend.raw_sql("SET enable_progress_bar = false").fetchall()  # it would be drawn into the answer on stdout

    def read(self, name: str, paths: Sequence[Path]) -> ir.Table:
        """See `Engine.read`."""
        return self.backend.read_parquet([str(p) for p in paths], table_name=name)

    def write(self, table: ir.Table, folder: Path) -> None:
        """See `Engine.write`."""
        self._copy(table, folder / "part-00000.parquet", "COMPRESSION zstd, COMPRESSION_LEVEL 1")

    def settle(self, table: ir.Table, name: str) -> ir.Table:
        """See `Engine.settle`."""
        # a file of its own, not a table of the engine's: a fifth less time and half the memory
        path = self.scratch / f"{name}.parquet"
        self._copy(table, path, "COMPRESSION lz4_raw")
        casts = columns(self.backend, table, '"', CAST)  # Parquet drops the precision of times
        self.backend.raw_sql(f"CREATE TEMP VIEW {name} AS SELECT {casts} FROM read_parquet({_text(path)})").fetchall()
        return known(self.backend, name, table)

    def view(self, table: ir.Table, name: str) -> ir.Table:
        """See `Engine.view`."""
        self.backend.raw_sql(f"CREATE TEMP VIEW {name} AS {exactly(self.backend, table, chr(34))}").fetchall()
        return known(self.backend, name, table)

    def _copy(self, table: ir.Table, path: Path, options: str) -> None:
        options = f"FORMAT parquet, PARQUET_VERSION v2, DICTIONARY_SIZE_LIMIT {DICTIONARY_VALUES}, {options}"
        self.backend.raw_sql(f"COPY ({exactly(self.backend, table, chr(34))}) TO {_text(path)} ({options})")

    def arrow(self, table: ir.Table) -> pa.Table:
        """See `Engine.arrow`."""
        return self.backend.to_pyarrow(table)

    def batches(self, table: ir.Table) -> Iterable[pa.RecordBatch]:
        """See `Engine.batches`."""
        reader: Iterable[pa.RecordBatch] = self.backend.raw_sql(exactly(self.backend, table, '"')).to_arrow_reader(BATCH)
        return reader

    def give_back(self) -> None:
        """See `Engine.give_back`."""
        # its allocator keeps what a query has freed, up to the limit and beside what Python holds; to set a limit makes it let go
        self.backend.raw_sql(f"SET memory_limit = '{self.limit}'").fetchall()

    def close(self) -> None:
        """See `Engine.close`."""
        self.backend.disconnect()


def _text(path: Path) -> str:
    """*path* as a text of DuckDB's SQL."""
    return "'" + str(path).replace("'", "''") + "'"
