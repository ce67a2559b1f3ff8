"""Five people that expressions are asked about, with nulls where they hurt."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq

from kezhi.flow.warehouse import Warehouse
from kezhi.kit.engine import ibis, ir

SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("name", pa.string()),
        ("orders", pa.int64()),
        ("amount", pa.decimal128(18, 2)),
        ("refunds", pa.decimal128(18, 2)),
        ("share", pa.float64()),
        ("bought_on", pa.date32()),
        ("seen_at", pa.timestamp("us")),
        ("is_member", pa.bool_()),
        ("tags", pa.string()),
    ]
)
COLUMNS = {
    "id": "string",
    "name": "string",
    "orders": "int64",
    "amount": "decimal(18, 2)",
    "refunds": "decimal(18, 2)",
    "share": "float64",
    "bought_on": "date",
    "seen_at": "timestamp(6)",
    "is_member": "boolean",
    "tags": "string",
}
ROWS = [
    ("a", "张伟", 3, Decimal("1000.10"), Decimal("0.10"), 0.5, date(2025, 1, 31), datetime(2025, 1, 31, 23, 59), True, "VIP,母婴"),
    ("b", "Zhang Wei", 0, Decimal("0.00"), Decimal("0.00"), 0.0, None, datetime(2025, 2, 1, 0, 0), False, None),
    ("c", "100%_\\off", 10, Decimal("250.00"), Decimal("50.00"), 0.25, date(2024, 2, 29), None, None, "VIP2"),
    ("d", None, None, None, None, None, date(2025, 1, 1), datetime(2024, 12, 31, 8, 0), True, "母婴"),
    ("e", "it's", -1, Decimal("-5.00"), Decimal("5.00"), 1.0, date(2023, 6, 1), datetime(2023, 6, 1, 12, 0), False, "a,VIP"),
]


def arrow() -> pa.Table:
    return pa.table([pa.array(column, f.type) for column, f in zip(zip(*ROWS, strict=True), SCHEMA, strict=True)], schema=SCHEMA)


def people(bench: Warehouse | None = None) -> ir.Table:
    if bench is None:
        return ibis.memtable(arrow())
    path = bench.scratch / "people.parquet"
    pq.write_table(arrow(), path)
    return bench.read(path)
