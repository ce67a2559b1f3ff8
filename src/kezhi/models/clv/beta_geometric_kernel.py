"""The sum over customers in the BG/NBD likelihood, compiled; a plain NumPy form of it stands in the tests."""

from __future__ import annotations

import numpy as np

from kezhi.kit.compiled import compiled

_CHUNK = 8192  # rows added up by themselves, so that a sum of millions keeps its digits


def _plain_chunks(level, levels, recency, seen, weights, r, alpha, log_odds, inverse):  # type: ignore[no-untyped-def]
    n = len(level)
    parts = np.zeros(((n + _CHUNK - 1) // _CHUNK, 5))
    for chunk in range(parts.shape[0]):
        value = by_r = by_alpha = by_a = by_b = 0.0
        for i in range(chunk * _CHUNK, min(n, (chunk + 1) * _CHUNK)):
            k = level[i]
            power = r + levels[k]
            log_seen = np.log(alpha + seen[i])
            one = -power * log_seen
            one_r = -log_seen
            one_alpha = -power / (alpha + seen[i])
            if log_odds[k] > -np.inf:
                gap = log_seen - np.log(alpha + recency[i])
                z = log_odds[k] + power * gap
                small = np.exp(-abs(z))
                share = (1.0 if z > 0 else small) / (1.0 + small)
                one += max(z, 0.0) + np.log1p(small)
                one_r += share * gap
                one_alpha += share * power * (1 / (alpha + seen[i]) - 1 / (alpha + recency[i]))
                by_a += weights[i] * share
                by_b -= weights[i] * share * inverse[k]
            value += weights[i] * one
            by_r += weights[i] * one_r
            by_alpha += weights[i] * one_alpha
        parts[chunk, 0], parts[chunk, 1], parts[chunk, 2], parts[chunk, 3], parts[chunk, 4] = value, by_r, by_alpha, by_a, by_b
    return parts


_chunks = compiled(_plain_chunks)


def dropout_terms(level, levels, recency, seen, weights, r, alpha, log_odds, inverse):  # type: ignore[no-untyped-def]
    """
    Sum over customers of -(r+x) ln(alpha+T) + ln(1 + odds), and its derivatives by r, alpha, ln a and b.

    `level` is the place of x in `levels`; `log_odds` is ln(a / (b+x-1)) per level, -inf where x = 0 cannot have
    dropped out; `inverse` is 1 / (b+x-1).
    """
    return _chunks(level, levels, recency, seen, weights, r, alpha, log_odds, inverse).sum(axis=0)
