"""Connected components in the engine are those of a union-find in plain Python."""

from __future__ import annotations

import itertools
import random

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import rows

from kezhi.identity.components import components
from kezhi.kit.engine import ibis

# hypothesis shares the workbench of one test: its tables are named anew each time
SHARED = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def union_find(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """The smallest node that each node of *pairs* is connected to."""
    parent: dict[str, str] = {}

    def root(node: str) -> str:
        while parent.setdefault(node, node) != node:
            node = parent[node]
        return node

    for left, right in pairs:
        low, high = sorted((root(left), root(right)))
        parent[high] = low
    return {node: root(node) for node in list(parent)}


def labels(pairs, bench) -> dict[str, str]:
    data = pa.table({"left": pa.array([p[0] for p in pairs], "string"), "right": pa.array([p[1] for p in pairs], "string")})
    return {row["node"]: row["label"] for row in rows(components(ibis.memtable(data), bench), bench)}


node = st.integers(0, 30).map("n{:02d}".format)


@SHARED
@given(pairs=st.lists(st.tuples(node, node).filter(lambda pair: pair[0] != pair[1]), max_size=60))
def test_components_are_those_of_a_union_find(bench, pairs):
    assert labels(pairs, bench) == union_find(pairs)


@pytest.mark.parametrize("order", ["ascending", "shuffled"])
def test_a_chain_of_thousands_needs_few_rounds(bench, order):
    """5,000 nodes in a row: about log2(5000) = 12.3 rounds, never 5,000."""
    nodes = [f"n{i:04d}" for i in range(5000)]
    if order == "shuffled":
        random.Random(3).shuffle(nodes)
    before = bench._count
    assert set(labels(list(itertools.pairwise(nodes)), bench).values()) == {"n0000"}
    assert bench._count - before < 30
