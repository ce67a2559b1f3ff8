"""Which records are one person: the room's one entrance."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from kezhi.identity.assigning import assigned
from kezhi.identity.components import components
from kezhi.identity.conflicts import conflicts
from kezhi.identity.deciding import decided
from kezhi.identity.founders import customer_ids
from kezhi.identity.guards import guarded
from kezhi.identity.history import history
from kezhi.identity.keys import key_rows
from kezhi.identity.people import matched_people
from kezhi.identity.probable import Found
from kezhi.identity.splitting import LIVE, Split, split
from kezhi.identity.survivors import golden, values
from kezhi.kit.engine import Workbench, _, ibis, ir, typed
from kezhi.settings import IdentitySettings
from kezhi.tables import IDENTITY_DECISIONS, IDENTITY_LINKS


def resolve(
    records: ir.Table,
    orders: ir.Table | None,
    events: ir.Table | None,
    *,
    previous: Mapping[str, ir.Table],
    decisions: ir.Table | None = None,
    as_of: date,
    today: date,
    settings: IdentitySettings,
    bench: Workbench,
) -> dict[str, ir.Table]:
    """
    Join records of one person by exact keys, by the weight of all they tell, and by what people decided; give each its orders and events.

    The same rows give the same result in any order, on any number of threads and on either engine.

    Args:
        records: `tables.CUSTOMER_RECORDS`.
        orders: `tables.CLEAN_ORDERS`, if there are any.
        events: `tables.CLEAN_EVENTS`, if there are any.
        previous: Tables of the last snapshot: customer ids of its `identity_links` live on, and `identity_history` goes on.
        decisions: `tables.IDENTITY_DECISIONS`, if people decided anything.
        as_of: The first day not seen, for the history.
        today: The day of the run, for the history.
        settings: The guards, and whether probable links are made beside exact ones.

    Returns:
        `identity_links`, `identity_history`, `identity_conflicts`, `customers`, and `orders` and `events` where given, as
        `tables.py` says. Each record is in exactly one customer; unless people said otherwise, no customer has two valid id
        numbers or more than `max_cluster_size` records.
    """
    keys = guarded(key_rows(records), records, settings, bench)
    hubs = keys.live.group_by(LIVE).agg(hub=_.record_id.min())
    labels = components(keys.live.join(hubs, LIVE).select(left=_.record_id, right=_.hub), bench)
    broken = split(keys.live, labels, records, settings, bench)
    clusters = (
        records.select("record_id", "source", "registered_at", "trust")
        .left_join(labels.select(record_id="node", label="label"), "record_id")
        .drop("record_id_right")
        .left_join(broken.parts, "record_id")
        .drop("record_id_right")
        .mutate(cluster=ibis.coalesce(_.part, _.label, _.record_id))
        .drop("part", "label")
    )
    exact = bench.settle(clusters)
    members, matching, likely = exact, None, None
    if settings.probable_links or settings.review:
        matching = matched_people(exact, records, decisions, previous, settings, today, bench)
        likely = matching.found
        members = _widened(exact, likely, bench) if settings.probable_links else exact
    joins = likely if settings.probable_links else None
    if decisions is not None:
        members = decided(members, decisions, keys.live, joins.pairs if joins else None, bench)
    past = previous.get("identity_history")
    ids = customer_ids(members, previous.get("identity_links"), past)
    links = bench.settle(_links(members, ids, keys.live, joins))
    made = {
        "identity_links": links,
        "identity_history": history(links, past, decisions, as_of=as_of, recorded_on=today),
        "identity_conflicts": conflicts(_stopped(keys.stopped, broken), links),
        "customers": golden(records, links, settings.survivorship),
        "customer_values": values(records, links, settings.survivorship, bench=bench),
    }
    if decisions is not None:
        made["identity_decisions"] = typed(decisions, IDENTITY_DECISIONS.types)
    if matching is not None:
        made |= matching.tables
    facts = {"orders": orders, "events": events}
    return made | {name: assigned(table, links, name) for name, table in facts.items() if table is not None}


def _widened(exact: ir.Table, found: Found, bench: Workbench) -> ir.Table:
    """*exact* with the clusters that probable links make of them."""
    wider = exact.left_join(found.members.select("record_id", "customer_id"), "record_id").drop("record_id_right")
    return bench.settle(wider.mutate(cluster=ibis.coalesce(_.customer_id, _.cluster)).drop("customer_id"))


def _links(members: ir.Table, ids: ir.Table, live: ir.Table, likely: Found | None) -> ir.Table:
    """`tables.IDENTITY_LINKS`."""
    sizes = members.group_by("cluster").agg(records=_.count())
    owned = members.join(ids, "cluster").join(sizes, "cluster")
    owned_keys = live.join(members.select("record_id", "cluster"), "record_id").select("record_id", "cluster", *LIVE)
    shared = owned_keys.group_by(["cluster", *LIVE]).agg(holders=_.count()).filter(_.holders > 1).select("cluster", *LIVE)
    tied = owned_keys.semi_join(shared, ["cluster", *LIVE]).group_by("record_id").agg(linked_by=_.key_kind.collect().sort().join(","))
    known = owned.left_join(tied, "record_id").drop("record_id_right")
    if likely is not None:
        made = likely.pairs.filter(_.outcome == "joined")
        ends = [made.select(record_id=f"{side}_record_id", weight_bits="weight_bits") for side in ("left", "right")]
        surest = ends[0].union(ends[1]).group_by("record_id").agg(weight_bits=_.weight_bits.max())
        known = known.left_join(surest, "record_id").drop("record_id_right")
    else:
        known = known.mutate(weight_bits=ibis.null("float64"))
    method = ibis.cases(
        (known.linked_by.notnull(), "exact"),
        (known.records == 1, ibis.null("string")),
        (known.weight_bits.notnull(), "probable"),
        else_="decided",
    )
    return typed(known.mutate(method=method), IDENTITY_LINKS.types)


def _stopped(values: ir.Table, broken: Split) -> ir.Table:
    """Every value and cluster that a guard stopped, with its records."""
    by_value = values.select("reason", "key_kind", "key_value", "record_id", subject=_.key_value)
    touching = broken.values.select(
        "key_kind", "key_value", "record_id", reason=ibis.literal("two_id_numbers"), subject=_.live_value
    ).select(*by_value.columns)
    nothing = ibis.null("string")
    clusters = broken.clusters.select("reason", "record_id", key_kind=nothing, key_value=nothing, subject=_.cluster).select(
        *by_value.columns
    )
    return by_value.union(touching).union(clusters)
