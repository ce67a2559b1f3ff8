"""Spark as the engine of a run."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from kezhi.errors import ExtraMissing
from kezhi.flow.exact_sql import columns, exactly, known
from kezhi.kit.engine import ibis, ir
from kezhi.settings import EngineSettings


class Spark:
    """Implements `warehouse.Engine` in a session that is one per process."""

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
        """See `Engine.read`."""
        self.session.read.parquet(*(str(p) for p in paths)).createOrReplaceTempView(name)
        return self.backend.table(name)

    def write(self, table: ir.Table, folder: Path) -> None:
        """See `Engine.write`."""
        self._save(table, folder / "spark")
        for part in sorted((folder / "spark").glob("*.parquet")):
            part.rename(folder / part.name)
        shutil.rmtree(folder / "spark")

    def settle(self, table: ir.Table, name: str) -> ir.Table:
        """See `Engine.settle`."""
        folder = self.scratch / f"{name}.parquet"
        self._save(table, folder)
        described = columns(self.backend, table, "`", "{name} {kind}")
        self.session.read.schema(described).parquet(str(folder)).createOrReplaceTempView(name)
        return known(self.backend, name, table)

    def view(self, table: ir.Table, name: str) -> ir.Table:
        """See `Engine.view`."""
        self.session.sql(exactly(self.backend, table, "`")).createOrReplaceTempView(name)
        return known(self.backend, name, table)

    def _save(self, table: ir.Table, folder: Path) -> None:
        self.session.sql(exactly(self.backend, table, "`")).write.parquet(str(folder))

    def arrow(self, table: ir.Table) -> pa.Table:
        """See `Engine.arrow`."""
        # straight from Spark: Ibis goes through pandas, which warns and costs types
        self.backend._run_pre_execute_hooks(table)
        return self.session.sql(self.backend.compile(table)).toArrow()

    def batches(self, table: ir.Table) -> Iterable[pa.RecordBatch]:
        """See `Engine.batches`."""
        folder = Path(tempfile.mkdtemp(dir=self.scratch)) / "batches"
        self._save(table, folder)
        for path in sorted(folder.glob("*.parquet")):
            yield from pq.ParquetFile(path).iter_batches()

    def give_back(self) -> None:
        """The session's memory is its JVM's to manage."""

    def close(self) -> None:
        """Leave the session: it is one per process, and another run of this process may use it."""
