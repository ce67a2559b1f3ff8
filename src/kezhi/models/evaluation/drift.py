"""How far what is scored now has moved from what a model was fitted on."""

from __future__ import annotations

from typing import Any

import numpy as np

_FEWEST = 1e-4  # a share of 0 would make the index infinite

STEADY, MOVED = 0.1, 0.25  # the usual reading: below 0.1 nothing happened, above 0.25 another population


def stability_bins(values: Any, *, bins: int = 10) -> dict[str, list[float]]:
    """
    What to keep of the values a model was fitted on, to compare later ones with.

    Returns:
        `edges` (inner bounds: quantiles, equal ones once) and `shares` (of each bin, the last being NaN), both plain lists.
    """
    column = np.asarray(values, dtype=np.float64)
    known = column[np.isfinite(column)]
    edges = np.unique(np.quantile(known, np.arange(1, bins) / bins, method="inverted_cdf")) if len(known) else np.empty(0)
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


def _shares(column: Any, edges: Any) -> Any:
    finite = np.isfinite(column)
    counts = np.bincount(np.searchsorted(edges, column[finite], side="left"), minlength=len(edges) + 1)
    return np.append(counts, (~finite).sum()) / max(len(column), 1)
