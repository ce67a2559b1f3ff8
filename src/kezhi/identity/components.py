"""Connected components of a graph, in rounds that an engine computes."""

from __future__ import annotations

from kezhi.kit.engine import Workbench, _, ibis, ir

# A chain of a million records takes about 20 rounds; a limit stops a fault, not a graph.
ROUNDS = 200


def components(edges: ir.Table, bench: Workbench) -> ir.Table:
    """
    The connected component of every node that has an edge.

    Every node begins with its smallest neighbour as label. In each round a node takes the smallest
    label among its own, its label's and its neighbours' labels' labels, and hands the latter on to
    the node it was labelled with. Labels only shrink and never leave the component, so the end is
    the smallest node of each component whatever the order of rows; jumping over labels makes long
    chains short in a logarithmic number of rounds.

    Args:
        edges: left, right (strings, not null), a row per edge in either direction; repeats do no harm.

    Returns:
        node, label (the smallest node of the component). Nodes without an edge have no row.

    Source: Zhang, Azad, Hu (2020), FastSV: a distributed-memory connected component algorithm.
    """
    both = bench.settle(
        edges.select(node=_.left, other=_.right).union(edges.select(node=_.right, other=_.left)).filter(_.node != _.other).distinct()
    )
    start = both.group_by("node").agg(nearest=_.other.min()).select("node", label=ibis.least(_.nearest, _.node))

    def advance(labels: ir.Table) -> ir.Table:
        jumped = labels.join(labels.select(label="node", jump="label"), "label").select("node", "label", "jump")
        near = (
            both.join(jumped.select(other="node", far="jump"), "other").group_by("node").agg(near=_.far.min()).join(labels, "node")
        )
        offers = (
            jumped.select("node", label="jump").union(near.select("node", label="near")).union(near.select(node="label", label="near"))
        )
        return offers.group_by("node").agg(label=_.label.min())

    def unfinished(before: ir.Table, after: ir.Table) -> ir.Table:
        return before.join(after.select("node", now="label"), "node").filter(_.label != _.now)

    return bench.repeat(start, advance, unfinished, limit=ROUNDS)
