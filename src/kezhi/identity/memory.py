"""What one matching leaves for the next, so that only new and changed records are compared again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kezhi.identity.blocking import RULES
from kezhi.identity.comparing import COMPARISONS
from kezhi.identity.comparing.preparing import FIELDS, FORMS
from kezhi.identity.deciding import labelled
from kezhi.identity.probable import Found
from kezhi.kit.engine import Workbench, _, ibis, ir, typed
from kezhi.settings import IdentitySettings
from kezhi.tables import IDENTITY_FORMS, IDENTITY_MATCHING

VERSION = 2  # of how pairs are weighed and joined: another number, and all records are matched again
_LEFT = (
    "identity_forms",
    "identity_matching",
    "identity_weights",
    "identity_matches",
    "identity_review",
    "identity_evidence",
    "identity_trade_off",
)


@dataclass(frozen=True, slots=True)
class Memory:
    """
    The last matching, and what has come since.

    Attributes:
        tables: `identity_forms`, `identity_weights`, `identity_matches`, `identity_review`, `identity_evidence` and
            `identity_trade_off` of the last snapshot.
        weights: Rows of `identity_weights`.
        learnt_on: The day the weights were learnt.
        answers_since: Pairs of which people say something else now than when the weights were learnt.
        records: Every record that tells anything: record_id, exact_now (the cluster that exact keys make now), exact_before, cluster
            (the customer it was matched to; null if new), is_fresh (new or changed), is_learnt (the weights were learnt with it),
            content (a digest of all it tells).
    """

    tables: Mapping[str, ir.Table]
    weights: list[dict[str, Any]]
    learnt_on: date
    answers_since: int
    records: ir.Table


def recalled_matching(
    told: ir.Table, exact: ir.Table, labels: ir.Table | None, previous: Mapping[str, ir.Table], settings: IdentitySettings, bench: Workbench
) -> Memory | None:
    """
    The last matching, if it may be gone on from.

    None, and all records are matched again, when there is none, when records are few (`rematch_below`), when settings or how Kezhi
    matches have changed since, or when since the weights were learnt more than `rematch_share` of the records came or changed or
    people answered `relearn_answers` pairs. What people said of two customers holds at once: it is laid over what was matched.

    Args:
        told: Records that tell anything, with the columns of `preparing.formed`.
        exact: record_id, cluster: what exact keys have joined.
        labels: What people said of pairs.
        previous: Tables of the last snapshot.
    """
    if not set(_LEFT) <= previous.keys():
        return None
    last = bench.arrow(previous["identity_matching"]).to_pylist()
    if not last or last[0]["fingerprint"] != fingerprint(settings):
        return None
    answers = last[0]["answers_since"] + _answered(labels, previous.get("identity_decisions"), bench)
    if answers >= settings.relearn_answers:
        return None
    forms = previous["identity_forms"]
    before = forms.select("record_id", "content", cluster="matched_cluster", was_learnt="is_learnt", exact_before="exact_cluster")
    now = contents(told).join(exact.select("record_id", exact_now="cluster"), "record_id")
    both = now.left_join(before, "record_id").select(
        "record_id", "exact_now", "exact_before", "cluster", "was_learnt",
        is_fresh=_.content_right.isnull() | (_.content != _.content_right), content=_.content,
    )  # fmt: skip
    records = bench.settle(both.mutate(is_learnt=(~_.is_fresh) & _.was_learnt.fill_null(False)).drop("was_learnt"))
    counts = bench.arrow(records.agg(records=_.count(), learnt=_.is_learnt.cast("int64").sum())).to_pylist()[0]
    if (
        counts["records"] < settings.rematch_below
        or counts["records"] - (counts["learnt"] or 0) > settings.rematch_share * counts["records"]
    ):
        return None
    weights = sorted(bench.arrow(previous["identity_weights"]).to_pylist(), key=lambda row: (row["comparison"], row["agreement"]))
    return Memory({name: previous[name] for name in _LEFT}, weights, last[0]["learnt_on"], answers, records)


def left_for_next(
    found: Found,
    memory: Memory | None,
    told: ir.Table,
    exact: ir.Table,
    settings: IdentitySettings,
    today: date,
) -> dict[str, ir.Table]:
    """`identity_forms` and `identity_matching` after a matching, of all records (*memory* is None) or of those that came."""
    known = (
        contents(told).mutate(is_learnt=ibis.literal(True), is_fresh=ibis.literal(True))
        if memory is None
        else memory.records.select("record_id", "content", "is_learnt", "is_fresh")
    )
    placed = found.forms.select("row", "record_id", *FORMS).join(known, "record_id")
    # of a record that is alone, as most are, nothing needs to be looked up
    shared = exact.filter(_.cluster != _.record_id).select("record_id", exact_cluster="cluster")
    spoken_of = found.members.filter((_.customer_id != _.record_id) | (_.probability != 1.0))
    for table in (shared, spoken_of.select("record_id", "probability", matched_cluster="customer_id")):
        placed = placed.left_join(table, "record_id").drop("record_id_right")
    placed = placed.mutate(
        exact_cluster=ibis.coalesce(_.exact_cluster, _.record_id),
        matched_cluster=ibis.coalesce(_.matched_cluster, _.record_id),
        probability=_.probability.fill_null(1.0),
    )
    counts = known.agg(
        records=_.count(),
        fresh_records=_.is_fresh.cast("int64").sum().fill_null(0),
        learnt_records=_.is_learnt.cast("int64").sum().fill_null(0),
    )
    matching = counts.mutate(
        fingerprint=ibis.literal(fingerprint(settings)),
        answers_since=ibis.literal(0 if memory is None else memory.answers_since, "int64"),
        learnt_on=ibis.literal(today if memory is None else memory.learnt_on, "date"),
        is_full=ibis.literal(memory is None),
    )
    return {
        "identity_forms": typed(placed, IDENTITY_FORMS.types),
        "identity_matching": typed(matching, IDENTITY_MATCHING.types),
    }


def contents(told: ir.Table) -> ir.Table:
    """record_id and content, by which a change of what a record tells is seen."""
    parts = [told[name].cast("string").fill_null("") for name in FIELDS if name in told.columns]
    text = told.id_number_valid.cast("string").fill_null("")
    for part in parts:
        text = text + "\x1f" + part
    return told.select("record_id", content=text.hexdigest("md5"))


def fingerprint(settings: IdentitySettings) -> str:
    """Of all that a matching depends on besides the records and what people said of them."""
    levels = [(one.name, one.level_names) for one in COMPARISONS]
    kept = settings.model_dump(mode="json", exclude={"rematch_below", "rematch_share", "relearn_answers"})
    parts = json.dumps([VERSION, kept, levels, [rule.name for rule in RULES]], sort_keys=True, default=str)
    return hashlib.sha256(parts.encode()).hexdigest()[:32]


def _answered(labels: ir.Table | None, decisions: ir.Table | None, bench: Workbench) -> int:
    """Of how many pairs people say something else in *labels* than in the *decisions* of the last run."""
    now, before = labels, None if decisions is None else labelled(decisions)
    if now is None or before is None:
        one = before if now is None else now
        return 0 if one is None else int(bench.arrow(one.agg(pairs=_.count()))["pairs"][0].as_py())
    keys = ["left_record_id", "right_record_id"]
    changed = (
        now.anti_join(before, [*keys, "label"]).select(*keys).union(before.anti_join(now, [*keys, "label"]).select(*keys), distinct=True)
    )
    return int(bench.arrow(changed.agg(pairs=_.count()))["pairs"][0].as_py())
