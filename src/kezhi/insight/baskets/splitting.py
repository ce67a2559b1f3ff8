"""Every way to part an itemset into what was bought and what was bought with it, with the counts of both parts."""

from __future__ import annotations

from typing import Any

import numpy as np

from kezhi.kit.compiled import compiled


@compiled
def _find(ends: Any, members: Any, wanted: Any, length: int) -> int:
    """The place of the set wanted[:length]; sets stand in the order of a dictionary, a part of a set before it."""
    low, high = 0, len(ends) - 1
    while low < high:
        middle = (low + high) >> 1
        start, stop = ends[middle], ends[middle + 1]
        smaller, decided = False, False
        for k in range(min(length, stop - start)):
            if members[start + k] != wanted[k]:
                smaller, decided = members[start + k] < wanted[k], True
                break
        if not decided:
            smaller = stop - start < length
        if smaller:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def splits(ends: Any, members: Any, max_consequent: int, most: int) -> Any:
    """
    The rules of the itemsets that `mining.mine` found.

    Args:
        ends: Where each set ends in *members*.
        members: Items of the sets.
        max_consequent: Items that a consequent may have.
        most: Rules to make before giving up.

    Returns:
        (whole, antecedent, consequent): places of the three sets, one row per rule; empty arrays of length 0 and
        a `whole` of length 1 holding -1 when there are more than *most*.
    """
    total = 0
    n_sets = len(ends) - 1
    for s in range(n_sets):
        size = ends[s + 1] - ends[s]
        if size > 1:
            ways, here = 1, 0
            for k in range(1, min(max_consequent, size - 1) + 1):
                ways = ways * (size - k + 1) // k
                here += ways
            total += here
        if total > most:
            return np.full(1, -1, np.int64), np.empty(0, np.int64), np.empty(0, np.int64)
    whole, antecedent, consequent = np.empty(total, np.int64), np.empty(total, np.int64), np.empty(total, np.int64)
    made = 0
    for s in range(n_sets):
        start, size = ends[s], ends[s + 1] - ends[s]
        if size < 2:
            continue
        left, right = np.empty(size, np.int32), np.empty(size, np.int32)
        for rights in range(1, min(max_consequent, size - 1) + 1):
            mask = (1 << rights) - 1
            while mask < 1 << size:
                to_left, to_right = 0, 0
                for k in range(size):
                    if (mask >> k) & 1:
                        right[to_right] = members[start + k]
                        to_right += 1
                    else:
                        left[to_left] = members[start + k]
                        to_left += 1
                whole[made] = s
                antecedent[made] = _find(ends, members, left, to_left)
                consequent[made] = _find(ends, members, right, to_right)
                made += 1
                # the next larger number with as many bits (Warren, Hacker's Delight, 2-1)
                lowest = mask & -mask
                ripple = mask + lowest
                mask = ripple | (((mask ^ ripple) // lowest) >> 2)
    return whole, antecedent, consequent
