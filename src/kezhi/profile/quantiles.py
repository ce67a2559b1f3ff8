"""Exact quantiles that are one of the data and the same on every engine, run and number of threads."""

from __future__ import annotations

from collections.abc import Sequence

from kezhi.kit.engine import _, ibis, ir


def cut_points(table: ir.Table, column: str, percents: Sequence[int]) -> ir.Table:
    """
    The values of *column* below or at which each of *percents* of its rows lie; nulls are left out.

    The inverse of the distribution function (R type 1, numpy's `inverted_cdf`, SQL's `percentile_disc`):
    the smallest value whose cumulative count reaches percent / 100 of the rows. Counts of distinct values
    are added up, in whole numbers, so neither the order of rows nor ties can matter.

    Returns:
        One row with the columns cut_<percent>; all null when *column* has no value.
    """
    counts = table.filter(_[column].notnull()).group_by(value=_[column]).aggregate(rows=_.count())
    running = counts.mutate(
        below=_.rows.sum().over(order_by="value", rows=(None, 0)),
        total=_.rows.sum().over(),
    )
    return running.aggregate(**{f"cut_{p}": _.value.min(where=_.below * 100 >= _.total * p) for p in percents})


def cuts_passed(value: ir.Value, cuts: Sequence[ir.Value]) -> ir.IntegerValue:
    """How many of *cuts* lie below *value*, 0 for null: rows of equal value always get the same number."""
    passed = ibis.literal(0, type="int64")
    for cut in cuts:
        passed = passed + ibis.ifelse(value > cut, 1, 0)
    return passed.cast("int64")
