"""Clusters that cannot be one person are taken apart where they hang together least."""

from __future__ import annotations

from dataclasses import dataclass

from kezhi.identity.components import components
from kezhi.identity.keys import KINDS, strength
from kezhi.kit.engine import Workbench, _, ibis, ir
from kezhi.settings import IdentitySettings

LIVE = ["key_kind", "live_value"]
LEVELS = len(KINDS)  # level n leaves out the n weakest kinds; the last one keeps valid id numbers alone


@dataclass(frozen=True, slots=True)
class Split:
    """What became of the clusters that could not stay whole."""

    parts: ir.Table  # record_id, part: every record of those clusters; part is a record_id of the part
    clusters: ir.Table  # record_id, reason, cluster: why each could not stay whole
    values: ir.Table  # record_id, key_kind, key_value, live_value: the values two id numbers have in common


def split(live: ir.Table, labels: ir.Table, records: ir.Table, settings: IdentitySettings, bench: Workbench) -> Split:
    """
    Split clusters that hold two valid id numbers or more than `max_cluster_size` records.

    Values that records of two id numbers have in common are dropped first. Then whole kinds are
    dropped, the weakest first, until each part has at most one id number and is not too large; a part
    that is in order keeps all kinds it was reached with. A record without id number that lost its place
    this way goes to the part with an id number that it shares its strongest key with, if there is room.

    Args:
        live: record_id, key_kind, key_value, live_value: the keys that may join.
        labels: node, label of `components`.
        records: `tables.CUSTOMER_RECORDS`.
    """
    ignored = [value.strip().upper() for value in settings.ignored_values]
    names_one = _.id_number_valid & ~_.id_number.isin(ignored) if ignored else _.id_number_valid
    valid = records.select("record_id", id_number=ibis.cases((names_one, _.id_number), else_=ibis.null("string")))
    members = labels.select(record_id="node", cluster="label").join(valid, "record_id")
    sizes = members.group_by("cluster").agg(size=_.count(), low=_.id_number.min(), high=_.id_number.max())
    two = (_.low != _.high).fill_null(False)
    broken = bench.settle(
        sizes.filter(two | (_.size > settings.max_cluster_size)).select(
            "cluster", two_ids=two, too_large=_.size > settings.max_cluster_size
        )
    )
    rows = bench.settle(members.join(broken, "cluster"))
    keys = bench.settle(live.join(rows.select("record_id", "id_number"), "record_id"))
    touching = keys.group_by(LIVE).agg(low=_.id_number.min(), high=_.id_number.max()).filter(_.low != _.high).select(*LIVE)
    dropped = keys.semi_join(touching, LIVE)
    kept = bench.settle(keys.anti_join(touching, LIVE).mutate(strength=strength(_.key_kind)))
    parts = bench.settle(_parts_in_order(kept, rows, settings, bench))
    return Split(
        parts=bench.settle(_with_strays(kept, parts, settings)),
        clusters=rows.filter("two_ids")
        .select("record_id", "cluster", reason=ibis.literal("two_id_numbers"))
        .union(rows.filter("too_large").select("record_id", "cluster", reason=ibis.literal("too_large"))),
        values=dropped.select("record_id", "key_kind", "key_value", "live_value"),
    )


def _parts_in_order(kept: ir.Table, rows: ir.Table, settings: IdentitySettings, bench: Workbench) -> ir.Table:
    """
    Every record with the largest part around it that is in order: record_id, part, id_number, two_ids.

    All levels are one graph of as many copies, so the rounds are paid once. Parts of a level lie
    within those of the level before, and a part inside one that is in order is in order too, so the
    records of a part agree on the first level that suits them.
    """
    levels = ibis.union(*[rows.mutate(level=ibis.literal(str(level))) for level in range(LEVELS)])
    wide = ibis.union(*[kept.filter(_.strength < LEVELS - level).mutate(level=ibis.literal(str(level))) for level in range(LEVELS)])
    hubs = wide.group_by(["level", *LIVE]).agg(hub=_.record_id.min())
    edges = wide.join(hubs, ["level", *LIVE]).select(left=_.level + _.record_id, right=_.level + _.hub)
    labels = components(edges, bench).select("node", "label")
    placed = bench.settle(
        levels.mutate(node=_.level + _.record_id)
        .left_join(labels, "node")
        .select("record_id", "id_number", part=ibis.coalesce(_.label, _.node))
    )
    sound = (
        placed.group_by("part")
        .agg(size=_.count(), low=_.id_number.min(), high=_.id_number.max())
        .filter((_.size <= settings.max_cluster_size) & (_.low == _.high).fill_null(True))
        .select("part")
    )
    first = placed.semi_join(sound, "part").group_by("record_id").agg(part=_.part.min())  # a part begins with its level
    return rows.left_join(first, "record_id").select("record_id", "id_number", "two_ids", part=ibis.coalesce(_.part.substr(1), _.record_id))


def _with_strays(kept: ir.Table, parts: ir.Table, settings: IdentitySettings) -> ir.Table:
    """*parts* after records without id number followed their strongest key to a part that has one: record_id, part."""
    sizes = parts.group_by("part").agg(size=_.count(), id_number=_.id_number.max(), two_ids=_.two_ids.any())
    placed = kept.select("record_id", "strength", *LIVE).join(parts.select("record_id", "part"), "record_id")
    placed = placed.join(sizes.select("part", part_id="id_number", two_ids="two_ids").filter(_.two_ids), "part")
    homes = (
        placed.filter(_.part_id.notnull())
        .group_by(LIVE)
        .agg(home=_.part.min(), other=_.part.max())
        .filter(_.home == _.other)  # a value in two parts with id numbers does not say which
        .select(*LIVE, "home")
    )
    wanted = (
        placed.filter(_.part_id.isnull())
        .join(homes, LIVE)
        .group_by("part")
        .agg(best=(_.strength.cast("string") + _.home).min())
        .select("part", home=_.best.substr(1))
        .join(sizes.select("part", "size"), "part")
    )
    room = (
        wanted.group_by("home")
        .agg(more=_.size.sum())
        .join(sizes.select(home="part", own="size"), "home")
        .filter(_.more + _.own <= settings.max_cluster_size)
        .select("home")
    )
    moved = wanted.semi_join(room, "home").select("part", "home")
    return parts.left_join(moved, "part").select("record_id", part=ibis.coalesce(_.home, _.part))
