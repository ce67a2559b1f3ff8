"""How long until it happens: the proportional hazards model of Cox, by Newton's method."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from kezhi.errors import WrongInput
from kezhi.locales import Phrase
from kezhi.models.mixed_columns import arrow_columns, learn

MOST_STEPS = 50
CLOSE = 1e-9  # a Newton decrement below this is the maximum


class CoxModel(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no hints
    """
    Chance that an event has not happened by a time, from columns as they come and rows that may be censored.

    Partial likelihood with Efron's treatment of ties, a small ridge, and Breslow's baseline. Memory is that of the
    design matrix; a step of Newton costs rows × columns².

    Args:
        penalty: Ridge per row on the scaled columns; 0 is the plain maximum likelihood.
        scale: Scale columns to standard deviation 1; False keeps the coefficients in the columns' own units.

    Attributes after `fit`:
        columns_: How columns become numbers.
        coefficients_: Of each design column (log hazard ratios).
        standard_errors_: Of them.
        log_likelihood_: Partial, without the ridge.
        times_, hazard_: Cumulative baseline hazard at the times of events, for a row of mean columns.

    Source: Cox (1972), JRSS B 34, 187-220; Efron (1977), JASA 72, 557-565; Breslow (1974), Biometrics 30, 89-99.
    """

    def __init__(self, *, penalty: float = 1e-3, scale: bool = True) -> None:
        self.penalty = penalty
        self.scale = scale

    def fit(self, X: Any, duration: Any, event: Any) -> Self:
        """
        Fit on *X*, the time seen of each row (above 0), and whether the event happened then (else censored).

        Raises:
            WrongInput: A time that is no positive number, an event that is neither true nor false (nor 1 or 0), other lengths, no
                event, or no column that tells anything.
        """
        table = arrow_columns(X)
        times, happened = _times(duration), _events(event)
        if not len(times) == len(happened) == table.num_rows:
            raise WrongInput(problem=Phrase("evaluation.lengths", labels=len(times), scores=table.num_rows))
        if not (np.isfinite(times).all() and (times > 0).all()) or not happened.any():
            raise WrongInput(problem=Phrase("churn.durations"))
        self.columns_ = learn(table)
        design = self._design(table)
        if not design.shape[1]:
            raise WrongInput(problem=Phrase("churn.nothing_tells"))
        self.means_ = design.mean(axis=0)
        order = np.argsort(times, kind="stable")
        points, times, happened = (design - self.means_)[order], times[order], happened[order]
        beta = np.zeros(points.shape[1])
        value, slope, curve = _partial(points, times, happened, beta, self.penalty)
        for _ in range(MOST_STEPS):
            step = np.linalg.lstsq(curve, slope, rcond=None)[0]
            if slope @ step / 2 < CLOSE:
                break
            size = 1.0
            while size > 1e-6:  # halved until it rises: the likelihood is concave, so it will
                tried = _partial(points, times, happened, beta + size * step, self.penalty)
                if tried[0] >= value:
                    break
                size /= 2
            beta = beta + size * step
            value, slope, curve = tried
        self.coefficients_ = beta
        self.standard_errors_ = np.sqrt(np.maximum(np.diag(np.linalg.pinv(curve)), 0.0))
        self.log_likelihood_ = float(value + self.penalty * len(times) * (beta @ beta) / 2)
        risk = np.cumsum(np.exp(points @ beta)[::-1])[::-1]
        self.times_, counts = np.unique(times[happened], return_counts=True)
        self.hazard_ = np.cumsum(counts / risk[np.searchsorted(times, self.times_)])
        return self

    def survival(self, X: Any, at: Any) -> Any:
        """
        Chance that the event of each row has not happened by *at* (one time, or one for each row).

        Raises:
            WrongInput: A time below 0, none, or not one for each row.
        """
        check_is_fitted(self)
        table = arrow_columns(X)
        asked = np.asarray(at, dtype=np.float64)
        if not (asked >= 0).all():  # so for NaN, too
            raise WrongInput(problem=Phrase("churn.times", given=float(asked[~(asked >= 0)].flat[0])))
        if asked.ndim and asked.shape != (table.num_rows,):
            raise WrongInput(problem=Phrase("evaluation.lengths", labels=asked.size, scores=table.num_rows))
        place = np.searchsorted(self.times_, np.broadcast_to(asked, table.num_rows), side="right")
        base = np.concatenate([[0.0], self.hazard_])[place]
        return np.exp(-base * np.exp(np.clip((self._design(table) - self.means_) @ self.coefficients_, -30, 30)))

    def _design(self, table: Any) -> Any:
        design, owners = self.columns_.design(table)
        if self.scale:
            return design
        plans = [plan for plan in self.columns_.plans if plan.kind != "nothing"]
        own = np.array([plans[place].scale if plans[place].kind == "number" else 1.0 for place in owners])
        return design * own


def _times(duration: Any) -> Any:
    try:
        return np.asarray(duration, dtype=np.float64)
    except (TypeError, ValueError):
        raise WrongInput(problem=Phrase("churn.durations")) from None


def _events(event: Any) -> Any:
    """Booleans of booleans, or of 0 and 1: a missing value or a word counts as true to numpy."""
    given = np.asarray(event)
    found = [value for value in given.reshape(-1).tolist() if not (isinstance(value, (bool, int, float)) and value in (0, 1))]
    if found or given.ndim != 1:
        raise WrongInput(problem=Phrase("churn.events", given=repr(found[0]) if found else f"{given.ndim}-d"))
    return given.astype(np.float64) == 1.0


def _partial(points: Any, times: Any, happened: Any, beta: Any, penalty: float) -> tuple[float, Any, Any]:
    """Log partial likelihood with ridge, its slope and its curvature (negative Hessian); rows by time."""
    weight = np.exp(np.clip(points @ beta, -30, 30))
    starts = np.searchsorted(times, times[happened], side="left")  # of each event, the first row still at risk
    distinct, group, counts = np.unique(starts, return_inverse=True, return_counts=True)
    # sums over those at risk, from the last row backwards
    risk0 = np.cumsum(weight[::-1])[::-1]
    risk1 = np.cumsum((weight[:, None] * points)[::-1], axis=0)[::-1]
    tied0 = np.bincount(group, weights=weight[happened], minlength=len(distinct))
    tied1 = np.stack(
        [np.bincount(group, weights=column, minlength=len(distinct)) for column in (weight[:, None] * points)[happened].T], axis=1
    )
    # the j-th of d tied events takes j/d of the tied ones out of those at risk
    share = (np.arange(len(group)) - np.repeat(np.cumsum(counts) - counts, counts)) / np.repeat(counts, counts)
    of = np.repeat(np.arange(len(distinct)), counts)
    below = risk0[distinct][of] - share * tied0[of]
    mean = (risk1[distinct][of] - share[:, None] * tied1[of]) / below[:, None]
    value = float((points[happened] @ beta).sum() - np.log(below).sum()) - penalty * len(times) * float(beta @ beta) / 2
    slope = points[happened].sum(axis=0) - mean.sum(axis=0) - penalty * len(times) * beta
    # curvature: each row weighs as much as it stands in the means of the events it was at risk in
    within = np.bincount(of, weights=1.0 / below, minlength=len(distinct))
    taken = np.bincount(of, weights=share / below, minlength=len(distinct))
    at_risk = np.zeros(len(times))
    at_risk[distinct] = within
    row_weight = weight * np.cumsum(at_risk)
    row_weight[happened] -= weight[happened] * taken[group]
    curve = (points * row_weight[:, None]).T @ points - mean.T @ mean + penalty * len(times) * np.eye(len(beta))
    return value, slope, curve
