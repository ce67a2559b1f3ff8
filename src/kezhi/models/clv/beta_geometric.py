"""
BG/NBD and MBG/NBD: how often customers without contract buy, and whether they still do.

A customer buys at a rate that differs between customers (gamma: r, alpha) and drops out with a probability that
differs, too (beta: a, b): in BG/NBD after any repeat purchase, in MBG/NBD also after the first, so that a
customer without repeat purchase may be gone.

Fader, Hardie, Lee (2005), "Counting Your Customers" the Easy Way, Marketing Science 24(2), 275-284, eqs. 6-10;
Batislam, Denizel, Filiztekin (2007), IJRM 24(3), 201-209. With x + s in place of x in all terms of a and b, s = 1,
the formulas of the first are those of the second.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, hyp2f1, psi

from kezhi.models.clv.asked import at_least, share
from kezhi.models.clv.beta_geometric_kernel import dropout_terms
from kezhi.models.clv.counts import Counts, Floats
from kezhi.models.clv.likelihood import Objective
from kezhi.models.clv.purchase_model import TimedModel, groups


class BgNbd(TimedModel):
    """
    BG/NBD; `params_` are r, alpha, a, b.

    Cost: a million customers are fitted in about half a second; the first fit of a process compiles the kernel.
    """

    symbols: ClassVar[tuple[str, ...]] = ("r", "alpha", "a", "b")
    start: ClassVar[tuple[float, ...]] = (1.0, 0.25, 1.0, 2.0)
    times: ClassVar[tuple[str, ...]] = ("alpha",)
    _shift: ClassVar[int] = 0

    def probability_alive(self, table: Any | None = None) -> Floats:
        """Probability that each customer of *table* (None: of the fit) still buys, eq. 7 of Fader, Hardie, Lee (2008)."""
        data = self._asked(table)
        return 1 / self._denominator(data)

    def expected_purchases_by(self, ends: Sequence[float], table: Any | None = None) -> Floats:
        """Purchases expected within each of *ends* (a row) of each customer of *table* (None: of the fit), eq. 10."""
        for t in ends:
            at_least("t", t, 0)
        data = self._asked(table)
        r, alpha, a, b = self._of(data)
        if np.ndim(alpha) or np.ndim(a):
            found = np.stack([self._if_alive(data["frequency"], data["T"], t, (r, alpha, a, b)) for t in ends])
        else:
            place, (x, seen) = groups(data["frequency"], data["T"])
            found = np.stack([self._if_alive(x, seen, t, (r, alpha, a, b))[place] for t in ends])
        return found / self._denominator(data)

    def probability_of_purchase(self, t: float, table: Any | None = None) -> Floats:
        """
        Probability that each customer of *table* (None: of the fit) buys within the next *t*.

        Customers leave only at a purchase, so who still buys waits for the next one at a rate that is gamma (r + x, alpha + T).
        """
        at_least("t", t, 0)
        data = self._asked(table)
        r, alpha, _a, _b = self._of(data)
        return (1 - ((alpha + data["T"]) / (alpha + data["T"] + t)) ** (r + data["frequency"])) / self._denominator(data)

    def time_to_purchase(self, chance: float = 0.5, table: Any | None = None) -> Floats:
        """When the probability to have bought reaches *chance*, from now, in the unit of `T`; NaN where it never does."""
        share("chance", chance)
        data = self._asked(table)
        r, alpha, _a, _b = self._of(data)
        still = 1 - chance * self._denominator(data)  # of those who still buy, the share that has not bought by then
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(still > 0, (alpha + data["T"]) * (still ** (-1 / (r + data["frequency"])) - 1), np.nan)

    def expected_purchases_new(self, t: float) -> float:
        """Repeat purchases expected of a new customer in the first *t* units of time, eq. 9."""
        at_least("t", t, 0)
        s = self._shift
        r, alpha, a, b = self._parameters()

        def value(a: float) -> float:
            part = (alpha / (alpha + t)) ** r * hyp2f1(r, b + s, a + b - 1 + s, t / (alpha + t))
            # with s = 1 a customer may be gone before the first repeat purchase: b in place of a + b - 1
            return float((b if s else a + b - 1) / (a - 1) * (1 - part))

        return _around_one(value, a)

    def _sample_if_alive(self, data: Counts, who: NDArray[np.int64], t: float, rng: np.random.Generator) -> Floats:
        """The rate is gamma (r + x, alpha + T), the probability to drop out after a purchase beta (a, b + x)."""
        r, alpha, a, b = (np.broadcast_to(one, data["T"].shape) for one in self._of(data))
        x = data["frequency"]
        bought = rng.poisson(rng.standard_gamma((r + x)[who]) * (t / (alpha + data["T"]))[who])
        # nobody drops out before a purchase, so that the first one is sure
        more = np.flatnonzero(bought > 1)
        who = who[more]
        # a number of purchases before dropping out that is past 10^9 is as good as none
        drops = np.maximum(rng.beta(a[who], (b + x + self._shift)[who]), 1e-9)
        bought[more] = np.minimum(bought[more], rng.geometric(drops))
        return bought

    def _denominator(self, data: Counts) -> Floats:
        r, alpha, a, b = self._of(data)
        x, recency, seen = data["frequency"], data["recency"], data["T"]
        may_be_gone = x > 0 if self._shift == 0 else np.ones(len(x), dtype=bool)
        odds = a / (b + np.maximum(x - 1 + self._shift, 0)) * ((alpha + seen) / (alpha + recency)) ** (r + x)
        return 1 + np.where(may_be_gone, odds, 0.0)

    def _of(self, data: Counts) -> tuple[Any, Any, Any, Any]:  # noqa: ARG002  # the same for all
        """r, alpha, a and b of the customers of *data*, for all or one each."""
        r, alpha, a, b = self._parameters()
        return r, alpha, a, b

    def _if_alive(self, x: Floats, seen: Floats, t: float, parameters: tuple[Any, Any, Any, Any]) -> Floats:
        r, alpha, a, b = parameters
        shifted = x + self._shift

        def value(a: Any) -> Floats:
            part = ((alpha + seen) / (alpha + seen + t)) ** (r + x)
            return (a + b + shifted - 1) / (a - 1) * (1 - part * hyp2f1(r + x, b + shifted, a + b + shifted - 1, t / (alpha + seen + t)))

        found: Floats = _around_one(value, a)
        return found

    def _objective(self, data: Counts) -> Objective:
        s = self._shift
        x, recency, seen, weights = (
            np.ascontiguousarray(column) for column in (data["frequency"], data["recency"], data["T"], data.weights)
        )
        levels, level = np.unique(x, return_inverse=True)
        level = level.astype(np.int64)
        at_level = np.bincount(level, weights)
        customers = data.customers
        shifted = levels + s

        def objective(log_parameters: Floats) -> tuple[float, Floats]:
            r, alpha, a, b = np.exp(log_parameters)
            may_be_gone = shifted > 0
            base = np.where(may_be_gone, b + shifted - 1, 1.0)
            value, by_r, by_alpha, by_a, by_b = dropout_terms(
                level, levels, recency, seen, weights, r, alpha, np.where(may_be_gone, np.log(a / base), -np.inf), 1 / base
            )
            tables = (
                gammaln(r + levels)
                - gammaln(r)
                + r * np.log(alpha)
                + gammaln(a + b)
                + gammaln(b + shifted)
                - gammaln(b)
                - gammaln(a + b + shifted)
            )
            both = psi(a + b) - psi(a + b + shifted)
            value += at_level @ tables
            gradient = np.array(
                [
                    (by_r + at_level @ (psi(r + levels) - psi(r) + np.log(alpha))) * r,
                    (by_alpha + customers * r / alpha) * alpha,
                    (by_a / a + at_level @ both) * a,
                    (by_b + at_level @ (both + psi(b + shifted) - psi(b))) * b,
                ]
            )
            return -value / customers, -gradient / customers

        return objective


class MbgNbd(BgNbd):
    """MBG/NBD; `params_` are r, alpha, a, b. A customer without repeat purchase may be gone."""

    _shift: ClassVar[int] = 1


def _around_one(value: Any, a: Any) -> Any:
    """*value* at *a*; at a = 1 the formulas are 0/0, and the mean of both sides is the limit to 10 digits."""
    near = 1e-5
    at_one = np.abs(a - 1) < near
    if not np.any(at_one):
        return value(a)
    sides = (value(np.where(at_one, side, a)) for side in (1 - near, 1 + near))
    return sum(sides) / 2
