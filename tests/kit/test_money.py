"""Mean amounts in whole cents."""

from decimal import ROUND_HALF_UP, Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import rows

from kezhi.kit.engine import ibis
from kezhi.kit.money import mean_amount

HALVES = [
    ("0.01", 2, "0.01"),
    ("2.01", 2, "1.01"),
    ("10.00", 3, "3.33"),
    ("20.00", 3, "6.67"),
    ("0.00", 5, "0.00"),
    ("5.00", 0, None),
    (None, 1, None),
]


def amounts(triples) -> pa.Table:
    totals = [None if t is None else Decimal(t) for t, _, _ in triples]
    return pa.table({"total": pa.array(totals, pa.decimal128(38, 2)), "n": pa.array([n for _, n, _ in triples], pa.int64())})


def expected(triples):
    return sorted([None if m is None else Decimal(m) for _, _, m in triples], key=str)


def test_half_a_cent_is_rounded_up_and_nothing_is_divided_by_zero():
    """2.01 for two is 1.005, which is 1.01; nothing for nobody is null."""
    table = ibis.memtable(amounts(HALVES))
    assert expected(HALVES) == sorted((r["m"] for r in rows(table.select(m=mean_amount(table.total, table.n)))), key=str)


@pytest.mark.spark
def test_spark_rounds_the_same(spark_bench):
    pq.write_table(amounts(HALVES), spark_bench.scratch / "amounts.parquet")
    table = spark_bench.read(spark_bench.scratch / "amounts.parquet")
    assert expected(HALVES) == sorted((r["m"] for r in rows(table.select(m=mean_amount(table.total, table.n)), spark_bench)), key=str)


@given(st.lists(st.tuples(st.decimals(0, 10**10, places=2), st.integers(1, 10**4)), min_size=1, max_size=30))
def test_the_mean_is_the_exact_quotient_rounded_once(pairs):
    table = ibis.memtable(amounts([(t, n, None) for t, n in pairs]))
    found = table.select(m=mean_amount(table.total, table.n)).to_pyarrow()["m"].to_pylist()
    assert [(t / n).quantize(Decimal("0.01"), ROUND_HALF_UP) for t, n in pairs] == found
