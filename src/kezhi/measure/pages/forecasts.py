"""What is coming of each series: the months ahead together, beside the same months of last year and the error of the backtest."""

from __future__ import annotations

from kezhi.kit.engine import _, ibis, ir, ratio


def outlook(forecasts: ir.Table, backtest: ir.Table) -> ir.Table:
    """
    One row per series of `tables.FORECAST_BACKTEST`, with value, low, high (per month: the mean), year_ago and change.

    value and year_ago are sums over the months ahead, change is value / year_ago − 1; all null where no forecast is used.
    """
    sums = forecasts.group_by("dimension", "member", "metric").aggregate(
        months=_.count(), value=_.value.sum(), low=_.low.mean(), high=_.high.mean(), year_ago=_.year_ago.sum()
    )
    found = backtest.left_join(sums, ["dimension", "member", "metric"], rname="{name}_right")
    found = found.drop("dimension_right", "member_right", "metric_right")
    ranked = found.mutate(change=ratio(found.value, found.year_ago) - 1, is_total=found.dimension == "total")
    return ranked.order_by(ibis.desc("is_total"), "dimension", ibis.desc("value"), "member").drop("is_total")
