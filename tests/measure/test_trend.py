"""What a cockpit says of a figure: complete periods, change, verdict and standing, by hand."""

from __future__ import annotations

from datetime import date

import pytest

from kezhi.measure.metrics import standard
from kezhi.measure.metrics.trend import Aim, complete_periods, stock_of, trend_of

JULY = date(2025, 7, 1)


def of(key: str, values: dict[date, float | None], *, as_of: date = JULY, aim: Aim | None = None, period: str = "month"):
    rows = [{"period_start": day, key: value} for day, value in values.items()]
    return trend_of(standard()[key], rows, period=period, as_of=as_of, aim=aim)


@pytest.mark.parametrize(
    ("as_of", "period", "wanted"),
    [
        (JULY, "month", [date(2025, 4, 1), date(2025, 5, 1), date(2025, 6, 1)]),
        (date(2025, 7, 2), "month", [date(2025, 4, 1), date(2025, 5, 1), date(2025, 6, 1)]),
        (date(2025, 1, 31), "month", [date(2024, 10, 1), date(2024, 11, 1), date(2024, 12, 1)]),
        (JULY, "quarter", [date(2024, 10, 1), date(2025, 1, 1), date(2025, 4, 1)]),
        (JULY, "year", [date(2022, 1, 1), date(2023, 1, 1), date(2024, 1, 1)]),
        (JULY, "week", [date(2025, 6, 9), date(2025, 6, 16), date(2025, 6, 23)]),  # 30 June 2025 is a Monday
        (date(2025, 6, 30), "week", [date(2025, 6, 9), date(2025, 6, 16), date(2025, 6, 23)]),
        (JULY, "day", [date(2025, 6, 28), date(2025, 6, 29), date(2025, 6, 30)]),
    ],
)
def test_a_period_that_is_not_over_is_left_out(as_of, period, wanted):
    assert complete_periods(as_of, period, 3) == wanted


def test_money_changes_relatively_and_a_share_by_points():
    money = of("net_sales", {date(2025, 5, 1): 200.0, date(2025, 6, 1): 150.0})
    assert (money.value, money.before, money.change, money.verdict) == (150.0, 200.0, -0.25, "worse")
    share = of("refund_share", {date(2025, 5, 1): 0.25, date(2025, 6, 1): 0.125})
    assert (share.change, share.verdict) == (-0.125, "better"), "fewer refunds are better"
    assert of("discount_amount", {date(2025, 5, 1): 2.0, date(2025, 6, 1): 3.0}).verdict == "neutral"
    assert of("net_sales", {date(2025, 5, 1): 2.0, date(2025, 6, 1): 2.0}).verdict == "same"


def test_from_nothing_no_change_can_be_told():
    grown = of("net_sales", {date(2025, 5, 1): 0.0, date(2025, 6, 1): 3.0})
    assert (grown.change, grown.verdict) == (None, None)
    fallen = of("net_sales", {date(2025, 5, 1): -50.0, date(2025, 6, 1): -75.0})
    assert (fallen.change, fallen.verdict) == (-0.5, "worse"), "more was given back than sold, and then more still"


def test_a_month_without_a_row_is_a_zero_of_a_sum_and_a_gap_of_a_ratio():
    rows = {date(2025, 4, 1): 5.0, date(2025, 6, 1): 7.0}
    assert [value for _, value in of("purchases", rows).points] == [5.0, 0.0, 7.0]
    ratio = of("repurchase_rate", {date(2025, 4, 1): 0.5, date(2025, 6, 1): 0.75})
    assert ([value for _, value in ratio.points], ratio.before, ratio.change) == ([0.5, None, 0.75], None, None)
    stopped = of("purchases", {date(2025, 4, 1): 5.0})
    assert (stopped.value, stopped.period_on) == (0.0, date(2025, 6, 1)), "sales that ended are no old figure"


def test_without_rows_there_is_nothing_to_say():
    assert of("net_sales", {}, aim=Aim(5)).points == ()
    assert of("net_sales", {}, aim=Aim(5)).standing is None
    assert stock_of(standard()["customers"], None).value is None


@pytest.mark.parametrize(
    ("key", "value", "aim", "wanted"),
    [
        ("net_sales", 100.0, Aim(100), "reached"),
        ("net_sales", 99.0, Aim(100), "missed"),
        ("net_sales", 79.0, Aim(100, lower=80), "below"),
        ("net_sales", 121.0, Aim(100, upper=120), "above"),
        ("refund_share", 0.02, Aim(0.03), "reached"),
        ("refund_share", 0.04, Aim(0.03), "missed"),
        ("refund_share", 0.06, Aim(0.03, upper=0.05), "above"),
    ],
)
def test_bounds_warn_before_the_target_is_judged_by_the_direction(key, value, aim, wanted):
    assert of(key, {date(2025, 6, 1): value}, aim=aim).standing == wanted
    weekly = of(key, {date(2025, 6, 23): value}, aim=aim, period="week")
    assert (weekly.value, weekly.standing) == (value, None)
    assert stock_of(standard()["customers"], 90, Aim(100, lower=95)).standing == "below"
