"""Customer ids that live: through re-runs, new records, merges and splits."""

from __future__ import annotations

from kezhi.kit.engine import _, ibis, ir

# The founding record of a customer is its first registered, then its most trusted, then its smallest id.
FOUNDING_ORDER = (_.registered_at.asc(nulls_first=False), _.trust.desc(), _.record_id.asc())


def customer_ids(members: ir.Table, previous: ir.Table | None, ever: ir.Table | None = None) -> ir.Table:
    """
    The customer_id of every cluster.

    A cluster takes the record_id of its founding record. Ids of the last snapshot outlive that: an id
    belongs to the cluster its founding record is in now (when that record is gone, to the cluster of
    the first of its records), and a cluster that owns several keeps the one whose founding record
    registered first, then the smallest. So merged customers keep the older id, of a split customer the
    part with the founding record keeps it, and no id is ever used by two clusters: a founding record's
    id that was in use belongs to the cluster the record is in. Ids that were merged away come after those
    that live: when a merge is undone, each gets back the id it had.

    Args:
        members: record_id, cluster, registered_at, trust: every record.
        previous: `tables.IDENTITY_LINKS` of the last snapshot.
        ever: `tables.IDENTITY_HISTORY` up to the last snapshot: the ids that were merged away.

    Returns:
        cluster, customer_id.
    """
    founders = _first(members, "cluster", FOUNDING_ORDER).select("cluster", founder="record_id")
    if previous is None:
        return founders.select("cluster", customer_id="founder")
    known = previous.select("record_id", former_id="customer_id", lives=ibis.literal(1))
    if ever is not None:
        past = ever.filter(_.customer_id.notnull()).select("record_id", former_id="customer_id", lives=ibis.literal(0)).distinct()
        known = known.union(past.anti_join(previous.select(former_id="customer_id"), "former_id"))
    linked = members.join(known, "record_id")
    former = known.select("lives", record_id="former_id").distinct()
    founding = members.join(former, "record_id").mutate(former_id=_.record_id)
    claims = linked.mutate(founds=ibis.literal(0)).union(founding.mutate(founds=ibis.literal(1)).select(*linked.columns, "founds"))
    owners = _first(claims, "former_id", (_.founds.desc(), *FOUNDING_ORDER)).select("former_id", "cluster", "lives")
    dated = owners.left_join(members.select(former_id="record_id", registered_at="registered_at"), "former_id")
    oldest = _first(dated, "cluster", (_.lives.desc(), _.registered_at.asc(nulls_first=False), _.former_id.asc()))
    return founders.left_join(oldest.select("cluster", "former_id"), "cluster").select(
        "cluster", customer_id=ibis.coalesce(_.former_id, _.founder)
    )


def _first(table: ir.Table, group: str, order: tuple[ir.Value, ...]) -> ir.Table:
    """The first row of every group."""
    place = ibis.row_number().over(group_by=group, order_by=order)
    return table.mutate(place=place).filter(_.place == 0).drop("place")
