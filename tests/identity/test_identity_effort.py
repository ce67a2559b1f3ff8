"""How many rows the engine makes on the way: never as many as there are pairs of records."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from identity_tables import customers_of, made, record

from kezhi.flow import warehouse
from kezhi.flow.warehouse import Warehouse
from kezhi.settings import EngineSettings

RECORDS = 1_500


def cardinalities(node: dict[str, Any]) -> Iterator[int]:
    yield node.get("operator_cardinality", 0)
    for child in node.get("children", []):
        yield from cardinalities(child)


@pytest.fixture
def largest(monkeypatch):
    """The most rows that one operator of each query of the engine made."""
    found: list[int] = []

    def explaining(method: str) -> None:
        before = getattr(warehouse._DuckDb, method)

        def explained(self: Any, table: Any, *more: Any) -> Any:
            asked = f"EXPLAIN (ANALYZE, FORMAT JSON) {warehouse._exactly(self.backend, table, chr(34))}"
            ((_kind, told),) = self.backend.raw_sql(asked).fetchall()
            found.append(max(cardinalities(json.loads(told))))
            return before(self, table, *more)

        monkeypatch.setattr(warehouse._DuckDb, method, explained)

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
