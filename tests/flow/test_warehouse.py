"""The engine computes, settles, repeats and writes the same on DuckDB and Spark."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from support import rows, table

from kezhi.errors import RunFailed
from kezhi.flow.warehouse import Warehouse
from kezhi.kit.engine import _, ibis, sieve
from kezhi.settings import EngineSettings


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


def test_an_aggregate_of_chosen_rows_leaves_the_others_out(warehouse):
    """Of a and b the first has fewer than 3 records: sums, counts and greatest of the others; nothing chosen is null, not 0."""
    links = table("identity_links", RECORDS, warehouse)
    many, none = _.records >= 3, _.records > 9
    told = links.aggregate(
        sum=_.records.sum(where=many),
        rows=_.count(where=many),
        most=_.source.max(where=many),
        mean=_.records.mean(where=many),
        kinds=_.source.nunique(where=many),
        no_sum=_.records.sum(where=none),
        no_rows=_.count(where=none),
        no_least=_.source.min(where=none),
    )
    assert rows(told, warehouse) == [
        {
            "sum": 5, "rows": 1, "most": "app", "mean": 5.0, "kinds": 1,
            "no_sum": None, "no_rows": 0, "no_least": None,
        }
    ]  # fmt: skip


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


def test_a_settled_table_is_described_as_the_engine_has_it(warehouse):
    """Nobody asks the engine for the types of what it settled: a remainder is of the type that Ibis believes it to have, not of the engine's."""
    given = table("identity_links", RECORDS, warehouse)
    settled = warehouse.settle(
        given.mutate(
            left=_.records % 12,
            total=_.records.sum().over(group_by="source"),
            price=_.records.cast("decimal(18,2)"),
            day=ibis.date("2025-01-01"),
            sources=ibis.array([_.source, _.record_id]),
            many=_.records > 1,
        )
    )
    name = settled.op().name
    assert {column: str(kind) for column, kind in warehouse._engine.backend.table(name).schema().items()} == {
        column: str(kind) for column, kind in settled.schema().items()
    }


def test_the_same_expression_is_computed_once_and_another_for_itself(warehouse):
    """Described twice from the same tables it is one file of scratch; one row more or fewer is another question."""

    def of(source):
        return given.filter(_.source == source).select("record_id")

    given = table("identity_links", [{**RECORDS[0], "source": "shop"}, {**RECORDS[1], "source": "web"}], warehouse)
    first, again, other = (warehouse.once(of(source)) for source in ("shop", "shop", "web"))
    assert first.equals(again)
    assert [[RECORDS[0]["record_id"]], [RECORDS[1]["record_id"]]] == [
        [row["record_id"] for row in rows(one, warehouse)] for one in (first, other)
    ]
    assert not first.equals(warehouse.settle(of("shop")))  # which is computed again


def test_sums_are_written_and_settled_in_the_type_they_are_believed_to_have(warehouse, tmp_path):
    """2^60 + 1 is no double, and a sum of whole numbers is one no more, in the lake or in scratch."""
    big = table("identity_links", [{**RECORDS[0], "records": 2**60}, {**RECORDS[1], "records": 1}], warehouse)
    summed = big.aggregate(total=_.records.sum(), month_no=_.records.max() % 12)
    settled = warehouse.settle(summed)
    (written,) = warehouse.write(settled, tmp_path / "lake" / "sums")
    assert pq.read_schema(written).field("total").type == pa.int64()
    assert [2**60 + 1] == [row["total"] for row in rows(warehouse.read(written), warehouse)]


def test_what_lies_in_scratch_is_linked_and_outlives_it_and_what_differs_is_computed(warehouse, tmp_path):
    """A settled and a kept table are in the lake what they were in scratch, the very bytes; with a column less they are other tables."""
    given = table("identity_links", [{**RECORDS[0], "records": 2**60}, {**RECORDS[1], "records": 1}], warehouse)
    kept = warehouse.keep(pa.schema([("n", pa.int64())]), pa.table({"n": range(3)}).to_batches())
    settled = warehouse.settle(given.mutate(digit=_.records % 12))
    for name, one in (("settled", settled), ("kept", kept)):
        in_scratch = {path.stat().st_ino for path in warehouse.scratch.rglob("*.parquet")}
        files = warehouse.write(one, tmp_path / "lake" / name)
        assert {path.stat().st_ino for path in files} <= in_scratch, name
        assert rows(one, warehouse) == rows(warehouse.read(*files), warehouse), name
        assert {c: str(t) for c, t in one.schema().items()} == {c: str(t) for c, t in warehouse.read(*files).schema().items()}, name
        assert rows(one, warehouse) == sorted(pa.Table.from_batches(warehouse.batches(one)).to_pylist(), key=str), name
    for name, one in (
        ("fewer", settled.drop("digit")),
        ("chosen", settled.filter(_.records > 1)),
        ("turned", settled.select("digit", "source")),
    ):
        (file,) = warehouse.write(one, tmp_path / "lake" / name)
        assert file.stat().st_nlink == 1, name
        assert pq.read_schema(file).names == list(one.columns), name
        assert rows(one, warehouse) == rows(warehouse.read(file), warehouse), name
    warehouse.__exit__(None, None, None)
    assert not warehouse.scratch.exists()
    linked = pa.concat_tables([pq.read_table(path) for path in (tmp_path / "lake" / "settled").iterdir()])
    assert sorted(linked["records"].to_pylist()) == [1, 2**60]


