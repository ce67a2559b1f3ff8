"""Who is who in one snapshot: the sides of a decision, who was who on a day, and the decisions themselves."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from kezhi.api.review_queue import pair_of
from kezhi.errors import NotFound, WrongInput
from kezhi.flow.reader import Reader
from kezhi.identity.survivors import SURVIVAL
from kezhi.locales import Phrase

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
