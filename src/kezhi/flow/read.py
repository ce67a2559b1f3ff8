"""Small tables that a run itself adds to those of the rooms, and the day it looks from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from kezhi.flow.warehouse import Warehouse
from kezhi.kit.engine import _, arrow_schema, ibis, ir
from kezhi.kit.reading import text_of
from kezhi.sources import LoadedFile
from kezhi.tables import TABLES


def arrow_files(loaded: Sequence[LoadedFile], warehouse: Warehouse) -> ir.Table:
    """What was read per file: source, table_name, source_file, rows_in, rows_rejected."""
    texts, numbers = ("source", "table_name", "source_file"), ("rows_in", "rows_rejected")
    schema = pa.schema([*((name, pa.string()) for name in texts), *((name, pa.int64()) for name in numbers)])
    columns: dict[str, list[Any]] = {
        "source": [f.source for f in loaded],
        "table_name": [f.table_name for f in loaded],
        "source_file": [f.source_file for f in loaded],
        "rows_in": [f.rows_in for f in loaded],
        "rows_rejected": [f.rows_rejected for f in loaded],
    }
    return _kept(pa.table(columns, schema=schema), "read_files", warehouse)


def raw_table(paths: Sequence[Path], warehouse: Warehouse) -> ir.Table:
    """The raw tables of all files of one input as one."""
    alike: dict[tuple[str, ...], list[Path]] = {}
    for path in paths:
        alike.setdefault(tuple(str(column.type) for column in pq.read_schema(path)), []).append(path)
    return together([warehouse.read(*some) for some in alike.values()])


def together(tables: Sequence[ir.Table]) -> ir.Table:
    """The rows of raw *tables* with the same columns; of what has its own type in some only, the text."""
    if len(tables) == 1:
        return tables[0]
    kinds = {column: {table[column].type().copy(nullable=True) for table in tables} for column in tables[0].columns}
    return ibis.union(
        *(table.select(**{name: table[name] if len(of) == 1 else text_of(table[name]) for name, of in kinds.items()}) for table in tables)
    )


def empty_table(name: str, warehouse: Warehouse) -> ir.Table:
    """The table *name* of tables.py without rows."""
    schema = arrow_schema(TABLES[name])
    return _kept(schema.empty_table(), name, warehouse)


def newest_day(tables: Mapping[str, ir.Table], warehouse: Warehouse) -> date | None:
    """The day of the newest order or event that is not flagged as impossible; None without any."""
    days: list[date] = []
    for name, moment in (("clean_orders", "ordered_at"), ("clean_events", "occurred_at")):
        if name in tables:
            table = tables[name]
            possible = table.filter(~_.flags.contains("future_date").fill_null(False))
            found = warehouse.arrow(possible.aggregate(day=possible[moment].max().cast("date"))).to_pylist()[0]["day"]
            days += [found] if found else []
    return max(days, default=None)


def _kept(data: pa.Table, name: str, warehouse: Warehouse) -> ir.Table:
    path = warehouse.scratch / f"{name}.parquet"
    pq.write_table(data, path)
    return warehouse.read(path)
