"""Small tables for tests: made from rows of dictionaries, typed by tables.py, and read back as dictionaries."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from kezhi import city
from kezhi.flow.steps import FOUNDATION, STEPS
from kezhi.flow.warehouse import Warehouse
from kezhi.kit.engine import ibis, ir
from kezhi.settings import EngineSettings
from kezhi.tables import INPUTS, TABLES, raw_schema

# Tests have few rows and wide expressions: compiling those to Java would take most of the time.
SPARK = EngineSettings(
    name="spark",
    memory_limit="2GB",
    spark_settings={
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.sql.shuffle.partitions": "1",
        "spark.default.parallelism": "1",
        "spark.sql.adaptive.enabled": "false",
        "spark.buffer.pageSize": "1m",  # of each sort and sum; Spark would take 64 MB for three rows
        "spark.driver.extraJavaOptions": "-Xss64m -XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m -XX:+UseSerialGC -Xms1g -XX:MetaspaceSize=256m",  # a test ends before the best code is compiled
    },
)

IN_CI = bool(os.environ.get("CI"))


@pytest.fixture(scope="module")
def module_bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """A DuckDB workbench of all tests of a file, for files whose tables are made once: `bench = module_bench`."""
    with Warehouse(EngineSettings(), tmp_path_factory.mktemp("warehouse")) as made:
        yield made


def small_city(folder: Path, *tables: str, steps: Sequence[str] = (), customers: int = 300, seed: int = 5) -> Path:
    """A project of the demo city with only these *tables* of each source and, of the steps that may be left out, only *steps*."""
    city.build(folder, customers=customers, seed=seed)
    settings = yaml.safe_load((folder / "kezhi.yaml").read_text(encoding="utf-8"))
    for source in settings["sources"].values():
        source["tables"] = {name: table for name, table in source["tables"].items() if name in tables}
    settings["identity"] = {"probable_links": False, "review": False}  # pairs of alike people cost more than all that is left
    settings["skip"] = [step.name for step in STEPS if step.name not in (*FOUNDATION, *steps)]
    (folder / "kezhi.yaml").write_text(yaml.safe_dump(settings, allow_unicode=True, sort_keys=False), encoding="utf-8")
    (folder / "plans.yaml").unlink()
    return folder


def missing(what: str) -> None:
    """Skip for a missing resource; in CI that is a failure."""
    if IN_CI:
        pytest.fail(f"CI must have {what}")
    pytest.skip(f"needs {what}")


def schema_of(name: str) -> pa.Schema:
    """The Arrow schema of a lake table, or of a raw table when *name* begins with `raw_`."""
    raw = name.removeprefix("raw_")
    columns = raw_schema(raw) if name.startswith("raw_") and raw in INPUTS else [(c.name, c.type) for c in TABLES[name].columns]
    return ibis.schema(dict(columns)).to_pyarrow()


def arrow(name: str, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """*rows* as the table *name*; columns left out are null, text is understood as date, time or money."""
    schema = schema_of(name)
    rows = list(rows)
    unknown = {key for row in rows for key in row} - set(schema.names)
    assert not unknown, f"{name} has no column {sorted(unknown)}"
    return pa.table([pa.array([_value(row.get(f.name), f.type) for row in rows], f.type) for f in schema], schema=schema)


def table(name: str, rows: Iterable[Mapping[str, Any]], bench: Warehouse | None = None) -> ir.Table:
    """*rows* as an Ibis table, in memory or, with *bench*, in Parquet read by its engine."""
    data = arrow(name, rows)
    if bench is None:
        return ibis.memtable(data)
    path = bench.scratch / f"{name}-{uuid.uuid4().hex}.parquet"
    pq.write_table(data, path)
    return bench.read(path)


def rows(expression: ir.Table, bench: Warehouse | None = None) -> list[dict[str, Any]]:
    """The rows of *expression* as dictionaries, sorted by all their values."""
    data = bench.arrow(expression) if bench else expression.to_pyarrow()
    return sorted(data.to_pylist(), key=lambda row: [(v is not None, str(v)) for v in row.values()])


def only_row(expression: ir.Table, bench: Warehouse | None = None) -> dict[str, Any]:
    """The one row of *expression*."""
    found = rows(expression, bench)
    assert len(found) == 1, found
    return found[0]


def _value(value: Any, kind: pa.DataType) -> Any:
    if value is None:
        return None
    if pa.types.is_decimal(kind):
        return Decimal(str(value)).quantize(Decimal("0.01"))
    if pa.types.is_timestamp(kind) and isinstance(value, str):
        return datetime.fromisoformat(value)
    if pa.types.is_timestamp(kind) and type(value) is date:
        return datetime.combine(value, datetime.min.time())
    if pa.types.is_date(kind) and isinstance(value, str):
        return date.fromisoformat(value)
    return value
