"""Circles: groups of customers with more ties within than chance would give."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pyarrow as pa

from kezhi.insight.circles.graph import Relations

ROUNDS = 3  # more gain less than 0.001 of modularity on ego-Facebook


def as_igraph(ties: Relations) -> Any:
    """*ties* as an igraph graph, handed over as one array."""
    import igraph

    build: Any = igraph.Graph
    return build(n=len(ties.customers), edges=np.column_stack([ties.low, ties.high]))


def communities(ties: Relations, *, seed: int, resolution: float = 1.0, closeness: float | None = None) -> pa.Table:
    """
    The Leiden algorithm on weighted modularity, in `ROUNDS` rounds; with *closeness*, on the constant Potts model.

    Modularity cannot tell circles smaller than about the root of all ties (Fortunato, Barthélemy 2007), so they grow
    with the company; the Potts model asks the same of a circle in a net of any size.

    Args:
        ties: Who is tied to whom.
        seed: The same seed gives the same circles.
        resolution: Above 1 gives smaller circles.
        closeness: Weight per two members that a circle has at least (Traag, Van Dooren, Nesterov 2011); then no resolution.

    Returns:
        customer_id, community (1 is the largest; ties by the first customer), size; a customer without any tie to
        another is a circle alone. Source: Traag, Waltman, van Eck (2019), Scientific Reports 9, 5233.
    """
    import igraph

    igraph.set_random_number_generator(Random(seed))
    try:
        graph = as_igraph(ties)
        goal = ("modularity", resolution) if closeness is None else ("CPM", closeness)
        found = graph.community_leiden(goal[0], weights=ties.weight.tolist(), resolution=goal[1], n_iterations=ROUNDS)
    finally:
        igraph.set_random_number_generator(Random())
    label = np.asarray(found.membership, dtype=np.int64)
    sizes = np.bincount(label)
    first = np.full(len(sizes), len(label))
    np.minimum.at(first, label, np.arange(len(label)))
    number = np.empty(len(sizes), np.int64)
    number[np.lexsort((first, -sizes))] = np.arange(1, len(sizes) + 1)
    return pa.table({"customer_id": ties.customers, "community": number[label], "size": sizes[label]})


def modularity(ties: Relations, community: Any) -> float:
    """Share of the weight within circles, less what chance would give (Newman 2004); 0 without any tie."""
    if not len(ties):
        return 0.0
    _, label = np.unique(community, return_inverse=True)
    total = float(ties.weight.sum())
    inside = float(ties.weight[label[ties.low] == label[ties.high]].sum())
    strength = np.bincount(label[ties.low], ties.weight, label.max() + 1) + np.bincount(label[ties.high], ties.weight, label.max() + 1)
    return float(np.divide(inside, total) - np.square(np.divide(strength, 2 * total)).sum())
