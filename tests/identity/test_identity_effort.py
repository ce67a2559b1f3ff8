"""How many rows the engine makes on the way, never as many as there are pairs of records; and in how much memory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest
from identity_tables import customers_of, made, record

from kezhi.flow.duckdb_engine import DuckDb
from kezhi.flow.exact_sql import exactly
from kezhi.flow.warehouse import Warehouse
from kezhi.identity.survivors import values
from kezhi.kit.engine import arrow_schema, ir
from kezhi.settings import EngineSettings
from kezhi.tables import CUSTOMER_RECORDS, IDENTITY_LINKS, Table

RECORDS = 1_500
FIELDS = ("name", "phone", "email", "province", "city", "address", "occupation", "wechat_id", "member_id", "app_id")


def kept(bench: Warehouse, promise: Table, **columns: list) -> ir.Table:
    """*columns* as a table of *promise*; its others are null."""
    schema = arrow_schema(promise)
    size = len(next(iter(columns.values())))
    data = pa.table([columns.get(name, pa.nulls(size, schema.field(name).type)) for name in schema.names], schema.names).cast(schema)
    return bench.keep(schema, iter(data.to_batches()))


def cardinalities(node: dict[str, Any]) -> Iterator[int]:
    yield node.get("operator_cardinality", 0)
    for child in node.get("children", []):
        yield from cardinalities(child)


@pytest.fixture
def largest(monkeypatch):
    """The most rows that one operator of each query of the engine made."""
    found: list[int] = []

    def explaining(method: str) -> None:
        before = getattr(DuckDb, method)

        def explained(self: Any, table: Any, *more: Any) -> Any:
            asked = f"EXPLAIN (ANALYZE, FORMAT JSON) {exactly(self.backend, table, chr(34))}"
            ((_kind, told),) = self.backend.raw_sql(asked).fetchall()
            found.append(max(cardinalities(json.loads(told))))
            return before(self, table, *more)

        monkeypatch.setattr(DuckDb, method, explained)

    explaining("_copy")
    explaining("arrow")
    return found


def test_clean_records_of_which_no_two_are_alike_are_never_all_paired(largest, tmp_path):
    """The engine took the last comparison of a pair's customers for a join: 25 million rows for 5,000 records, and 10^10 for 100,000."""
    records = [record(f"shop:{number}", phone=f"139{number * 7_919:08d}") for number in range(RECORDS)]
    with Warehouse(EngineSettings(), tmp_path) as bench:
        told = made(bench, records, probable_links=True, review=True)
    assert len(customers_of(told)) == RECORDS
    assert max(largest) < RECORDS * RECORDS / 4


def test_what_80_000_records_say_is_told_in_150_mb(tmp_path):
    """All fields at once did not fit into 250 MB, nor those of 1.8 million records into 4 GB."""
    names = [f"{('shop', 'app')[number % 2]}:{number:06}" for number in range(80_000)]
    sources = [name.split(":")[0] for name in names]
    with Warehouse(EngineSettings(memory_limit="150MB", threads=2), tmp_path) as bench:
        records = kept(
            bench, CUSTOMER_RECORDS, record_id=names, source=sources, trust=[1] * len(names), is_bare=[False] * len(names),
            **{field: [f"{field} {name}" for name in names] for field in FIELDS},
        )  # fmt: skip
        links = kept(
            bench, IDENTITY_LINKS, record_id=names, source=sources, records=[2] * len(names),
            customer_id=[names[number - number % 2] for number in range(len(names))],
        )  # fmt: skip
        told = bench.settle(values(records, links, bench=bench))
        found = bench.arrow(
            told.group_by("is_kept", "alternatives", "sources").aggregate(values=told.count()).order_by("is_kept", "sources")
        )
    each = len(FIELDS) * len(names) // 4
    assert sum(found["values"].to_pylist()) == 4 * each
    assert {row["alternatives"] for row in found.to_pylist()} == {1}
    assert sum(row["values"] for row in found.to_pylist() if row["is_kept"]) == 2 * each
