"""
BG/BB: how often customers take up opportunities that come at fixed times (yearly donations, monthly deliveries).

At each of T opportunities a customer who is still there buys with a probability (beta: alpha, beta), and before each
leaves with another (beta: gamma, delta).

Fader, Hardie, Shang (2010), "Customer-Base Analysis in a Discrete-Time Noncontractual Setting", Marketing Science
29(6), 1086-1108, eqs. 3, 7, 11, 13.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from scipy.special import betaln, logsumexp

from kezhi.errors import WrongInput
from kezhi.locales import Phrase
from kezhi.models.clv.asked import at_least
from kezhi.models.clv.counts import Counts, Floats
from kezhi.models.clv.likelihood import Objective, by_differences
from kezhi.models.clv.purchase_model import CountModel, groups


class BgBb(CountModel):
    """BG/BB; `params_` are alpha, beta, gamma, delta. `frequency` and `recency` count opportunities, at most `T` of them."""

    symbols: ClassVar[tuple[str, ...]] = ("alpha", "beta", "gamma", "delta")
    start: ClassVar[tuple[float, ...]] = (1.0, 1.0, 1.0, 3.0)
    whole: ClassVar[tuple[str, ...]] = ("frequency", "recency", "T")

    def probability_alive(self, table: Any | None = None) -> Floats:
        """Probability that each customer of *table* (None: of the fit) is there at the next opportunity, eq. 11."""
        data = self._asked(table)
        self._check(data)
        alpha, beta, gamma, delta = self._parameters()
        place, (x, recency, n) = groups(data["frequency"], data["recency"], data["T"])
        stayed = betaln(alpha + x, beta + n - x) - betaln(alpha, beta) + betaln(gamma, delta + n + 1) - betaln(gamma, delta)
        return np.exp(stayed - _log_likelihood(x, recency, n, alpha, beta, gamma, delta))[place]

    def expected_purchases(self, t: float, table: Any | None = None) -> Floats:
        """Purchases expected at the next *t* opportunities (a whole number) of each customer of *table* (None: of the fit), eq. 13."""
        at_least("t", t, 0, whole=True)
        data = self._asked(table)
        self._check(data)
        alpha, beta, gamma, delta = self._parameters()
        place, (x, recency, n) = groups(data["frequency"], data["recency"], data["T"])
        # the sum over the next t opportunities of the probability to be there, which the closed form of the paper
        # writes as a difference of gamma functions that is 0/0 at gamma = 1
        ahead = np.arange(1, int(t) + 1)[:, None]
        there = np.exp(betaln(gamma, delta + n + ahead) - betaln(gamma, delta)).sum(axis=0)
        buys = betaln(alpha + x + 1, beta + n - x) - betaln(alpha, beta)
        return (np.exp(buys - _log_likelihood(x, recency, n, alpha, beta, gamma, delta)) * there)[place]

    def _check(self, data: Counts) -> None:
        wrong = data["frequency"] > data["recency"]
        if wrong.any():
            row = int(np.argmax(wrong))
            raise WrongInput(
                problem=Phrase(
                    "models.more_than_opportunities", frequency=float(data["frequency"][row]), recency=float(data["recency"][row]), row=row
                )
            )

    def _objective(self, data: Counts) -> Objective:
        place, (x, recency, n) = groups(data["frequency"], data["recency"], data["T"])
        weights = np.bincount(place, data.weights)

        def value(log_parameters: Floats) -> float:
            alpha, beta, gamma, delta = np.exp(log_parameters)
            return -float(weights @ _log_likelihood(x, recency, n, alpha, beta, gamma, delta)) / data.customers

        return by_differences(value)


def _log_likelihood(x: Floats, recency: Floats, n: Floats, alpha: float, beta: float, gamma: float, delta: float) -> Floats:
    """Eq. 3: still there after n, or gone after recency + i."""
    there = betaln(alpha + x, beta + n - x) - betaln(alpha, beta) + betaln(gamma, delta + n) - betaln(gamma, delta)
    parts = [there]
    for i in range(int((n - recency).max())):
        gone = (
            betaln(alpha + x, beta + recency - x + i) - betaln(alpha, beta) + betaln(gamma + 1, delta + recency + i) - betaln(gamma, delta)
        )
        parts.append(np.where(recency + i < n, gone, -np.inf))
    return logsumexp(np.stack(parts), axis=0)
