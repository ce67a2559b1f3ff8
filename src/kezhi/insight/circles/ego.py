"""The surroundings of one customer: everybody within some steps, and the ties among them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from kezhi.insight.circles.graph import Relations


def ego_graph(ties: Relations, place: int, *, depth: int) -> pa.Table:
    """
    The ties among the customers within *depth* steps of the customer at *place*.

    Returns:
        from_customer_id, to_customer_id (as near or farther), from_depth, to_depth (steps from the customer, 0 is the
        customer), weight; near ties first, then heavy ones.
    """
    steps = np.full(len(ties.customers), -1, np.int64)
    steps[place] = 0
    for step in range(depth):
        reached = np.concatenate([ties.high[steps[ties.low] == step], ties.low[steps[ties.high] == step]])
        steps[reached[steps[reached] < 0]] = step + 1
    inside = (steps[ties.low] >= 0) & (steps[ties.high] >= 0)
    low, high, weight = ties.low[inside], ties.high[inside], ties.weight[inside]
    turned = steps[low] > steps[high]
    near, far = np.where(turned, high, low), np.where(turned, low, high)
    order = np.lexsort((far, near, -weight, steps[far], steps[near]))
    near, far = near[order], far[order]
    return pa.table(
        {
            "from_customer_id": ties.customers.take(pa.array(near)),
            "to_customer_id": ties.customers.take(pa.array(far)),
            "from_depth": steps[near],
            "to_depth": steps[far],
            "weight": weight[order],
        }
    )
