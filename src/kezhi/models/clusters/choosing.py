"""How many clusters: those that come back on other samples and are well apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.metrics import adjusted_rand_score, silhouette_score

from kezhi.models.clusters.kmeans import KMeans

ROWS = 5_000  # at most so many rows are looked at
SILHOUETTE_ROWS = 2_000  # the silhouette needs the distance of each row to each
BOOTSTRAPS = 6


@dataclass(frozen=True, slots=True)
class Choice:
    """What was measured for one k; stability is the mean adjusted Rand index of fits on bootstrap samples, at most 1."""

    k: int
    silhouette: float
    stability: float
    inertia: float


def choose(points: Any, *, k_min: int, k_max: int, seed: int) -> tuple[int, list[Choice]]:
    """
    The number of clusters for *points*, and what spoke for it.

    The k with the largest sum of stability (do the clusters come back on a bootstrap sample?) and mean silhouette
    (are they apart?); the smaller of two alike. Either alone is misled: two halves of three groups may be further
    apart than the three, and clusters that come back may still touch.

    Args:
        points: Prepared rows.
        k_min: The least k that is tried, at least 2.
        k_max: The largest; no more than a fifth of the rows.
        seed: Of the samples.
    """
    draws = np.random.default_rng(seed)
    sample = points if len(points) <= ROWS else points[np.sort(draws.choice(len(points), ROWS, replace=False))]
    tried = []
    for k in range(k_min, max(k_min, min(k_max, len(sample) // 5)) + 1):
        if len(np.unique(sample, axis=0)) <= k:
            break
        fitted = KMeans(k, n_init=5, random_state=seed).fit(sample)
        again = []
        for turn in range(BOOTSTRAPS):
            drawn = sample[draws.integers(len(sample), size=len(sample))]
            if len(np.unique(drawn, axis=0)) > k:
                other = KMeans(k, n_init=3, random_state=seed + turn + 1).fit(drawn)
                again.append(adjusted_rand_score(fitted.labels_, other.predict(sample)))
        few = min(len(sample), SILHOUETTE_ROWS)
        silhouette = silhouette_score(sample[:few], fitted.labels_[:few]) if len(np.unique(fitted.labels_[:few])) > 1 else 0.0
        tried.append(Choice(k, float(silhouette), float(np.mean(again)) if again else 0.0, fitted.inertia_))
    if not tried:
        return k_min, []
    best = max(tried, key=lambda choice: (round(choice.stability + choice.silhouette, 6), -choice.k))
    return best.k, tried
