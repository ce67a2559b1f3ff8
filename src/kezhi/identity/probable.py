"""Records to customers by the weight of the evidence, on top of what exact keys have joined already."""

from __future__ import annotations

from dataclasses import dataclass

from kezhi.identity.comparing import comparisons
from kezhi.identity.comparing.pairing import Chosen
from kezhi.identity.comparing.preparing import formed, without_crowds
from kezhi.identity.linked import linked
from kezhi.identity.matching import matched
from kezhi.kit.engine import Workbench, _, differ, ibis, ir
from kezhi.settings import IdentitySettings


@dataclass(frozen=True, slots=True)
class Found:
    """Who is one person, and why."""

    members: ir.Table  # record_id, customer_id (a record_id of the customer), probability
    pairs: ir.Table  # left_record_id, right_record_id, weight_bits, probability, outcome: pairs at the threshold that no key joined
    weights: ir.Table  # comparison, agreement, match_share, chance_share, weight_bits
    counts: ir.Table  # rule, pairs, pairs_left_out
    weighed: ir.Table  # every pair that was compared, with record ids, outcome of links, and the level and bits of each comparison
    chosen: Chosen  # the comparisons
    forms: ir.Table  # `preparing.formed` of all records


def people(
    records: ir.Table, settings: IdentitySettings, bench: Workbench, *, known: ir.Table | None = None, labels: ir.Table | None = None
) -> Found:
    """
    Join records whose evidence reaches `settings.probability`.

    Args:
        records: As for `preparing.prepared`.
        settings: Threshold and guards.
        known: record_id and cluster (a record_id of it): records that exact keys have joined; they stay together.
        labels: left_record_id, right_record_id, label (1: one person, 0: two): what people said; the weights are learnt with it.

    Returns:
        Every record once. Its probability is that of the surest link it has within its customer; of a record that is alone,
        that none of its pairs is one person, by the likeliest of them.
    """
    forms = formed(records, tuple(settings.ignored_values), bench)
    rows = without_crowds(forms, settings.max_records_per_value, bench)
    ids = rows.select("row", "record_id")
    chosen = comparisons(records.columns)
    found = matched(rows, chosen, settings.pairs_per_record, bench, labels=None if labels is None else _by_row(labels, ids, bench))
    members, told = grouped_by_links(
        rows, rows.select("record_id", cluster="record_id") if known is None else known, found.pairs, settings, bench
    )
    return Found(members, certain(told, settings, bench), found.weights, found.counts, told, chosen, forms)


def grouped_by_links(
    rows: ir.Table, known: ir.Table, pairs: ir.Table, settings: IdentitySettings, bench: Workbench
) -> tuple[ir.Table, ir.Table]:
    """
    Customers along the links of weighed pairs.

    Args:
        rows: `preparing.prepared`, the records in question.
        known: record_id and cluster (a record_id of it): what stays together; of other records too.
        pairs: `matching.weighed`, of these records and others.

    Returns:
        members: record_id, customer_id, probability of *rows*; and *pairs* of *rows* with record ids and outcome. Settled but the pairs.
    """
    ids = rows.select("row", "record_id")
    nodes = rows.select("row", "record_id", id_number=ibis.cases((_.id_valid, _.id_number), else_=ibis.null("string")))
    owners = known.join(ids, "record_id").group_by("cluster").agg(first=_.row.min())
    grouped = nodes.left_join(known.join(owners, "cluster").select("record_id", "first"), "record_id").mutate(
        cluster=ibis.coalesce(_["first"], _.row)
    )
    grouped = bench.settle(grouped.select("row", "cluster", "id_number"))
    parts, fates = linked(grouped, _between(pairs, grouped, settings, bench), settings, bench)
    owned = bench.settle(parts.join(ids, "row"))
    named = owned.join(ids.select(part="row", customer_id="record_id"), "part").select("row", "record_id", "customer_id")
    members = bench.settle(_likely(named, pairs).select("record_id", "customer_id", "probability"))
    told = pairs.left_join(fates, ["left_row", "right_row"]).drop("left_row_right", "right_row_right")
    return members, with_ids(told.mutate(outcome=ibis.coalesce(_.refused, _.outcome)), ids)


def with_ids(pairs: ir.Table, ids: ir.Table) -> ir.Table:
    """*pairs* with left_record_id and right_record_id."""
    return pairs.join(ids.select(left_row="row", left_record_id="record_id"), "left_row").join(
        ids.select(right_row="row", right_record_id="record_id"), "right_row"
    )


def certain(told: ir.Table, settings: IdentitySettings, bench: Workbench) -> ir.Table:
    """Of *told* (with record ids and outcome) those at the threshold that no key had joined; settled."""
    sure = told.filter((_.probability >= settings.probability) & _.outcome.notnull())
    return bench.settle(sure.select("left_record_id", "right_record_id", "weight_bits", "probability", "outcome"))


def _by_row(labels: ir.Table, ids: ir.Table, bench: Workbench) -> ir.Table:
    """*labels* with rows in place of ids; of records that are not there no label."""
    told = labels.join(ids.select(left_record_id="record_id", one="row"), "left_record_id").join(
        ids.select(right_record_id="record_id", other="row"), "right_record_id"
    )
    rows = told.select("label", left_row=ibis.least(_.one, _.other), right_row=ibis.greatest(_.one, _.other))
    return bench.settle(rows.group_by(["left_row", "right_row"]).agg(label=_.label.min()))


def _between(pairs: ir.Table, grouped: ir.Table, settings: IdentitySettings, bench: Workbench) -> ir.Table:
    """Pairs of different groups, both of which have a link: left_row, right_row, weight_bits, is_link, left_group, right_group. Settled."""
    groups = grouped.select("row", "cluster")
    ended = pairs.join(groups.select(left_row="row", left_group="cluster"), "left_row").join(
        groups.select(right_row="row", right_group="cluster"), "right_row"
    )
    apart = bench.settle(
        ended.filter(differ(_.left_group, _.right_group)).select(
            "left_row", "right_row", "weight_bits", "left_group", "right_group",
            is_link=(_.probability >= settings.probability) & _.refused.isnull(),
        )
    )  # fmt: skip
    links = apart.filter("is_link")
    linked = bench.settle(links.select(group="left_group").union(links.select(group="right_group"), distinct=True))
    near = apart.semi_join(linked.select(left_group="group"), "left_group").semi_join(linked.select(right_group="group"), "right_group")
    return bench.settle(near.select("left_row", "right_row", "weight_bits", "is_link", "left_group", "right_group"))


def _likely(owned: ir.Table, pairs: ir.Table) -> ir.Table:
    """*owned* with the probability of each record."""
    ends = pairs.select(row="left_row", other="right_row", probability="probability").union(
        pairs.select(row="right_row", other="left_row", probability="probability")
    )
    placed = ends.join(owned.select("row", "customer_id"), "row").join(owned.select(other="row", other_id="customer_id"), "other")
    best = placed.group_by("row").agg(
        within=_.probability.max(where=_.customer_id == _.other_id), outside=_.probability.max(where=_.customer_id != _.other_id)
    )
    told = owned.left_join(best, "row")
    return told.mutate(probability=ibis.coalesce(_.within, 1.0 - _.outside, 1.0).round(6))
