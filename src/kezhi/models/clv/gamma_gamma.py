"""
Gamma-Gamma: what a customer spends on a purchase, when only a few purchases are known.

Amounts of a customer vary around a mean (gamma: p) that differs between customers (gamma: q, v). A mean of few
purchases is drawn to that of all.

Fader, Hardie (2013), "The Gamma-Gamma Model of Monetary Value", eqs. 1a and 5; v is the paper's gamma.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from scipy.special import gammaln, psi

from kezhi.errors import WrongInput
from kezhi.locales import Phrase
from kezhi.models.clv.counts import Counts, Floats, column, names_of
from kezhi.models.clv.likelihood import Objective
from kezhi.models.clv.purchase_model import CountModel


class GammaGamma(CountModel):
    """
    Gamma-Gamma; `params_` are p, q, v.

    `frequency` is how many purchases `monetary_value` is the mean of (refunds netted; margin instead of money gives
    the margin version): the count of repeat purchases with the mean of those, as in the papers, or the count of all with
    the mean of all, never the one with the other. Customers without purchases or with a mean of 0 say nothing and are
    left out of the fit; they are expected to spend the mean of all.
    """

    symbols: ClassVar[tuple[str, ...]] = ("p", "q", "v")
    start: ClassVar[tuple[float, ...]] = (2.0, 3.0, 1.0)
    columns: ClassVar[tuple[str, ...]] = ("frequency", "monetary_value")

    def expected_spend(self, table: Any | None = None) -> Floats:
        """Mean amount of future purchases of each customer of *table* (None: of the fit), eq. 5; NaN where q <= 1 and nothing is known."""
        data = self._asked(table)
        p, q, _v = self._parameters()
        x = self.told(data)
        below = p * x + q - 1
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(below > 0, p * self.scale(data) / below, np.nan)

    def told(self, data: Counts) -> Floats:
        """How many purchases tell of the amounts of each customer of *data*."""
        return np.where(data["monetary_value"] > 0, data["frequency"], 0.0)

    def scale(self, data: Counts) -> Floats:
        """What the amounts of each customer of *data* are times of those of another one with as many purchases `told`."""
        scale: Floats = self.params_["v"] + self.told(data) * data["monetary_value"]
        return scale

    def sample_spend(self, data: Counts, purchases: Floats, rng: np.random.Generator) -> Floats:
        """Simulated sums of money of *purchases* (a column per customer of *data*, any number of rows)."""
        p, q, _v = self._parameters()
        x = self.told(data)
        bought = purchases.T  # a row per customer, whose futures lie side by side
        found, some = np.zeros(bought.shape), bought > 0
        who = np.repeat(np.arange(len(x)), some.sum(axis=1))
        rate = np.maximum(rng.standard_gamma((p * x + q)[who]) / self.scale(data)[who], 1e-300)
        found[some] = rng.standard_gamma(p * bought[some]) / rate
        return found.T

    def _check(self, data: Counts) -> None:
        if not (_telling(data)).any():
            raise WrongInput(problem=Phrase("models.no_spend"))

    def _scaled(self, data: Counts) -> tuple[Counts, float]:
        telling = _telling(data)
        unit = float(np.median(data["monetary_value"][telling]))
        columns = {"frequency": data["frequency"][telling], "monetary_value": data["monetary_value"][telling] / unit}
        return Counts(columns, data.weights[telling]), unit

    def _scale_back(self, parameters: Floats, scale: float) -> Floats:
        return parameters * np.array([1.0, 1.0, scale])

    def _jacobian(self, data: Counts, scale: float) -> float:
        # the fit's mean is over telling customers only, and a density of an amount changes by 1/unit
        return -float(data.weights[_telling(data)].sum()) * float(np.log(scale))

    def _objective(self, data: Counts) -> Objective:
        x, z, weights = data["frequency"], data["monetary_value"], data.weights
        customers = data.customers

        def objective(log_parameters: Floats) -> tuple[float, Floats]:
            p, q, v = np.exp(log_parameters)
            px, both = p * x, x * z + v
            log_both = np.log(both)
            each = gammaln(px + q) - gammaln(px) - gammaln(q) + q * np.log(v) + (px - 1) * np.log(z) + px * np.log(x) - (px + q) * log_both
            by_p = x * (psi(px + q) - psi(px) + np.log(z) + np.log(x) - log_both)
            by_q = psi(px + q) - psi(q) + np.log(v) - log_both
            by_v = q / v - (px + q) / both
            gradient = np.array([weights @ by_p * p, weights @ by_q * q, weights @ by_v * v])
            return -float(weights @ each) / customers, -gradient / customers

        return objective


def amounts(table: Any, mean: str = "monetary_value") -> Mapping[str, Floats]:
    """
    What `GammaGamma` takes of a table that counts purchases, too: the means *mean*, with how many purchases they are means of.

    That is the column `purchases` where there is one, else `frequency`.
    """
    return {
        "frequency": column(table, "purchases" if "purchases" in names_of(table) else "frequency"),
        "monetary_value": column(table, mean),
    }


def _telling(data: Counts) -> np.ndarray[Any, np.dtype[np.bool_]]:
    return (data["frequency"] > 0) & (data["monetary_value"] > 0)
