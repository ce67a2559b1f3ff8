"""Rows that lie in the order of their copy are not sorted again; the others are, wherever they leave it."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kezhi.flow.lake import Snapshot
from kezhi.flow.reader import Reader
from kezhi.flow.serving import FETCHED, write_copies
from kezhi.flow.sorting import come_in_order, may_be_sorted
from kezhi.settings import EngineSettings

FALLING = {"customer_id": False, "ordered_at": True, "order_id": False}


def batch(*rows: tuple[str | None, int | None, str | None]) -> pa.RecordBatch:
    kinds = {"customer_id": pa.string(), "ordered_at": pa.int64(), "order_id": pa.string()}
    return pa.record_batch({name: pa.array([row[place] for row in rows], kind) for place, (name, kind) in enumerate(kinds.items())})


def test_rows_come_in_order_where_each_column_does_among_what_those_before_it_tie():
    assert come_in_order(batch(("a", 9, "o3"), ("a", 7, "o1"), ("a", 7, "o2"), ("b", 8, "o0"), ("é", 1, "o9")), None, FALLING)
    assert come_in_order(batch(("a", 1, "o1")), None, FALLING)


@pytest.mark.parametrize(
    "rows",
    [
        [("b", 1, "o1"), ("a", 9, "o2")],  # the customer
        [("a", 1, "o1"), ("a", 2, "o2")],  # the older one first
        [("a", 1, "o2"), ("a", 1, "o1")],
        [("a", 1, "o1"), ("a", None, "o2")],  # the engine has an order for what is not known; nobody says here which
        [("a", 1, "o1"), ("a", 1, None)],
    ],
)
def test_rows_that_leave_the_order_do_not_come_in_order_also_where_a_batch_ends(rows):
    assert not come_in_order(batch(*rows), None, FALLING)
    assert not come_in_order(batch(rows[1]), batch(("a", 9, "o0"), rows[0]), FALLING)


def test_a_batch_goes_on_from_the_last_row_before_it():
    assert come_in_order(batch(("b", 1, "o1")), batch(("c", 1, "o1"), ("a", 1, "o1")), FALLING)


def test_what_files_say_of_their_parts_tells_most_that_are_not_in_order(tmp_path):
    """Parts of two rows: a b | b c, then in the next file c nothing | nothing."""
    first, second, early = (tmp_path / f"part-{number}.parquet" for number in range(3))
    for path, keys in ((first, ["a", "b", "b", "c"]), (second, ["c", None, None, None]), (early, ["b", "d"])):
        pq.write_table(pa.table({"key": keys}), path, row_group_size=2)
    with duckdb.connect() as connection:
        assert may_be_sorted([first, second], "key", connection)
        assert not may_be_sorted([first, early], "key", connection)
        assert may_be_sorted([early], "key", connection)


@pytest.mark.parametrize("swapped", [None, 10, FETCHED, FETCHED + 700])
def test_a_copy_holds_the_same_rows_in_the_same_order_wherever_its_file_leaves_the_order(tmp_path, swapped):
    """70,000 orders, three of each customer, newest first; at most two neighbours, of a batch or of two, have changed their places."""
    rows = [(f"c{number // 3:05}", 9 - number % 3, f"o{number}") for number in range(70_000)]
    wanted = {key: [row[2] for row in rows if row[0] == key] for key in {row[0] for row in rows[:70_000:997]} | {rows[swapped or 0][0]}}
    if swapped:
        rows[swapped - 1], rows[swapped] = rows[swapped], rows[swapped - 1]
    rows.insert(5, (None, 1, "nobody's"))
    folder: Path = tmp_path / "one"
    (folder / "orders").mkdir(parents=True)
    file = folder / "orders" / "part-0.parquet"
    pq.write_table(pa.Table.from_batches([batch(*rows)]), file)
    made = write_copies(folder, {"orders": [file]}, None, EngineSettings(), folder)
    there = {"orders": {"rows": len(rows), "files": [file.name]}}
    with Reader(Snapshot(folder, {"as_of": "2025-07-01", "tables": there, "serving": made})) as reader:
        assert {key: [row["order_id"] for row in reader.each("orders", "customer_id", key)] for key in wanted} == wanted
