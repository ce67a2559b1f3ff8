"""
Exponential smoothing of many series at once: level, damped trend, theta, and the mean of the three.

All rows walk over the months together, each as far as it is known; the smoothing weights of a row are those of a fixed
grid with the least squared one-step error, so that the same rows always give the same forecasts.

Hyndman, Athanasopoulos, Forecasting: Principles and Practice (3rd), chapter 8; Assimakopoulos, Nikolopoulos (2000), The theta
model, Int. J. Forecasting 16, 521-530, as simple smoothing with half of the trend (Hyndman, Billah 2003, IJF 19, 287-290).
"""

from __future__ import annotations

import numpy as np

from kezhi.models.clv.counts import Floats

METHODS = ("level", "damped", "theta", "mean")
ALPHAS = (0.05, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 0.95)  # weight of the newest month in the level
BETAS = (0.02, 0.1, 0.3)  # and in the trend, as a share of alpha
PHIS = (0.85, 0.95)  # what is left of the trend each month further
STARTED = 4  # months whose errors do not choose the weights: the first level is their mean
TREND_OF = 12  # months that the first trend is taken from


def smooth(values: Floats, known: Floats, horizon: int) -> dict[str, Floats]:
    """
    The next *horizon* months of each row by each of `METHODS`, rows x horizon, at least 0.

    Args:
        values: Rows x months, float64; what lies past the known months is not looked at.
        known: Months known of each row, at least 2.
        horizon: Months ahead.
    """
    ahead = np.arange(1, horizon + 1)
    at, _no_trend, _phi = _walk(values, known, np.array([(alpha, 0.0, 1.0) for alpha in ALPHAS]), with_trend=False)
    level = np.repeat(at[:, None], horizon, axis=1)
    grid = np.array([(alpha, beta, phi) for alpha in ALPHAS for beta in BETAS for phi in PHIS])
    at, trend, phi = _walk(values, known, grid, with_trend=True)
    damped = at[:, None] + np.cumsum(phi[:, None] ** ahead, axis=1) * trend[:, None]  # Gardner, McKenzie (1985)
    theta = level + _slope(values, known)[:, None] / 2 * ahead
    found = {"level": level, "damped": damped, "theta": theta}
    # the mean of several is hard to beat (Makridakis, Hibon 2000, IJF 16, 451-476)
    found["mean"] = (level + damped + theta) / 3
    return {name: np.maximum(one, 0.0) for name, one in found.items()}


def _slope(values: Floats, known: Floats) -> Floats:
    """Slope of the straight line through the known months of each row."""
    month = np.arange(values.shape[1])
    time = np.where(month < known[:, None], month - (known[:, None] - 1) / 2, 0.0)
    return np.asarray((values * time).sum(axis=1) / (time**2).sum(axis=1))


def _walk(values: Floats, known: Floats, grid: Floats, *, with_trend: bool) -> tuple[Floats, Floats, Floats]:
    """Last level, last trend and damping of each row, with the weights of *grid* that erred least on it."""
    alphas, betas, phis = grid.T
    at = np.repeat(values[:, :STARTED].mean(axis=1)[:, None], len(grid), axis=1)
    trend = np.zeros_like(at)
    if with_trend:
        first = np.minimum(known, TREND_OF)
        begun = values[:, :TREND_OF]
        slope = _slope(begun, first)
        middle = np.where(np.arange(begun.shape[1]) < first[:, None], begun, 0.0).sum(axis=1) / first
        trend += slope[:, None]
        at = np.repeat((middle - slope * (first + 1) / 2)[:, None], len(grid), axis=1)
    wrong = np.zeros_like(at)
    kept = (at[:, 0].copy(), trend[:, 0].copy(), np.full(len(at), phis[0]))
    for month in range(values.shape[1]):
        expected = at + phis * trend
        error = values[:, month, None] - expected
        if month >= STARTED:
            wrong += error**2
        at = expected + alphas * error
        trend = phis * trend + alphas * betas * error
        ending = np.flatnonzero(known == month + 1)
        best = wrong[ending].argmin(axis=1)
        for kept_of, now in zip(kept, (at[ending, best], trend[ending, best], phis[best]), strict=True):
            kept_of[ending] = now
    return kept
