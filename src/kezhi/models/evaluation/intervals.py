"""How sure a measure is: DeLong for the area under the ROC curve, Newcombe for shares, Welch for means, the bootstrap for any other."""

from __future__ import annotations

from collections.abc import Callable
from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np

from kezhi.models.evaluation.labels import labelled
from kezhi.models.evaluation.ranking import midranks


class Interval(NamedTuple):
    """A value and the two ends of its interval; all None where the value is undefined."""

    value: float | None
    low: float | None
    high: float | None


def auc_interval(truth: Any, score: Any, *, level: float = 0.95) -> Interval:
    """
    Area under the ROC curve with DeLong's interval, kept within 0 and 1; one sort.

    Source: DeLong, DeLong, Clarke-Pearson (1988), Biometrics 44, 837-845; Sun, Xu (2014), IEEE SPL 21, 1389-1393.
    """
    labels, scores = labelled(truth, score)
    parts = _placements(labels, scores)
    if parts is None:
        return Interval(None, None, None)
    value, of_ones, of_zeros = parts
    half = float(NormalDist().inv_cdf(0.5 + level / 2)) * float(np.sqrt(_variance(of_ones) + _variance(of_zeros)))
    return Interval(value, max(0.0, value - half), min(1.0, value + half))


def auc_difference(truth: Any, score: Any, other: Any, *, level: float = 0.95) -> Interval:
    """Area of *score* minus area of *other* on the same rows, with DeLong's paired interval."""
    labels, scores = labelled(truth, score)
    one, two = _placements(labels, scores), _placements(labels, labelled(truth, other)[1])
    if one is None or two is None:
        return Interval(None, None, None)
    value = one[0] - two[0]
    half = float(NormalDist().inv_cdf(0.5 + level / 2)) * float(np.sqrt(_variance(one[1] - two[1]) + _variance(one[2] - two[2])))
    return Interval(value, value - half, value + half)


def mean_interval(values: Any, *, groups: Any = None, level: float = 0.95) -> Interval:
    """
    Mean of *values* (a gain per row, say) with Student's interval; no ends for fewer than two rows, or groups.

    Args:
        values: One number per row.
        groups: Whose row each is, where one has several: their sums are what is independent. None: each row by itself.
        level: Of the interval; 0.9 gives a lower end that is surpassed with a confidence of 95%.

    Source: Liang, Zeger (1986), Biometrika 73, 13-22, for the groups.
    """
    from scipy.stats import t as student

    rows = np.asarray(values, dtype=np.float64)
    if not len(rows):
        return Interval(None, None, None)
    mean = float(rows.mean())
    away: Any = rows - mean
    if groups is not None:
        _, place = np.unique(np.asarray(groups), return_inverse=True)
        away = np.bincount(place, weights=away)
    if len(away) < 2:
        return Interval(mean, None, None)
    error = float(np.sqrt((away**2).sum() * len(away) / (len(away) - 1))) / len(rows)
    half = float(student.ppf(0.5 + level / 2, len(away) - 1)) * error
    return Interval(mean, mean - half, mean + half)


def share_difference(hits: int, rows: int, other_hits: int, other_rows: int, *, level: float = 0.95) -> Interval:
    """
    hits / rows − other_hits / other_rows with Newcombe's hybrid score interval, which is honest also at shares of 0 and 1.

    Returns:
        −1 to 1; all None where either has no rows.

    Source: Newcombe (1998), Statistics in Medicine 17, 873-890, method 10.
    """
    if not rows or not other_rows:
        return Interval(None, None, None)
    z = float(NormalDist().inv_cdf(0.5 + level / 2))
    one, other = hits / rows, other_hits / other_rows
    (low, high), (other_low, other_high) = _score_ends(one, rows, z), _score_ends(other, other_rows, z)
    value = one - other
    return Interval(value, value - float(np.hypot(one - low, other_high - other)), value + float(np.hypot(high - one, other - other_low)))


