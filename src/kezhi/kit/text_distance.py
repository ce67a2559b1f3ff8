"""
How far two texts are apart, counted in characters: the same on every engine, for Chinese as for Latin script.

Engines count edits in bytes or in characters and not all know Jaro-Winkler, so this is a compiled loop over Arrow columns.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kezhi.kit.compiled import compiled

FAR = 9  # edits of texts that are more than `CUT` apart in length, or longer than `LONGEST`
CUT = 3
LONGEST = 64  # characters that are compared; what follows is cut off


def characters(texts: Any) -> tuple[Any, Any]:
    """The code points of all *texts* in one array, and where each text starts; null is as the empty text."""
    filled = pc.fill_null(texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts, "").cast(pa.large_string())
    _validity, offsets, data = filled.buffers()
    bounds = np.frombuffer(offsets, np.int64)[filled.offset : filled.offset + len(filled) + 1]
    starts = np.zeros(len(filled) + 1, np.int64)
    np.cumsum(pc.utf8_length(filled).to_numpy(zero_copy_only=False), out=starts[1:])
    read = np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, np.uint8)
    return _code_points(read[bounds[0] : bounds[-1]], int(starts[-1])), starts


def edits(left: Any, right: Any) -> Any:
    """
    Characters to replace, add, leave out or swap with the next one to make *left* of *right* (int8, 0 to `FAR`).

    The optimal string alignment distance; `FAR` when a text is null or empty.
    """
    return _where_told(_edits, left, right, FAR, np.int8)


def alike(left: Any, right: Any) -> Any:
    """
    Jaro-Winkler similarity of two text columns (float32, 0 to 1); 0 when one is null or empty.

    Source: Winkler (1990), String comparator metrics and enhanced decision rules in the Fellegi-Sunter model.
    """
    return _where_told(_alike, left, right, 0, np.float32)


def rearranged(left: Any, right: Any) -> Any:
    """Whether two texts are the same characters in another order (bool); False when one is null."""
    return _where_told(_rearranged, left, right, False, np.bool_)


def _where_told(measure: Callable[..., Any], left: Any, right: Any, else_: Any, kind: Any) -> Any:
    """*measure* of the rows that have both texts, most often few of them; *else_* in the others."""
    known = pc.and_(pc.is_valid(left), pc.is_valid(right))
    found = np.full(len(left), else_, kind)
    found[known.to_numpy(zero_copy_only=False)] = measure(*characters(left.filter(known)), *characters(right.filter(known)))
    return found


@compiled
def _code_points(data: Any, count: int) -> Any:
    """What UTF-8 says, one number per character."""
    found = np.empty(count, np.uint32)
    at = 0
    for place in range(count):
        first = np.uint32(data[at])
        size = 1 if first < 0x80 else 2 if first < 0xE0 else 3 if first < 0xF0 else 4
        code = first if size == 1 else first & np.uint32(0xFF >> (size + 1))
        for after in range(1, size):
            code = (code << np.uint32(6)) | (np.uint32(data[at + after]) & np.uint32(0x3F))
        found[place] = code
        at += size
    return found


@compiled
def _edits(a: Any, a_starts: Any, b: Any, b_starts: Any) -> Any:
    found = np.full(len(a_starts) - 1, FAR, np.int8)
    rows = np.zeros((3, LONGEST + 1), np.int64)
    for at in range(len(found)):
        p, q = a_starts[at], b_starts[at]
        n, m = min(a_starts[at + 1] - p, LONGEST), min(b_starts[at + 1] - q, LONGEST)
        if n == 0 or m == 0 or abs(n - m) > CUT:
            continue
        while n > 0 and m > 0 and a[p] == b[q]:  # how both begin and end makes no difference
            p, q, n, m = p + 1, q + 1, n - 1, m - 1
        while n > 0 and m > 0 and a[p + n - 1] == b[q + m - 1]:
            n, m = n - 1, m - 1
        for j in range(m + 1):
            rows[1, j] = j
        older, before, now = 0, 1, 2
        for i in range(1, n + 1):
            rows[now, 0] = i
            for j in range(1, m + 1):
                differs = 0 if a[p + i - 1] == b[q + j - 1] else 1
                best = min(rows[before, j] + 1, rows[now, j - 1] + 1, rows[before, j - 1] + differs)
                if i > 1 and j > 1 and a[p + i - 1] == b[q + j - 2] and a[p + i - 2] == b[q + j - 1]:
                    best = min(best, rows[older, j - 2] + 1)
                rows[now, j] = best
            older, before, now = before, now, older
        found[at] = min(rows[before, m], FAR)
    return found


@compiled
def _alike(a: Any, a_starts: Any, b: Any, b_starts: Any) -> Any:
    found = np.zeros(len(a_starts) - 1, np.float32)
    used_a, used_b = np.zeros(LONGEST, np.bool_), np.zeros(LONGEST, np.bool_)
    for at in range(len(found)):
        p, q = a_starts[at], b_starts[at]
        n, m = min(a_starts[at + 1] - p, LONGEST), min(b_starts[at + 1] - q, LONGEST)
        if n == 0 or m == 0:
            continue
        used_a[:n] = False
        used_b[:m] = False
        reach = max(max(n, m) // 2 - 1, 0)
        same = 0
        for i in range(n):
            for j in range(max(0, i - reach), min(m, i + reach + 1)):
                if not used_b[j] and a[p + i] == b[q + j]:
                    used_a[i] = used_b[j] = True
                    same += 1
                    break
        if same == 0:
            continue
        out_of_place, j = 0, 0
        for i in range(n):
            if used_a[i]:
                while not used_b[j]:
                    j += 1
                if a[p + i] != b[q + j]:
                    out_of_place += 1
                j += 1
        jaro = (same / n + same / m + (same - out_of_place // 2) / same) / 3
        prefix = 0
        while prefix < min(4, n, m) and a[p + prefix] == b[q + prefix]:
            prefix += 1
        found[at] = jaro + prefix * 0.1 * (1 - jaro)
    return found


@compiled
def _rearranged(a: Any, a_starts: Any, b: Any, b_starts: Any) -> Any:
    found = np.zeros(len(a_starts) - 1, np.bool_)
    for at in range(len(found)):
        one, other = a[a_starts[at] : a_starts[at + 1]], b[b_starts[at] : b_starts[at + 1]]
        if len(one) != len(other) or len(one) == 0 or one.sum() != other.sum():
            continue  # sorting is dear, and hardly any two texts come here
        found[at] = np.all(np.sort(one) == np.sort(other))
    return found
