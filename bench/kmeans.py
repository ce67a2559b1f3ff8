"""K-Means, k = 8 on rows x 12 float32: ours against scikit-learn's, seconds and inertia. `python bench/kmeans.py [ROWS]`"""

from __future__ import annotations

import sys
import time

import numpy as np
from sklearn.cluster import KMeans as Reference

from kezhi.models.clusters import KMeans

ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000

draws = np.random.default_rng(0)
points = (draws.normal(size=(8, 12))[draws.integers(8, size=ROWS)] * 2 + draws.normal(size=(ROWS, 12))).astype(np.float32)
KMeans(8).fit(points[:60_000])  # compiled before the clock starts
began = time.perf_counter()
ours = KMeans(8).fit(points)
seconds = time.perf_counter() - began
began = time.perf_counter()
one = Reference(8, n_init=1, random_state=0).fit(points)
theirs = time.perf_counter() - began
few = points[:: max(1, ROWS // 100_000)]
best = Reference(8, n_init=10, random_state=0).fit(few)
polished = Reference(8, n_init=1, init=best.cluster_centers_).fit(points)
print(f"kezhi {seconds:.3f} s   scikit-learn (1 start) {theirs:.3f} s   ratio {seconds / theirs:.3f}")
print(
    f"inertia against scikit-learn's best of 10 starts: {ours.inertia_ / polished.inertia_:.6f} (its one start: {one.inertia_ / polished.inertia_:.6f})"
)
