"""Groups of records to customers along their links: in one piece where these are few, else some components at a time."""

from __future__ import annotations

from kezhi.identity.components import components
from kezhi.identity.linking import joiner
from kezhi.kit.engine import Workbench, _, ibis, ir
from kezhi.settings import IdentitySettings

# Two customers of several records are joined when the pairs between them speak for it on the whole.
LEAST_MEAN_BITS = 0.0
PIECE = 5_000_000  # pairs that are held in memory at one time, at some 150 bytes each


def linked(nodes: ir.Table, pairs: ir.Table, settings: IdentitySettings, bench: Workbench) -> tuple[ir.Table, ir.Table]:
    """
    What `linking.joiner` makes of all nodes and pairs.

    A customer is only ever made of groups that links tie together, directly or through others. So where pairs are many, groups that
    no link ties to another stay as they are, and of the others some components at a time are joined: the same customers, in memory
    that does not grow with the records.

    Args:
        nodes: row, cluster, id_number, as for `linking.joiner`.
        pairs: left_row, right_row, weight_bits, is_link, left_group, right_group: pairs of different groups, both of which have a link.

    Returns:
        parts (row, part) of every node and fates (left_row, right_row, outcome) of every link. Settled.
    """
    work, columns = joiner(LEAST_MEAN_BITS, settings.max_cluster_size), ("left_row", "right_row", "weight_bits", "is_link")
    groups = bench.settle(pairs.select(cluster="left_group").union(pairs.select(cluster="right_group"), distinct=True))
    alone, near = nodes.anti_join(groups, "cluster").select("row", part="cluster"), nodes.semi_join(groups, "cluster")
    if _count(pairs, bench) <= PIECE:
        parts, fates = bench.kernel(work, near, pairs.select(*columns))
        return bench.settle(alone.union(parts)), fates
    tied = components(pairs.filter("is_link").select(left="left_group", right="right_group"), bench)
    of_left = pairs.join(tied.select(left_group="node", piece="label"), "left_group")
    of_both = of_left.join(tied.select(right_group="node", other="label"), "right_group")
    inside = bench.settle(of_both.filter(_.piece == _.other).select(*columns, "piece"))
    placed = bench.settle(near.join(tied.select(cluster="node", piece="label"), "cluster"))
    pieces = -(-_count(inside, bench) // PIECE)
    made = []
    for number in range(pieces):
        some = [table.filter(_.piece % pieces == number).drop("piece") for table in (placed, inside)]
        made.append(bench.kernel(work, *some))
    parts = ibis.union(alone, *(one for one, _fates in made), distinct=False)
    fates = [fates for _parts, fates in made]
    return bench.settle(parts), bench.settle(ibis.union(*fates, distinct=False) if len(fates) > 1 else fates[0])


def _count(table: ir.Table, bench: Workbench) -> int:
    return int(bench.arrow(table.agg(rows=_.count()))["rows"][0].as_py())
