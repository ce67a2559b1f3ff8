"""K-Means: compiled Lloyd passes from the best of several k-means++ starts on a sample of the rows."""

from __future__ import annotations

from typing import Any, Self

import numba
import numpy as np
from sklearn.base import BaseEstimator, ClusterMixin, TransformerMixin

from kezhi.errors import WrongInput
from kezhi.kit.compiled import compiled
from kezhi.locales import Phrase

PARTS = 16  # rows are always summed in so many parts, so that the result does not depend on the number of threads
START_ROWS = 10_000
BLOCK = 64  # rows whose distances are worked out side by side
TRIED_PASSES = 5  # of every start, before it is known which are worth going on with
KEPT_STARTS = 3
PARALLEL_ROWS = 50_000


def _plain_pass(points, centers):  # type: ignore[no-untyped-def]
    """One Lloyd pass: sums and counts per center, label and squared distance per row."""
    k, width = centers.shape
    rows = len(points)
    sums = np.zeros((PARTS, k, width))
    counts = np.zeros((PARTS, k))
    labels = np.empty(rows, np.int32)
    squared = np.empty(rows, points.dtype)
    step = (rows + PARTS - 1) // PARTS
    for part in numba.prange(PARTS):
        end = min(rows, (part + 1) * step)
        columns = np.zeros((width, BLOCK), points.dtype)  # rows of a block side by side, so that the inner loops vectorise
        away = np.empty(BLOCK, points.dtype)
        least = np.empty(BLOCK, points.dtype)
        nearest = np.zeros(BLOCK, np.int32)
        for begin in range(part * step, end, BLOCK):
            here = min(BLOCK, end - begin)
            for i in range(here):
                for q in range(width):
                    columns[q, i] = points[begin + i, q]
            for j in range(k):
                for i in range(BLOCK):
                    away[i] = 0
                for q in range(width):
                    center = centers[j, q]
                    for i in range(BLOCK):
                        difference = columns[q, i] - center
                        away[i] += difference * difference
                for i in range(BLOCK):
                    closer = j == 0 or away[i] < least[i]
                    nearest[i] = j if closer else nearest[i]
                    least[i] = away[i] if closer else least[i]
            for i in range(here):
                best = nearest[i]
                labels[begin + i] = best
                squared[begin + i] = least[i]
                counts[part, best] += 1
                for q in range(width):
                    sums[part, best, q] += points[begin + i, q]
    return sums.sum(0), counts.sum(0), labels, squared


_serial_pass = compiled(_plain_pass, fastmath=True)
_parallel_pass = compiled(_plain_pass, parallel=True, fastmath=True)


def _pass(points: Any, centers: Any) -> tuple[Any, Any, Any, Any]:
    """One Lloyd pass; threads for many rows only, as on a busy machine they cost more than they save on few."""
    sums, counts, labels, squared = (_parallel_pass if len(points) >= PARALLEL_ROWS else _serial_pass)(points, centers)
    return sums, counts, labels, squared


