"""Where a value stands among all, from 0 to 100, the same on every engine whatever the order of rows."""

from __future__ import annotations

from kezhi.kit.engine import _, ibis, ir, ratio
from kezhi.tables import SCORE


def with_percentile(table: ir.Table, column: str, name: str) -> ir.Table:
    """
    *table* with *name*: 100 × rows with a smaller value of *column* / other rows; equal values share it.

    SQL's percent_rank, by whole counts of distinct values. Null where *column* is null; 100 for an only row.
    """
    counts = table.filter(_[column].notnull()).group_by(value=_[column]).aggregate(rows=_.count())
    running = counts.mutate(below=_.rows.sum().over(order_by="value", rows=(None, 0)) - _.rows, total=_.rows.sum().over())
    placed = running.select(percentile_of="value", placed=(ratio(running.below, running.total - 1) * 100.0).fill_null(100.0))
    return table.left_join(placed, [table[column] == placed.percentile_of]).drop("percentile_of").rename({name: "placed"})


def score(points: ir.NumericValue) -> ir.DecimalValue:
    """*points* as `tables.SCORE`, half a hundredth rounded up: by whole numbers, because engines round floats differently."""
    hundredths = (points.cast("float64") * 100.0 + 0.5).floor().cast("int64")
    exact: ir.DecimalValue = (hundredths.cast(SCORE) * ibis.literal("0.01").cast(SCORE)).cast(SCORE)
    return exact
