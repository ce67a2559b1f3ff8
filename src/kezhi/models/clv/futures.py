"""
The interval of what a customer's money may come to: futures are simulated once for all customers whom the same awaits.

Of customers who still buy, the models draw the rate and the leaving by what is known but for the day of the last purchase, which tells
only whether they still do. And the money of a future is that of a customer who spends 1, times what Gamma-Gamma knows of the own amounts.
So the quantiles of each customer are those of the futures of the own state, mixed with nothing at all by the own chance to be gone.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kezhi.models.clv.beta_geometric import BgNbd
from kezhi.models.clv.counts import Counts, Floats
from kezhi.models.clv.gamma_gamma import GammaGamma
from kezhi.models.clv.pareto_nbd import ParetoNbd
from kezhi.models.clv.purchase_model import groups

_CHUNK = 1_250  # states simulated at a time: 4 MB an array with 400 draws


def interval(
    purchases: BgNbd | ParetoNbd,
    spend: GammaGamma,
    data: Counts,
    means: Counts,
    alive: Floats,
    horizon: float,
    *,
    level: float,
    draws: int,
    rng: np.random.Generator,
) -> tuple[Floats, Floats, Floats]:
    """
    Both ends of the interval of each customer's money, and its variance.

    Args:
        purchases, spend: Fitted.
        data, means: What either is asked about.
        alive: The chance that each customer still buys.
        horizon: In the unit of `T`.
        level: Share of the futures between the ends.
        draws: Futures of each state; at least 1.
        rng: Draws them.
    """
    known = [values for name, values in data.columns.items() if name != "recency"]
    state, _ = groups(*known, spend.told(means))
    order = np.argsort(state, kind="stable")
    begins = np.searchsorted(state[order], np.arange(state.max() + 2))
    low, high, variance = (np.empty(len(alive)) for _ in range(3))
    scale = spend.scale(means)
    for start in range(0, len(begins) - 1, _CHUNK):
        stop = min(start + _CHUNK, len(begins) - 1)
        one_of_each, who = order[begins[start:stop]], order[begins[start] : begins[stop]]
        bought = purchases.sample_purchases(_part(data, one_of_each), np.ones(stop - start), horizon, draws, rng)
        money = spend.sample_spend(_part(means, one_of_each), bought, rng) / scale[one_of_each]
        place = state[who] - start
        low[who], high[who] = (scale[who] * end for end in _ends(money, place, alive[who], level))
        variance[who] = scale[who] ** 2 * _variance(money, place, alive[who])
    return low, high, variance


def _ends(money: Floats, state: NDArray[np.int64], alive: Floats, level: float) -> tuple[Floats, Floats]:
    """The quantiles between which the middle *level* of each customer's money lies; *money* has a column per state, who is gone has 0."""
    ordered, last = np.sort(money.T, axis=1), len(money) - 1

    def end(share: float) -> Floats:
        # the futures in which a customer is gone lie below all others
        within = np.divide(share - 1 + alive, alive, out=np.zeros(len(alive)), where=alive > 0)
        place = np.maximum(within, 0.0) * last
        below = np.minimum(place.astype(np.int64), max(last - 1, 0))
        start = ordered[state, below]
        reached = start + (place - below) * (ordered[state, np.minimum(below + 1, last)] - start)
        return np.where(within > 0, reached, 0.0)

    return end((1 - level) / 2), end((1 + level) / 2)


def _variance(money: Floats, state: NDArray[np.int64], alive: Floats) -> Floats:
    """Of each customer's money: that of the futures of who still buys, and that of whether one does."""
    mean: Floats = money.mean(axis=0)[state]
    return alive * money.var(axis=0)[state] + alive * (1 - alive) * mean**2


def _part(data: Counts, rows: NDArray[np.int64]) -> Counts:
    return Counts({name: values[rows] for name, values in data.columns.items()}, data.weights[rows])
