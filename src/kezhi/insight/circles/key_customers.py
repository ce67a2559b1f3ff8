"""Who matters: the customers with many ties, near the middle, and from whom a word goes far."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from kezhi.insight.circles.cascade import reaches
from kezhi.insight.circles.graph import Relations
from kezhi.insight.circles.pagerank import pagerank

RUNS = 100


def key_customers(ties: Relations, *, top: int, chance: float, seed: int) -> pa.Table:
    """
    The customers with the highest PageRank, in the order of how far a word from them goes.

    Args:
        ties: Who is tied to whom.
        top: How many to give; of 100 cascades.
        chance: That a neighbour who is told passes it on, 0 to 1.
        seed: The same seed gives the same answer.

    Returns:
        customer_id, degree (customers tied to), strength (sum of weights), pagerank (damping 0.85, weighted, sums to 1
        over all), reach (customers who hear of it on average, the one included).
    """
    if not len(ties):
        empty = {"degree": pa.int64(), "strength": pa.float64(), "pagerank": pa.float64(), "reach": pa.float64()}
        return pa.table({"customer_id": ties.customers.slice(0, 0), **{name: pa.array([], kind) for name, kind in empty.items()}})
    starts, _ends, weights = ties.neighbours()
    degree = np.diff(starts)
    strength = np.bincount(np.repeat(np.arange(len(degree)), degree), weights, len(degree))
    ranks = pagerank(ties)
    # rounded for the order only: equal customers stand in the order of their ids
    chosen = np.lexsort((np.arange(len(degree)), -np.round(ranks, 12)))[:top]
    reach = reaches(ties.low, ties.high, len(degree), chance, RUNS, seed)[chosen]
    order = np.lexsort((np.arange(len(chosen)), -reach))
    chosen = chosen[order]
    return pa.table(
        {
            "customer_id": ties.customers.take(pa.array(chosen)),
            "degree": degree[chosen],
            "strength": strength[chosen],
            "pagerank": ranks[chosen],
            "reach": reach[order],
        }
    )
