"""Clusters that keep their numbers and names when they are found anew."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

SAME = 0.5  # a center that moved less than this part of the way to the next old center is still the same cluster


def match(centers: Any, previous: Any) -> list[tuple[int | None, float | None]]:
    """
    For each of the new *centers* the row of the *previous* ones it continues, and how far it moved.

    The assignment with the least sum of distances (the Hungarian method); a pair farther apart than half the
    distance from the old center to its nearest neighbour is no continuation: (None, None).

    Args:
        centers: New centers, rows x features, in scaled units.
        previous: Old centers in the same features and units.
    """
    found: list[tuple[int | None, float | None]] = [(None, None)] * len(centers)
    if not len(previous):
        return found
    away = np.sqrt(((centers[:, None] - previous[None]) ** 2).sum(axis=2))
    between = np.sqrt(((previous[:, None] - previous[None]) ** 2).sum(axis=2))
    np.fill_diagonal(between, np.inf)
    nearest = between.min(axis=1)
    farthest = np.where(np.isfinite(nearest), SAME * nearest, away.max())  # one old center alone has no neighbour
    # a pair that is no continuation costs no more for being far: one stray center does not push the others around
    for new, old in zip(*linear_sum_assignment(np.minimum(away, farthest)), strict=True):
        if away[new, old] <= farthest[old]:
            found[int(new)] = (int(old), float(away[new, old]))
    return found
