"""The uncertain pairs of one snapshot that people should answer, and what speaks for and against each."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from kezhi.errors import NotFound
from kezhi.flow.reader import Reader
from kezhi.kit.engine import _, ibis
from kezhi.locales import Phrase

Row = dict[str, Any]


def queue(
    reader: Reader, decided: Sequence[Mapping[str, Any]], *, limit: int, offset: int = 0, seen: Collection[str] | None = None
) -> tuple[list[Row], int]:
    """
    The uncertain pairs of two customers that nobody answered, the most money at stake first; those put off come last.

    Args:
        reader: The snapshot.
        decided: Decisions that hold, as rows of `as_row`.
        limit: How many.
        offset: How many are left out before.
        seen: Only pairs of these customers; None: of all.

    Returns:
        Rows with pair_id, left_record_id, right_record_id, left_customer_id, right_customer_id, left_net_amount, right_net_amount,
        value_at_stake (of both, yuan), weight_bits, probability, outcome, put_off; and how many there are in all.
    """
    if "identity_review" not in reader.snapshot.tables:
        return [], 0
    answered = {pair for row in decided if row["kind"] != "later" for pair in _pairs(row)}
    later = {pair for row in decided if row["kind"] == "later" for pair in _pairs(row)}
    rows = [row for row in _valued(reader) if _pair(row) not in answered]
    if seen is not None:
        rows = [row for row in rows if row["left_customer_id"] in seen and row["right_customer_id"] in seen]
    for row in rows:
        row["put_off"] = _pair(row) in later
    first = heapq.nsmallest(offset + limit, rows, key=lambda row: (row["put_off"], -row["value_at_stake"], row["pair_id"]))
    return first[offset:], len(rows)


def _pairs(row: Mapping[str, Any]) -> set[frozenset[str]]:
    return {frozenset((one, other)) for one in row["one_records"] for other in row["other_records"]}


def _pair(row: Mapping[str, Any]) -> frozenset[str]:
    return frozenset((row["left_record_id"], row["right_record_id"]))


def _valued(reader: Reader) -> list[Row]:
    """Every pair of the queue that still matters: of two customers, or of one that the evidence alone made."""
    pairs = reader.table("identity_review")
    for side in ("left", "right"):
        owners = reader.table("identity_links").select(**{f"{side}_record_id": "record_id", f"{side}_customer_id": "customer_id"})
        pairs = pairs.join(owners, f"{side}_record_id")
        if "profile" in reader.snapshot.tables:
            worth = reader.table("profile").select(**{f"{side}_customer_id": "customer_id", f"{side}_net_amount": "net_amount_life"})
            pairs = pairs.left_join(worth, f"{side}_customer_id").drop(f"{side}_customer_id_right")
        else:
            pairs = pairs.mutate(**{f"{side}_net_amount": ibis.null("decimal(18, 2)")})
    mattering = pairs.filter((_.left_customer_id != _.right_customer_id) | (_.outcome == "joined"))
    rows: list[Row] = reader.answer(mattering).to_pylist()
    for row in rows:
        apart = row["left_customer_id"] != row["right_customer_id"]
        row["value_at_stake"] = (row["left_net_amount"] or Decimal(0)) + ((row["right_net_amount"] or Decimal(0)) if apart else 0)
    return rows


def pair_of(reader: Reader, pair_id: str) -> Row:
    """
    The pair of the queue with this id.

    Raises:
        NotFound: The snapshot has none.
    """
    found = reader.pick("identity_review", "pair_id", [pair_id]) if "identity_review" in reader.snapshot.tables else []
    if not found:
        raise NotFound(what=Phrase("who.pair"), id=pair_id)
    return found[0]


def evidence_of(reader: Reader, pair_ids: Sequence[str]) -> dict[str, list[Row]]:
    """comparison, agreement and weight_bits of each pair, the heaviest first."""
    found: dict[str, list[Row]] = {one: [] for one in pair_ids}
    for row in reader.pick("identity_evidence", "pair_id", pair_ids) if found else []:
        found[row["pair_id"]].append(row)
    return {one: sorted(rows, key=lambda row: (-abs(row["weight_bits"]), row["comparison"])) for one, rows in found.items()}
