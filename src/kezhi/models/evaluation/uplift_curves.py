"""How well a score ranks rows by what a treatment does to them: Qini and uplift curves against a random order."""

from __future__ import annotations

from typing import Any

import numpy as np

from kezhi.errors import WrongInput
from kezhi.locales import Phrase
from kezhi.models.evaluation.intervals import Interval


def qini(y: Any, score: Any, treatment: Any, *, rounds: int = 0, level: float = 0.95, seed: int = 7) -> Interval:
    """
    The Qini coefficient: area between the Qini curve and the random line, divided by that of a perfect order.

    The curve over the rows of highest *score* is Y_t − Y_c · N_t / N_c (sums of *y* and counts in the two arms). The perfect
    order puts treated responders first and untreated responders last.

    Args:
        y: What came of each row, a number (0 and 1 for a yes or no).
        score: The larger, the earlier; equal scores enter together.
        treatment: 1 for treated, 0 for not.
        rounds: Samples of the bootstrap for the interval; 0 gives none.
        level: Of the interval.
        seed: Of the bootstrap.

    Returns:
        0 is a random order, 1 a perfect one; None where one arm is empty or nothing came of any row.

    Source: Radcliffe (2007), Direct Marketing Analytics Journal 1, 14-21; as scikit-uplift's `qini_auc_score`.
    """
    return _area(_qini_curve, _responders_first, y, score, treatment, rounds, level, seed)


def auuc(y: Any, score: Any, treatment: Any, *, rounds: int = 0, level: float = 0.95, seed: int = 7) -> Interval:
    """
    Area under the uplift curve (Y_t / N_t − Y_c / N_c) · N less the random line, divided by that of a perfect order.

    Arguments and result as of `qini`. Source: scikit-uplift's `uplift_auc_score`.
    """
    return _area(_uplift_curve, _perfect_uplift, y, score, treatment, rounds, level, seed)


def qini_table(
    y: Any, score: Any, treatment: Any, *, parts: int = 20, rounds: int = 100, level: float = 0.95, seed: int = 7
) -> list[dict[str, float]]:
    """
    The Qini curve at *parts* equal shares of the rows, with its band by the bootstrap.

    Returns:
        Per share: share (0 to 1), gain (extra outcome per row of all, by treating that share), low, high, random (of a
        random order). Empty where one arm is.
    """
    outcome, scores, treated = _checked(y, score, treatment)
    if not len(outcome) or treated.all() or not treated.any():
        return []
    order, ends = _ordered(scores)
    grid = np.arange(parts + 1) / parts

    def at(counts: Any) -> Any:
        number, curve = _qini_curve(outcome[order], treated[order], counts, ends)
        return np.interp(grid, number / number[-1], curve / number[-1])

    found = at(np.ones(len(order)))
    band = np.array([at(counts) for counts in _samples(len(order), rounds, seed)]) if rounds else np.array([found])
    low, high = np.quantile(band, [0.5 - level / 2, 0.5 + level / 2], axis=0)
    return [
        {"share": float(share), "gain": float(found[place]), "low": float(low[place]), "high": float(high[place]),
         "random": float(share * found[-1])}
        for place, share in enumerate(grid)
    ]  # fmt: skip


def _area(curve: Any, perfect: Any, y: Any, score: Any, treatment: Any, rounds: int, level: float, seed: int) -> Interval:
    outcome, scores, treated = _checked(y, score, treatment)
    if not len(outcome) or treated.all() or not treated.any():
        return Interval(None, None, None)
    order, ends = _ordered(scores)
    best, best_ends = _ordered(perfect(outcome, treated))
    places = np.empty(len(order), dtype=np.int64)

    def share(counts: Any) -> float | None:
        number, height = curve(outcome[order], treated[order], counts[order], ends)
        most, highest = curve(outcome[best], treated[best], counts[best], best_ends)
        random = number[-1] * height[-1] / 2
        whole = np.trapezoid(highest, most) - random
        return float((np.trapezoid(height, number) - random) / whole) if whole > 0 else None

    places[:] = 1
    value = share(places)
    drawn = [share(counts) for counts in _samples(len(order), rounds, seed)]
    known = [one for one in drawn if one is not None]
    if value is None or not known:
        return Interval(value, None, None)
    low, high = np.quantile(known, [0.5 - level / 2, 0.5 + level / 2])
    return Interval(value, float(low), float(high))


