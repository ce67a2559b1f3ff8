"""
BG/NBD with what is known of a customer and does not change: where from, how old, won by which campaign.

Of a customer with covariates z the rate of buying has alpha_i = alpha exp(-gamma1'z), the dropping out a_i = a exp(gamma2'z): a covariate
multiplies the mean rate, and the mean odds of dropping out, by e^gamma.

Fader, Hardie (2007), "Incorporating Time-Invariant Covariates into the Pareto/NBD and BG/NBD Models", section 3. There b has coefficients
of its own, too, which data hardly tell from those of a; here b is the same for all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Self

import numpy as np
import pandas as pd
from scipy.special import expit, gammaln, psi

from kezhi.errors import WrongInput
from kezhi.locales import Phrase
from kezhi.models.clv.beta_geometric import BgNbd
from kezhi.models.clv.counts import Counts, Floats, column
from kezhi.models.clv.likelihood import Objective, covariance, maximise


class CovariateBgNbd(BgNbd):
    """
    BG/NBD with covariates; `params_` are r, alpha, a, b of a customer with the mean of each, gamma1_<name> and gamma2_<name>.

    Covariates are numbers of any kind, yes and no as 1 and 0, without nulls. They are standardised: a gamma is for one standard
    deviation of the customers fitted on (`scales_`). Without any it is `BgNbd`, to the last digit. The gradient is written
    out; a step costs a look at each row in NumPy, some ten times that of `BgNbd`.

    Args:
        rate: Columns that tell how often somebody buys.
        dropout: Columns that tell how soon somebody leaves; may be the same.
        seed: Of further starts of the search.

    Raises:
        WrongInput: As for `BgNbd`; a covariate is null or infinite, or follows from the others (or is the same for all).
    """

    def __init__(self, *, rate: Sequence[str] = (), dropout: Sequence[str] = (), seed: int = 0) -> None:
        super().__init__(seed=seed)
        self.rate = rate
        self.dropout = dropout

    def fit(self, table: Any, y: Any = None, *, weights: str | Any | None = None) -> Self:
        """Fit on *table*, which has the covariates beside what `BgNbd` takes; arguments as there."""
        self.scales_: dict[str, tuple[float, float]] = {}
        if not self._names:
            return super().fit(table, y, weights=weights)
        plain = BgNbd(seed=self.seed).fit(table, weights=weights)
        found = self._with_covariates(plain.read(table), table)
        data = replace(found, weights=plain._data.weights)
        for name in self._names:
            mean = float(np.average(data[name], weights=data.weights))
            self.scales_[name] = mean, float(np.sqrt(np.average((data[name] - mean) ** 2, weights=data.weights)))
        self._refuse_alike(data)
        scaled, unit = self._scaled(data)
        scaled = replace(scaled, columns={**data.columns, **scaled.columns})
        symbols = [*self.symbols, *(f"gamma1_{name}" for name in self.rate), *(f"gamma2_{name}" for name in self.dropout)]
        none = np.ones(len(symbols) - len(self.symbols))  # e^0
        start = np.array([plain.params_[symbol] / (unit if symbol in self.times else 1.0) for symbol in self.symbols])
        objective = self._objective(scaled)
        parameters, self.fit_ = maximise(objective, [*start, *none], seed=self.seed)
        self._data = data
        self.n_customers_ = data.customers
        self.log_likelihood_ = -float(objective(np.log(parameters))[0]) * data.customers + self._jacobian(data, unit)
        self.log_covariance_ = None if self.fit_.status == "regularised" else covariance(objective, parameters, data.customers)
        spread = np.full(len(parameters), np.nan) if self.log_covariance_ is None else np.sqrt(np.diag(self.log_covariance_))
        own = self._scale_back(parameters[: len(self.symbols)], unit)
        values = [*own, *np.log(parameters[len(self.symbols) :])]
        errors = [*(own * spread[: len(self.symbols)]), *spread[len(self.symbols) :]]
        self.params_ = dict(zip(symbols, map(float, values), strict=True))
        self.standard_errors_ = dict(zip(symbols, map(float, errors), strict=True))
        return self

    def summary(self) -> pd.DataFrame:
        """One row per parameter: estimate, standard_error, low and high (95%), of a gamma also ratio (e^gamma) and per (one standard deviation)."""
        symbols = list(self.params_)
        found = pd.DataFrame({"estimate": self.params_, "standard_error": self.standard_errors_}, index=symbols)
        found["low"], found["high"] = (found.estimate + sign * 1.96 * found.standard_error for sign in (-1, 1))
        gammas = [symbol.partition("_")[2] if symbol.startswith("gamma") else None for symbol in symbols]
        found["ratio"] = [
            np.nan if name is None else float(np.exp(self.params_[symbol])) for symbol, name in zip(symbols, gammas, strict=True)
        ]
        found["per"] = [np.nan if name is None else self.scales_[name][1] for name in gammas]
        return found

    def read(self, table: Any) -> Counts:
        """*table* with its covariates."""
        return self._with_covariates(super().read(table), table)

    @property
    def _names(self) -> list[str]:
        return list(dict.fromkeys([*self.rate, *self.dropout]))

    def _with_covariates(self, data: Counts, table: Any) -> Counts:
        own = {name: column(table, name) for name in self._names}
        for name, values in own.items():
            if not np.isfinite(values).all():
                row = int(np.argmin(np.isfinite(values)))
                raise WrongInput(problem=Phrase("models.covariate_unknown", column=name, rows=int((~np.isfinite(values)).sum()), row=row))
        return replace(data, columns={**data.columns, **own})

    def _refuse_alike(self, data: Counts) -> None:
        for names in (self.rate, self.dropout):
            if names and (
                any(self.scales_[name][1] == 0 for name in names) or np.linalg.matrix_rank(self._standard(data, names)) < len(names)
            ):
                raise WrongInput(problem=Phrase("models.covariates_alike", columns=", ".join(names)))

    def _standard(self, data: Counts, names: Sequence[str]) -> Floats:
        """A column for each of *names*, standardised."""
        own = [(data[name] - self.scales_[name][0]) / self.scales_[name][1] for name in names]
        return np.stack(own, axis=1) if own else np.zeros((len(data.weights), 0))

    def _of(self, data: Counts) -> tuple[Any, Any, Any, Any]:
        r, alpha, a, b = self._parameters()
        if not self._names:
            return r, alpha, a, b
        by_rate = self._standard(data, self.rate) @ [self.params_[f"gamma1_{name}"] for name in self.rate] if self.rate else 0.0
        by_dropout = self._standard(data, self.dropout) @ [self.params_[f"gamma2_{name}"] for name in self.dropout] if self.dropout else 0.0
        return r, alpha * np.exp(-by_rate), a * np.exp(by_dropout), b

    def _objective(self, data: Counts) -> Objective:
        if not self._names:
            return super()._objective(data)
        x, recency, seen, weights = data["frequency"], data["recency"], data["T"], data.weights
        first, second = self._standard(data, self.rate), self._standard(data, self.dropout)
        may_be_gone, customers, size = x > 0, data.customers, len(self.symbols)

        def objective(at: Floats) -> tuple[float, Floats]:
            r, alpha, a, b = np.exp(at[:size])
            # alpha exp(-gamma1'z) is alpha on a clock that runs faster by exp(gamma1'z)
            faster = first @ at[size : size + first.shape[1]]
            speed, a = np.exp(faster), a * np.exp(second @ at[size + first.shape[1] :])
            last, end, power = alpha + speed * recency, alpha + speed * seen, r + x
            gap = np.log(end) - np.log(last)
            with np.errstate(invalid="ignore", divide="ignore"):
                odds = np.where(may_be_gone, np.log(a) - np.log(b + x - 1) + power * gap, -np.inf)
                inverse = np.where(may_be_gone, 1 / (b + x - 1), 0.0)
            gone = expit(odds)
            each = (
                gammaln(power) - gammaln(r) + r * np.log(alpha) + x * faster - power * np.log(end) + np.logaddexp(0.0, odds)
                + gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
            )  # fmt: skip
            both = psi(a + b) - psi(a + b + x)
            by_r = psi(power) - psi(r) + np.log(alpha) - np.log(end) + gone * gap
            by_alpha = r / alpha - power / end + gone * power * (1 / end - 1 / last)
            by_speed = x - power * speed * seen / end + gone * power * speed * (seen / end - recency / last)
            by_a = a * both + gone  # by its logarithm
            by_b = both + psi(b + x) - psi(b) - gone * inverse
            own = [weights @ by_r * r, weights @ by_alpha * alpha, weights @ by_a, weights @ by_b * b]
            gradient = np.concatenate([own, (weights * by_speed) @ first, (weights * by_a) @ second])
            return -float(weights @ each) / customers, -gradient / customers

        return objective
