"""The engine of one run: reads and writes Parquet, computes what rooms describe. DuckDB or Spark, same lake."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from kezhi.errors import ExtraMissing, RunFailed
from kezhi.flow.files import to_disk
from kezhi.kit.engine import ibis, ir
from kezhi.locales import Phrase
from kezhi.settings import EngineSettings

# Ibis 12 calls two methods that DuckDB 2 renamed; an aborted call would leave the connection "in use".
_Connection: Any = duckdb.DuckDBPyConnection
if not hasattr(_Connection, "fetch_arrow_table"):
    _Connection.fetch_arrow_table = lambda self, *_: self.to_arrow_table()
    _Connection.fetch_record_batch = lambda self, rows=1_000_000: self.to_arrow_reader(rows)


# DuckDB's part of the memory of a run; the rest is Python's, Arrow's, and what DuckDB holds without counting it
DUCKDB_SHARE = 0.6
# Values of a column and row group that DuckDB tries to write as a dictionary: its own 24,576 cost each column, an empty one too, a
# larger table to look them up in, and the files are no smaller for it (a quarter of the time of writing)
DICTIONARY_VALUES = 8_000


class _Engine(Protocol):
    """What differs between engines."""

    backend: Any

    def read(self, name: str, paths: Sequence[Path]) -> ir.Table: ...
    def write(self, table: ir.Table, folder: Path) -> None: ...
    def settle(self, table: ir.Table, name: str) -> ir.Table: ...
    def arrow(self, table: ir.Table) -> pa.Table: ...
    def give_back(self) -> None: ...
    def close(self) -> None: ...


def _columns(backend: Any, table: ir.Table, quote: str, form: str) -> str:
    """Each column of *table* as *form* says it of its name and of the engine's type for the one that Ibis believes it has."""
    kind = backend.compiler.type_mapper.to_string
    quoted = ((quote + name.replace(quote, quote * 2) + quote, kind(dtype)) for name, dtype in table.schema().items())
    return ", ".join(form.format(name=name, kind=dtype) for name, dtype in quoted)


CAST = "CAST({name} AS {kind}) AS {name}"


def _exactly(backend: Any, table: ir.Table, quote: str) -> str:
    """
    SQL of *table* in the types that Ibis believes it has.

    An engine's own may be others, and then Parquet keeps them: DuckDB sums int64 to 128 bits, which Parquet knows only as
    a double; a month number is int32 on Spark.
    """
    backend._run_pre_execute_hooks(table)
    return f"SELECT {_columns(backend, table, quote, CAST)} FROM ({backend.compile(table)})"


def _known(backend: Any, name: str, table: ir.Table) -> ir.Table:
    """The table *name* of the engine, which has the columns of *table*: nobody needs to look into its files for them."""
    schema = ibis.schema({column: kind.copy(nullable=True) for column, kind in table.schema().items()})
    return ibis.expr.operations.DatabaseTable(name, schema=schema, source=backend).to_expr()


def _text(path: Path) -> str:
    """*path* as a text of DuckDB's SQL."""
    return "'" + str(path).replace("'", "''") + "'"


