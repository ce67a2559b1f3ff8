"""
The loops of recommendation, compiled on first use.

Item-to-item members are tables of neighbours: `near[member, item, place]` (−1 ends a row) and their weights `far`. A
user's row of scores is then a sum over few products that stays in the cache; no matrix of users by products is made.
Members stand in this order: popular, season, repeat, the tables of neighbours, alike customers, the network. Of the network
there are the products it knows, what it makes of each asked user (`taste`), and what each product weighs in it (`out`, `shift`).

Learning and scoring share `_keep` and so share this file: numba keeps machine code as long as the file of a function is unchanged,
and would go on calling the old one if what it calls changed in another file.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import prange

from kezhi.kit.compiled import compiled

TOGETHER = 64  # customers of one thread after another
BLOCK = 64  # scores looked at together
FIXED = 3  # members before the tables of neighbours
OUT = np.float32(-1e30)


def _plain_most(values: Any) -> Any:
    """The largest of *values*, and 0 at least."""
    most = np.float32(0)
    for k in range(len(values)):
        most = max(most, values[k])
    return most


_most = compiled(_plain_most, fastmath=True)  # several at a time; a maximum is the same in any order


def _plain_keep(values: Any, count: int, best: Any, place: Any) -> int:
    """The *count* largest of *values* above 0 into *best* and *place*, the largest first, the earlier of equals; how many there are."""
    found, bar = 0, np.float32(0)
    for begin in range(0, len(values), BLOCK):
        part = values[begin : begin + BLOCK]
        if _most(part) <= bar:  # nearly all, once the list is full: told of many at once
            continue
        for k in range(len(part)):
            value = part[k]
            if value <= bar:
                continue
            at = found if found < count else count - 1
            while at > 0 and best[at - 1] < value:
                best[at] = best[at - 1]
                place[at] = place[at - 1]
                at -= 1
            best[at] = value
            place[at] = begin + k
            if found < count:
                found += 1
            if found == count:
                bar = best[count - 1]
    return found


_keep = compiled(_plain_keep)


def _plain_neighbours(other_ptr: Any, other_idx: Any, ptr: Any, idx: Any, width: int) -> Any:
    """Per row of one side: the *width* nearest others by cosine of what they share; (ids, −1 at the end; cosines)."""
    rows = len(ptr) - 1
    near = np.full((rows, width), -1, np.int32)
    far = np.zeros((rows, width), np.float32)
    for i in prange(rows):
        together = np.zeros(rows, np.float32)
        for a in range(ptr[i], ptr[i + 1]):
            r = idx[a]
            for b in range(other_ptr[r], other_ptr[r + 1]):
                together[other_idx[b]] += 1
        together[i] = 0
        own = ptr[i + 1] - ptr[i]
        for k in range(rows):
            if together[k] > 0:
                together[k] /= np.sqrt(np.float32(own) * np.float32(ptr[k + 1] - ptr[k]))
        _keep(together, width, far[i], near[i])
    return near, far


neighbours = compiled(_plain_neighbours, parallel=True)


def _plain_gram(item_ptr: Any, item_idx: Any, ptr: Any, idx: Any) -> Any:
    """Items x items: by how many users both were bought; item by item, so that its row stays in the cache."""
    items = len(item_ptr) - 1
    made = np.zeros((items, items), np.float32)
    for i in prange(items):
        row = made[i]
        for a in range(item_ptr[i], item_ptr[i + 1]):
            r = item_idx[a]
            for b in range(ptr[r], ptr[r + 1]):
                row[idx[b]] += 1
    return made


gram = compiled(_plain_gram, parallel=True)


def _plain_mirror(upper: Any) -> None:
    """The lower half of a square as the upper one, a tile after the other, so that either side stays in the cache."""
    size = len(upper)
    for tile in prange((size + BLOCK - 1) // BLOCK):
        first, last = tile * BLOCK, min((tile + 1) * BLOCK, size)
        for begin in range(0, last, BLOCK):
            for i in range(first, last):
                for j in range(begin, min(begin + BLOCK, i)):
                    upper[i, j] = upper[j, i]


mirror = compiled(_plain_mirror, parallel=True)


def _plain_ease_weights(inverse: Any, width: int) -> Any:
    """
    Per row of I − P / diag(P) the *width* largest by size, whatever the sign, without the diagonal; (ids, −1 at the end; weights).

    That a product speaks against another tells as much (MovieLens small: NDCG@10 0.136 against 0.130).
    """
    rows = len(inverse)
    near = np.full((rows, width), -1, np.int32)
    far = np.zeros((rows, width), np.float32)
    diagonal = np.empty(rows, np.float32)
    for i in range(rows):
        diagonal[i] = inverse[i, i]
    for i in prange(rows):
        size = np.empty(rows, np.float32)
        for j in range(rows):
            size[j] = abs(inverse[i, j] / diagonal[j])
        size[i] = 0
        for place in range(_keep(size, width, far[i], near[i])):
            j = near[i, place]
            far[i, place] = -inverse[i, j] / diagonal[j]
    return near, far


ease_weights = compiled(_plain_ease_weights, parallel=True)


def _plain_member_rows(
    r: int, ptr: Any, idx: Any, val: Any, rep: Any, popular: Any, near: Any, far: Any, peers: Any, alike: Any, peer_ptr: Any,
    peer_idx: Any, products: Any, taste: Any, out: Any, shift: Any, mix: Any, rows: Any, unit: Any,
) -> None:  # fmt: skip
    """
    Scores of user *r*, whose *taste* is one row, by each member whose share in *mix* is not 0, into *rows* (members x items).

    Into *unit* what a member's scores are to be multiplied by, so that each is 1 at its best.
    """
    tables = near.shape[0]
    for p in range(2):
        if mix[p] != 0:
            rows[p] = popular[p]
    if mix[2] != 0:
        rows[2] = 0
        for a in range(ptr[r], ptr[r + 1]):
            rows[2, idx[a]] = rep[a]
    for t in range(tables):
        if mix[3 + t] != 0:
            row = rows[3 + t]
            row[:] = 0
            for a in range(ptr[r], ptr[r + 1]):
                x, much = idx[a], val[a]
                for j in range(near.shape[2]):
                    k = near[t, x, j]
                    if k < 0:
                        break
                    row[k] += much * far[t, x, j]
    last = 3 + tables
    if mix[last] != 0:
        row = rows[last]
        row[:] = 0
        for j in range(peers.shape[1]):
            q = peers[r, j]
            if q < 0:
                break
            for a in range(peer_ptr[q], peer_ptr[q + 1]):
                row[peer_idx[a]] += alike[r, j]
    if mix[last + 1] != 0:
        row = rows[last + 1]
        row[:] = 0
        told = shift.copy()
        for w in range(len(taste)):
            for p in range(len(told)):
                told[p] += taste[w] * out[w, p]
        most = np.float32(-1e30)
        for p in range(len(told)):
            most = max(most, told[p])
        for p in range(len(told)):
            row[products[p]] = np.exp(told[p] - most)
    unit[:] = 1
    for t in range(2, last + 1):
        if mix[t] != 0:
            most = _most(rows[t])
            if most > 0:
                unit[t] = np.float32(1) / most


_member_rows = compiled(_plain_member_rows)


def _plain_candidates(
    chosen: Any, allowed: Any, with_seen: bool, each: int, ptr: Any, idx: Any, val: Any, rep: Any, popular: Any, near: Any, far: Any,
    peers: Any, alike: Any, peer_ptr: Any, peer_idx: Any, products: Any, taste: Any, out: Any, shift: Any, mix: Any,
) -> Any:  # fmt: skip
    """Per chosen user the best *each* products of each member (ids, −1 for none or twice), and every member's score of each."""
    members, items = len(mix), popular.shape[1]
    ids = np.full((len(chosen), members * each), -1, np.int32)
    scores = np.zeros((len(chosen), members * each, members), np.float32)
    for u in prange(len(chosen)):
        r = chosen[u]
        rows, unit = np.zeros((members, items), np.float32), np.ones(members, np.float32)
        _member_rows(
            r, ptr, idx, val, rep, popular, near, far, peers, alike, peer_ptr, peer_idx, products, taste[u], out, shift, mix, rows, unit
        )
        gone = ~allowed
        if not with_seen:
            for a in range(ptr[r], ptr[r + 1]):
                gone[idx[a]] = True
        found = 0
        taken = np.zeros(items, np.bool_)
        best, place = np.zeros(each, np.float32), np.zeros(each, np.int32)
        for m in range(members):
            if mix[m] == 0:
                continue
            for k in range(items):
                if gone[k]:
                    rows[m, k] = 0
            for j in range(_keep(rows[m], each, best, place)):
                if not taken[place[j]]:
                    taken[place[j]] = True
                    ids[u, found] = place[j]
                    found += 1
        for j in range(found):
            for m in range(members):
                scores[u, j, m] = rows[m, ids[u, j]] * unit[m]
    return ids, scores


