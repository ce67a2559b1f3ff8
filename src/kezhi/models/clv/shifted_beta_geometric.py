"""
Shifted beta-geometric: how long customers with a contract stay.

At each renewal a customer leaves with a probability that differs between customers (beta: alpha, beta); who stays
longest is who hardly ever leaves, so the retention of a cohort rises with its age.

Fader, Hardie (2007), "How to Project Customer Retention", Journal of Interactive Marketing 21(1), 76-90, eqs. 5-7;
Fader, Hardie (2010), "Customer-Base Valuation in a Contractual Setting", Marketing Science 29(1), 85-93.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from scipy.special import betaln

from kezhi.errors import WrongInput
from kezhi.locales import Phrase
from kezhi.models.clv.asked import at_least
from kezhi.models.clv.counts import Counts, Floats
from kezhi.models.clv.likelihood import Objective, by_differences
from kezhi.models.clv.purchase_model import CountModel, groups


class ShiftedBetaGeometric(CountModel):
    """
    sBG; `params_` are alpha, beta.

    `T` is how many renewals a customer was asked for, `frequency` how many times the answer was yes, at most `T`. A
    customer with fewer than `T` left at the first no; one with exactly `T` is still there.
    """

    symbols: ClassVar[tuple[str, ...]] = ("alpha", "beta")
    start: ClassVar[tuple[float, ...]] = (1.0, 2.0)
    columns: ClassVar[tuple[str, ...]] = ("frequency", "T")
    whole: ClassVar[tuple[str, ...]] = ("frequency", "T")

    def survival(self, periods: int) -> Floats:
        """Share of a new cohort that is there after 0, 1, ..., *periods* renewals, eq. 6."""
        at_least("periods", periods, 0, whole=True)
        alpha, beta = self._parameters()
        return np.exp(betaln(alpha, beta + np.arange(int(periods) + 1)) - betaln(alpha, beta))

    def retention(self, periods: int) -> Floats:
        """Share of those there before renewal 1, ..., *periods* who renew, eq. 7."""
        at_least("periods", periods, 0, whole=True)
        alpha, beta = self._parameters()
        age = np.arange(1, int(periods) + 1)
        return (beta + age - 1) / (alpha + beta + age - 1)

    def probability_alive(self, table: Any | None = None) -> Floats:
        """1 for a customer of *table* (None: of the fit) who has renewed each time, 0 for one who has left."""
        data = self._asked(table)
        self._check(data)
        return (data["frequency"] == data["T"]).astype(np.float64)

    def expected_purchases(self, t: float, table: Any | None = None) -> Floats:
        """Renewals expected among the next *t* (a whole number) of each customer of *table* (None: of the fit)."""
        at_least("t", t, 0, whole=True)
        alive = self.probability_alive(table)
        alpha, beta = self._parameters()
        place, (age,) = groups(self._asked(table)["T"])
        ahead = np.arange(1, int(t) + 1)[:, None]
        return alive * np.exp(betaln(alpha, beta + age + ahead) - betaln(alpha, beta + age)).sum(axis=0)[place]

    def _check(self, data: Counts) -> None:
        wrong = data["frequency"] > data["T"]
        if wrong.any():
            row = int(np.argmax(wrong))
            raise WrongInput(
                problem=Phrase(
                    "models.more_than_opportunities", frequency=float(data["frequency"][row]), recency=float(data["T"][row]), row=row
                )
            )

    def _objective(self, data: Counts) -> Objective:
        place, (renewed, asked) = groups(data["frequency"], data["T"])
        weights = np.bincount(place, data.weights)
        left = renewed < asked

        def value(log_parameters: Floats) -> float:
            alpha, beta = np.exp(log_parameters)
            each = np.where(left, betaln(alpha + 1, beta + renewed), betaln(alpha, beta + renewed)) - betaln(alpha, beta)
            return -float(weights @ each) / data.customers

        return by_differences(value)
