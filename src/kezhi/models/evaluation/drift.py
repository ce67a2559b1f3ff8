"""How far what is scored now has moved from what a model was judged on."""

from __future__ import annotations

from typing import Any

import numpy as np

_SELDOM = 0.001  # so often chance alone may say that something moved
_FEWEST = 1e-4  # a share of 0 would make the index infinite

STEADY, MOVED = 0.1, 0.25  # the usual reading: below 0.1 nothing happened, above 0.25 another population


def stability_bins(values: Any, *, bins: int = 10) -> dict[str, list[float]]:
    """
    What to keep of *values* (those of the rows a model was judged on), to compare later ones with.

    Bins end at quantiles. A value that fills a bin of its own (zero orders of most customers, say) gets one, so that what moves
    from it to what lies below or above is seen.

    Returns:
        `edges` (inner bounds; each belongs to the bin below) and `shares` (of each bin, the last being NaN), both plain lists.
    """
    column = np.asarray(values, dtype=np.float64)
    known = column[np.isfinite(column)]
    edges = np.quantile(known, np.arange(1, bins) / bins, method="inverted_cdf") if len(known) else np.empty(0)
    found, counts = np.unique(known, return_counts=True)
    heavy = found[counts * bins >= len(known)]
    edges = np.unique(np.concatenate([edges, heavy, np.nextafter(heavy, -np.inf)]))
    return {"edges": edges.tolist(), "shares": _shares(column, edges).tolist()}


def population_stability(kept: dict[str, list[float]], values: Any) -> float | None:
    """
    Population stability index: sum of (now − then) × ln(now / then) over the bins of `stability_bins`.

    Returns:
        At least 0; None for no rows. Below 0.1 is steady, above 0.25 is another population.
    """
    column = np.asarray(values, dtype=np.float64)
    if not len(column):
        return None
    then = np.maximum(np.asarray(kept["shares"]), _FEWEST)
    now = np.maximum(_shares(column, np.asarray(kept["edges"])), _FEWEST)
    return float(((now - then) * np.log(now / then)).sum())


def has_moved(kept: dict[str, list[float]], index: float | None, *, rows_then: int, rows_now: int) -> bool:
    """
    Whether *index* (`population_stability`) is that of another population: above `MOVED`, and above what as few rows give by chance.

    Where nothing moved the index is about χ² of (bins − 1) degrees of freedom times (1 / then + 1 / now).

    Source: Yurdakul (2018), Statistical Properties of Population Stability Index, Western Michigan University, dissertation 3208.
    """
    from scipy.stats import chi2

    if index is None or not rows_then or not rows_now:
        return False
    freedom = max(1, int((np.asarray(kept["shares"]) > 0).sum()) - 1)
    return index > max(MOVED, float(chi2.isf(_SELDOM, freedom)) * (1 / rows_then + 1 / rows_now))


def _shares(column: Any, edges: Any) -> Any:
    finite = np.isfinite(column)
    counts = np.bincount(np.searchsorted(edges, column[finite], side="left"), minlength=len(edges) + 1)
    return np.append(counts, (~finite).sum()) / max(len(column), 1)
