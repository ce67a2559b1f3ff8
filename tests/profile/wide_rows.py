"""Wide rows for tests: only what a test names is set, counts and sums are 0, the rest is null."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from kezhi.flow.warehouse import Warehouse
from kezhi.kit.engine import ibis, ir
from kezhi.profile.profile import STAGED_COLUMNS, WIDE_COLUMNS
from kezhi.tables import PROFILE


def wide_table(rows: Iterable[Mapping[str, Any]], bench: Warehouse | None = None) -> ir.Table:
    """*rows* with `WIDE_COLUMNS`, or with `STAGED_COLUMNS` if one has a stage."""
    rows = list(rows)
    columns = STAGED_COLUMNS if any("lifecycle_stage" in row for row in rows) else WIDE_COLUMNS
    needed = {
        c.name: Decimal(0) if c.type.startswith("decimal") else 0 for c in PROFILE.columns if not c.nullable and c.name in WIDE_COLUMNS
    }
    needed |= {"sources": "shop", "records": 1}
    assert not {name for row in rows for name in row} - set(columns)
    schema = ibis.schema(columns).to_pyarrow()
    data = pa.table([pa.array([(needed | dict(row)).get(f.name) for row in rows], f.type) for f in schema], schema=schema)
    if bench is None:
        return ibis.memtable(data)
    path = bench.scratch / f"wide-{uuid.uuid4().hex}.parquet"
    pq.write_table(data, path)
    return bench.read(path)
