"""EASE for a large catalogue: each product is regressed on its nearest ones alone."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import prange

from kezhi.kit.compiled import compiled


def _plain_shared(ptr: Any, idx: Any, one: int, two: int) -> int:
    """How many customers bought both; two sorted lists side by side."""
    a, b, found = ptr[one], ptr[two], 0
    while a < ptr[one + 1] and b < ptr[two + 1]:
        if idx[a] == idx[b]:
            found += 1
            a += 1
            b += 1
        elif idx[a] < idx[b]:
            a += 1
        else:
            b += 1
    return found


_shared = compiled(_plain_shared)


def _plain_regressions(ptr: Any, idx: Any, near: Any, targets: Any, ridge: float) -> Any:
    """Targets x width: the weight of each of *near* in the ridge regression of a target on them."""
    width = near.shape[1]
    weights = np.zeros((len(targets), width), np.float32)
    for t in prange(len(targets)):
        i = targets[t]
        count = 0
        while count < width and near[i, count] >= 0:
            count += 1
        if count:
            system = np.zeros((count, count))
            right = np.zeros(count)
            for a in range(count):
                one = near[i, a]
                right[a] = _shared(ptr, idx, one, i)
                system[a, a] = ptr[one + 1] - ptr[one] + ridge
                for b in range(a):
                    system[a, b] = _shared(ptr, idx, one, near[i, b])
                    system[b, a] = system[a, b]
            weights[t, :count] = np.linalg.solve(system, right)
    return weights


_regressions = compiled(_plain_regressions, parallel=True)


def sparse_ease(ptr: Any, idx: Any, near: Any, targets: Any, ridge: float) -> tuple[Any, Any, Any]:
    """The weights of the *targets* that are not 0: products that speak for or against them, targets, weights."""
    near = np.ascontiguousarray(near)
    weights = _regressions(ptr, idx, near, targets, ridge)
    row, place = np.nonzero((near[targets] >= 0) & (weights != 0))
    return near[targets][row, place].astype(np.int64), targets[row], weights[row, place]


def table(source: Any, target: Any, weight: Any, items: int, width: int) -> tuple[Any, Any]:
    """For each product those that it speaks for or against, the *width* of the largest size (ids, −1 at the end) and their weights."""
    order = np.lexsort((target, -np.abs(weight), source))
    source, target, weight = source[order], target[order], weight[order]
    rank = np.arange(len(source)) - np.searchsorted(source, np.arange(items))[source]
    kept = rank < width
    found = np.full((items, int(rank[kept].max(initial=-1)) + 1), -1, np.int32)
    worth = np.zeros(found.shape, np.float32)
    found[source[kept], rank[kept]], worth[source[kept], rank[kept]] = target[kept], weight[kept]
    return found, worth
