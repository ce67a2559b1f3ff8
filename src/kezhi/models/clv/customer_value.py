"""What a customer will be worth: purchases times spend, discounted, with an interval of what may come."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from kezhi.models.clv.asked import at_least, share
from kezhi.models.clv.beta_geometric import BgNbd
from kezhi.models.clv.counts import column, counts
from kezhi.models.clv.futures import interval
from kezhi.models.clv.gamma_gamma import GammaGamma, amounts
from kezhi.models.clv.pareto_nbd import ParetoNbd


def customer_value(
    purchases: BgNbd | ParetoNbd,
    spend: GammaGamma,
    table: Any,
    *,
    horizon: float,
    periods: int = 12,
    discount_rate: float = 0.0,
    level: float = 0.8,
    draws: int = 400,
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
        draws: Futures simulated for customers who bought as often, since the same day; 0 for none, and no intervals (NaN).
        seed: Of the simulation.
        margin: Fitted on margins; then *table* has margin_value, too: the mean margin of the same purchases, NaN where it is unknown.

    Returns:
        One row per customer in the order of *table*: probability_alive, expected_purchases, expected_spend (of one
        purchase), value, value_low, value_high, value_variance (of the simulated futures). The value is an expectation;
        few futures are near it, which the interval says. Parameters count as known. With *margin* also margin, margin_low,
        margin_high and margin_variance; NaN where margin_value is, or is below 0: the model knows no losses.

    Raises:
        ColumnMissing: A column is not there.
        WrongInput: A count or number cannot be; see `counts.counts`.
    """
    at_least("horizon", horizon, 0)
    at_least("discount_rate", discount_rate, 0)
    at_least("periods", periods, 1, whole=True)
    at_least("draws", draws, 0, whole=True)
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
    for name, model in spends.items():
        low = high = variance = np.full(len(alive), np.nan)
        if draws:
            rng = np.random.default_rng(seed)  # of each, so that margins move no money
            low, high, variance = interval(purchases, model, data, means[name], alive, horizon, level=level, draws=draws, rng=rng)
        found |= {f"{name}_low": low * deflator, f"{name}_high": high * deflator, f"{name}_variance": variance * deflator**2}
    for name in ("margin", "margin_low", "margin_high", "margin_variance") if margin is not None else ():
        found[name] = np.where(known, found[name], np.nan)
    return pd.DataFrame(found)
