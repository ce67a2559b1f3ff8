"""New and changed records join customers that are known: only what they touch is compared again."""

from __future__ import annotations

from dataclasses import dataclass

from kezhi.identity.blocking import candidates
from kezhi.identity.comparing.pairing import Chosen, compared, told_by, with_holders
from kezhi.identity.comparing.preparing import FORMS, formed, without_crowds
from kezhi.identity.components import components
from kezhi.identity.explaining import recalled
from kezhi.identity.matching import weighed
from kezhi.identity.memory import Memory
from kezhi.identity.probable import Found, certain, grouped_by_links, with_ids
from kezhi.identity.reviewing import MOST
from kezhi.identity.weighing import remembered
from kezhi.kit.engine import Workbench, _, differ, ibis, ir
from kezhi.settings import IdentitySettings


@dataclass(frozen=True, slots=True)
class Joined:
    """What was found, as after a matching of all records; and which records it looked at again."""

    found: Found  # `weighed` has the pairs that were weighed now
    area: ir.Table  # record_id, is_judged (compared with all records; else only with the area's)


def joined(told: ir.Table, memory: Memory, settings: IdentitySettings, bench: Workbench) -> Joined:
    """
    Records that came or changed since the last matching, to customers.

    They are compared with all records that a blocking rule brings them together with, by the weights that were learnt then and
    by how common their values are now. So are the records of a customer that has lost one, of whom one tells something else, or
    whom exact keys no longer hold together. Every other customer stays whole, and may be joined: to what came, or to another
    that what came ties it to. Then links are taken within this area as `probable.people` takes them among all.

    Args:
        told: As for `preparing.formed`.
        memory: Of `recalled_matching`.

    Returns:
        Every record is in `members`; `pairs` are those of now and those of the last matching that were not weighed again.
        Cost: grows with what came; of the other records keys and counts of values are computed, and their forms copied.
    """
    records, past = memory.records, memory.tables["identity_forms"]
    forms = _all_forms(told, records, past, settings, bench)
    rows = without_crowds(forms, settings.max_records_per_value, bench)
    chosen = remembered(memory.weights, 1.0).chosen
    shares = recalled(memory.weights, rows, chosen, bench)
    near, states = _touched(records, past, rows, settings, bench)
    judged = bench.settle(rows.select("row", "record_id").semi_join(near.filter(_.is_judged), "record_id"))
    first, counts = candidates(rows, [one.name for one in chosen], settings.pairs_per_record, bench, of=judged.select("row"))
    told_now = told_by(rows, chosen, bench)
    met = _weighed(first, rows, told_now, shares, bench)
    area = _with_linked(near, states, met, rows, settings, bench)
    inside = bench.settle(rows.semi_join(area, "record_id"))
    second, _more = candidates(inside, [one.name for one in chosen], settings.pairs_per_record, bench, of=inside.select("row"))
    others = _weighed(bench.settle(second.anti_join(first, ["left_row", "right_row"])), rows, told_now, shares, bench)
    members, pairs = grouped_by_links(inside, area.select("record_id", cluster="group"), bench.settle(met.union(others)), settings, bench)
    beyond = with_ids(met.mutate(outcome=_.refused), rows.select("row", "record_id"))
    beyond = beyond.anti_join(pairs, ["left_row", "right_row"])
    every = bench.settle(pairs.select(*beyond.columns).union(beyond))
    stay = past.semi_join(records, "record_id").anti_join(area, "record_id")
    whole = bench.settle(members.union(stay.select("record_id", "probability", customer_id="matched_cluster").select(*members.columns)))
    kept = unweighed(memory.tables["identity_matches"], area, records)
    sure = certain(every, settings, bench)
    found = Found(
        whole, bench.settle(sure.union(kept.select(*sure.columns))), memory.tables["identity_weights"], counts, every, told_now, forms
    )
    return Joined(found, bench.settle(area.select("record_id", "is_judged")))


def unweighed(pairs: ir.Table, area: ir.Table, records: ir.Table) -> ir.Table:
    """Those of *pairs* (left_record_id, right_record_id) that were not weighed again, of records that are still there."""
    judged, ends = area.filter(_.is_judged), ("left_record_id", "right_record_id")
    for end in ends:
        pairs = pairs.anti_join(judged.select(**{end: "record_id"}), end).semi_join(records.select(**{end: "record_id"}), end)
    places = {end: area.select(**{end: "record_id", f"in_{end}": ibis.literal(True)}) for end in ends}
    both = pairs
    for end in ends:
        both = both.left_join(places[end], end).drop(f"{end}_right")
    return both.filter(both[f"in_{ends[0]}"].isnull() | both[f"in_{ends[1]}"].isnull()).select(*pairs.columns)


def carried(
    queue: ir.Table, evidence: ir.Table, joined: Joined, memory: Memory, exact: ir.Table, bench: Workbench
) -> tuple[ir.Table, ir.Table]:
    """*queue* and *evidence* of the pairs weighed now, with those of the last matching that are still open."""
    open_pairs = unweighed(memory.tables["identity_review"], joined.area, memory.records)
    for side in ("left", "right"):
        open_pairs = open_pairs.join(exact.select(**{f"{side}_record_id": "record_id", f"{side}_cluster": "cluster"}), f"{side}_record_id")
    open_pairs = open_pairs.filter(differ(_.left_cluster, _.right_cluster)).select(*queue.columns)
    both = queue.union(open_pairs).order_by(_.probability.desc(), _.left_record_id, _.right_record_id).limit(MOST)
    kept = bench.settle(both)
    told = evidence.union(memory.tables["identity_evidence"].select(*evidence.columns).anti_join(evidence, "pair_id"))
    return kept, bench.settle(told.semi_join(kept, "pair_id"))


