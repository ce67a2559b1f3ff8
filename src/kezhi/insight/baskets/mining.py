"""
Which sets of items stand together in at least *least* baskets: depth first, one item's baskets at a time.

Items are numbered from the rarest. For each item only the baskets that hold it are looked at: one pass counts all
items that follow it, so that no matrix of pairs is kept, and a basket of k items costs k² / 2 steps and no memory.
Larger sets are intersections of bitmaps over those baskets (Zaki 2000, "Scalable algorithms for association
mining", IEEE TKDE 12(3) 372-390).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from kezhi.kit.compiled import compiled

FINISHED, TOO_MANY, TOO_WIDE = 0, 1, 2
_ONE = np.uint64(1)
_M1, _M2, _M4 = np.uint64(0x5555555555555555), np.uint64(0x3333333333333333), np.uint64(0x0F0F0F0F0F0F0F0F)
_H1, _S1, _S2, _S4, _S56 = np.uint64(0x0101010101010101), np.uint64(1), np.uint64(2), np.uint64(4), np.uint64(56)


@compiled
def _sort(items: Any) -> None:
    """Put a basket in order, in place: most are small."""
    if len(items) > 32:
        items[:] = np.sort(items)
        return
    for place in range(1, len(items)):
        item, hole = items[place], place
        while hole > 0 and items[hole - 1] > item:
            items[hole] = items[hole - 1]
            hole -= 1
        items[hole] = item


@compiled
def by_basket(baskets: Any, items: Any, n_baskets: int) -> Any:
    """(starts, items): the different items of every basket in order, from rows in any order."""
    starts = np.zeros(n_baskets + 1, np.int64)
    for row in range(len(baskets)):
        starts[baskets[row] + 1] += 1
    for b in range(n_baskets):
        starts[b + 1] += starts[b]
    filled = starts[:-1].copy()
    held = np.empty(len(items), np.int32)
    for row in range(len(baskets)):
        held[filled[baskets[row]]] = items[row]
        filled[baskets[row]] += 1
    kept, low = 0, 0
    for b in range(n_baskets):
        high = starts[b + 1]
        _sort(held[low:high])
        previous = -1
        for place in range(low, high):
            item = held[place]
            if item != previous:
                held[kept] = item
                kept += 1
            previous = item
        low = high
        starts[b + 1] = kept
    return starts, held[:kept]


@compiled
def renumber(starts: Any, held: Any, number: Any) -> Any:
    """(starts, items) under new numbers, in order, in place; an item whose number is below 0 is left out."""
    kept, low = 0, 0
    for b in range(len(starts) - 1):
        high, first = starts[b + 1], kept
        for place in range(low, high):
            item = number[held[place]]
            if item >= 0:
                held[kept] = item
                kept += 1
        _sort(held[first:kept])
        low = high
        starts[b + 1] = kept
    return starts, held[:kept]


@compiled
def _count_both(a: Any, b: Any, both: Any) -> Any:
    """How many bits a and b share; the shared ones are left in *both*."""
    total = np.uint64(0)
    for w in range(len(a)):
        x = a[w] & b[w]
        both[w] = x
        x = x - ((x >> _S1) & _M1)
        x = (x & _M2) + ((x >> _S2) & _M2)
        x = (x + (x >> _S4)) & _M4
        total += (x * _H1) >> _S56
    return np.int64(total)


@compiled
def mine(starts: Any, items: Any, n_items: int, least: int, max_size: int, most_sets: int, most_words: int) -> Any:
    """
    All sets of 1 to *max_size* items that *least* baskets or more hold, in the order of a dictionary of item numbers.

    Args:
        starts: Where each basket begins in *items*, and the end.
        items: Numbers of the items, growing within a basket; every item is in *least* baskets or more.
        n_items: How many items there are.
        least: Baskets that a set must be in.
        max_size: Items that a set may have.
        most_sets: Sets to find before giving up.
        most_words: Words of 64 baskets that the bitmaps of one item may take before giving up.

    Returns:
        (state, ends, members, counts, tests): the set s has members[ends[s]:ends[s + 1]] and is in counts[s] baskets;
        tests[k] is how many sets of k items were counted, those below *least* too.
    """
    n_baskets = len(starts) - 1
    first = np.zeros(n_items + 1, np.int64)  # of each item: where its (basket, place) pairs begin
    for place in range(len(items)):
        first[items[place] + 1] += 1
    for i in range(n_items):
        first[i + 1] += first[i]
    at = np.empty(len(items), np.uint32)  # 4 billion lines are more than fit in memory
    end_of = np.empty(len(items), np.uint32)
    filled = first[:-1].copy()
    for b in range(n_baskets):
        for place in range(starts[b], starts[b + 1]):
            i = items[place]
            at[filled[i]] = place
            end_of[filled[i]] = starts[b + 1]
            filled[i] += 1

    ends = np.zeros(1024, np.int64)
    counts = np.zeros(1024, np.int64)
    members = np.zeros(4096, np.int32)
    n_sets, n_members = 0, 0
    tests = np.zeros(max_size + 1, np.int64)
    tests[1] = n_items
    if max_size > 1:
        tests[2] = n_items * (n_items - 1) // 2
    row = np.zeros(n_items, np.int32)
    local = np.full(n_items, -1, np.int64)
    path = np.zeros(max_size, np.int32)

    for i in range(n_items):
        path[0] = i
        size = first[i + 1] - first[i]
        row[i:] = 0
        if max_size > 1:
            for t in range(first[i], first[i + 1]):
                for place in range(at[t] + 1, end_of[t]):
                    row[items[place]] += 1
        later = np.flatnonzero(row >= least)
        words = (size + 63) >> 6
        bits = np.zeros((0, 0), np.uint64)
        if max_size > 2 and len(later) > 1:
            if len(later) * words > most_words:
                return TOO_WIDE, ends[:1], members[:0], counts[:0], tests
            bits = np.zeros((len(later), words), np.uint64)
            for k in range(len(later)):
                local[later[k]] = k
            for t in range(first[i], first[i + 1]):
                word, bit = (t - first[i]) >> 6, _ONE << np.uint64((t - first[i]) & 63)
                for place in range(at[t] + 1, end_of[t]):
                    k = local[items[place]]
                    if k >= 0:
                        bits[k, word] |= bit
            for k in range(len(later)):
                local[later[k]] = -1

        # a stack of levels: the candidates that may follow the path, their bitmaps and counts, and the next one to take
        level_items = [later]
        level_bits = [bits]
        level_counts = [row[later].astype(np.int64)]
        level_next = [0]
        depth, fresh = 1, True
        count = size
        while True:
            if fresh:
                if n_sets + 2 > len(ends):
                    ends = np.concatenate((ends, np.zeros(len(ends), np.int64)))
                if n_sets + 1 > len(counts):
                    counts = np.concatenate((counts, np.zeros(len(counts), np.int64)))
                if n_members + depth > len(members):
                    members = np.concatenate((members, np.zeros(len(members) + depth, np.int32)))
                if n_sets >= most_sets:
                    return TOO_MANY, ends[:1], members[:0], counts[:0], tests
                members[n_members : n_members + depth] = path[:depth]
                n_members += depth
                counts[n_sets] = count
                n_sets += 1
                ends[n_sets] = n_members
                fresh = False
            place = level_next[-1]
            if place == len(level_items[-1]):
                level_items.pop()
                level_bits.pop()
                level_counts.pop()
                level_next.pop()
                depth -= 1
                if depth == 0:
                    break
                continue
            level_next[-1] = place + 1
            here, here_bits = level_items[-1], level_bits[-1]
            path[depth] = here[place]
            count = level_counts[-1][place]
            depth += 1
            fresh = True
            wider = len(here) - place - 1 if depth < max_size else 0
            found_bits = np.empty((wider, words if wider else 0), np.uint64)
            found_items = np.empty(wider, np.int64)
            found_counts = np.empty(wider, np.int64)
            found = 0
            if wider:
                tests[depth + 1] += wider
                for other in range(place + 1, len(here)):
                    both = _count_both(here_bits[place], here_bits[other], found_bits[found])
                    if both >= least:
                        found_items[found] = here[other]
                        found_counts[found] = both
                        found += 1
            level_items.append(found_items[:found])
            level_bits.append(found_bits[:found])
            level_counts.append(found_counts[:found])
            level_next.append(0)
    return FINISHED, ends[: n_sets + 1], members[:n_members], counts[:n_sets], tests
