"""What a customer will be worth: purchases times spend, discounted, with an interval of what may come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from kezhi.models.clv.asked import at_least, share
from kezhi.models.clv.beta_geometric import BgNbd
from kezhi.models.clv.counts import Counts, Floats, column, counts
from kezhi.models.clv.gamma_gamma import GammaGamma, amounts
from kezhi.models.clv.pareto_nbd import ParetoNbd

_CHUNK = 2_500  # customers simulated at a time: 4 MB an array with 200 draws


def customer_value(
    purchases: BgNbd | ParetoNbd,
    spend: GammaGamma,
    table: Any,
    *,
    horizon: float,
    periods: int = 12,
    discount_rate: float = 0.0,
    level: float = 0.8,
    draws: int = 200,
    seed: int = 0,
    margin: GammaGamma | None = None,
) -> pd.DataFrame:
    """
    Value of the next *horizon* units of time for each customer of *table*.

    Args:
        purchases: Fitted on times in the unit of *horizon*.
        spend: Fitted on amounts (or on margins, then the value is a margin).
        table: `frequency`, `recency`, `T`, `monetary_value`, one row per customer. With `purchases` monetary_value is the mean of so
            many, as it is of all; without, of the `frequency` repeat purchases alone, as in the papers. *spend* is fitted on the same.
        horizon: How far to look, in the unit of `T`; at least 0.
        periods: In how many equal parts the horizon is discounted; at least 1.
        discount_rate: Of one part; at least 0.
        level: Share of the simulated futures that lie in the interval, between 0 and 1.
        draws: Futures simulated per customer; at least 1.
        seed: Of the simulation.
        margin: Fitted on margins; then *table* has margin_value, too: the mean margin of the same purchases, NaN where it is unknown.

    Returns:
        One row per customer in the order of *table*: probability_alive, expected_purchases, expected_spend (of one
        purchase), value, value_low, value_high, value_variance (of the simulated futures). The value is an expectation;
        few futures are near it, which the interval says. Parameters count as known. With *margin* also margin, margin_low,
        margin_high and margin_variance of the same futures; NaN where margin_value is, or is below 0: the model knows no losses.

    Raises:
        ColumnMissing: A column is not there.
        WrongInput: A count or number cannot be; see `counts.counts`.
    """
    at_least("horizon", horizon, 0)
    at_least("discount_rate", discount_rate, 0)
    at_least("periods", periods, 1, whole=True)
    at_least("draws", draws, 1, whole=True)
    share("level", level)
    data, known_spend = purchases.read(table), counts(amounts(table), spend.columns)
    ends = horizon * np.arange(1, periods + 1) / periods
    cumulative = purchases.expected_purchases_by(ends.tolist(), table)
    each = np.diff(cumulative, axis=0, prepend=0.0)
    each_spend = spend.expected_spend(known_spend.columns)
    discounted = (each / (1 + discount_rate) ** np.arange(1, periods + 1)[:, None]).sum(axis=0)
    expected = cumulative[-1]
    # an average purchase of a simulated future is discounted as the expected ones are
    deflator = np.divide(discounted, expected, out=np.ones_like(expected), where=expected > 0)
    rng = np.random.default_rng(seed)
    alive = purchases.probability_alive(table)
    means, spends = {"value": known_spend}, {"value": spend}
    found = {"probability_alive": alive, "expected_purchases": expected, "expected_spend": each_spend, "value": discounted * each_spend}
    known = np.zeros(len(alive), dtype=bool)
    if margin is not None:
        mean = column(table, "margin_value")
        known = mean >= 0
        means["margin"], spends["margin"] = (
            replace(known_spend, columns={**known_spend.columns, "monetary_value": np.where(known, mean, 0.0)}),
            margin,
        )
        found["margin"] = discounted * margin.expected_spend(means["margin"].columns)
    futures = _futures(purchases, spends, means, data, alive, horizon, level=level, draws=draws, rng=rng)
    for name, (low, high, variance) in futures.items():
        found |= {f"{name}_low": low * deflator, f"{name}_high": high * deflator, f"{name}_variance": variance * deflator**2}
    for name in ("margin", "margin_low", "margin_high", "margin_variance") if margin is not None else ():
        found[name] = np.where(known, found[name], np.nan)
    return pd.DataFrame(found)


def _futures(
    purchases: BgNbd | ParetoNbd,
    spends: Mapping[str, GammaGamma],
    means: Mapping[str, Counts],
    data: Counts,
    alive: Floats,
    horizon: float,
    *,
    level: float,
    draws: int,
    rng: np.random.Generator,
) -> dict[str, tuple[Floats, Floats, Floats]]:
    """Per name of *spends* the ends of the interval and the variance of the money of each customer, of the same purchases."""
    size = len(alive)
    found = {name: (np.empty(size), np.empty(size), np.empty(size)) for name in spends}
    for start in range(0, size, _CHUNK):
        part = slice(start, start + _CHUNK)
        some = _part(data, part)
        bought = purchases.sample_purchases(some, alive[part], horizon, draws, rng)
        for name, spend in spends.items():
            money = spend.sample_spend(_part(means[name], part), bought, rng)
            low, high, variance = found[name]
            low[part], high[part] = _ends(money, level)
            variance[part] = money.var(axis=0)
    return found


def _ends(money: Floats, level: float) -> tuple[Floats, Floats]:
    """The quantiles between which the middle *level* of each column lies, as `numpy.quantile` tells them in ten times the time."""
    ordered, last = np.sort(money.T, axis=1), len(money) - 1
    places = [last * (1 - level) / 2, last * (1 + level) / 2]
    below = [min(int(place), max(last - 1, 0)) for place in places]
    low, high = (
        ordered[:, start] + (place - start) * (ordered[:, min(start + 1, last)] - ordered[:, start])
        for place, start in zip(places, below, strict=True)
    )
    return low, high


def _part(data: Counts, rows: slice) -> Counts:
    return Counts({name: values[rows] for name, values in data.columns.items()}, data.weights[rows])
