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
    parts = [part["customer_id"].to_pylist() for part in pages(bench, table_, ["customer_id"], 5)]
    assert [len(part) for part in parts] == [5] * 5
    assert [name for part in parts for name in part] == names
    assert list(pages(bench, table_.filter(table_.customer_id == "x"), ["customer_id"], 5)) == []


def test_rows_of_one_first_key_go_on_by_the_second(bench, monkeypatch):
    """Seven rows of three days, asked for two at a time: the second day ends in the middle of a part, and goes on in the next one."""
    monkeypatch.setattr("kezhi.flow.pages.ROWS", 2)
    rows = [(1, "c"), (2, "a"), (2, "b"), (2, "c"), (2, "d"), (3, "a"), (3, "b")]
    given = pa.table({"day": [day for day, _ in reversed(rows)], "name": [name for _, name in reversed(rows)]})
    table = bench.keep(given.schema, given.to_batches())
    parts = [list(zip(*part.to_pydict().values(), strict=True)) for part in pages(bench, table, ["day", "name"], 2)]
    assert parts == [rows[:2], rows[2:4], rows[4:6], rows[6:]]
