"""Whose a device was: the first owner's from the beginning, the next one's from the moment of the tie."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kezhi.clean.traits import latest_traits
from kezhi.identity.devices import attributed, owners
from kezhi.tables import raw_schema


@pytest.fixture(params=["duckdb", pytest.param("spark", marks=pytest.mark.spark)])
def workbench(request):
    """Each engine."""
    return request.getfixturevalue({"duckdb": "bench", "spark": "spark_bench"}[request.param])


def table(bench, name: str, columns: dict[str, str], rows: list[tuple]):
    kinds = {"s": pa.string(), "i": pa.int64()}
    schema = pa.schema([(column, kinds[kind]) for column, kind in columns.items()])
    path = bench.scratch / f"{name}.parquet"
    pq.write_table(pa.Table.from_pylist([dict(zip(columns, row, strict=True)) for row in rows], schema=schema), path)
    return bench.read(path)


TIES = {"source": "s", "source_file": "s", "source_line": "i", "anonymous_id": "s", "user_id": "s", "tied_at": "s"}
ROWS = {"source": "s", "record_id": "s", "anonymous_id": "s", "occurred_at": "s", "name": "s"}


def test_an_event_belongs_to_whoever_had_the_device_then(workbench):
    ties = [
        ("web", "f", 1, "a", "u1", "10"), ("web", "f", 2, "a", "u1", "11"), ("web", "f", 3, "a", "u2", "12"), ("web", "f", 4, "a", "u1", "14"),
        ("web", "f", 5, "mail", "mail", "10"),
        ("web", "f", 6, "late", "late", "10"), ("web", "f", 7, "late", "u3", "11"),
        ("web", "f", 8, "u_old", "u_new", "10"),
        *(("web", "f", 10 + i, "kiosk", f"k{i}", "10") for i in range(4)),
    ]  # fmt: skip
    rows = [
        ("web", None, "a", "09", "before"), ("web", None, "a", "11", "first"), ("web", None, "a", "12", "second"),
        ("web", None, "a", "13", "still second"), ("web", None, "a", "20", "first again"), ("web", "u9", "a", "13", "said"),
        ("app", None, "a", "13", "other source"), ("web", None, "mail", "09", "mail"), ("web", None, "late", "09", "late"),
        ("web", "u_old", None, "09", "alias"), ("web", None, "kiosk", "11", "kiosk"), ("web", None, None, "11", "nobody"),
    ]  # fmt: skip
    owned = workbench.settle(owners(table(workbench, "ties", TIES, ties), most=3))
    made = attributed(table(workbench, "rows", ROWS, rows), owned, at="occurred_at")
    found = {row["name"]: row["record_id"] for row in workbench.arrow(made).to_pylist()}
    assert found == {
        "before": "u1", "first": "u1", "second": "u2", "still second": "u2", "first again": "u1", "said": "u9", "other source": None,
        "mail": "mail", "late": "u3", "alias": "u_new", "kiosk": None, "nobody": None,
    }  # fmt: skip


def test_the_last_of_each_fact_is_kept_in_one_row(workbench):
    columns = {name: "i" if kind == "int64" else "s" for name, kind in raw_schema("customer_records")}
    empty = dict.fromkeys(columns)
    rows = [
        empty | {"source": "web", "source_file": "f", "source_line": 9, "record_id": "u", "name": "old", "email": "e", "updated_at": "10"},
        empty | {"source": "web", "source_file": "f", "source_line": 10, "record_id": "u", "name": "new", "updated_at": "10"},
        empty | {"source": "web", "source_file": "f", "source_line": 11, "record_id": "u", "phone": "1", "updated_at": "09"},
        empty | {"source": "app", "source_file": "g", "source_line": 1, "record_id": "u", "name": "other", "updated_at": "99"},
    ]
    told = table(workbench, "told", columns, [tuple(row.values()) for row in rows])
    found = sorted(workbench.arrow(latest_traits(told)).to_pylist(), key=lambda row: row["source"])
    assert [(row["name"], row["email"], row["phone"], row["source_line"], row["updated_at"]) for row in found] == [
        ("other", None, None, 1, "99"),
        ("new", "e", "1", 10, "10"),
    ]
