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
    return Found(members, certain(told, settings, bench), found.weights, found.counts, told, found.told, forms)


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
    nodes = rows.select("row", id_number=ibis.cases((_.id_valid, _.id_number), else_=ibis.null("string")))
    firsts = nodes.left_join(_together(known, ids, bench), "row").mutate(cluster=ibis.coalesce(_["first"], _.row))
    grouped = bench.settle(firsts.select("row", "cluster", "id_number"))
    parts, fates = linked(grouped, _between(pairs, grouped, settings, bench), settings, bench)
    owned = ids.join(parts, "row").join(ids.select(part="row", customer_id="record_id"), "part").select("row", "record_id", "customer_id")
    likely = owned.left_join(_likely(parts, pairs, bench), "row")
    members = bench.settle(likely.select("record_id", "customer_id", probability=_.probability.fill_null(1.0)))
    told = pairs.left_join(fates, ["left_row", "right_row"]).drop("left_row_right", "right_row_right")
    return members, with_ids(told.mutate(outcome=ibis.coalesce(_.refused, _.outcome)), ids)


def _together(known: ir.Table, ids: ir.Table, bench: Workbench) -> ir.Table:
    """row and first, the smallest row of its cluster, of the records in clusters of several: of a record alone nothing is looked up."""
    several = bench.settle(known.filter(_.cluster != _.record_id).select("cluster").distinct())
    placed = bench.settle(known.semi_join(several, "cluster").join(ids, "record_id").select("row", "cluster"))
    return placed.join(placed.group_by("cluster").agg(first=_.row.min()), "cluster").select("row", "first")


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
    is_link = (_.probability >= settings.probability) & _.refused.isnull()
    links = bench.settle(_of_different_groups(pairs.filter(is_link), grouped).select("left_group", "right_group"))
    tied = links.select(cluster="left_group").union(links.select(cluster="right_group"), distinct=True)
    near = _of_different_groups(pairs, bench.settle(grouped.semi_join(tied, "cluster")))
    return bench.settle(near.select("left_row", "right_row", "weight_bits", "left_group", "right_group", is_link=is_link))


def _of_different_groups(pairs: ir.Table, grouped: ir.Table) -> ir.Table:
    """Those of *pairs* whose records are *grouped*, in different groups; with left_group and right_group."""
    ended = pairs.join(grouped.select(left_row="row", left_group="cluster"), "left_row").join(
        grouped.select(right_row="row", right_group="cluster"), "right_row"
    )
    return ended.filter(differ(_.left_group, _.right_group))


def _likely(parts: ir.Table, pairs: ir.Table, bench: Workbench) -> ir.Table:
    """row and probability of the records that some pair speaks of: within its customer, or with a probability that is not nothing."""
    placed = pairs.join(parts.select(left_row="row", left_part="part"), "left_row").join(
        parts.select(right_row="row", right_part="part"), "right_row"
    )
    placed = placed.select("left_row", "right_row", "probability", is_apart=differ(_.left_part, _.right_part))
    speaking = bench.settle(placed.filter(~_.is_apart | (_.probability > 0)))
    ends = [speaking.select("probability", "is_apart", row=f"{side}_row") for side in ("left", "right")]
    best = ibis.union(*ends).group_by("row").agg(within=_.probability.max(where=~_.is_apart), outside=_.probability.max(where=_.is_apart))
    return best.select("row", probability=ibis.coalesce(_.within, 1.0 - _.outside).round(6))
