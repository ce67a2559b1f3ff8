"""
Pareto/NBD: how often customers without contract buy, and when they leave for good.

Rates of buying (gamma: r, alpha) and of leaving (gamma: s, beta) differ between customers; leaving may happen at any
time, also before the first repeat purchase.

Schmittlein, Morrison, Colombo (1987), Management Science 33(1), 1-24; Fader, Hardie (2005), "A Note on Deriving the
Pareto/NBD Model", eqs. 17-22, 41. The hypergeometric functions are taken by Euler's transformation with 1 as first
argument, which neither overflows for a thousand purchases nor loses digits.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, hyp2f1

from kezhi.models.clv.asked import at_least, share
from kezhi.models.clv.counts import Counts, Floats
from kezhi.models.clv.likelihood import Objective, by_differences
from kezhi.models.clv.purchase_model import TimedModel, groups

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(24)
_STEPS = 50  # of Newton; a dozen do unless nearly nobody ever buys


class ParetoNbd(TimedModel):
    """Pareto/NBD; `params_` are r, alpha, s, beta. The gradient is by differences: nine evaluations a step."""

    symbols: ClassVar[tuple[str, ...]] = ("r", "alpha", "s", "beta")
    start: ClassVar[tuple[float, ...]] = (1.0, 0.25, 1.0, 0.5)
    times: ClassVar[tuple[str, ...]] = ("alpha", "beta")

    def probability_alive(self, table: Any | None = None) -> Floats:
        """Probability that each customer of *table* (None: of the fit) still buys, eq. 22."""
        return np.exp(-self._log_inverse_alive(self._asked(table)))

    def expected_purchases_by(self, ends: Sequence[float], table: Any | None = None) -> Floats:
        """Purchases expected within each of *ends* (a row) of each customer of *table* (None: of the fit), eq. 41."""
        for t in ends:
            at_least("t", t, 0)
        data = self._asked(table)
        r, alpha, _, beta = self._parameters()
        seen = data["T"]
        rate = np.exp(-self._log_inverse_alive(data)) * (r + data["frequency"]) / (alpha + seen)
        return np.stack([rate * self._expected_life(beta + seen, t) for t in ends])

    def expected_purchases_new(self, t: float) -> float:
        """Repeat purchases expected of a new customer in the first *t* units of time, eq. 17."""
        at_least("t", t, 0)
        r, alpha, _, beta = self._parameters()
        return float(r / alpha * self._expected_life(np.asarray(beta), t))

    def _sample_if_alive(self, data: Counts, who: NDArray[np.int64], t: float, rng: np.random.Generator) -> Floats:
        """The rate of buying is gamma (r + x, alpha + T), that of leaving gamma (s, beta + T)."""
        r, alpha, s, beta = self._parameters()
        x, seen = data["frequency"], data["T"]
        leaving = np.maximum(rng.standard_gamma(s, len(who)) / (beta + seen)[who], 1e-300)
        life = np.minimum(rng.standard_exponential(len(who)) / leaving, t)
        return rng.poisson(rng.standard_gamma((r + x)[who]) / (alpha + seen)[who] * life)

    def probability_of_purchase(self, t: float, table: Any | None = None) -> Floats:
        """Probability that each customer of *table* (None: of the fit) buys within the next *t*."""
        at_least("t", t, 0)
        data = self._asked(table)
        place, (x, seen) = groups(data["frequency"], data["T"])
        r, alpha, *_ = self._parameters()
        reached = 1 - ((alpha + seen) / (alpha + seen + t)) ** (r + x)
        return self._first_purchase(reached, x, seen)[place] * np.exp(-self._log_inverse_alive(data))

    def time_to_purchase(self, chance: float = 0.5, table: Any | None = None) -> Floats:
        """
        When the probability to have bought reaches *chance*, from now, in the unit of `T`; NaN where it never does.

        By Newton's steps from below on a concave function, so that none goes too far.
        """
        share("chance", chance)
        data = self._asked(table)
        r, alpha, s, beta = self._parameters()
        x, seen = data["frequency"], data["T"]
        with np.errstate(over="ignore"):
            wanted = chance * np.exp(self._log_inverse_alive(data))
        ever = self._first_purchase(np.ones(len(x)), x, seen) > wanted
        if not ever.any():
            return np.full(len(x), np.nan)
        x, seen, wanted = x[ever], seen[ever], wanted[ever]
        reached = wanted.copy()
        for _ in range(_STEPS):
            stay = ((beta + seen) / (beta + seen + _wait(reached, r + x, alpha + seen))) ** s
            step = (wanted - self._first_purchase(reached, x, seen)) / np.maximum(stay, 1e-300)
            reached = np.clip(reached + step, reached, 1 - 1e-15)
            if np.abs(step).max() < 1e-12:
                break
        found = np.full(len(ever), np.nan)
        found[ever] = _wait(reached, r + x, alpha + seen)
        return found

    def _first_purchase(self, reached: Floats, x: Floats, seen: Floats) -> Floats:
        """
        Chance that a customer alive now buys before leaving, and before the time at which one who never leaves has bought with chance *reached*.

        With the rate of buying gamma (r + x, alpha + T) the time to the next purchase has the distribution
        F(u) = 1 - ((alpha + T) / (alpha + T + u))^(r + x), and at u a customer is still there with chance
        ((beta + T) / (beta + T + u))^s: the integral of that by F, by Gauss and Legendre.
        """
        r, alpha, s, beta = self._parameters()
        nodes = reached[:, None] * (_NODES + 1) / 2
        waits = _wait(nodes, (r + x)[:, None], (alpha + seen)[:, None])
        stay = ((beta + seen)[:, None] / ((beta + seen)[:, None] + waits)) ** s
        found: Floats = reached / 2 * (stay @ _WEIGHTS)
        return found

    def _expected_life(self, beta: Floats, t: float) -> Floats:
        """Expected part of the next *t* in which a customer alive now stays."""
        s = self._parameters()[2]
        gone = np.log(beta / (beta + t))
        # (1 - e^((s-1) gone)) / (s - 1) without the division by 0 at s = 1
        return beta * np.where(abs(s - 1) < 1e-9, -gone, -np.expm1((s - 1) * gone) / (s - 1 if s != 1 else 1.0))

    def _log_inverse_alive(self, data: Counts) -> Floats:
        r, alpha, s, beta = self._parameters()
        x, recency, seen = data["frequency"], data["recency"], data["T"]
        place, (x, recency, seen) = groups(x, recency, seen)
        at_last, at_end = (_log_part(x, time, r, alpha, s, beta) for time in (recency, seen))
        odds = _log_gone(x, at_last, at_end, r, s)
        return np.logaddexp(0.0, odds + (r + x) * np.log(alpha + seen) + s * np.log(beta + seen))[place]

    def _objective(self, data: Counts) -> Objective:
        # most customers share their count and one of the two times with others: the series is worked out once for each pair
        alike, (x, recency, seen) = groups(data["frequency"], data["recency"], data["T"])
        weights = np.bincount(alike, data.weights)
        pair, (bought, time) = groups(np.concatenate([x, x]), np.concatenate([recency, seen]))
        last, end = pair[: len(x)], pair[len(x) :]
        customers = data.customers
        levels, level = np.unique(x, return_inverse=True)
        at_level = np.bincount(level, weights)

        def value(log_parameters: Floats) -> float:
            r, alpha, s, beta = np.exp(log_parameters)
            alive = -(r + x) * np.log(alpha + seen) - s * np.log(beta + seen)
            part = _log_part(bought, time, r, alpha, s, beta)
            mixed = np.logaddexp(alive, _log_gone(x, part[last], part[end], r, s))
            tables = gammaln(r + levels) - gammaln(r) + r * np.log(alpha) + s * np.log(beta)
            return -float(weights @ mixed + at_level @ tables) / customers

        return by_differences(value)


def _wait(reached: Floats, shape: Floats, rate: Floats) -> Floats:
    """Time by which one who never leaves has bought with chance *reached*, when the rate of buying is gamma (*shape*, *rate*)."""
    with np.errstate(divide="ignore", over="ignore"):
        return rate * np.expm1(-np.log1p(-reached) / shape)


def _log_gone(x: Floats, at_last: Floats, at_end: Floats, r: float, s: float) -> Floats:
    """ln of s / (r+s+x) A0: left between the last purchase and now, eq. 20 and 21, of `_log_part` at either."""
    # at_last >= at_end; equal where the last purchase is now, and the customer cannot have left since
    with np.errstate(divide="ignore"):
        return np.log(s / (r + s + x)) + at_last + np.log(-np.expm1(np.minimum(at_end - at_last, 0.0)))


def _log_part(x: Floats, time: Floats, r: float, alpha: float, s: float, beta: float) -> Floats:
    total = r + s + x
    if alpha >= beta:
        series = hyp2f1(1.0, r + x, total + 1, (alpha - beta) / (alpha + time))
        return -(r + x) * np.log(alpha + time) - s * np.log(beta + time) + np.log(series)
    series = hyp2f1(1.0, s + 1, total + 1, (beta - alpha) / (beta + time))
    return -(r + x - 1) * np.log(alpha + time) - (s + 1) * np.log(beta + time) + np.log(series)