def _all_forms(told: ir.Table, records: ir.Table, past: ir.Table, settings: IdentitySettings, bench: Workbench) -> ir.Table:
    """`preparing.formed` of all records: made for what is fresh, remembered for the rest."""
    last = past.agg(last_row=_.row.max().fill_null(-1))
    fresh = formed(told.semi_join(records.filter(_.is_fresh), "record_id"), tuple(settings.ignored_values), bench, after=last)
    columns = ("row", "record_id", *FORMS)
    old = past.semi_join(records.filter(~_.is_fresh), "record_id")
    both = old.select(*columns).union(fresh.select(*columns))
    return bench.settle(both.mutate(is_left=ibis.null("boolean")))


def _touched(records: ir.Table, past: ir.Table, rows: ir.Table, settings: IdentitySettings, bench: Workbench) -> tuple[ir.Table, ir.Table]:
    """
    Records whose customer may be another now: record_id, whole, group, is_judged; and of all records the customer that stays whole.

    `group` is what exact keys now and customers that stay whole hold together; a group that would hold two valid id numbers or
    too many records is only what exact keys hold together, and its records are judged.
    """
    gone = past.anti_join(records, "record_id").select(cluster="matched_cluster")
    changed = records.filter(_.is_fresh & _.cluster.notnull()).select("cluster")
    moved = records.filter(_.exact_before.notnull() & (_.exact_now != _.exact_before)).select("exact_before").distinct()
    parted = records.semi_join(moved, "exact_before").group_by("exact_before").agg(parts=_.exact_now.nunique()).filter(_.parts > 1)
    of_parted = records.semi_join(parted, "exact_before").select("cluster")
    dissolved = bench.settle(gone.union(changed).union(of_parted).filter(_.cluster.notnull()).distinct())
    lost = records.left_join(dissolved.select(dissolved="cluster"), [("cluster", "dissolved")])
    stays = ~lost.is_fresh & lost.dissolved.isnull()
    states = bench.settle(
        lost.select(
            "record_id", "exact_now",
            whole=ibis.cases((stays, lost.cluster), else_=ibis.null("string")),
            is_moved=(lost.exact_now != lost.exact_before).fill_null(True),
        )
    )  # fmt: skip
    seeds = states.filter(_.whole.isnull() | _.is_moved).select("exact_now").distinct()
    beside = bench.settle(states.semi_join(seeds, "exact_now"))
    of_whole = states.semi_join(beside.filter(_.whole.notnull()).select("whole").distinct(), "whole")
    near = bench.settle(beside.union(of_whole, distinct=True))
    held = near.select(left="record_id", right="exact_now").union(near.filter(_.whole.notnull()).select(left="record_id", right="whole"))
    labels = components(held, bench)
    grouped = near.left_join(labels.select(record_id="node", label="label"), "record_id").drop("record_id_right")
    grouped = grouped.mutate(group=ibis.coalesce(_.label, _.record_id)).drop("label")
    ids = rows.select("record_id", id_number=ibis.cases((_.id_valid, _.id_number), else_=ibis.null("string")))
    sizes = grouped.join(ids, "record_id").group_by("group").agg(records=_.count(), numbers=_.id_number.nunique())
    wrong = sizes.filter((_.numbers > 1) | (_.records > settings.max_cluster_size)).select(wrong="group")
    told = grouped.left_join(wrong, [("group", "wrong")])
    apart = told.wrong.notnull()
    judged = told.select(
        "record_id",
        whole=ibis.cases((apart, ibis.null("string")), else_=told.whole),
        group=ibis.cases((apart, told.exact_now), else_=told.group),
        is_judged=apart | told.whole.isnull(),
    )
    return bench.settle(judged), states


def _with_linked(near: ir.Table, states: ir.Table, met: ir.Table, rows: ir.Table, settings: IdentitySettings, bench: Workbench) -> ir.Table:
    """*near* with the whole customers that a link leads to: record_id, group, is_judged. Settled."""
    links = met.filter((_.probability >= settings.probability) & _.refused.isnull())
    ends = links.select(row="left_row").union(links.select(row="right_row"), distinct=True)
    reached = rows.select("row", "record_id").semi_join(ends, "row").anti_join(near, "record_id")
    customers = states.semi_join(reached, "record_id").select("whole").distinct()
    linked = states.semi_join(customers, "whole").anti_join(near, "record_id")
    own = near.select("record_id", "group", "is_judged")
    return bench.settle(own.union(linked.select("record_id", group="whole", is_judged=ibis.literal(False))))


def _weighed(pairs: ir.Table, rows: ir.Table, chosen: Chosen, shares: ir.Table, bench: Workbench) -> ir.Table:
    """`matching.weighed` of *pairs*, with the commonness that values have among all *rows*."""
    ends = pairs.select(row="left_row").union(pairs.select(row="right_row"), distinct=True)
    known = with_holders(bench.settle(rows.semi_join(ends, "row")), chosen, bench, among=rows)
    return weighed(compared(pairs, known, chosen, bench), shares, chosen, bench)
