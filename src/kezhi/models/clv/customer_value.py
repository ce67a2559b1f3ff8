"""What a customer will be worth: purchases times spend, discounted, with an interval of what may come."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from kezhi.models.clv.beta_geometric import BgNbd
from kezhi.models.clv.counts import Counts, Floats, counts
from kezhi.models.clv.gamma_gamma import GammaGamma
from kezhi.models.clv.pareto_nbd import ParetoNbd

_CHUNK = 20_000  # customers simulated at a time: 32 MB an array with 200 draws


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
) -> pd.DataFrame:
    """
    Value of the next *horizon* units of time for each customer of *table*.

    Args:
        purchases: Fitted on times in the unit of *horizon*.
        spend: Fitted on amounts (or on margins, then the value is a margin).
        table: `frequency`, `recency`, `T`, `monetary_value`, one row per customer.
        horizon: How far to look, in the unit of `T`.
        periods: In how many equal parts the horizon is discounted.
        discount_rate: Of one part.
        level: Share of the simulated futures that lie in the interval.
        draws: Futures simulated per customer.
        seed: Of the simulation.

    Returns:
        One row per customer in the order of *table*: probability_alive, expected_purchases, expected_spend (of one
        purchase), value, value_low, value_high. The value is an expectation; few futures are near it, which the
        interval says. Parameters count as known.
    """
    data = counts(table, ("frequency", "recency", "T", "monetary_value"))
    ends = horizon * np.arange(1, periods + 1) / periods
    cumulative = np.stack([purchases.expected_purchases(float(end), table) for end in ends])
    each = np.diff(cumulative, axis=0, prepend=0.0)
    each_spend = spend.expected_spend(table)
    discounted = (each / (1 + discount_rate) ** np.arange(1, periods + 1)[:, None]).sum(axis=0)
    expected = cumulative[-1]
    # an average purchase of a simulated future is discounted as the expected ones are
    deflator = np.divide(discounted, expected, out=np.ones_like(expected), where=expected > 0)
    rng = np.random.default_rng(seed)
    alive = purchases.probability_alive(table)
    low, high = _interval(purchases, spend, data, alive, horizon, level=level, draws=draws, rng=rng)
    return pd.DataFrame(
        {
            "probability_alive": alive,
            "expected_purchases": expected,
            "expected_spend": each_spend,
            "value": discounted * each_spend,
            "value_low": low * deflator,
            "value_high": high * deflator,
        }
    )


def _interval(
    purchases: BgNbd | ParetoNbd,
    spend: GammaGamma,
    data: Counts,
    alive: Floats,
    horizon: float,
    *,
    level: float,
    draws: int,
    rng: np.random.Generator,
) -> tuple[Floats, Floats]:
    size = len(alive)
    low, high = np.empty(size), np.empty(size)
    for start in range(0, size, _CHUNK):
        part = slice(start, start + _CHUNK)
        some = Counts({name: values[part] for name, values in data.columns.items()}, data.weights[part])
        bought = purchases.sample_purchases(some, alive[part], horizon, draws, rng)
        money = spend.sample_spend(some, bought, rng)
        low[part], high[part] = np.quantile(money, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return low, high