def _qini_curve(outcome: Any, treated: Any, counts: Any, ends: Any) -> tuple[Any, Any]:
    n_t, n_c, y_t, y_c = _sums(outcome, treated, counts, ends)
    return _from_zero(n_t + n_c, y_t - y_c * np.divide(n_t, n_c, out=np.zeros_like(n_t), where=n_c > 0))


def _uplift_curve(outcome: Any, treated: Any, counts: Any, ends: Any) -> tuple[Any, Any]:
    n_t, n_c, y_t, y_c = _sums(outcome, treated, counts, ends)
    rate_t = np.divide(y_t, n_t, out=np.zeros_like(n_t), where=n_t > 0)
    rate_c = np.divide(y_c, n_c, out=np.zeros_like(n_c), where=n_c > 0)
    return _from_zero(n_t + n_c, (rate_t - rate_c) * (n_t + n_c))


def _sums(outcome: Any, treated: Any, counts: Any, ends: Any) -> tuple[Any, Any, Any, Any]:
    """Rows and outcomes of both arms among the first rows, up to each end."""
    of_treated, of_others = counts * treated, counts * ~treated
    return tuple(np.cumsum(part)[ends].astype(np.float64) for part in (of_treated, of_others, of_treated * outcome, of_others * outcome))


def _from_zero(number: Any, height: Any) -> tuple[Any, Any]:
    return np.append(0.0, number), np.append(0.0, height)


def _responders_first(outcome: Any, treated: Any) -> Any:
    return np.where(treated, outcome, -outcome)


def _perfect_uplift(outcome: Any, treated: Any) -> Any:
    """The order of scikit-uplift for a yes or no; for other numbers that of the Qini curve."""
    if not np.isin(outcome, (0.0, 1.0)).all():
        return _responders_first(outcome, treated)
    others = (outcome == 1) & ~treated
    idle = (outcome == 0) & treated
    return 2.0 * (outcome == treated) + (outcome if others.sum() > idle.sum() else treated)


def _ordered(scores: Any) -> tuple[Any, Any]:
    """The rows from the highest score, and the last place of each score."""
    order = np.argsort(-scores, kind="stable")
    return order, np.append(np.flatnonzero(np.diff(scores[order])), len(scores) - 1)


def _samples(rows: int, rounds: int, seed: int) -> Any:
    """How often each row is in each sample drawn with replacement."""
    draws = np.random.default_rng(seed)
    return (np.bincount(draws.integers(0, rows, rows), minlength=rows) for _ in range(rounds))


def _checked(y: Any, score: Any, treatment: Any) -> tuple[Any, Any, Any]:
    try:
        outcome, scores, arms = (np.asarray(one, dtype=np.float64).reshape(-1) for one in (y, score, treatment))
    except (TypeError, ValueError) as error:
        raise WrongInput(problem=Phrase("uplift.no_numbers")) from error
    if not len(outcome) == len(scores) == len(arms):
        raise WrongInput(problem=Phrase("uplift.lengths", rows=len(scores), treatment=len(arms), y=len(outcome)))
    if not (np.isfinite(outcome).all() and np.isfinite(scores).all()):
        raise WrongInput(problem=Phrase("uplift.no_numbers"))
    if not np.isin(arms, (0.0, 1.0)).all():
        raise WrongInput(problem=Phrase("uplift.arms_01"))
    return outcome, scores, arms == 1.0
