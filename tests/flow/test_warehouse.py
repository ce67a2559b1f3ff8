"""The engine computes, settles, repeats and writes the same on DuckDB and Spark."""

from __future__ import annotations

import pytest
from support import rows, table

from kezhi.errors import RunFailed
from kezhi.flow.warehouse import Warehouse
from kezhi.kit.engine import _


@pytest.fixture(params=["bench", pytest.param("spark_bench", marks=pytest.mark.spark)])
def warehouse(request: pytest.FixtureRequest) -> Warehouse:
    return request.getfixturevalue(request.param)


RECORDS = [
    {"record_id": "a", "customer_id": "a", "source": "shop", "records": 1},
    {"record_id": "b", "customer_id": "b", "source": "app", "records": 5},
]


def test_a_written_table_reads_back_equal(warehouse, tmp_path):
    """Two links written to the lake are the same two links when read."""
    links = table("identity_links", RECORDS, warehouse)
    files = warehouse.write(links, tmp_path / "lake" / "identity_links")
    assert rows(links, warehouse) == rows(warehouse.read(*files), warehouse)
    assert [f.suffix for f in files] == [".parquet"] * len(files)


def test_rounds_go_on_until_nothing_changes(warehouse):
    """Counting down from 1 and 5 by one a round ends with two zeros."""
    start = table("identity_links", RECORDS, warehouse)
    end = warehouse.repeat(
        start,
        lambda t: t.mutate(records=(_.records > 0).ifelse(_.records - 1, 0)),
        lambda before, after: before.anti_join(after, ["record_id", "records"]),
        limit=9,
    )
    assert [0, 0] == [row["records"] for row in rows(end, warehouse)]


def test_rounds_that_never_end_are_an_error(bench):
    """A number that always grows is stopped at the limit, and says so."""
    start = table("identity_links", RECORDS, bench)
    with pytest.raises(RunFailed, match="3 rounds"):
        bench.repeat(
            start,
            lambda t: t.mutate(records=_.records + 1),
            lambda before, after: before.anti_join(after, ["record_id", "records"]),
            limit=3,
        )


def test_scratch_is_gone_when_the_work_is_done(tmp_path):
    """Nothing of a warehouse stays in its scratch folder."""
    from kezhi.settings import EngineSettings

    with Warehouse(EngineSettings(), tmp_path) as warehouse:
        warehouse.settle(table("identity_links", RECORDS))
    assert list(tmp_path.iterdir()) == []


def test_a_settled_table_keeps_its_types(warehouse):
    """Money and times come back as they went, so that a union with what was not settled holds."""
    orders = table(
        "orders",
        [{"order_id": "1", "source": "s", "order_kind": "purchase", "ordered_at": "2025-01-01", "net_amount": 5, "status": "paid"}],
        warehouse,
    )
    settled = warehouse.settle(orders)
    assert {c: str(t) for c, t in settled.schema().items()} == {c: str(t) for c, t in orders.schema().items()}
    assert len(rows(settled.union(orders), warehouse)) == 2