def test_work_is_handed_every_row_in_pieces_of_the_types_they_are_believed_to_have(warehouse):
    """The numbers below 200,000 come in more than two pieces, each once, as the small whole numbers that Ibis takes their last digits for."""
    numbers = warehouse.keep(pa.schema([("number", pa.int64())]), pa.table({"number": range(200_000)}).to_batches())
    pieces = []

    def work(batch: pa.RecordBatch) -> dict[str, pa.Array]:
        pieces.append(batch.schema.field("digit").type)
        return {"number": batch["number"], "digit": batch["digit"]}

    schema = pa.schema([("number", pa.int64()), ("digit", pa.int8())])
    made = warehouse.each_batch(work, schema, numbers.mutate(digit=(_.number % 10).cast("int8")))
    told = warehouse.arrow(made.aggregate(rows=_.count(), numbers=_.number.nunique(), digits=_.digit.sum())).to_pylist()
    assert told == [{"rows": 200_000, "numbers": 200_000, "digits": 900_000}]
    assert len(pieces) > 2
    assert set(pieces) == {pa.int8()}


def test_equal_texts_have_one_sieve_number_and_others_another(warehouse):
    """Of a, a, b the first two are alike; so are pairs of columns, whose order counts for nothing else."""
    table_of = table("identity_links", [{**RECORDS[0], "source": "shop"}, {**RECORDS[1], "source": "shop"}], warehouse)
    found = rows(table_of.mutate(one=sieve(_.source), two=sieve(_.source, _.record_id)), warehouse)
    assert len({row["one"] for row in found}) == 1
    assert len({row["two"] for row in found}) == 2


def test_memory_given_back_leaves_the_limit_and_the_tables_as_they_were(tmp_path):
    """Between steps the engine's allocator lets go of gigabytes; what was settled before can still be read."""
    with Warehouse(EngineSettings(memory_limit="1GB"), tmp_path) as bench:
        before = bench.arrow(bench._engine.backend.sql("SELECT current_setting('memory_limit') AS told"))["told"][0].as_py()
        settled = bench.settle(bench._engine.backend.sql("SELECT range AS number FROM range(1000)"))
        bench.give_back()
        after = bench.arrow(bench._engine.backend.sql("SELECT current_setting('memory_limit') AS told"))["told"][0].as_py()
        assert before == after
        assert bench.arrow(settled.aggregate(total=settled.number.sum()))["total"][0].as_py() == 499_500


IN_A_PROCESS = """
import sys
from pathlib import Path
from kezhi.flow.warehouse import Warehouse
from kezhi.kit.engine import _
from kezhi.settings import EngineSettings

folder, limit = Path(sys.argv[1]), sys.argv[2]
with Warehouse(EngineSettings(memory_limit=limit, threads=2), folder / "scratch") as bench:
    rows = bench.read(folder / "rows.parquet")
    people = rows.group_by("who").aggregate(last_at=_.at.max(), times=_.count(), money=_.money.sum())
    bench.write(people, folder / f"made_{limit}")
# of this program alone: what getrusage tells begins with the size of the process that started it
print(next(int(line.split()[1]) * 1024 for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="asks Linux how large a process was")
def test_the_memory_limit_is_of_the_whole_process_also_a_small_one(tmp_path):
    """Python, Ibis and Arrow take 145 MiB before a row is read; six tenths of a small limit for the engine came on top of them."""
    rows = "SELECT 'C' || lpad(((i * 7919) % 1500000)::text, 14, '0') AS who, TIMESTAMP '2025-01-01' + INTERVAL (i % 90000) MINUTE AS at"
    duckdb.sql(f"COPY ({rows}, (i % 500)::decimal(18, 2) AS money FROM range(4500000) t(i)) TO '{tmp_path / 'rows.parquet'}'")
    peaks = {
        limit: int(subprocess.run([sys.executable, "-c", IN_A_PROCESS, tmp_path, limit], check=True, capture_output=True).stdout)
        for limit in ("350MB", "4GB")
    }
    assert peaks["350MB"] < 350e6
    assert peaks["4GB"] > 400e6  # else the limit was not what kept it small
    made = [f"SELECT * FROM '{tmp_path}/made_{limit}/*.parquet'" for limit in peaks]
    assert duckdb.sql(f"{made[0]} EXCEPT {made[1]}").fetchall() == []
    assert duckdb.sql(f"SELECT count(*), sum(times) FROM ({made[0]})").fetchall() == [(1_500_000, 4_500_000)]
