"""Cut points that are one of the data, as numpy's `inverted_cdf`."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import only_row

from kezhi.kit.engine import ibis
from kezhi.profile.quantiles import cut_points, cuts_passed

PERCENTS = (20, 40, 60, 80)


def column(values) -> pa.Table:
    return pa.table({"v": pa.array(values, pa.int64())})


def test_ten_values_are_cut_after_the_second_fourth_sixth_and_eighth():
    """1 to 10: two of ten values are at most 2, and so on; a null is no value."""
    found = only_row(cut_points(ibis.memtable(column([7, 1, 3, None, 10, 5, 2, 9, 8, 6, 4])), "v", PERCENTS))
    assert {"cut_20": 2, "cut_40": 4, "cut_60": 6, "cut_80": 8} == found


def test_equal_values_share_a_cut():
    """Of five, three are 0: the 20, 40 and 60 % points are all 0."""
    found = only_row(cut_points(ibis.memtable(column([0, 0, 0, 5, 9])), "v", PERCENTS))
    assert {"cut_20": 0, "cut_40": 0, "cut_60": 0, "cut_80": 5} == found


def test_without_a_value_there_is_no_cut():
    assert {f"cut_{p}": None for p in PERCENTS} == only_row(cut_points(ibis.memtable(column([None])), "v", PERCENTS))


@given(st.lists(st.integers(-3, 12), min_size=1, max_size=60))
def test_cut_points_are_numpys(values):
    """Source: numpy.quantile, method inverted_cdf (Hyndman and Fan 1996, type 1)."""
    found = only_row(cut_points(ibis.memtable(column(values)), "v", PERCENTS))
    expected = np.percentile(values, PERCENTS, method="inverted_cdf")
    assert dict(zip([f"cut_{p}" for p in PERCENTS], expected.tolist(), strict=True)) == found


@pytest.mark.spark
def test_spark_cuts_at_the_same_points(spark_bench):
    pq.write_table(column([7, 1, 3, None, 10, 5, 5, 5, 8, 6, 4]), spark_bench.scratch / "values.parquet")
    found = only_row(cut_points(spark_bench.read(spark_bench.scratch / "values.parquet"), "v", PERCENTS), spark_bench)
    assert {"cut_20": 3, "cut_40": 5, "cut_60": 5, "cut_80": 7} == found


def test_a_value_passes_the_cuts_below_it_and_no_value_passes_none():
    table = ibis.memtable(column([1, 2, 3, None]))
    found = table.select("v", n=cuts_passed(table.v, [ibis.literal(1), ibis.literal(2)])).to_pyarrow().to_pylist()
    assert [{"v": 1, "n": 0}, {"v": 2, "n": 1}, {"v": 3, "n": 2}, {"v": None, "n": 0}] == found