class KMeans(ClusterMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """
    Groups of rows around k centers with the least sum of squared distances.

    `n_init` k-means++ starts make five passes over at most 10,000 rows, the three best of them run to their end there, and full
    passes over all rows go on from the best. In scikit-learn's manner: `fit(X)` takes any 2-D array of numbers without nulls, float32 is kept and
    all else becomes float64. The same seed gives the same centers whatever the number of threads.
    Cost: rows x columns x k x passes, usually 2 to 30 passes; memory a label and a distance per row.

    Attributes after `fit`: cluster_centers_, labels_ (int32, 0 to k - 1), inertia_ (sum of squared distances to
    the centers of `labels_`), n_iter_ (full passes), n_features_in_.

    Raises:
        WrongInput: Fewer different rows than clusters, a null or infinite value, or no 2-D array.

    Source: Lloyd (1982); starts of Arthur, Vassilvitskii (2007), k-means++.
    """

    def __init__(
        self, n_clusters: int = 8, *, n_init: int = 10, max_iter: int = 300, tol: float = 1e-4, random_state: int | None = 0
    ) -> None:
        self.n_clusters = n_clusters
        self.n_init = n_init
        self.max_iter = max_iter
        self.tol = tol
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None) -> Self:  # noqa: ARG002
        """Find the centers of *X*; *y* is there for pipelines and not read."""
        points = _points(X)
        if not 1 <= self.n_clusters <= len(points):
            raise WrongInput(problem=Phrase("clusters.too_many", k=self.n_clusters, rows=len(points)))
        draws = np.random.default_rng(self.random_state)
        few = points
        if len(points) > START_ROWS:
            few = np.ascontiguousarray(points[draws.choice(len(points), START_ROWS, replace=False, shuffle=False)])
        tolerance = self.tol * float(few.var(axis=0, dtype=np.float64).mean())
        best = self._best_start(few, draws, tolerance)
        centers, labels, inertia, passes = best if few is points else self._lloyd(points, best[0], tolerance)
        if (np.bincount(labels, minlength=self.n_clusters) == 0).any():
            raise WrongInput(problem=Phrase("clusters.too_many", k=self.n_clusters, rows=len(np.unique(points, axis=0))))
        self.cluster_centers_, self.labels_, self.inertia_, self.n_iter_ = centers, labels, inertia, passes
        self.n_features_in_ = points.shape[1]
        return self

    def predict(self, X: Any) -> Any:
        """The nearest center of each row, int32."""
        return self.nearest(X)[0]

    def transform(self, X: Any) -> Any:
        """The distance of each row to each center."""
        points = self._fitting(X)
        return np.sqrt(np.stack([((points - center) ** 2).sum(axis=1) for center in self.cluster_centers_], axis=1))

    def nearest(self, X: Any) -> tuple[Any, Any]:
        """The nearest center of each row, and the distance to it."""
        points = self._fitting(X)
        _sums, _counts, labels, squared = _pass(points, self.cluster_centers_.astype(points.dtype))
        return labels, np.sqrt(squared)

    def _fitting(self, X: Any) -> Any:
        points = _points(X)
        if points.shape[1] != self.n_features_in_:
            raise WrongInput(problem=Phrase("clusters.columns", found=points.shape[1], expected=self.n_features_in_))
        return points

    def _best_start(self, few: Any, draws: np.random.Generator, tolerance: float) -> tuple[Any, Any, float, int]:
        """What `_lloyd` finds on *few* from the starts that come furthest in a few passes."""
        tried = min(TRIED_PASSES, self.max_iter)
        starts = [self._lloyd(few, _plus_plus(few, self.n_clusters, draws), tolerance, tried) for _ in range(self.n_init)]
        starts.sort(key=lambda found: found[2])
        ended = [self._lloyd(few, start[0], tolerance) for start in starts[:KEPT_STARTS]]
        return min(ended, key=lambda found: found[2])

    def _lloyd(self, points: Any, centers: Any, tolerance: float, most: int | None = None) -> tuple[Any, Any, float, int]:
        """At most *most* passes until the centers stand; the labels and the inertia are those of the centers given back."""
        passes, most = 0, self.max_iter if most is None else most
        while True:
            sums, counts, labels, squared = _pass(points, centers)
            passes += 1
            empty = np.flatnonzero(counts == 0)
            moved = (sums / np.maximum(counts, 1)[:, None]).astype(points.dtype)
            if len(empty):  # a center that lost all rows goes to the rows farthest from theirs
                moved[empty] = points[np.argsort(squared, kind="stable")[-len(empty) :]]
            shift = float(((moved.astype(np.float64) - centers) ** 2).sum())
            if passes >= most or (shift <= tolerance and not len(empty)):
                return centers, labels, float(squared.sum(dtype=np.float64)), passes
            if len(empty) and shift == 0:
                return centers, labels, float(squared.sum(dtype=np.float64)), passes
            centers = moved


def _points(X: Any) -> Any:
    points = np.ascontiguousarray(X, dtype=np.float32 if getattr(X, "dtype", None) == np.float32 else np.float64)
    if points.ndim != 2 or not points.shape[1] or not np.isfinite(points).all():
        raise WrongInput(problem=Phrase("clusters.not_numbers"))
    return points


def _plus_plus(points: Any, k: int, draws: np.random.Generator) -> Any:
    """k different rows to begin with, each drawn by its squared distance to those already taken."""
    taken = [points[draws.integers(len(points))]]
    squared = ((points - taken[0]) ** 2).sum(axis=1, dtype=np.float64)
    for _ in range(k - 1):
        heights = np.cumsum(squared)
        taken.append(points[min(int(np.searchsorted(heights, draws.random() * heights[-1])), len(points) - 1)])
        squared = np.minimum(squared, ((points - taken[-1]) ** 2).sum(axis=1, dtype=np.float64))
    return np.ascontiguousarray(taken, dtype=points.dtype)
