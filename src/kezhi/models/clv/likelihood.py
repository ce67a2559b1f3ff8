"""Maximum likelihood for a handful of positive parameters, that always says how it went."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import OptimizeResult, minimize

from kezhi.locales import Phrase
from kezhi.models.clv.counts import Floats

# value and gradient, by log-parameters, of minus the mean log-likelihood
Objective = Callable[[Floats], tuple[float, Floats]]

_BOUND = 10.0  # of a log-parameter, near 0 by the choice of units: a fit that wants e^10 has no maximum
_FLAT = 1e-6  # of the gradient of the mean log-likelihood
_RIDGE = 1e-3  # pull of the regularised fit towards the first start, per log-parameter squared
_FURTHER_STARTS = 4
_STEP = 6e-6  # of central differences: the cube root of the precision of a float


@dataclass(frozen=True)
class Fit:
    """
    How a fit went.

    `status` is `converged` (the first start found a maximum), `restarted` (another start did) or `regularised`
    (the likelihood has no maximum inside the bounds, or none was found: the estimate is pulled towards the start,
    and intervals are not given). `largest_gradient` is of the mean log-likelihood by log-parameters.
    """

    status: str
    evaluations: int
    starts: int
    largest_gradient: float

    @property
    def phrase(self) -> Phrase:
        """The same in words."""
        return Phrase(f"models.fit.{self.status}", starts=self.starts, evaluations=self.evaluations)


def maximise(objective: Objective, start: Sequence[float], *, seed: int, is_doubtful: bool = False) -> tuple[Floats, Fit]:
    """
    The parameters at the maximum of the likelihood, and how they were found.

    A ladder: the start as given; starts around it, drawn with *seed*, of which the best maximum is taken; a fit
    with a ridge towards the first start.

    Args:
        objective: Minus the mean log-likelihood and its gradient, by log-parameters.
        start: Parameters, above 0.
        is_doubtful: Whether there may well be no maximum: then a first search that ends at the bounds is believed, and no other begins.
    """
    first = np.log(np.asarray(start, dtype=np.float64))
    tried = [_minimise(objective, first)]
    if not (_is_maximum(tried[0]) or (is_doubtful and not _is_inside(tried[0]))):
        draws = np.random.default_rng(seed).normal(0.0, 1.0, (_FURTHER_STARTS, len(first)))
        tried += [_minimise(objective, first + draw) for draw in draws]
    evaluations = sum(int(found.nfev) for found in tried)
    good = [found for found in tried if _is_maximum(found)]
    if good:
        best = min(good, key=lambda found: float(found.fun))
        status = "converged" if best is tried[0] else "restarted"
    else:

        def ridged(log_parameters: Floats) -> tuple[float, Floats]:
            value, gradient = objective(log_parameters)
            away = log_parameters - first
            return value + _RIDGE * float(away @ away), gradient + 2 * _RIDGE * away

        best = _minimise(ridged, first)
        evaluations += int(best.nfev)
        status = "regularised"
    found = np.asarray(best.x, dtype=np.float64)
    return np.exp(found), Fit(status, evaluations, len(tried), float(np.abs(best.jac).max()))


def newton(objective: Objective, parameters: Floats, curvature: Floats) -> tuple[Floats, Fit] | None:
    """
    The maximum, by at most twelve steps of Newton's method; None where they do not lead there.

    Args:
        objective: As for `maximise`.
        parameters: Near the maximum.
        curvature: Inverse of the second derivatives of *objective* by log-parameters, roughly.
    """
    here, least = np.log(parameters), np.inf
    for step in range(1, 13):
        value, gradient = objective(here)
        largest = float(np.abs(gradient).max())
        if largest < _FLAT / 100 and np.abs(here).max() < _BOUND:
            return np.exp(here), Fit("converged", step, 1, largest)
        if not value <= least + 1e-12 * abs(least):
            return None
        least, here = value, here - curvature @ gradient
    return None


def by_differences(value: Callable[[Floats], float]) -> Objective:
    """An objective whose gradient is taken by central differences; 2 evaluations a parameter."""

    def objective(log_parameters: Floats) -> tuple[float, Floats]:
        gradient = np.empty(len(log_parameters))
        for i in range(len(log_parameters)):
            step = np.zeros(len(log_parameters))
            step[i] = _STEP
            gradient[i] = (value(log_parameters + step) - value(log_parameters - step)) / (2 * _STEP)
        return value(log_parameters), gradient

    return objective


def covariance(objective: Objective, parameters: Floats, customers: float) -> Floats | None:
    """
    Covariance of the log-parameters: the inverse of the observed information, from differences of the gradient.

    None where the information is not positive definite, so that no interval can be given.
    """
    at = np.log(parameters)
    size, step = len(at), 1e-4
    information = np.empty((size, size))
    for i in range(size):
        away = np.zeros(size)
        away[i] = step
        information[i] = (objective(at + away)[1] - objective(at - away)[1]) / (2 * step)
    information = (information + information.T) / 2 * customers
    try:
        np.linalg.cholesky(information)
    except np.linalg.LinAlgError:
        return None
    return np.linalg.inv(information)


def _minimise(objective: Objective, start: Floats) -> OptimizeResult:
    # what overflows on the way is no maximum, and the search turns back
    def bounded(at: Floats) -> tuple[float, Floats]:
        with np.errstate(all="ignore"):
            value, gradient = objective(at)
        return (value, gradient) if np.isfinite(value) and np.isfinite(gradient).all() else (1e10, np.zeros_like(at))

    return minimize(
        bounded,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=[(-_BOUND, _BOUND)] * len(start),
        options={"ftol": 1e-13, "gtol": 1e-9, "maxiter": 500},
    )


def _is_inside(found: OptimizeResult) -> bool:
    return bool((np.abs(found.x) < _BOUND - 1e-6).all())


def _is_maximum(found: OptimizeResult) -> bool:
    return _is_inside(found) and float(found.fun) < 1e9 and float(np.abs(found.jac).max()) < _FLAT
