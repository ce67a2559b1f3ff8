"""What sales will be, as a report shows it."""

from __future__ import annotations

from kezhi.kit.engine import _
from kezhi.measure.figures.rows import Rows, rows
from kezhi.measure.pages.forecasts import outlook
from kezhi.measure.source import ReportSource

SHOWN = ("total", "category", "province")


def forecasts(source: ReportSource) -> Rows | None:
    """Net sales ahead of the company, its categories and provinces, as `pages.forecasts.outlook`; None where nothing was forecast."""
    coming, backtest = source.table("forecasts"), source.table("forecast_backtest")
    if coming is None or backtest is None:
        return None
    return rows(outlook(coming, backtest.filter((_.metric == "net_amount") & _.dimension.isin(SHOWN))))
