"""Parts of a table in the order of its key."""

from __future__ import annotations

import pyarrow as pa
from support import module_bench

from kezhi.flow.pages import pages

bench = module_bench


def test_pages_hold_all_rows_once_in_order(bench, monkeypatch):
    monkeypatch.setattr("kezhi.flow.pages.ROWS", 10)
    names = [f"c{number:02}" for number in range(25)]
    table_ = bench.keep(pa.schema([("customer_id", pa.string())]), pa.table({"customer_id": names[::-1]}).to_batches())
    parts = [part["customer_id"].to_pylist() for part in pages(bench, table_, "customer_id", 5)]
    assert [len(part) for part in parts] == [5] * 5
    assert [name for part in parts for name in part] == names
    assert list(pages(bench, table_.filter(table_.customer_id == "x"), "customer_id", 5)) == []