def mean_difference(
    mean: float, variance: float, rows: int, other_mean: float, other_variance: float, other_rows: int, *, level: float = 0.95
) -> Interval:
    """
    *mean* − *other_mean* with Welch's interval by Student's t; no ends for fewer than two rows of either, or where nothing varies.

    Source: Welch (1947), Biometrika 34, 28-35; degrees of freedom by Satterthwaite (1946), Biometrics 2, 110-114.
    """
    from scipy.stats import t as student

    value = mean - other_mean
    if min(rows, other_rows) < 2 or variance + other_variance <= 0:
        return Interval(value, None, None)
    one, other = variance / rows, other_variance / other_rows
    freedom = (one + other) ** 2 / (one**2 / (rows - 1) + other**2 / (other_rows - 1))
    half = float(student.ppf(0.5 + level / 2, freedom)) * float(np.sqrt(one + other))
    return Interval(value, value - half, value + half)


def bootstrap_interval(
    measure: Callable[..., float | None], truth: Any, *scores: Any, rounds: int = 200, level: float = 0.95, seed: int = 7
) -> Interval:
    """
    `measure(truth, *scores)` with the percentile interval over *rounds* samples of the rows, drawn with replacement.

    Samples in which the measure is undefined are left out; without any, the ends are None.
    """
    labels = np.asarray(truth)
    columns = [np.asarray(score) for score in scores]
    value = measure(labels, *columns)
    draws = np.random.default_rng(seed)
    found = []
    for _ in range(rounds if len(labels) else 0):
        rows = draws.integers(0, len(labels), len(labels))
        again = measure(labels[rows], *(column[rows] for column in columns))
        if again is not None:
            found.append(again)
    if value is None or not found:
        return Interval(value, None, None)
    low, high = np.quantile(found, [0.5 - level / 2, 0.5 + level / 2])
    return Interval(float(value), float(low), float(high))


def mean_intervals(values: Any, *, rounds: int = 200, level: float = 0.95, seed: int = 7) -> list[Interval]:
    """
    The mean of each row of *values* with its bootstrap interval: `bootstrap_interval` of a mean, on the same samples, drawn once for all rows.

    Args:
        values: A row per mean, a column per case; without columns all is None.
    """
    rows = np.asarray(values, dtype=np.float64)
    cases = rows.shape[1]
    if not cases:
        return [Interval(None, None, None)] * len(rows)
    draws = np.random.default_rng(seed)
    found = np.stack([np.take(rows, draws.integers(0, cases, cases), axis=1).mean(axis=1) for _ in range(rounds)])
    low, high = np.quantile(found, [0.5 - level / 2, 0.5 + level / 2], axis=0)
    return [Interval(*map(float, told)) for told in zip(rows.mean(axis=1), low, high, strict=True)]


def _score_ends(share: float, rows: int, z: float) -> tuple[float, float]:
    """Wilson's interval of a share (1927, JASA 22, 209-212); exact where nobody or everybody did."""
    middle, half = share + z * z / (2 * rows), z * float(np.sqrt(share * (1 - share) / rows + z * z / (4 * rows * rows)))
    scale = 1 + z * z / rows
    return (0.0 if share == 0 else (middle - half) / scale), (1.0 if share == 1 else (middle + half) / scale)


def _placements(labels: Any, scores: Any) -> tuple[float, Any, Any] | None:
    """The area, the share of zeros below each one, and the share of ones above each zero."""
    ones, zeros = scores[labels], scores[~labels]
    if not len(ones) or not len(zeros):
        return None
    together = midranks(np.concatenate([ones, zeros]))
    of_ones = (together[: len(ones)] - midranks(ones)) / len(zeros)
    of_zeros = 1.0 - (together[len(ones) :] - midranks(zeros)) / len(ones)
    return float(of_ones.mean()), of_ones, of_zeros


def _variance(placements: Any) -> float:
    """Variance of the mean; one row tells nothing of its spread, and counts as the widest there is."""
    return float(placements.var(ddof=1) / len(placements)) if len(placements) > 1 else 0.25
