"""The engine of one run: reads and writes Parquet, computes what rooms describe. DuckDB or Spark, same lake."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

import pyarrow as pa
import pyarrow.parquet as pq

from kezhi.errors import RunFailed
from kezhi.flow.duckdb_engine import DuckDb
from kezhi.flow.files import to_disk
from kezhi.flow.lake import borrow
from kezhi.flow.spark_engine import Spark
from kezhi.kit.engine import ir
from kezhi.locales import Phrase
from kezhi.settings import EngineSettings


class Engine(Protocol):
    """What differs between engines."""

    backend: Any

    def read(self, name: str, paths: Sequence[Path]) -> ir.Table:
        """The rows of Parquet files with one schema, as the table *name*."""

    def write(self, table: ir.Table, folder: Path) -> None:
        """Compute *table* into Parquet files in the empty *folder*."""

    def settle(self, table: ir.Table, name: str) -> ir.Table:
        """Compute *table* once, into `<name>.parquet` of the scratch folder, a file or a folder of files; it is read as the table *name*."""

    def view(self, table: ir.Table, name: str) -> ir.Table:
        """*table* as the table *name*, computed when it is read."""

    def arrow(self, table: ir.Table) -> pa.Table:
        """The rows of a small table."""

    def batches(self, table: ir.Table) -> Iterable[pa.RecordBatch]:
        """The rows of *table* some 65,000 at a time, in no order; nothing else may be asked of the engine before the last of them."""

    def give_back(self) -> None:
        """Let go of memory that no query uses."""

    def close(self) -> None:
        """Leave the engine."""


class Warehouse:
    """
    One engine with a scratch folder of its own; use it in a `with` block.

    Implements `kit.engine.Workbench`. Memory stays under `engine.memory_limit`; what does not fit is
    spilled to the scratch folder, which is removed at the end.
    """

    def __init__(self, settings: EngineSettings, scratch: Path) -> None:
        self.scratch = scratch / f"{os.getpid()}-{uuid.uuid4().hex[:8]}"
        self.scratch.mkdir(parents=True)
        self._engine: Engine = Spark(settings, self.scratch) if settings.name == "spark" else DuckDb(settings, self.scratch)
        self._count = 0
        self._once: dict[Any, ir.Table] = {}  # by what Ibis holds to be the same expression
        self._made: dict[Any, Path] = {}  # by the table that is read: where in scratch it lies

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
        """
        Compute *table* into Parquet files in the empty *folder*; on disk (fsync) when this returns.

        What was settled or kept, and is nothing more or less than that, lies in scratch: its files are linked and not written again.
        """
        folder.mkdir(parents=True, exist_ok=True)
        made = self._made.get(table.op())
        if made is None:
            self._engine.write(table, folder)
        else:
            for number, part in enumerate(_parts(made)):
                borrow(part, folder / f"part-{number:05}.parquet")
        files = _parts(folder)
        for path in (*files, folder):
            to_disk(path)
        return files

    def settle(self, table: ir.Table) -> ir.Table:
        """See `Workbench.settle`."""
        name = self._name("settled")
        settled = self._engine.settle(table, name)
        self._made[settled.op()] = self.scratch / f"{name}.parquet"
        return settled

    def named(self, table: ir.Table) -> ir.Table:
        """See `Workbench.named`."""
        return self._engine.view(table, self._name("named"))

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
            made.append(self._kept(path))
        return tuple(made)

    def each_batch(self, work: Callable[[pa.RecordBatch], Mapping[str, Any]], schema: pa.Schema, table: ir.Table) -> ir.Table:
        """See `Workbench.each_batch`."""
        return self.keep(schema, (pa.record_batch(dict(work(batch)), schema=schema) for batch in self._engine.batches(table)))

    def arrow(self, table: ir.Table) -> pa.Table:
        """The rows of a small table."""
        return self._engine.arrow(table)

    def give_back(self) -> None:
        """Hand memory that nothing uses back to the system, so that the next who needs it, engine or Python, finds it."""
        self._engine.give_back()
        pa.default_memory_pool().release_unused()

    def batches(self, table: ir.Table) -> Iterator[pa.RecordBatch]:
        """The rows of a table of any size, in no order, some 65,000 at a time."""
        made = self._made.get(table.op()) or self._made[self.settle(table).op()]
        for path in _parts(made):
            yield from pq.ParquetFile(path).iter_batches()

    def keep(self, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> ir.Table:
        """Rows that were made outside of the engine as a table of it."""
        path = self.scratch / f"{self._name('kept')}.parquet"
        texts = [field.name for field in schema if pa.types.is_string(field.type)]
        # of numbers a dictionary costs twice the time; what is kept may come to lie in the lake, where all is zstd
        with pq.ParquetWriter(path, schema, use_dictionary=texts, compression="zstd", compression_level=1) as writer:
            for batch in batches:
                writer.write_batch(batch)
        return self._kept(path)

    def _kept(self, path: Path) -> ir.Table:
        """The rows of the file *path* of scratch."""
        table = self.read(path)
        self._made[table.op()] = path
        return table


def _parts(path: Path) -> list[Path]:
    """The file *path*, or the Parquet files in the folder *path*."""
    return sorted(path.glob("*.parquet")) if path.is_dir() else [path]