candidates = compiled(_plain_candidates, parallel=True)


def _plain_because(place: Any, reason: Any, ptr: Any, idx: Any, val: Any, near: Any, far: Any, r: int, slot: Any, because: Any) -> None:
    """Of each product in *place* that a table of neighbours speaks for most, the own one of user *r* that adds most to it; *slot* is −1 before and after."""
    most = np.zeros(len(place), np.float32)
    for t in range(near.shape[0]):
        asked = 0
        for j in range(len(place)):
            if reason[j] == FIXED + t:
                slot[place[j]] = j
                asked += 1
        if asked == 0:
            continue
        for a in range(ptr[r], ptr[r + 1]):
            x, much = idx[a], val[a]
            for b in range(near.shape[2]):
                k = near[t, x, b]
                if k < 0:
                    break
                j = slot[k]
                if j >= 0 and much * far[t, x, b] > most[j]:
                    most[j], because[j] = much * far[t, x, b], x
        for j in range(len(place)):
            slot[place[j]] = -1


_because = compiled(_plain_because)


def _plain_select(
    chosen: Any, allowed: Any, with_seen: bool, count: int, gone_ptr: Any, gone_idx: Any, group: Any, maker: Any, per_group: int, spread: float,
    ptr: Any, idx: Any, val: Any, rep: Any, popular: Any, near: Any, far: Any, peers: Any, alike: Any, peer_ptr: Any, peer_idx: Any,
    products: Any, taste: Any, out: Any, shift: Any, mix: Any,
) -> Any:  # fmt: skip
    """
    Per chosen user the best *count* products.

    Args, beside those of `_member_rows`: *gone* products per user (CSR) and those not *allowed* are left out; at most
    *per_group* of a *group* (0: any number; a group of −1 is its own); *spread* of a score (0 to 1) is lost to likeness
    with what was picked before (half for the group, half for the *maker*).

    Returns:
        ids (−1: no more), scores, member that adds most, own product that adds most by it (−1 without).
    """
    members, items = len(mix), popular.shape[1]
    ids = np.full((len(chosen), count), -1, np.int32)
    scores = np.zeros((len(chosen), count), np.float32)
    reason = np.zeros((len(chosen), count), np.int8)
    because = np.full((len(chosen), count), -1, np.int32)
    groups = 0
    for k in range(items):
        groups = max(groups, group[k] + 1)
    # what nothing speaks for, or more against than for: by how popular it is
    base = np.where(allowed, np.float32(1e-6) * popular[0], OUT).astype(np.float32)
    for chunk in prange((len(chosen) + TOGETHER - 1) // TOGETHER):
        # the same memory for one after the other: to clear the rows of members without a share took longer than the scores
        rows, total = np.zeros((members, items), np.float32), np.zeros(items, np.float32)
        unit, slot = np.ones(members, np.float32), np.full(items, -1, np.int32)
        for u in range(chunk * TOGETHER, min(len(chosen), (chunk + 1) * TOGETHER)):
            r = chosen[u]
            _member_rows(
                r, ptr, idx, val, rep, popular, near, far, peers, alike, peer_ptr, peer_idx, products, taste[u], out, shift, mix, rows, unit
            )
            total[:] = 0
            for m in range(members):
                if mix[m] != 0:
                    share, row = mix[m] * unit[m], rows[m]
                    for k in range(items):
                        total[k] += share * row[k]
            for k in range(items):
                total[k] = (total[k] if total[k] > 0 else np.float32(0)) + base[k]
            if not with_seen:
                for a in range(ptr[r], ptr[r + 1]):
                    total[idx[a]] = OUT
            for a in range(gone_ptr[u], gone_ptr[u + 1]):
                total[gone_idx[a]] = OUT
            best, place = np.zeros(count, np.float32), np.zeros(count, np.int32)
            if per_group == 0 and spread == 0:
                found = _keep(total, count, best, place)
            else:
                found = 0
                used = np.zeros(groups + 1, np.int32)
                alike_to = np.zeros(items, np.float32)
                top = np.float32(1e-30)
                for k in range(items):
                    top = max(top, total[k])
                while found < count:
                    pick, most = -1, np.float32(-1e29)
                    for k in range(items):
                        if total[k] > 0:
                            value = (1 - spread) * total[k] / top - spread * alike_to[k]
                            if value > most:
                                pick, most = k, value
                    if pick < 0:
                        break
                    place[found], best[found] = pick, total[pick]
                    found += 1
                    total[pick] = OUT
                    mine = group[pick]
                    if mine >= 0:
                        used[mine] += 1
                    for k in range(items):
                        same = np.float32(0)
                        if mine >= 0 and group[k] == mine:
                            if per_group > 0 and used[mine] >= per_group:
                                total[k] = OUT
                            same += np.float32(0.5)
                        if maker[pick] >= 0 and maker[k] == maker[pick]:
                            same += np.float32(0.5)
                        alike_to[k] = max(alike_to[k], same)
            for j in range(found):
                item = place[j]
                ids[u, j], scores[u, j] = item, best[j]
                strongest_part, which = np.float32(0), 0
                for m in range(members):
                    part = mix[m] * unit[m] * rows[m, item]
                    if mix[m] != 0 and part > strongest_part:
                        strongest_part, which = part, m
                reason[u, j] = which
            _because(place[:found], reason[u], ptr, idx, val, near, far, r, slot, because[u])
    return ids, scores, reason, because


select = compiled(_plain_select, parallel=True)
