"""What customers did lies by customer in the files: counting by customer is twice as fast there, and pages are copied as it is."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from kezhi.flow.warehouse import Warehouse
from kezhi.identity.assigning import assigned
from kezhi.settings import EngineSettings
from kezhi.tables import TABLES

ROWS, RECORDS = 400_000, 5_000  # several row groups, each many customers


@pytest.mark.parametrize(("name", "moment", "key"), [("orders", "ordered_at", "order_id"), ("events", "occurred_at", "event_id")])
def test_rows_of_a_customer_lie_together_newest_first_and_nobodys_come_last(name: str, moment: str, key: str, tmp_path: Path) -> None:
    clean = TABLES[f"clean_{name}"].types
    made = {
        key: f"lpad(((i * 7919) % {ROWS})::text, 7, '0')",
        "record_id": f"if(i % 11 = 0, NULL, 'r' || (i * 31) % {RECORDS})",
        moment: "TIMESTAMP '2025-01-01' + INTERVAL 1 HOUR * ((i * 17) % 400)",
    }
    columns = ", ".join(f"{made.get(column, 'NULL')} AS {column}" for column in clean)
    duckdb.sql(f"COPY (SELECT {columns} FROM range({ROWS}) t(i)) TO '{tmp_path / 'facts.parquet'}'")
    links = f"SELECT 'r' || i AS record_id, 'c' || (i * 13) % 3000 AS customer_id FROM range({RECORDS}) t(i)"
    duckdb.sql(f"COPY ({links}) TO '{tmp_path / 'links.parquet'}'")
    with Warehouse(EngineSettings(memory_limit="1GB", threads=2), tmp_path / "scratch") as bench:
        facts, links_read = bench.read(tmp_path / "facts.parquet"), bench.read(tmp_path / "links.parquet")
        (file,) = bench.write(assigned(facts, links_read, name), tmp_path / "made")
    read = f"SELECT customer_id, {moment}, {key} FROM read_parquet('{file}', file_row_number = true)"
    lying = duckdb.sql(f"{read} ORDER BY file_row_number").fetchall()
    assert len(lying) == ROWS
    assert sum(customer is None for customer, *_ in lying) == len(range(0, ROWS, 11))
    assert lying == duckdb.sql(f"{read} ORDER BY customer_id NULLS LAST, {moment} DESC, {key}").fetchall()
