"""Forecasts of monthly series: what was planted comes back, the future is not looked at, and the interval holds what it says."""

from __future__ import annotations

import numpy as np
import pytest

from kezhi.errors import WrongInput
from kezhi.models import Forecaster
from kezhi.models.forecasts.forecaster import every_way
from kezhi.models.forecasts.seasons import shapes
from kezhi.models.forecasts.smoothing import smooth

YEAR = np.array([0.8, 0.7, 0.9, 1.0, 1.1, 1.3, 0.9, 0.9, 1.0, 1.1, 1.5, 0.8])  # January first, mean 1


def planted(series: int = 20, months: int = 36, *, noise: float = 0.05, seed: int = 1) -> np.ndarray:
    """Series of different size that grow by 2% a month with one shape of the year, from January on."""
    draws = np.random.default_rng(seed)
    month = np.arange(months)
    level = draws.uniform(50, 5000, (series, 1)) * 1.02**month
    return level * YEAR[month % 12] * (1 + noise * draws.standard_normal((series, months)))


def test_a_constant_series_stays_what_it_is_and_is_sure():
    for found in Forecaster(horizon=3).fit(np.full((2, 40), 7.0), 0).forecast():
        assert found == pytest.approx(np.full((2, 3), 7.0))


def test_simple_smoothing_is_the_textbook_recursion():
    """From the mean of the first four, 0.95 new + 0.05 old for each of the months 1 … 10: the weight that errs least on a rise."""
    values = np.arange(1.0, 11.0)
    level = values[:4].mean()
    for value in values:
        level = 0.95 * value + 0.05 * level
    found = smooth(values[None], np.array([10]), 2)
    assert found["level"][0] == pytest.approx([level, level])
    assert found["theta"][0] == pytest.approx([level + 0.5, level + 1.0])  # half of the line's slope of 1
    assert found["damped"][0, 0] == pytest.approx(11, abs=0.5)


def test_the_planted_shape_of_the_year_is_found():
    found = shapes(planted(series=1, months=48, noise=0), 0, [48])[0, 0]
    assert found == pytest.approx(YEAR, abs=0.04)


def test_growth_and_season_are_forecast_and_last_year_is_beaten():
    values = planted(months=39)
    model = Forecaster(horizon=3).fit(values[:, :36], 0)
    expected, low, high = model.forecast()
    assert (np.abs(expected / values[:, 36:] - 1)).mean() < 0.08
    assert (model.backtest_.error < model.backtest_.baseline_error).all()
    assert "shared" in model.method_
    assert ((low <= expected) & (expected <= high)).all()


def test_no_forecast_looks_at_the_months_after_its_start():
    values = planted()
    other = values.copy()
    other[:, 24:] = 1e6
    for name, made in every_way(values, 0, [24], 3).items():
        assert np.array_equal(made, every_way(other, 0, [24], 3)[name]), name


def test_the_choice_is_not_judged_on_months_that_it_has_seen():
    for months, horizon in ((26, 3), (36, 3), (44, 12), (60, 6)):
        test = Forecaster(horizon=horizon).fit(planted(months=months), 0).backtest_
        assert max(test.chosen_on) + horizon <= min(test.judged_on)
        assert len(test.judged_on) >= 3


def test_another_currency_gives_the_same_forecasts_in_it():
    values = planted()
    one, ten = Forecaster().fit(values, 3), Forecaster().fit(values * 10, 3)
    assert one.method_ == ten.method_
    for left, right in zip(one.forecast(), ten.forecast(), strict=True):
        assert left * 10 == pytest.approx(right)


def test_four_of_five_months_lie_in_an_interval_of_80_percent():
    values = planted(series=300, months=51, noise=0.15, seed=3)
    model = Forecaster(horizon=3, level=0.8).fit(values[:, :48], 0)
    _expected, low, high = model.forecast()
    came = values[:, 48:]
    assert ((low <= came) & (came <= high)).mean() == pytest.approx(0.8, abs=0.06)
    assert np.nanmean(model.backtest_.covered) == pytest.approx(0.8, abs=0.06)


def test_too_few_months_are_refused_with_how_many_are_needed():
    with pytest.raises(WrongInput, match="26"):
        Forecaster(horizon=3).fit(planted(months=25), 0)


@pytest.mark.parametrize(("months", "level"), [(26, 0.95), (26, 0.99), (36, 0.95)])
def test_a_level_beyond_the_known_misses_is_still_kept(months, level):
    """26 months give six misses, of which the largest is good for 86%."""
    draws, inside = np.random.default_rng(5), []
    for _ in range(6):
        steps = draws.normal(0, 0.05, (60, months + 3)).cumsum(axis=1) + draws.normal(0, 0.1, (60, months + 3))
        came = 100 * np.exp(steps + 0.2 * np.sin(np.arange(months + 3) / 6 * np.pi))
        _coming, low, high = Forecaster(level=level).fit(came[:, :months], 0).forecast()
        inside.append((low <= came[:, months:]) & (came[:, months:] <= high))
    assert np.mean(inside) >= level - 0.02


@pytest.mark.parametrize(
    ("asked", "first_month"),
    [({"level": 2}, 0), ({"level": 1.0}, 0), ({"horizon": 0}, 0), ({"horizon": 1.5}, 0), ({}, 12), ({}, -1)],
)
def test_what_cannot_be_asked_for_is_refused(asked, first_month):
    with pytest.raises(WrongInput):
        Forecaster(**asked).fit(planted(), first_month)


@pytest.mark.parametrize("values", [[["a"] * 36], np.where(np.arange(36) == 5, np.nan, 7.0), np.full((1, 36), np.inf), np.zeros((0, 36))])
def test_months_that_are_no_numbers_are_refused_and_not_forecast_as_nothing(values):
    with pytest.raises(WrongInput, match="finite number"):
        Forecaster().fit(values, 0)
