"""Probable pairs to customers: the surest links first, and none that would make a customer nobody can be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa

from kezhi.kit.compiled import compiled

JOINED, TWO_IDS, TOO_LARGE, AGAINST = 0, 1, 2, 3
NAMES = ("joined", "two_id_numbers", "too_large", "contradicted")
CLIP = 20.0  # bits that one pair may speak for or against: no single pair overrules all others


def joiner(least_bits: float, max_cluster_size: int) -> Callable[..., tuple[pa.Table, ...]]:
    """
    What joins groups of records along links, for `Workbench.kernel`.

    Links are taken in order of weight. Each joins the customers of its two ends, unless the whole would hold two valid id
    numbers or more than *max_cluster_size* records, or the evidence between the records of the one and of the other is on
    the whole against it: so a chain of links that cannot all be true breaks at the weakest of them (agglomeration by
    average linkage over the pairs that were compared, with guards).

    The work takes nodes (row, cluster: the row of a record it is one customer with already, or its own; id_number: null
    unless valid) and pairs (left_row, right_row, weight_bits, is_link: may join), all that were compared between these
    nodes, and gives parts (row, part: the smallest row of the customer) and fates (left_row, right_row, outcome: one
    of `NAMES`) of the links.
    """

    def work(nodes: Any, pairs: Any) -> tuple[pa.Table, ...]:
        nodes = nodes.sort_by("row")
        pairs = pairs.sort_by([("weight_bits", "descending"), ("left_row", "ascending"), ("right_row", "ascending")])
        row, cluster = nodes["row"].to_numpy(), nodes["cluster"].to_numpy()
        encoded = nodes["id_number"].combine_chunks().dictionary_encode().indices.fill_null(-1).to_numpy(zero_copy_only=False)
        left, right = (np.searchsorted(row, pairs[name].to_numpy()).astype(np.int64) for name in ("left_row", "right_row"))
        bits = np.clip(pairs["weight_bits"].to_numpy().astype(np.float64), -CLIP, CLIP)
        is_link = pairs["is_link"].to_numpy(zero_copy_only=False).astype(np.bool_)
        key = left * len(row) + right
        order = np.argsort(key, kind="stable")
        root, outcome = _join(
            np.searchsorted(row, cluster).astype(np.int64), encoded.astype(np.int64), left[is_link], right[is_link],
            key[order], bits[order], least_bits, max_cluster_size,
        )  # fmt: skip
        parts = pa.table({"row": nodes["row"], "part": pa.array(row[root], pa.int64())})
        links = pairs.filter(pa.array(is_link)).select(["left_row", "right_row"])
        return parts, links.append_column("outcome", pa.array([NAMES[code] for code in outcome], pa.string()))

    return work


@compiled
def _find(parent: Any, node: int) -> int:
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node


@compiled
def _between(one: int, other: int, after: Any, keys: Any, bits: Any, nodes: int) -> float:
    """Mean weight of the pairs that were compared between two customers; 0 when there are none."""
    total, pairs = 0.0, 0
    a = one
    while a >= 0:
        b = other
        while b >= 0:
            key = min(a, b) * nodes + max(a, b)
            place = np.searchsorted(keys, key)
            if place < len(keys) and keys[place] == key:
                total += bits[place]
                pairs += 1
            b = after[b]
        a = after[a]
    return float(np.divide(total, max(pairs, 1)))


@compiled
def _join(cluster: Any, id_number: Any, left: Any, right: Any, keys: Any, bits: Any, least: float, largest: int) -> Any:
    nodes = len(cluster)
    parent = cluster.copy()
    for node in range(nodes):
        parent[node] = _find(parent, node)
    size, held = np.zeros(nodes, np.int64), np.full(nodes, -1, np.int64)
    after, last = np.full(nodes, -1, np.int64), np.arange(nodes)  # the records of a customer as a chain from its first
    for node in range(nodes):
        root = parent[node]
        size[root] += 1
        if id_number[node] >= 0:
            held[root] = id_number[node]
        if node != root:
            after[last[root]] = node
            last[root] = node
    outcome = np.zeros(len(left), np.int8)
    for at in range(len(left)):
        one, other = _find(parent, left[at]), _find(parent, right[at])
        if one == other:
            continue
        if held[one] >= 0 and held[other] >= 0 and held[one] != held[other]:
            outcome[at] = TWO_IDS
        elif size[one] + size[other] > largest:
            outcome[at] = TOO_LARGE
        elif size[one] + size[other] > 2 and _between(one, other, after, keys, bits, nodes) < least:
            outcome[at] = AGAINST
        else:
            low, high = min(one, other), max(one, other)
            parent[high] = low
            size[low] += size[high]
            held[low] = max(held[low], held[high])
            after[last[low]] = high
            last[low] = last[high]
    root = np.empty(nodes, np.int64)
    for node in range(nodes):
        root[node] = _find(parent, node)
    return root, outcome
