"""Pairs of records that people should look at: neither surely one person nor surely two."""

from __future__ import annotations

import hashlib
from functools import partial
from typing import Any

import pyarrow as pa

from kezhi.identity.comparing.pairing import Chosen
from kezhi.identity.explaining import spelt
from kezhi.identity.probable import Found
from kezhi.kit.engine import Workbench, _, differ, ir
from kezhi.settings import IdentitySettings

MOST = 20_000  # pairs in the queue; people answer some hundreds a day

QUEUE = pa.schema(
    [(name, pa.string()) for name in ("pair_id", "left_record_id", "right_record_id")]
    + [(name, pa.float64()) for name in ("weight_bits", "probability")]
    + [("outcome", pa.string())]
)
EVIDENCE = pa.schema([(name, pa.string()) for name in ("pair_id", "comparison", "agreement")] + [("weight_bits", pa.float64())])


def uncertain(found: Found, clusters: ir.Table, settings: IdentitySettings, bench: Workbench) -> tuple[ir.Table, ir.Table]:
    """
    The queue and its evidence: `tables.IDENTITY_REVIEW`, `tables.IDENTITY_EVIDENCE`.

    Uncertain is what is at least as probable as `review_from` and less so than `review_to`, and what a guard kept apart though it
    is more probable than that. Two valid id numbers are certainly two people; pairs that a key has joined need no answer.

    Args:
        found: What probable links found out.
        clusters: record_id, cluster: what exact keys alone have joined.
        settings: The thresholds.
    """
    between = (_.probability >= settings.review_from) & (_.probability < settings.review_to) & _.refused.isnull()
    stopped = (_.probability >= settings.review_from) & (_.outcome.fill_null("joined") != "joined") & (_.outcome != "two_id_numbers")
    asked = found.weighed.filter(between | stopped)
    groups = clusters.select("record_id", "cluster")
    ended = asked.join(groups.select(left_record_id="record_id", left_cluster="cluster"), "left_record_id").join(
        groups.select(right_record_id="record_id", right_cluster="cluster"), "right_record_id"
    )
    open_pairs = ended.filter(differ(_.left_cluster, _.right_cluster)).drop("left_cluster", "right_cluster")
    surest = open_pairs.order_by(_.probability.desc(), _.left_record_id, _.right_record_id).limit(MOST)
    queue, evidence = bench.kernel(partial(_spelt, found.chosen, settings.probability), surest)
    return queue, evidence


def pair_id(left: str, right: str) -> str:
    """A short name of a pair that tells nothing of the records."""
    return hashlib.sha256(f"{left}\n{right}".encode()).hexdigest()[:16]


def _spelt(chosen: Chosen, probability: float, pairs: Any) -> tuple[pa.Table, ...]:
    queue, evidence = [], []
    for row in sorted(pairs.to_pylist(), key=lambda row: (row["left_record_id"], row["right_record_id"])):
        name = pair_id(row["left_record_id"], row["right_record_id"])
        joined = row["outcome"] or ("joined" if row["probability"] >= probability else "below_threshold")
        queue.append({**row, "pair_id": name, "outcome": joined})
        evidence += [
            {"pair_id": name, "comparison": each["comparison"], "agreement": each["level"], "weight_bits": each["bits"]}
            for each in spelt(row, chosen)
        ]
    return pa.Table.from_pylist(queue, QUEUE), pa.Table.from_pylist(evidence, EVIDENCE)
