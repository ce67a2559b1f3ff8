"""Who is who in one snapshot: the sides of a decision, what a merge would make, who was who on a day, what to review."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kezhi import profile
from kezhi.errors import NotFound, WrongInput
from kezhi.flow.reader import Reader
from kezhi.identity.survivors import SURVIVAL, golden
from kezhi.kit.engine import _, ibis
from kezhi.locales import Phrase
from kezhi.settings import Settings

if TYPE_CHECKING:
    from kezhi.store.records import IdentityDecision

Row = dict[str, Any]


def records_of(reader: Reader, some_id: str) -> tuple[str, list[str]]:
    """
    The customer that *some_id* (its id or a record's) means, and its records, the founding one first.

    Raises:
        NotFound: There is none.
    """
    links = reader.pick("identity_links", "record_id", [some_id])
    owner = links[0]["customer_id"] if links else some_id
    found = [row["record_id"] for row in reader.pick("identity_links", "customer_id", [owner])]
    if not found:
        raise NotFound(what=Phrase("serve.customer"), id=some_id)
    return owner, sorted(found, key=lambda record: (record != owner, record))


def sides_of_merge(reader: Reader, one: str, other: str) -> tuple[list[str], list[str]]:
    """
    The records of the two customers.

    Raises:
        NotFound: There is no such customer.
        WrongInput: They are one already.
    """
    (left, left_records), (right, right_records) = records_of(reader, one), records_of(reader, other)
    if left == right:
        raise WrongInput(problem=Phrase("who.one_already", one=one, other=other))
    return left_records, right_records


def sides_of_split(reader: Reader, customer_id: str, records: Collection[str]) -> tuple[list[str], list[str]]:
    """
    *records* of the customer, and its others.

    Raises:
        NotFound: There is no such customer.
        WrongInput: Some are not the customer's, none are, or all are.
    """
    owner, known = records_of(reader, customer_id)
    if strange := sorted(set(records) - set(known)):
        raise WrongInput(problem=Phrase("who.not_its_records", customer=owner, records=", ".join(strange)))
    taken, rest = [one for one in known if one in records], [one for one in known if one not in records]
    if not taken or not rest:
        raise WrongInput(problem=Phrase("who.nothing_to_split", customer=owner))
    return taken, rest


def sides_of_answer(reader: Reader, pair: str, answer: str) -> tuple[list[str], list[str]]:
    """
    The records that an answer about a pair of the queue decides on: of `same` all of both customers, else the two of the pair.

    Raises:
        NotFound: The snapshot has no such pair.
        WrongInput: *answer* is none of `same`, `apart`, `later`.
    """
    if answer not in ("same", "apart", "later"):
        raise WrongInput(problem=Phrase("who.kind_unknown", kind=answer, kinds="same, apart, later"))
    row = pair_of(reader, pair)
    two = [[row["left_record_id"]], [row["right_record_id"]]]
    if answer != "same" or records_of(reader, two[0][0])[0] == records_of(reader, two[1][0])[0]:
        return two[0], two[1]
    one, other = sides_of_merge(reader, two[0][0], two[1][0])
    return two[0] + [each for each in one if each not in two[0]], two[1] + [each for each in other if each not in two[1]]


def trade_off(reader: Reader) -> list[Row]:
    """
    What another threshold would give: rows of `identity_trade_off`, the lowest first.

    Raises:
        NoSnapshot: The run made no probable links.
    """
    found: list[Row] = reader.answer(reader.table("identity_trade_off")).to_pylist()
    return sorted(found, key=lambda row: row["threshold"])


def merge_preview(reader: Reader, settings: Settings, one: str, other: str) -> Row:
    """
    What would become of two customers if they were one.

    Returns:
        `before` (two) and `after`: customer_id, records, orders, net_amount, tier, clv (null where no model serves);
        `fields` where the two differ: field, values (two), kept, source; `tags`: family, tag, customers (one or both ids); `two_id_numbers`: both have a valid one, and not the same.
        Values are personal. Tier and golden row are computed by the functions of a run on the rows of the two.

    Raises:
        NotFound: There is no such customer.
        WrongInput: They are one already.
    """
    sides = sides_of_merge(reader, one, other)
    ids = [records_of(reader, records[0])[0] for records in sides]
    both = [record for records in sides for record in records]
    known = set(reader.snapshot.tables)
    rows = {row["record_id"]: row for row in reader.pick("customer_records", "record_id", both)}
    kept = min(ids, key=lambda each: (_founded(rows.get(each)), each))
    links = reader.table("identity_links").filter(_.record_id.isin(both))
    links = links.mutate(customer_id=ibis.literal(kept), records=ibis.literal(len(both), "int64"))
    records = reader.table("customer_records").filter(_.record_id.isin(both))
    (made,) = reader.answer(golden(records, links, settings.identity.survivorship)).to_pylist()
    apart = {row["customer_id"]: row for row in reader.pick("customers", "customer_id", ids)}
    bought = {row["customer_id"]: row for row in reader.pick("profile", "customer_id", ids)} if "profile" in known else {}
    worth = {row["customer_id"]: row["clv"] for row in reader.pick("clv", "customer_id", ids)} if "clv" in known else {}
    held = {row["customer_id"]: row["tier"] for row in reader.pick("tiers", "customer_id", ids)} if "tiers" in known else {}
    before: list[Row] = [
        {
            "customer_id": each, "records": len(side), "orders": bought.get(each, {}).get("orders_life") or 0,
            "net_amount": bought.get(each, {}).get("net_amount_life") or Decimal(0), "tier": held.get(each),
            "clv": worth.get(each),
        }
        for each, side in zip(ids, sides, strict=True)
    ]  # fmt: skip
    after = {
        "customer_id": kept, "records": len(both), "orders": sum(row["orders"] for row in before),
        "net_amount": sum((row["net_amount"] for row in before), Decimal(0)), "tier": _tier(reader, settings, ids, kept),
        "clv": _clv(reader, settings, ids, kept) if worth else None,
    }  # fmt: skip
    numbers = {rows[record]["id_number"] for record in both if record in rows and rows[record]["id_number_valid"]}
    return {
        "before": before,
        "after": after,
        "fields": _differing([apart[each] for each in ids], made),
        "tags": _tags(reader, ids) if "customer_tags" in known else [],
        "two_id_numbers": len(numbers) > 1,
    }


def _founded(record: Row | None) -> str:
    moment = record["registered_at"] if record else None
    return moment.isoformat() if moment else "9999"


def _tier(reader: Reader, settings: Settings, ids: Sequence[str], kept: str) -> str | None:
    if "ledger" not in reader.snapshot.tables:
        return None
    rows = reader.table("ledger").filter(_.customer_id.isin(ids)).mutate(customer_id=ibis.literal(kept))
    found = reader.answer(profile.tiers(rows, as_of=reader.snapshot.as_of, settings=settings.tiers)).to_pylist()
    return found[0]["tier"] if found else None


def _clv(reader: Reader, settings: Settings, ids: Sequence[str], kept: str) -> Decimal | None:
    from kezhi.flow.clv import value_of_all

    rows = reader.table("ledger").filter(_.customer_id.isin(ids)).mutate(customer_id=ibis.literal(kept))
    return value_of_all(rows, reader, settings.clv)


def _differing(apart: Sequence[Row], made: Row) -> list[Row]:
    told = []
    for field in SURVIVAL:
        values = [row[field] for row in apart]
        if values[0] != values[1]:
            told.append(
                {"field": field, "values": [None if value is None else str(value) for value in values],
                 "kept": str(made[field]), "source": made[f"{field}_source"], "conflict": None not in values}
            )  # fmt: skip
    return told


def _tags(reader: Reader, ids: Sequence[str]) -> list[Row]:
    owners: dict[tuple[str, str], set[str]] = {}
    for row in reader.pick("customer_tags", "customer_id", list(ids)):
        owners.setdefault((row["family"], row["tag"]), set()).add(row["customer_id"])
    return [{"family": family, "tag": tag, "customers": sorted(held)} for (family, tag), held in sorted(owners.items())]


def values_of(reader: Reader, some_id: str) -> list[Row]:
    """
    Each value that the records of a customer tell, field by field, the kept one first.

    Returns:
        Rows of `customer_values` with `value` as text (personal). A customer of one record has none: nothing was chosen.

    Raises:
        NotFound: There is no such customer.
    """
    owner, _records = records_of(reader, some_id)
    rows = reader.pick("customer_values", "customer_id", [owner]) if "customer_values" in reader.snapshot.tables else []
    known = {row["record_id"]: row for row in reader.pick("customer_records", "record_id", [row["record_id"] for row in rows])}
    order = list(SURVIVAL)
    for row in rows:
        told = known[row["record_id"]]
        row["value"] = str(
            told[f"id_{row['field']}"] or told[row["field"]] if row["field"] in ("birth_date", "gender") else told[row["field"]]
        )
    return sorted(rows, key=lambda row: (order.index(row["field"]), not row["is_kept"], row["record_id"]))


def history_of(reader: Reader, some_id: str) -> list[Row]:
    """
    All rows of `identity_history` about the records that the customer has or ever had, oldest first.

    Raises:
        NotFound: No record or customer ever had the id.
    """
    own = reader.pick("identity_history", "record_id", [some_id])
    ids = {row["customer_id"] for row in own} - {None} or {some_id}
    held = reader.pick("identity_history", "customer_id", sorted(ids))
    if not held:
        raise NotFound(what=Phrase("serve.customer"), id=some_id)
    rows = reader.pick("identity_history", "record_id", sorted({row["record_id"] for row in held}))
    return sorted(rows, key=lambda row: (row["recorded_on"], row["as_of"], row["record_id"], row["number"]))


def who_was(reader: Reader, some_id: str, on: date) -> Row:
    """
    The customer that *some_id* meant at the end of a day, as it was known then, and its records.

    Returns:
        customer_id, records (ids in order), on.

    Raises:
        NotFound: Nobody had the id then.
    """
    asked = _held(reader.pick("identity_history", "record_id", [some_id]), on).get(some_id)
    owner = asked or some_id
    came = reader.pick("identity_history", "customer_id", [owner])
    rows = reader.pick("identity_history", "record_id", sorted({row["record_id"] for row in came}))
    records = sorted(record for record, customer in _held(rows, on).items() if customer == owner)
    if not records:
        raise NotFound(what=Phrase("serve.customer"), id=some_id)
    return {"customer_id": owner, "records": records, "on": on}


def _held(rows: Sequence[Row], on: date) -> dict[str, str | None]:
    """The customer of each record by its last row up to that day."""
    known = sorted((row for row in rows if row["recorded_on"] <= on), key=lambda row: int(row["number"]))
    return {row["record_id"]: row["customer_id"] for row in known}


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


def as_row(made: IdentityDecision, known: Mapping[str, bool]) -> Row:
    """
    *made* as people read it; times are UTC.

    *known* says which decisions the snapshot has, and whether undone there: `pending` is what only the next run will do.
    """
    undone = made.undone_at is not None
    pending = made.kind != "later" and (known.get(made.decision_id, undone) != undone or (made.decision_id not in known and not undone))
    return {
        "decision_id": made.decision_id, "kind": made.kind, "one_records": made.one_records, "other_records": made.other_records,
        "author": made.author, "reason": made.reason, "made_at": made.made_at, "undone_at": made.undone_at,
        "undone_by": made.undone_by, "undo_reason": made.undo_reason, "pending": pending,
    }  # fmt: skip


def known_decisions(reader: Reader) -> dict[str, bool]:
    """Decisions that the snapshot was made with, and whether each was undone by then."""
    if "identity_decisions" not in reader.snapshot.tables:
        return {}
    rows = reader.answer(reader.table("identity_decisions").select("decision_id", "undone_on")).to_pylist()
    return {row["decision_id"]: row["undone_on"] is not None for row in rows}
