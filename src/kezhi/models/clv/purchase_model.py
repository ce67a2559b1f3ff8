"""What the models of purchase counts have in common: fitting, parameters with standard errors, who is asked about."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from kezhi.kit.threads import unhelped
from kezhi.models.clv.counts import Counts, Floats, counts
from kezhi.models.clv.likelihood import Fit, Objective, covariance, maximise, newton

FEW_ROWS, MANY_ROWS = 10_000, 50_000


class CountModel(BaseEstimator, ABC):  # type: ignore[misc]  # scikit-learn has no hints
    """
    A model of counts with a few positive parameters, fitted by maximum likelihood.

    Attributes after `fit`:
        params_: The parameters by the symbols of the paper.
        standard_errors_: Of the parameters, by the delta method; NaN where the likelihood gives none.
        log_likelihood_: Of all customers, weights counted.
        fit_: `likelihood.Fit`, how the fit went.
        n_customers_: How many customers were fitted on, weights counted.
    """

    symbols: ClassVar[tuple[str, ...]]
    columns: ClassVar[tuple[str, ...]] = ("frequency", "recency", "T")
    whole: ClassVar[tuple[str, ...]] = ("frequency",)
    start: ClassVar[tuple[float, ...]]  # of the search, with times as shares of the median T

    def __init__(self, *, seed: int = 0) -> None:
        self.seed = seed

    def fit(self, table: Any, y: Any = None, *, weights: str | Any | None = None) -> Self:  # noqa: ARG002  # y is scikit-learn's
        """
        Fit on *table*; see `counts.counts` for what it holds and what is refused.

        Args:
            table: One row per customer, or per group of equal customers with *weights*.
            y: Not used; there for scikit-learn.
            weights: How many customers a row stands for: a column's name or an array.
        """
        data = counts(table, self.columns, weights, whole=self.whole)
        self._check(data)
        scaled, scale = self._scaled(data)
        objective = self._objective(scaled)
        with unhelped():
            parameters, self.fit_ = self._found(scaled, objective)
            value = float(objective(np.log(parameters))[0])
            spread = None if self.fit_.status == "regularised" else covariance(objective, parameters, scaled.customers)
        self._data = data
        self.n_customers_ = scaled.customers
        self.log_likelihood_ = -value * scaled.customers + self._jacobian(data, scale)
        self.log_covariance_ = spread
        scaled_back = self._scale_back(parameters, scale)
        self.params_ = dict(zip(self.symbols, map(float, scaled_back), strict=True))
        errors = np.full(len(parameters), np.nan) if spread is None else scaled_back * np.sqrt(np.diag(spread))
        self.standard_errors_ = dict(zip(self.symbols, map(float, errors), strict=True))
        return self

    @property
    def how_it_went(self) -> Fit:
        """How the fit went."""
        check_is_fitted(self)
        fit: Fit = self.fit_
        return fit

    def _asked(self, table: Any | None) -> Counts:
        """The customers a question is about: *table*, or those the model was fitted on."""
        check_is_fitted(self)
        return self._data if table is None else self.read(table)

    def read(self, table: Any) -> Counts:
        """*table* as the model takes it; see `counts.counts` for what is refused."""
        return counts(table, self.columns, whole=self.whole)

    def _parameters(self) -> Floats:
        check_is_fitted(self)
        return np.array([self.params_[symbol] for symbol in self.symbols])

    def _found(self, scaled: Counts, objective: Objective) -> tuple[Floats, Fit]:
        """
        The parameters at the maximum. Of many rows that of a few of them, moved to that of all by Newton's method with the curvature
        of the few: some five looks at all rows in place of some twenty-five; where it does not get there, and of fewer rows, by searching.
        """
        rows = len(scaled.weights)
        if rows < MANY_ROWS:
            return maximise(objective, self.start, seed=self.seed)
        drawn = np.random.default_rng(self.seed).integers(0, rows, FEW_ROWS)
        few = Counts({name: values[drawn] for name, values in scaled.columns.items()}, scaled.weights[drawn])
        of_few = self._objective(few)
        parameters, fit = maximise(of_few, self.start, seed=self.seed)
        spread = None if fit.status == "regularised" else covariance(of_few, parameters, few.customers)
        found = None if spread is None else newton(objective, parameters, spread * few.customers)
        return found or maximise(objective, self.start, seed=self.seed, is_doubtful=fit.status == "regularised")

    def _check(self, data: Counts) -> None:
        """Refuse what this model cannot be fitted on."""

    def _scaled(self, data: Counts) -> tuple[Counts, float]:
        """The data in a unit in which the parameters are near 1, and the unit."""
        return data, 1.0

    def _scale_back(self, parameters: Floats, scale: float) -> Floats:  # noqa: ARG002
        return parameters

    def _jacobian(self, data: Counts, scale: float) -> float:  # noqa: ARG002
        """What the change of unit takes off the log-likelihood."""
        return 0.0

    @abstractmethod
    def _objective(self, data: Counts) -> Objective: ...


class TimedModel(CountModel):
    """A count model in continuous time; the parameters `times` are in the unit of `recency` and `T`."""

    times: ClassVar[tuple[str, ...]]

    def expected_purchases(self, t: float, table: Any | None = None) -> Floats:
        """Purchases expected in the next *t* units of time of each customer of *table* (None: of the fit)."""
        return self.expected_purchases_by([t], table)[0]

    @abstractmethod
    def expected_purchases_by(self, ends: Sequence[float], table: Any | None = None) -> Floats:
        """
        `expected_purchases` within each of *ends*: a row per end, a column per customer of *table* (None: of the fit).

        What does not depend on the end is worked out once for all.
        """

    def sample_purchases(self, data: Counts, alive: Floats, t: float, draws: int, rng: np.random.Generator) -> Floats:
        """
        Simulated numbers of purchases in the next *t*: *draws* rows, a column per customer of *data*.

        In each future a customer still buys with probability *alive*; only then anything else is drawn.
        """
        found = np.zeros((len(alive), draws))
        stays = rng.random(found.shape) < alive[:, None]
        found[stays] = self._sample_if_alive(data, np.repeat(np.arange(len(alive)), stays.sum(axis=1)), t, rng)
        return found.T

    @abstractmethod
    def _sample_if_alive(self, data: Counts, who: NDArray[np.int64], t: float, rng: np.random.Generator) -> Floats:
        """A number of purchases in the next *t* for each of *who* (places in *data*, some often), all of whom still buy."""

    def _scaled(self, data: Counts) -> tuple[Counts, float]:
        unit = float(np.median(data["T"])) or 1.0
        columns = {"frequency": data["frequency"], "recency": data["recency"] / unit, "T": data["T"] / unit}
        return Counts(columns, data.weights), unit

    def _scale_back(self, parameters: Floats, scale: float) -> Floats:
        return parameters * np.array([scale if symbol in self.times else 1.0 for symbol in self.symbols])

    def _jacobian(self, data: Counts, scale: float) -> float:
        # a density of the times of x purchases changes by unit^-x with the unit
        return -float(data.weights @ data["frequency"]) * float(np.log(scale))


def groups(*columns: Floats) -> tuple[Floats, tuple[Floats, ...]]:
    """The place of each row among the distinct rows, and those distinct rows; dear functions are worked out once for each."""
    codes = np.zeros(len(columns[0]), dtype=np.int64)
    for values in columns:
        _, inverse = np.unique(values, return_inverse=True)
        _, first, codes = np.unique(codes * (inverse.max() + 1) + inverse, return_index=True, return_inverse=True)
    return codes, tuple(values[first] for values in columns)
