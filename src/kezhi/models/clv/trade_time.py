"""
Time counted in expected weeks of trade: a week before a feast holds more of it than one in summer.

The models of purchases take each customer to buy at a rate that does not change. Where all customers buy more in some
months, that holds of a clock that runs faster then: a Poisson process whose rate is λ·i(t), i being the company's index of the
month, is one of the steady rate λ in the time ∫ i(t) dt. So BG/NBD, MBG/NBD and Pareto/NBD are fitted and asked as they are,
with recency, T and horizon in weeks of trade. In the first two customers leave at a purchase, which no clock changes; Pareto/NBD
then takes them to leave by the clock of trade, too. The index is that of the company, the same for each customer.

Source of the change of time: Çinlar (1975), Introduction to Stochastic Processes, chapter 4, on Poisson processes that are not
stationary; of the index: ratios to a centred moving average (`forecasts.seasons`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from kezhi.errors import WrongInput
from kezhi.locales import Phrase
from kezhi.models.clv.counts import Floats

YEAR = 12  # months
WEEK = 7.0  # days
LEAST = 0.05  # of a usual month: in one that never sold the clock must not stand still
_MONTH_DAYS = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


@dataclass(frozen=True, slots=True)
class TradeTime:
    """
    A clock by calendar month; without an index it is that of the wall.

    Attributes:
        index: How fast it runs from January to December; the mean over the days of a year is 1, so that a year keeps its length
            (but for the leap day).
    """

    index: tuple[float, ...] = (1.0,) * YEAR

    @classmethod
    def of_months(cls, purchases: Mapping[int, int]) -> TradeTime | None:
        """
        The clock of a company; None with fewer than two whole years, or without a purchase in the last two.

        The index of a month is its purchases a day against those of the year around it, drawn to 1 as far as chance alone makes months differ.

        Args:
            purchases: Of each whole month, by `kit.days.month_number`, without gaps: those by customers who had bought before, if possible, for how
                customers are won has a season of its own.
        """
        from kezhi.models.forecasts.seasons import shapes  # which takes its types from this package

        months = np.arange(min(purchases, default=0), max(purchases, default=-1) + 1)
        if len(months) < 2 * YEAR:
            return None
        counts = np.array([purchases.get(int(month), 0) for month in months], dtype=np.float64)
        starts = np.append(months, months[-1] + 1) - 1970 * YEAR
        days: Floats = np.diff(starts.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64))
        if counts[-2 * YEAR :].sum() == 0:
            return None
        found = shapes((counts / days)[None], int(months[0]) % YEAR, [len(months)])[0, 0]
        usual = np.array([max(counts[months % YEAR == month].sum(), 1.0) for month in range(YEAR)])
        spread = float(((found - 1) ** 2).mean())
        chance = float((found**2 / usual).mean())  # variance of a ratio by the counts of its months
        drawn = np.maximum(1 + max(0.0, 1 - chance / spread) * (found - 1), LEAST) if spread > 0 else np.ones(YEAR)
        return cls(tuple(map(float, drawn * _MONTH_DAYS.sum() / (drawn @ _MONTH_DAYS))))

    def weeks(self, since: Any, until: Any) -> Floats:
        """
        Weeks of trade from the day *since* to the day *until*, both without their hours; exactly those of the calendar without an index.

        Args:
            since, until: A date, or an array of `datetime64[D]`.
        """
        first, last = np.broadcast_arrays(_numbers(since), _numbers(until))
        if first.size == 0:
            return np.zeros(first.shape)
        begin = min(int(first.min()), int(last.min()))
        upto = self._upto(begin, max(int(first.max()), int(last.max())))
        return (upto[last - begin] - upto[first - begin]) / WEEK

    def days(self, since: date, weeks: Any, *, most: int) -> Floats:
        """Days from *since* until so many *weeks* of trade have gone by; NaN where that is more than *most* days."""
        begin = int(_numbers(since))
        upto = self._upto(begin, begin + most)
        wanted = np.asarray(weeks, dtype=np.float64) * WEEK
        return np.where(wanted <= upto[-1], np.interp(wanted, upto, np.arange(len(upto))), np.nan)

    def log_speed(self, purchases: Mapping[int, int]) -> float:
        """
        The logarithm of the clock's speed summed over *purchases* (by `kit.days.month_number`).

        Added to a log-likelihood in weeks of trade, it gives that in weeks, which the same purchases have on any other clock, too.
        """
        return float(sum(count * np.log(self.index[month % YEAR]) for month, count in purchases.items()))

    def __post_init__(self) -> None:
        index = np.asarray(self.index, dtype=np.float64)
        if index.shape != (YEAR,) or not (np.isfinite(index) & (index > 0)).all():
            raise WrongInput(problem=Phrase("models.not_an_index", index=", ".join(map(str, self.index))))

    def _upto(self, begin: int, end: int) -> Floats:
        """Days of trade from *begin* to each day up to *end*, of days since 1970."""
        month = np.arange(begin, end).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % YEAR
        return np.concatenate([[0.0], np.cumsum(np.asarray(self.index)[month])])


def _numbers(days: Any) -> Any:
    return np.asarray(days, dtype="datetime64[D]").astype(np.int64)