class _DuckDb:
    def __init__(self, settings: EngineSettings, scratch: Path) -> None:
        self.limit = f"{int(settings.memory_mib * DUCKDB_SHARE)}MiB"
        options: dict[str, Any] = {
            "memory_limit": self.limit,
            "temp_directory": str(scratch / "spill"),
        }
        if settings.threads:
            options["threads"] = settings.threads
        # a file, not memory: settled tables are compressed there and do not count against the limit
        self.scratch = scratch
        self.backend = ibis.duckdb.connect(scratch / "scratch.duckdb", preserve_insertion_order=False, **options)
        self.backend.raw_sql("SET enable_progress_bar = false").fetchall()  # it would be drawn into the answer on stdout

    def read(self, name: str, paths: Sequence[Path]) -> ir.Table:
        return self.backend.read_parquet([str(p) for p in paths], table_name=name)

    def write(self, table: ir.Table, folder: Path) -> None:
        self._copy(table, folder / "part-0.parquet", "COMPRESSION zstd, COMPRESSION_LEVEL 1, PARQUET_VERSION v2")

    def settle(self, table: ir.Table, name: str) -> ir.Table:
        # a file of its own, not a table of the engine's: a fifth less time and half the memory
        path = self.scratch / f"{name}.parquet"
        self._copy(table, path, "COMPRESSION lz4_raw")
        columns = _columns(self.backend, table, '"', CAST)  # Parquet drops the precision of times
        self.backend.raw_sql(f"CREATE TEMP VIEW {name} AS SELECT {columns} FROM read_parquet({_text(path)})").fetchall()
        return _known(self.backend, name, table)

    def _copy(self, table: ir.Table, path: Path, options: str) -> None:
        options = f"FORMAT parquet, DICTIONARY_SIZE_LIMIT {DICTIONARY_VALUES}, {options}"
        self.backend.raw_sql(f"COPY ({_exactly(self.backend, table, chr(34))}) TO {_text(path)} ({options})")

    def arrow(self, table: ir.Table) -> pa.Table:
        return self.backend.to_pyarrow(table)

    def give_back(self) -> None:
        # its allocator keeps what a query has freed, up to the limit and beside what Python holds; to set a limit makes it let go
        self.backend.raw_sql(f"SET memory_limit = '{self.limit}'").fetchall()

    def close(self) -> None:
        self.backend.disconnect()


