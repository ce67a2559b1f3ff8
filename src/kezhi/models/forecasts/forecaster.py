"""Forecasts of monthly series with intervals: the method chosen on earlier months, and judged on later ones it has not seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from scipy.stats import t as student
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from kezhi.errors import WrongInput
from kezhi.locales import Phrase
from kezhi.models.clv.counts import Floats
from kezhi.models.forecasts.seasons import YEAR, shapes, spread
from kezhi.models.forecasts.smoothing import smooth

FEWEST_BEHIND = 18  # months that the first forecast of a backtest has behind it
MOST_JUDGED, FEWEST_JUDGED = 6, 3  # newest starts to judge on
SEASONS = {"": None, "shared": 0.0, "half": 0.5}  # the own share of the shape of the year; None takes none off


@dataclass(frozen=True, slots=True)
class Backtest:
    """
    How the forecasts would have been on the newest months, each made from what was known then.

    Attributes:
        chosen_on, judged_on: Starts (months known); no month forecast for the choice is later than the first judged start.
        methods: Name -> mean absolute error on the months of the choice as a share of the baseline's, mean over series.
        error, baseline_error: Per series, mean absolute error on the judged months.
        covered: Per series, share of the judged months within intervals made from earlier errors; NaN where there were too few.
    """

    chosen_on: list[int]
    judged_on: list[int]
    methods: dict[str, float]
    error: Floats
    baseline_error: Floats
    covered: Floats


class Forecaster(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no hints
    """
    One method for a family of series (all categories, all provinces), and the months ahead of each.

    A way is a smoothing (`smoothing.METHODS`) of what is left without the shape of the year: none taken off, that of all
    series together, or half of it the series' own. The baseline is the same month of the year before.

    Parameters:
        horizon: Months ahead.
        level: Share of the months that are to lie within the interval.

    Attributes after `fit`: method_ (its name, as `damped, shared`), backtest_ (`Backtest`).
    """

    def __init__(self, *, horizon: int = 3, level: float = 0.8) -> None:
        self.horizon = horizon
        self.level = level

    def fit(self, values: Floats, first_month: int) -> Self:
        """
        Choose the method and judge it.

        Args:
            values: Series x months, numbers, no gaps; below 0 counts as 0.
            first_month: Calendar month of the first column, 0 is January.

        Raises:
            WrongInput: Fewer months than a choice and three judged starts need (`fewest_months`), a value that is no finite
                number, no calendar month, a horizon below 1, or a level that is no share.
        """
        self._check(first_month)
        series = np.maximum(_series(values), 0.0)
        months = series.shape[1]
        if months < self.fewest_months(self.horizon):
            raise WrongInput(problem=Phrase("forecast.short", months=months, needed=self.fewest_months(self.horizon)))
        starts = list(range(FEWEST_BEHIND, months - self.horizon + 1))
        judged = starts[-min(MOST_JUDGED, len(starts) - self.horizon) :]
        chosen = [start for start in starts if start + self.horizon <= judged[0]]
        made = every_way(series, first_month, [*starts, months], self.horizon)
        came = np.stack([series[:, start : start + self.horizon] for start in starts])
        theirs = np.abs(np.stack([series[:, start - YEAR : start - YEAR + self.horizon] for start in starts]) - came).mean(axis=2)
        usual = theirs[: len(chosen)].mean(axis=0)
        usual = np.where(usual > 0, usual, np.maximum(series.mean(axis=1), 1e-9))
        scores = {
            name: float((np.abs(one[: len(chosen)] - came[: len(chosen)]).mean(axis=(0, 2)) / usual).mean()) for name, one in made.items()
        }
        self.method_ = min(scores, key=lambda name: (scores[name], name))
        ours, self._coming = made[self.method_][:-1], made[self.method_][-1]
        self._starts, self._misses = starts, np.abs(ours - came) / _scale(ours)
        ours_absolute, theirs = np.abs(ours - came).mean(axis=2)[-len(judged) :], theirs[-len(judged) :]
        self.backtest_ = Backtest(chosen, judged, scores, ours_absolute.mean(axis=0), theirs.mean(axis=0), self._covered(judged))
        return self

    def forecast(self) -> tuple[Floats, Floats, Floats]:
        """The next months of each series (series x horizon), and the bounds of their intervals, at least 0."""
        check_is_fitted(self)
        half = self._half(len(self._starts)) * _scale(self._coming)
        return self._coming, np.maximum(self._coming - half, 0.0), self._coming + half

    @staticmethod
    def fewest_months(horizon: int) -> int:
        """Months without which nothing can be chosen and judged apart."""
        return FEWEST_BEHIND + 2 * horizon + FEWEST_JUDGED - 1

    def _half(self, starts: int) -> Floats:
        """
        Series x horizon: the miss, as a share of the forecasts' mean, below which *level* of those of the first *starts* stay.

        Split conformal prediction (Vovk, Gammerman, Shafer 2005): the ceil((n + 1) level)-th smallest of n misses; farther
        months are never surer than nearer ones. The largest of n is good for a level of n / (n + 1) only: for more it is
        stretched as the quantiles of Student's t with n degrees of freedom are.
        """
        misses = np.sort(self._misses[:starts], axis=0)
        place = min(int(np.ceil((starts + 1) * self.level)), starts) - 1
        reached = starts / (starts + 1)
        stretch = float(student.ppf((1 + self.level) / 2, starts) / student.ppf((1 + reached) / 2, starts)) if self.level > reached else 1.0
        return np.asarray(np.maximum.accumulate(misses[place], axis=1)) * stretch

    def _check(self, first_month: int) -> None:
        if isinstance(self.horizon, bool) or not isinstance(self.horizon, (int, np.integer)) or self.horizon < 1:
            raise WrongInput(problem=Phrase("uplift.whole", name="horizon", value=self.horizon, least=1))
        if not isinstance(self.level, (float, np.floating)) or not 0 < self.level < 1:
            raise WrongInput(problem=Phrase("uplift.share", name="level", value=self.level))
        if first_month not in range(YEAR):
            raise WrongInput(problem=Phrase("forecast.month", given=first_month))

    def _covered(self, judged: list[int]) -> Floats:
        """Share of the judged months within an interval of what had been missed by then."""
        found = []
        for start in judged:
            before = sum(earlier + self.horizon <= start for earlier in self._starts)
            if np.ceil((before + 1) * self.level) <= before:
                found.append((self._misses[self._starts.index(start)] <= self._half(before)).mean(axis=1))
        return np.mean(found, axis=0) if found else np.full(self._misses.shape[1], np.nan)


def every_way(values: Floats, first_month: int, starts: list[int], horizon: int) -> dict[str, Floats]:
    """
    Forecasts by every way, name -> start x series x horizon, each from what was known at the start.

    A name is a smoothing and the shape of the year that is taken off before it and put on again after: none, `shared` (that
    of all series together, for own ratios of few sales say little) or `half` (half of it the series' own).
    """
    series, months = values.shape
    known = np.repeat(starts, series)
    own, together = shapes(values, first_month, starts), shapes(values.sum(axis=0, keepdims=True), first_month, starts)
    found: dict[str, Floats] = {}
    for season, own_share in SEASONS.items():
        indexes = np.ones_like(own) if own_share is None else together + own_share * (own - together)
        left = (values[None] / spread(indexes, first_month, months)).reshape(-1, months)
        ahead = np.stack([spread(indexes[place], first_month + start, horizon) for place, start in enumerate(starts)])
        for name, smoothed in smooth(left, known, horizon).items():
            found[f"{name}, {season}" if season else name] = smoothed.reshape(len(starts), series, horizon) * ahead
    return found


def _series(values: Any) -> Floats:
    """Series x months, all finite."""
    try:
        found: Floats = np.atleast_2d(np.asarray(values, np.float64))
    except (TypeError, ValueError):
        raise WrongInput(problem=Phrase("forecast.numbers")) from None
    if found.ndim != 2 or not found.size or not np.isfinite(found).all():
        raise WrongInput(problem=Phrase("forecast.numbers"))
    return found


def _scale(expected: Floats) -> Floats:
    """What misses are measured by: the mean of the forecast months, at least a thousandth of nothing known."""
    return np.maximum(expected.mean(axis=-1, keepdims=True), 1e-9)
