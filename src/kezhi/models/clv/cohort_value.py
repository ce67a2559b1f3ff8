"""
What a group of customers will be worth together, with an interval: what may come of each, and what is unsure of the parameters.

Given the parameters customers are independent, so the variances of their futures add up; what is unsure of the parameters moves
all of them the same way, and is added by the delta method. The sum is taken to be gamma distributed, which is never below 0.
"""

from __future__ import annotations

from copy import copy
from typing import Any

import numpy as np
from scipy.linalg import block_diag
from scipy.stats import gamma

from kezhi.models.clv.beta_geometric import BgNbd
from kezhi.models.clv.counts import Floats
from kezhi.models.clv.gamma_gamma import GammaGamma, amounts
from kezhi.models.clv.pareto_nbd import ParetoNbd

_STEP = 1e-3  # of a log-parameter


def parameter_covariance(purchases: BgNbd | ParetoNbd, spend: GammaGamma) -> Floats | None:
    """Covariance of the log-parameters of both models, in the order of `value_slopes`; None where a fit gave none."""
    spreads = [purchases.log_covariance_, spend.log_covariance_]
    if any(spread is None for spread in spreads):
        return None
    found: Floats = block_diag(*spreads)
    return found


def value_slopes(purchases: BgNbd | ParetoNbd, spend: GammaGamma, table: Any, *, horizon: float) -> tuple[Floats, Floats]:
    """
    Value of the next *horizon* of each customer of *table*, not discounted, and its slope by each log-parameter.

    Args:
        purchases, spend: Fitted.
        table: As for `customer_value`.
        horizon: In the unit of `T`.

    Returns:
        The values, and an array with a column per parameter: those of *purchases*, then those of *spend*. A coefficient of a covariate
        counts as it is, as it is the logarithm of what it multiplies by.
    """
    known_spend = amounts(table)
    bought, each = purchases.expected_purchases(horizon, table), spend.expected_spend(known_spend)

    def moved(model: Any, symbol: str, sign: int) -> Any:
        other, now = copy(model), model.params_[symbol]
        other.params_ = model.params_ | {symbol: now * float(np.exp(sign * _STEP)) if symbol in model.symbols else now + sign * _STEP}
        return other

    def slope(ends: list[Floats]) -> Floats:
        return (ends[1] - ends[0]) / (2 * _STEP)

    symbols = [*purchases.symbols, *(symbol for symbol in purchases.params_ if symbol not in purchases.symbols)]
    by_purchases = [
        slope([moved(purchases, symbol, sign).expected_purchases(horizon, table) for sign in (-1, 1)]) * each for symbol in symbols
    ]
    by_spend = [slope([moved(spend, symbol, sign).expected_spend(known_spend) for sign in (-1, 1)]) * bought for symbol in spend.symbols]
    return bought * each, np.stack([*by_purchases, *by_spend], axis=1)


def sum_interval(mean: Any, variance: Any, *, level: float) -> tuple[Floats, Floats]:
    """
    Interval of sums of money with these means and variances; both ends are the mean where the variance is 0, NaN where it is unknown.

    Args:
        mean, variance: float64, at least 0.
        level: Share of the futures that are to lie in it.
    """
    mean, variance = np.asarray(mean, np.float64), np.asarray(variance, np.float64)
    is_spread = (variance > 0) & (mean > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        shape, scale = np.where(is_spread, mean**2 / variance, 1.0), np.where(is_spread, variance / mean, 1.0)
    ends = [gamma.ppf(share, shape, scale=scale) for share in ((1 - level) / 2, (1 + level) / 2)]
    low, high = (np.where(is_spread, end, np.where(np.isnan(variance), np.nan, mean)) for end in ends)
    return low, high
