"""Time in weeks of trade: a year keeps its length, and the forecast of a feast is right where that by the calendar is not."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from kezhi.errors import WrongInput
from kezhi.kit.days import month_number
from kezhi.models import BgNbd, ParetoNbd, TradeTime

SEASON = np.array([0.6, 0.6, 0.7, 0.7, 0.8, 0.8, 0.8, 0.8, 0.9, 1.2, 2.1, 2.0])
DAYS = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
TRUE = TradeTime(tuple(SEASON * 365 / (SEASON @ DAYS)))
BEGAN, SEEN_ON, FEAST_OVER = date(2021, 1, 1), date(2023, 10, 1), date(2024, 1, 1)


@pytest.fixture(scope="module")
def company():
    """4,000 customers won over 33 months who buy at rates of their own by a clock of feasts, and leave after any purchase with a chance of their own."""
    draws = np.random.default_rng(9)
    since, times = np.datetime64(BEGAN), []
    end = float(TRUE.weeks(BEGAN, FEAST_OVER))
    for _who in range(4000):
        rate, leaving = draws.gamma(1.0, 1 / 8), draws.beta(0.6, 6.0)
        at = float(TRUE.weeks(BEGAN, since + int(draws.integers(0, 1000))))
        own = [at]
        while draws.random() >= leaving and (at := at + draws.exponential(1 / rate)) < end:
            own.append(at)
        times.append(np.unique(np.floor(TRUE.days(BEGAN, own, most=1200))))
    return [since + found.astype("timedelta64[D]") for found in times]


def counts(company, time: TradeTime):
    """What the models take, seen from SEEN_ON in weeks of *time*; the purchases of the feast after; repeat purchases by month."""
    seen = [own[own < np.datetime64(SEEN_ON)] for own in company]
    known = [own for own in seen if len(own)]
    first, last = (np.array([own[place] for own in known]) for place in (0, -1))
    feast = sum((own >= np.datetime64(SEEN_ON)).sum() for own, before in zip(company, seen, strict=True) if len(before))
    months = np.concatenate([own[1:] for own in known]).astype("datetime64[M]").astype(int) + 1970 * 12
    repeats = dict(zip(*(found.tolist() for found in np.unique(months, return_counts=True)), strict=True))
    table = {"frequency": [len(own) - 1 for own in known], "recency": time.weeks(first, last), "T": time.weeks(first, SEEN_ON)}
    return table, int(feast), repeats


@pytest.mark.parametrize("kind", [BgNbd, ParetoNbd])
def test_the_feast_is_forecast_by_the_clock_of_trade_and_missed_by_the_calendar(company, kind):
    """October to December hold 1.77 times a usual quarter: by the calendar nearly half of the purchases are missed, by the clock less than a tenth."""
    table, feast, repeats = counts(company, TradeTime())
    plain = kind().fit(table).expected_purchases(TradeTime().weeks(SEEN_ON, FEAST_OVER).item()).sum()
    assert plain < 0.7 * feast
    time = TradeTime.of_months({month: repeats.get(month, 0) for month in range(month_number(BEGAN), month_number(SEEN_ON))})
    assert np.corrcoef(time.index, TRUE.index)[0, 1] > 0.97
    trade, *_more = counts(company, time)
    seasonal = kind().fit(trade)
    assert abs(seasonal.expected_purchases(time.weeks(SEEN_ON, FEAST_OVER).item()).sum() / feast - 1) < 0.1
    likelihood = seasonal.log_likelihood_ + time.log_speed(repeats)
    assert likelihood > kind().fit(table).log_likelihood_ + 100  # the same purchases in the same unit


def test_a_year_of_trade_is_a_year_and_without_an_index_the_clock_is_the_calendar():
    """365 days from any day on; by the plain clock whole weeks are exact numbers."""
    for begin in (date(2022, 1, 1), date(2022, 6, 17), date(2022, 12, 31)):
        assert float(TRUE.weeks(begin, begin.replace(year=2023))) == pytest.approx(365 / 7)
    assert TradeTime().weeks(np.array(["2024-01-01", "2024-03-01"], dtype="datetime64[D]"), date(2024, 3, 8)).tolist() == [67 / 7, 1.0]
    assert float(TradeTime().weeks(date(2024, 3, 8), date(2024, 3, 1))) == -1.0


def test_days_of_weeks_are_the_way_back_and_none_beyond_the_farthest():
    """A hundred days of trade time, there and back; what takes longer than asked is NaN, and so is never."""
    weeks = TRUE.weeks(date(2024, 5, 5), np.datetime64("2024-05-05") + np.arange(101))
    assert TRUE.days(date(2024, 5, 5), weeks, most=200) == pytest.approx(np.arange(101))
    assert np.isnan(TRUE.days(date(2024, 5, 5), [1000.0, np.nan], most=200)).all()


def test_the_index_of_a_company_is_drawn_to_1_as_far_as_chance_makes_months_differ():
    """Every December twice as many: nearly that of a thousand a day, hardly of one a week; less than two years tell nothing."""

    def months(usual, many=36):
        return {24_000 + month: usual * (2 if month % 12 == 11 else 1) for month in range(many)}

    busy, quiet = TradeTime.of_months(months(30_000)), TradeTime.of_months(months(4))
    assert busy.index[11] / busy.index[5] == pytest.approx(2 * 30 / 31, rel=0.03)
    assert quiet.index[11] / quiet.index[5] < 1.6
    assert TradeTime.of_months(months(30_000, 23)) is None
    assert TradeTime.of_months({}) is None
    assert TradeTime.of_months(dict.fromkeys(range(24_000, 24_036), 0)) is None


def test_what_is_no_index_of_a_year_is_refused():
    """Eleven months; a month in which the clock stands still."""
    for index in ((1.0,) * 11, (0.0,) + (1.0,) * 11):
        with pytest.raises(WrongInput, match="twelve numbers above 0"):
            TradeTime(index)