class _Spark:
    def __init__(self, settings: EngineSettings, scratch: Path) -> None:
        try:
            from pyspark.sql import SparkSession
        except ModuleNotFoundError as error:
            raise ExtraMissing(what="Spark", extra="spark") from error
        self.scratch = scratch
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        builder = (
            SparkSession.builder.master(settings.spark_master)
            .appName("kezhi")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.timestampType", "TIMESTAMP_NTZ")  # times are local, without zone, in the lake too
            .config("spark.sql.ansi.enabled", "true")
            .config("spark.sql.shuffle.partitions", "4")
            .config("spark.sql.parquet.compression.codec", "zstd")
            .config("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
            # the session outlives this scratch folder: it is one per process
            .config("spark.sql.warehouse.dir", str(scratch.parent / "spark-warehouse"))
            .config("spark.local.dir", str(scratch.parent / "spark"))
            .config("spark.driver.memory", f"{settings.memory_mib}m")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            # what nobody looks at is not kept: the text of each plan of a run would fill a gigabyte, through which each collection goes
            .config("spark.sql.maxPlanStringLength", "1000")
            .config("spark.sql.ui.retainedExecutions", "1")
            .config("spark.ui.retainedJobs", "1")
            .config("spark.ui.retainedStages", "1")
            .config("spark.ui.retainedTasks", "1")
            # cleaning is one wide expression a table, and Spark's own compiler walks it by recursion
            .config("spark.driver.extraJavaOptions", "-Xss64m")
            .config("spark.executor.extraJavaOptions", "-Xss64m")
        )
        for name, value in settings.spark_settings.items():
            builder = builder.config(name, value)
        session = builder.getOrCreate()
        session.sparkContext.setLogLevel("ERROR")
        self.session = session
        self.backend = ibis.pyspark.connect(session)

    def read(self, name: str, paths: Sequence[Path]) -> ir.Table:
        self.session.read.parquet(*(str(p) for p in paths)).createOrReplaceTempView(name)
        return self.backend.table(name)

    def write(self, table: ir.Table, folder: Path) -> None:
        self._save(table, folder / "spark")
        for part in sorted((folder / "spark").glob("*.parquet")):
            part.rename(folder / part.name)
        shutil.rmtree(folder / "spark")

    def settle(self, table: ir.Table, name: str) -> ir.Table:
        self._save(table, self.scratch / name)
        columns = _columns(self.backend, table, "`", "{name} {kind}")
        self.session.read.schema(columns).parquet(str(self.scratch / name)).createOrReplaceTempView(name)
        return _known(self.backend, name, table)

    def _save(self, table: ir.Table, folder: Path) -> None:
        self.session.sql(_exactly(self.backend, table, "`")).write.parquet(str(folder))

    def arrow(self, table: ir.Table) -> pa.Table:
        # straight from Spark: Ibis goes through pandas, which warns and costs types
        self.backend._run_pre_execute_hooks(table)
        return self.session.sql(self.backend.compile(table)).toArrow()

    def give_back(self) -> None:
        """The session's memory is its JVM's to manage."""

    def close(self) -> None:
        """Leave the session: it is one per process, and another run of this process may use it."""


class Warehouse:
    """
    One engine with a scratch folder of its own; use it in a `with` block.

    Implements `kit.engine.Workbench`. Memory stays under `engine.memory_limit`; what does not fit is
    spilled to the scratch folder, which is removed at the end.
    """

    def __init__(self, settings: EngineSettings, scratch: Path) -> None:
        self.scratch = scratch / f"{os.getpid()}-{uuid.uuid4().hex[:8]}"
        self.scratch.mkdir(parents=True)
        self._engine: _Engine = _Spark(settings, self.scratch) if settings.name == "spark" else _DuckDb(settings, self.scratch)
        self._count = 0
        self._once: dict[Any, ir.Table] = {}  # by what Ibis holds to be the same expression

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._engine.close()
        shutil.rmtree(self.scratch, ignore_errors=True)

    def _name(self, prefix: str) -> str:
        self._count += 1
        return f"{prefix}_{self._count}_{uuid.uuid4().hex[:6]}"

    def read(self, *paths: Path) -> ir.Table:
        """The rows of Parquet files with one schema."""
        return self._engine.read(self._name("parquet"), paths)

    def write(self, table: ir.Table, folder: Path) -> list[Path]:
        """Compute *table* into Parquet files in the empty *folder*; on disk (fsync) when this returns."""
        folder.mkdir(parents=True, exist_ok=True)
        self._engine.write(table, folder)
        files = sorted(folder.glob("*.parquet"))
        for path in (*files, folder):
            to_disk(path)
        return files

    def settle(self, table: ir.Table) -> ir.Table:
        """See `Workbench.settle`."""
        return self._engine.settle(table, self._name("settled"))

    def once(self, table: ir.Table) -> ir.Table:
        """See `Workbench.once`."""
        asked = table.op()
        if asked not in self._once:
            self._once[asked] = self.settle(table)
        return self._once[asked]

    def repeat(
        self,
        start: ir.Table,
        advance: Callable[[ir.Table], ir.Table],
        unfinished: Callable[[ir.Table, ir.Table], ir.Table],
        *,
        limit: int,
    ) -> ir.Table:
        """See `Workbench.repeat`."""
        before = self.settle(start)
        for _ in range(limit):
            after = self.settle(advance(before))
            if self.arrow(unfinished(before, after).limit(1)).num_rows == 0:
                return after
            before = after
        raise RunFailed(step="repeat", problem=Phrase("flow.endless", rounds=limit))

    def kernel(self, work: Callable[..., tuple[pa.Table, ...]], *tables: ir.Table) -> tuple[ir.Table, ...]:
        """See `Workbench.kernel`."""
        made = []
        for data in work(*(self.arrow(table) for table in tables)):
            path = self.scratch / f"{self._name('kernel')}.parquet"
            pq.write_table(data, path)
            made.append(self.read(path))
        return tuple(made)

    def each_batch(self, work: Callable[[pa.RecordBatch], Mapping[str, Any]], schema: pa.Schema, table: ir.Table) -> ir.Table:
        """See `Workbench.each_batch`."""
        return self.keep(schema, (pa.record_batch(dict(work(batch)), schema=schema) for batch in self.batches(table)))

    def arrow(self, table: ir.Table) -> pa.Table:
        """The rows of a small table."""
        return self._engine.arrow(table)

    def give_back(self) -> None:
        """Hand memory that nothing uses back to the system, so that the next who needs it, engine or Python, finds it."""
        self._engine.give_back()
        pa.default_memory_pool().release_unused()

    def batches(self, table: ir.Table) -> Iterator[pa.RecordBatch]:
        """The rows of a table of any size, in no order, some 65,000 at a time."""
        for path in self.write(table, self.scratch / self._name("batches")):
            yield from pq.ParquetFile(path).iter_batches()

    def keep(self, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> ir.Table:
        """Rows that were made outside of the engine as a table of it."""
        path = self.scratch / f"{self._name('kept')}.parquet"
        with pq.ParquetWriter(path, schema) as writer:
            for batch in batches:
                writer.write_batch(batch)
        return self.read(path)
