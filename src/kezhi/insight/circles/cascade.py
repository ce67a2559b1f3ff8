"""How far a word goes: the independent cascade, where each customer told tells each neighbour once, with luck."""

from __future__ import annotations

from typing import Any

import numpy as np

from kezhi.kit.compiled import compiled


@compiled
def reaches(low: Any, high: Any, customers: int, chance: float, runs: int, seed: int) -> Any:
    """
    How many customers hear of it on average when one begins, the one included; of every customer at once.

    A tie carries a word at most once, in either direction with the same chance: so all cascades of one run are the
    parts of the graph that is left when each tie is kept with that chance, found by union-find. Cost: ties × runs.

    Args:
        low: One end of each tie, a number below *customers*.
        high: The other end.
        customers: How many there are.
        chance: That a tie carries it, 0 to 1.
        runs: Cascades; the error of the mean falls with their square root.
        seed: Where the luck comes from.

    Returns:
        The mean of each customer. Source: Kempe, Kleinberg, Tardos (2003), KDD, 137-146 (live-edge graphs).
    """
    np.random.seed(seed)
    total = np.zeros(customers, np.float64)
    parent = np.empty(customers, np.int64)
    size = np.empty(customers, np.int64)
    for _ in range(runs):
        for c in range(customers):
            parent[c] = c
            size[c] = 1
        for tie in range(len(low)):
            if np.random.random() < chance:
                a, b = low[tie], high[tie]
                while parent[a] != a:
                    parent[a] = parent[parent[a]]
                    a = parent[a]
                while parent[b] != b:
                    parent[b] = parent[parent[b]]
                    b = parent[b]
                if a != b:
                    if size[a] < size[b]:
                        a, b = b, a
                    parent[b] = a
                    size[a] += size[b]
        for c in range(customers):
            a = c
            while parent[a] != a:
                a = parent[a]
            total[c] += size[a]
    return np.true_divide(total, runs)
