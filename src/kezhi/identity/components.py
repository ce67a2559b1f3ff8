"""Connected components of a graph, in rounds that an engine computes."""

from __future__ import annotations

from kezhi.kit.engine import Workbench, _, ibis, ir

# A chain of a million records takes about 20 rounds; a limit stops a fault, not a graph.
ROUNDS = 200


def components(edges: ir.Table, bench: Workbench) -> ir.Table:
    """
    The connected component of every node that has an edge.

    First every node takes its smallest neighbour, or itself, as label; most clusters of records are
    whole after that. What is left, the labels that an edge still ties to another label, is a small
    graph of its own, solved in rounds (`_smallest_label`). The label is the smallest node of the
    component whatever the order of rows.

    Args:
        edges: left, right (strings or whole numbers, not null), a row per edge in either direction; repeats do no harm.

    Returns:
        node, label (the smallest node of the component). Nodes without an edge have no row. Settled.
    """
    edges = bench.settle(edges.filter(_.left != _.right).distinct())
    first = bench.settle(_smallest_neighbour(_both_ways(edges)))
    ends = edges.join(first.select(left="node", left_label="label"), "left").join(first.select(right="node", right_label="label"), "right")
    between = ends.filter(_.left_label != _.right_label).select(left="left_label", right="right_label").distinct()
    merged = _smallest_label(bench.settle(_both_ways(between)), bench)
    final = first.left_join(merged.select(label="node", merged="label"), "label")
    return bench.settle(final.select("node", label=ibis.coalesce(_.merged, _.label)))


def _both_ways(edges: ir.Table) -> ir.Table:
    return edges.select(node="left", other="right").union(edges.select(node="right", other="left"))


def _smallest_neighbour(both: ir.Table) -> ir.Table:
    return both.group_by("node").agg(nearest=_.other.min()).select("node", label=ibis.least(_.nearest, _.node))


def _smallest_label(both: ir.Table, bench: Workbench) -> ir.Table:
    """
    The smallest node each node is connected to: node, label.

    In each round a node takes the smallest label among its own, its label's and its neighbours' labels'
    labels, and hands the latter on to the node it was labelled with. Labels only shrink and never leave
    the component; jumping over labels makes long chains short in a logarithmic number of rounds.

    Source: Zhang, Azad, Hu (2020), FastSV: a distributed-memory connected component algorithm.
    """

    def advance(labels: ir.Table) -> ir.Table:
        jumped = labels.join(labels.select(label="node", jump="label"), "label").select("node", "label", "jump")
        near = both.join(jumped.select(other="node", far="jump"), "other").group_by("node").agg(near=_.far.min()).join(labels, "node")
        offers = jumped.select("node", label="jump").union(near.select("node", label="near")).union(near.select(node="label", label="near"))
        return offers.group_by("node").agg(label=_.label.min())

    def unfinished(before: ir.Table, after: ir.Table) -> ir.Table:
        return before.join(after.select("node", now="label"), "node").filter(_.label != _.now)

    return bench.repeat(_smallest_neighbour(both), advance, unfinished, limit=ROUNDS)
