"""The shape of the year: how much of a usual month each calendar month brings, as it was known at each start."""

from __future__ import annotations

import numpy as np

from kezhi.models.clv.counts import Floats

YEAR = 12  # months
LEAST = 0.05  # of a usual month: one that never sold must not divide by nothing


def shapes(values: Floats, first_month: int, starts: list[int]) -> Floats:
    """
    Start x series x calendar month (January first): ratio of the month to the year around it, 1 where nothing is known.

    Args:
        values: Series x months, at least 0.
        first_month: Calendar month of the first column, 0 is January.
        starts: Months known at each.

    Source: classical decomposition by ratios to a centred moving average of twelve months; a ratio is known six months after.
    """
    series, months = values.shape
    found = np.ones((len(starts), series, YEAR))
    if months < YEAR + 1:
        return found
    sums = np.cumsum(np.pad(values, ((0, 0), (1, 0))), axis=1)
    around = (sums[:, YEAR:] - sums[:, :-YEAR]) / YEAR
    centred = (around[:, :-1] + around[:, 1:]) / 2  # of months 6 … months - 7
    half = YEAR // 2
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = np.where(centred > 0, values[:, half : half + centred.shape[1]] / centred, np.nan)
    calendar = (first_month + half + np.arange(ratios.shape[1])) % YEAR
    # running sums per calendar month: what is known at a start is a prefix
    marks = (calendar[:, None] == np.arange(YEAR))[None] & np.isfinite(ratios)[:, :, None]
    times = np.pad(np.cumsum(marks, axis=1), ((0, 0), (1, 0), (0, 0)))
    total = np.pad(np.cumsum(np.where(marks, np.nan_to_num(ratios)[:, :, None], 0.0), axis=1), ((0, 0), (1, 0), (0, 0)))
    for place, start in enumerate(starts):
        known = min(max(start - YEAR, 0), ratios.shape[1])
        count = times[:, known]
        found[place] = np.where(count > 0, total[:, known] / np.maximum(count, 1), 1.0)
    found = np.maximum(found, LEAST)
    return np.asarray(found / found.mean(axis=2, keepdims=True))


def spread(indexes: Floats, first_month: int, months: int) -> Floats:
    """The ratios of *months* months from calendar month *first_month* on; the last axis of *indexes* is the calendar month."""
    return np.asarray(indexes[..., (first_month + np.arange(months)) % YEAR])
