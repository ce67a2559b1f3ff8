"""How good lists of products are: recall, NDCG, coverage and novelty at n, with intervals over customers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from kezhi.models.evaluation.intervals import Interval

MOST = 1_000
DISCOUNTS = 1.0 / np.log2(np.arange(2, MOST + 2))
ROUNDS = 200


def ideal_gain(relevant: Any, n: int) -> Any:
    """The discounted gain of a list of *n* that begins with all *relevant* products (a count per customer)."""
    return np.cumsum(DISCOUNTS)[np.clip(np.asarray(relevant), 1, min(n, MOST)) - 1]


def list_measures(ids: Any, truth: Any, buyers: Any = None) -> dict[str, Any]:
    """
    Measures of each customer's list, for those who bought something later.

    Args:
        ids: Customers x n: places of products, the best first, −1 for none.
        truth: Customers x products, CSR: above 0 for what was bought later.
        buyers: How many customers bought each product before; None leaves novelty out.

    Returns:
        users (rows of *ids* with something in *truth*), ndcg and recall (hits / the smaller of n and the products bought)
        per user; novelty (mean −log2 of the share of all buyers that the products have, bits) per user, NaN for an empty
        list; coverage: share of all products in some list (one number).

    Source: Järvelin, Kekäläinen (2002), ACM TOIS 20(4) 422-446, with gain 1; Zhou et al. (2010), PNAS 107, 4511-4515.
    """
    ids = np.asarray(ids)[:, :MOST]
    n = ids.shape[1]
    counts = np.diff(truth.indptr)
    users = np.flatnonzero(counts > 0)
    mine = ids[users]
    hits = np.zeros(mine.shape, bool)
    if mine.size:
        found = np.asarray(truth[np.repeat(users, n), np.maximum(mine, 0).ravel()]).reshape(mine.shape)
        hits = (found > 0) & (mine >= 0)
    made: dict[str, Any] = {
        "users": users,
        "ndcg": hits @ DISCOUNTS[:n] / ideal_gain(counts[users], n),
        "recall": hits.sum(axis=1) / np.maximum(np.minimum(counts[users], n), 1),
        "coverage": len(np.unique(mine[mine >= 0])) / truth.shape[1] if truth.shape[1] else None,
    }
    if buyers is not None:
        share = np.maximum(np.asarray(buyers, float), 1.0) / max(float(np.sum(buyers)), 1.0)
        bits = np.where(mine >= 0, -np.log2(share)[np.maximum(mine, 0)], np.nan)
        filled = (mine >= 0).sum(axis=1)
        made["novelty"] = np.divide(np.nansum(bits, axis=1), filled, out=np.full(len(users), np.nan), where=filled > 0)
    return made


def resampled_mean(values: Any, *, rounds: int = ROUNDS, level: float = 0.95, seed: int = 7) -> Interval:
    """The mean over customers with its percentile interval, customers drawn again with replacement; NaN is left out."""
    known = np.asarray(values, float)
    known = known[~np.isnan(known)]
    if not len(known):
        return Interval(None, None, None)
    draws = np.random.default_rng(seed)
    means = [float(known[draws.integers(0, len(known), len(known))].mean()) for _ in range(rounds)]
    low, high = np.quantile(means, [0.5 - level / 2, 0.5 + level / 2])
    return Interval(float(known.mean()), float(low), float(high))


def list_intervals(measures: Mapping[str, Any], *, seed: int = 7) -> dict[str, Interval]:
    """Each measure of `list_measures` per customer as `resampled_mean`."""
    return {name: resampled_mean(measures[name], seed=seed) for name in ("ndcg", "recall", "novelty") if name in measures}


def time_split(days: Any, *, later_share: float = 0.2) -> float:
    """The day (in the unit that came) from which the latest *later_share* of all rows begin."""
    return float(np.quantile(np.asarray(days, float), 1 - later_share))
