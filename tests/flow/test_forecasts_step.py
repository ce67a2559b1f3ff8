"""The step that forecasts: series that add up to the months, forecasts that beat last year on the city, and sentences where there are none."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from support import table

from kezhi import insight, profile
from kezhi.flow.forecasts import forecasts
from kezhi.flow.model_registry import ModelRegistry
from kezhi.flow.step import Inputs
from kezhi.flow.warehouse import Warehouse
from kezhi.kit.engine import _
from kezhi.settings import ForecastSettings, Settings

DAY = date(2025, 1, 1)


def inputs(bench: Warehouse, months: int, models: Path | None, amount=lambda _month: 100) -> Inputs:
    """A purchase on the 15th of each of the last *months* months before 2025."""
    orders = []
    for back in range(months, 0, -1):
        month = 2025 * 12 - back
        at = datetime(month // 12, month % 12 + 1, 15)
        orders.append({"order_id": f"o{back}", "customer_id": "c1", "source": "shop", "ordered_at": at, "channel": "app",
                       "net_amount": Decimal(amount(month)), "status": "paid", "order_kind": "purchase"})  # fmt: skip
    ledger = bench.settle(profile.counted(table("orders", orders, bench), as_of=DAY))
    return Inputs({"ledger": ledger}, Settings(forecasts=ForecastSettings()), DAY, DAY, {}, None, bench, models)


def test_too_few_months_are_told(bench):
    step = inputs(bench, 20, None)
    assert forecasts(step) == {}
    assert {"26", "20"} <= set(step.notes[0].say("en").split())


def test_where_every_year_is_the_same_nothing_beats_last_year(bench, tmp_path):
    """The same twelve amounts each year: the baseline makes no error, so no forecast is used, and the card says why."""
    step = inputs(bench, 36, tmp_path, amount=lambda month: 100 + 37 * (month * 5 % 12))
    made = forecasts(step)
    assert bench.arrow(made["forecasts"]).num_rows == 0
    assert not any(bench.arrow(made["forecast_backtest"])["is_published"].to_pylist())
    assert bench.arrow(made["sales_series"]).num_rows == 2 * 3 * 36  # total and app, three metrics
    assert "last year" in step.notes[0].say("en")
    assert ModelRegistry(tmp_path).champion("forecasts") is None


def test_the_same_rows_add_no_second_version(bench, tmp_path):
    for _turn in range(2):
        made = forecasts(inputs(bench, 36, tmp_path, amount=lambda month: month - 24_000))
    assert ModelRegistry(tmp_path).versions("forecasts") == [1]
    rows = bench.arrow(made["forecasts"].filter((_.dimension == "total") & (_.metric == "net_amount")).order_by("month")).to_pylist()
    assert [row["month"] for row in rows] == [date(2025, 1, 1), date(2025, 2, 1), date(2025, 3, 1)]
    assert [row["value"] for row in rows] == pytest.approx([300, 301, 302], rel=0.01)  # it grows by one a month
    assert [row["year_ago"] for row in rows] == [288, 289, 290]


def test_series_of_the_city_are_its_months_and_categories(city_project):
    tables = {name: city_project.table(name) for name in ("sales_monthly", "sales_series", "ledger", "order_lines", "products", "profile")}
    series = tables["sales_series"].filter(_.dimension == "total").to_pyarrow().to_pylist()
    found = {(row["month"], row["metric"]): row["value"] for row in series}
    for month in tables["sales_monthly"].to_pyarrow().to_pylist():
        for metric in insight.series.METRICS:
            assert found[month["month"], metric] == pytest.approx(float(month[metric])), (month["month"], metric)
    year = tables["sales_series"].filter((_.dimension == "category") & (_.month >= date(2024, 7, 1)))
    sums = year.group_by("member", "metric").aggregate(value=_.value.sum()).to_pyarrow().to_pylist()
    by_category = {(row["member"], row["metric"]): row["value"] for row in sums}
    for row in city_project.table("category_sales").to_pyarrow().to_pylist():
        assert by_category[row["category"], "orders"] == row["orders"]
        assert by_category[row["category"], "net_amount"] == pytest.approx(float(row["net_amount"]))


def test_forecasts_of_the_city_beat_last_year(city_project):
    """Measured 0.66 of last year's error (interval to 0.72), 82% of the months within intervals of 80%."""
    card = ModelRegistry(city_project.folder / ".kezhi" / "models").card("forecasts")
    share, covered = (card.judgement["metrics"][name] for name in ("error_share", "covered"))
    assert card.is_published
    assert share["high"] < 0.8
    assert 0.7 < covered["model"] < 0.95
    tested = city_project.table("forecast_backtest").to_pyarrow().to_pylist()
    used = {(row["dimension"], row["member"], row["metric"]) for row in tested if row["is_published"]}
    coming = city_project.table("forecasts").to_pyarrow().to_pylist()
    assert {(row["dimension"], row["member"], row["metric"]) for row in coming} == used
    assert all(row["low"] <= row["value"] <= row["high"] for row in coming)
    assert all((row["error_share"] or 1) < 1 for row in tested if row["is_published"])


def test_the_command_and_the_report_tell_the_same(city_project, capsys, monkeypatch, tmp_path):
    import sys

    from kezhi.cli import main

    words = ["kezhi", "forecast", "-p", str(city_project.folder), "--by", "total", "--metric", "orders", "--json"]
    monkeypatch.setattr(sys, "argv", words)
    assert main() in (0, None)
    told = json.loads(capsys.readouterr().out)
    kept = city_project.table("forecasts").filter((_.dimension == "total") & (_.metric == "orders")).order_by("month").to_pyarrow()
    assert [row["value"] for row in told] == kept["value"].to_pylist()
    monkeypatch.setattr(sys, "argv", [*words[:-3], "--by", "nobody"])
    monkeypatch.setenv("KEZHI_LANG", "en")
    assert main() == 2
    assert "province" in capsys.readouterr().err
