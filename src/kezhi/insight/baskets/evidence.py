"""Is it chance? Fisher's exact test of every rule, and the share of false discoveries among the rules shown."""

from __future__ import annotations

from math import exp, lgamma
from typing import Any

import numpy as np

from kezhi.kit.compiled import compiled

NEGLIGIBLE = 1e-17  # a term that no longer changes the sum


@compiled
def _log_chance(both: int, a: int, c: int, n: int) -> float:
    """Logarithm of the hypergeometric chance that *both* of *n* baskets hold A and C when a hold A and c hold C."""
    chosen = lgamma(a + 1.0) - lgamma(both + 1.0) - lgamma(a - both + 1.0)
    others = lgamma(n - a + 1.0) - lgamma(c - both + 1.0) - lgamma(n - a - c + both + 1.0)
    return chosen + others - (lgamma(n + 1.0) - lgamma(c + 1.0) - lgamma(n - c + 1.0))


@compiled
def fisher_greater(both: Any, a: Any, c: Any, n: int) -> Any:
    """
    The chance of at least *both* baskets with A and C if the two had nothing to do with each other.

    Fisher's exact test, one-sided: the upper tail of the hypergeometric distribution, summed term by term from the
    thinner side; 0 below about 1e-300.

    Args:
        both: Baskets with A and C, an array.
        a: Baskets with A.
        c: Baskets with C.
        n: All baskets.
    """
    p = np.empty(len(both), np.float64)
    for r in range(len(both)):
        x, na, nc = both[r], a[r], c[r]
        lowest, highest = max(0, na + nc - n), min(na, nc)
        upper = x * n >= na * nc  # at or above what is expected: the upper tail is the thinner one
        k = x if upper else x - 1
        total, term = 0.0, 1.0
        if k >= lowest:
            start = _log_chance(k, na, nc, n)
            while lowest <= k <= highest:
                total += term
                if upper:
                    term *= (na - k) * np.float64(nc - k) * np.reciprocal((k + 1.0) * (n - na - nc + k + 1.0))
                    k += 1
                else:
                    term *= k * np.float64(n - na - nc + k) * np.reciprocal((na - k + 1.0) * (nc - k + 1.0))
                    k -= 1
                if term < NEGLIGIBLE * total:
                    break
            total *= exp(start)
        p[r] = min(1.0, total if upper else 1.0 - total)
    return p


def benjamini_hochberg(p: Any, tests: int) -> Any:
    """
    The smallest share of false discoveries at which each test would still be reported.

    Args:
        p: p-values of the tests at hand.
        tests: How many tests there were in all; those not at hand count as having found nothing.

    Returns:
        q-values in the order of *p*. Source: Benjamini, Hochberg (1995), J. R. Stat. Soc. B 57(1) 289-300.
    """
    order = np.argsort(p, kind="stable")
    scaled = np.divide(p[order] * float(max(tests, len(p))), np.arange(1, len(p) + 1))
    q = np.empty(len(p))
    q[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return q
