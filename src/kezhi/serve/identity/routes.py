"""Who is who over HTTP: the queue and its answers, preview, merge, split, undo, history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from kezhi.api import merging, review_queue, who_is_who
from kezhi.api.explaining import explained
from kezhi.api.identity import noted
from kezhi.errors import NotFound, WrongInput
from kezhi.flow.reader import Reader
from kezhi.locales import Phrase
from kezhi.measure.masking import masked
from kezhi.serve.access import Who, needs
from kezhi.serve.access.sight import mask, seen_by
from kezhi.serve.customers import one as customers
from kezhi.serve.identity.shapes import (
    Answer,
    Decision,
    Event,
    Explained,
    MergeNew,
    Preview,
    Review,
    SplitNew,
    Told,
    TradeOff,
    UndoNew,
    Value,
)
from kezhi.serve.problems import answers
from kezhi.serve.workspace import Workspace, rows, workspace
from kezhi.store.identity import decide, decisions, undo
from kezhi.store.records import IdentityDecision

router = APIRouter(prefix="/identity", tags=["identity"], responses=answers(404, 409))
Reads = Annotated[Who, needs("identity.read")]
Writes = Annotated[Who, needs("identity.write")]
SIDES = ("one", "other")
MOST_EXPLAINED = 300_000  # records: all are read once more for an answer, and a page waits for some seconds at most
Id = Annotated[str, Query(max_length=300)]


@router.get("/review", operation_id="reviewIdentity")
def review(
    request: Request,
    who: Reads,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    offset: Annotated[int, Query(ge=0)] = 0,
) -> Review:
    """Uncertain pairs that nobody answered, the most money at stake first; those put off come last."""
    served = workspace(request)
    reader = served.reader()
    with served.store.reading() as session:
        decided = [who_is_who.as_row(made, {}) for made in decisions(session, undone=False)]
    found, total = review_queue.queue(reader, decided, limit=limit, offset=offset, seen=_seen(who, served, reader))
    evidence = review_queue.evidence_of(reader, [row["pair_id"] for row in found])
    ids = [row[f"{side}_record_id"] for row in found for side in ("left", "right")]
    known = {row["record_id"]: row for row in reader.pick("customer_records", "record_id", ids)}
    items = [_pair(row, known) | {"evidence": evidence[row["pair_id"]]} for row in found]
    settings = served.settings.identity
    return Review.model_validate(
        {
            "items": items, "total": total, "is_on": settings.review or settings.probable_links, "snapshot": reader.snapshot.name,
            "as_of": reader.snapshot.as_of,
        }
    )  # fmt: skip


@router.post("/review/{pair_id}", operation_id="answerPair", status_code=201)
def answer_pair(request: Request, who: Writes, pair_id: str, asked: Answer) -> Decision:
    """Keep the answer; it holds from the next run on, and the weights are learnt with it."""
    served = workspace(request)
    reader = served.reader()
    pair = review_queue.pair_of(reader, pair_id)
    for side in ("left", "right"):
        customers.find(reader, who, served, pair[f"{side}_record_id"])
    return _keep(served, who, asked.answer, *who_is_who.sides_of_answer(reader, pair_id, asked.answer), reason=asked.reason)


@router.get("/explain", operation_id="explainIdentity")
def explain(
    request: Request, who: Reads, one: Id, other: Id, customer_id: Annotated[str | None, Query(max_length=300)] = None
) -> Explained:
    """
    What speaks for and against one person, field by field, of any two records.

    *one* and *other* are ids of records or of customers (then of the record that founded it); with *customer_id* they are keys of its records.
    """
    served = workspace(request)
    reader = served.reader()
    records = [_record(reader, who, served, each, customer_id) for each in (one, other)]
    if reader.snapshot.rows("customer_records") > MOST_EXPLAINED:
        raise WrongInput(problem=Phrase("who.explain_many", most=MOST_EXPLAINED))
    found = explained(reader, served.settings, *records)
    known = {row["record_id"]: row for row in reader.pick("customer_records", "record_id", records)}
    owners = [found["left_customer_id"], found["right_customer_id"]]
    worth = reader.pick("profile", "customer_id", owners) if "profile" in reader.snapshot.tables else []
    amounts = {row["customer_id"]: row["net_amount_life"] for row in worth}
    sides = {
        name: value
        for side in ("left", "right")
        for name, value in (
            (f"{side}_record_id", found[side]),
            (f"{side}_customer_id", found[f"{side}_customer_id"]),
            (f"{side}_net_amount", amounts.get(found[f"{side}_customer_id"])),
        )
    }
    likely = "joined" if found["probability"] >= served.settings.identity.probability else "below_threshold"
    evidence = [{"comparison": row["comparison"], "agreement": row["level"], "weight_bits": row["bits"]} for row in found["evidence"]]
    return Explained.model_validate(_pair({**found, **sides}, known) | {"outcome": found["refused"] or likely, "evidence": evidence})


@router.get("/trade-off", operation_id="getIdentityTradeOff")
def trade_off(request: Request, who: Reads) -> TradeOff:
    """What another threshold of probable links would give."""
    reader = workspace(request).reader()
    rows = who_is_who.trade_off(reader) if "identity_trade_off" in reader.snapshot.tables else []
    return TradeOff.model_validate({"items": rows, "snapshot": reader.snapshot.name, "as_of": reader.snapshot.as_of})


@router.get("/preview", operation_id="previewMerge")
def preview(request: Request, who: Reads, one: Id, other: Id) -> Preview:
    """What would become of two customers if they were one."""
    served = workspace(request)
    reader = served.reader()
    ids = [customers.find(reader, who, served, each)["customer_id"] for each in (one, other)]
    made = merging.merge_preview(reader, served.settings, *ids)
    for row in made["fields"]:
        row["values"] = [masked(row["field"], value) for value in row["values"]]
        row["kept"] = masked(row["field"], row["kept"])
    return Preview.model_validate(made)


@router.post("/merges", operation_id="mergeCustomers", status_code=201)
def merge(request: Request, who: Writes, asked: MergeNew) -> Decision:
    """Say that two customers are one person, from the next run on."""
    served = workspace(request)
    reader = served.reader()
    ids = [customers.find(reader, who, served, each)["customer_id"] for each in (asked.one, asked.other)]
    return _keep(served, who, "same", *who_is_who.sides_of_merge(reader, *ids), reason=asked.reason)


@router.post("/splits", operation_id="splitCustomer", status_code=201)
def split(request: Request, who: Writes, asked: SplitNew) -> Decision:
    """Say that some records of a customer are another person, from the next run on."""
    served = workspace(request)
    reader = served.reader()
    own = customers.find(reader, who, served, asked.customer_id)["customer_id"]
    keys = {customers.record_key(record): record for record in customers.ids_of(reader, own)}
    if strange := [key for key in asked.record_keys if key not in keys]:
        raise WrongInput(problem=Phrase("who.not_its_records", customer=own, records=", ".join(strange)))
    return _keep(
        served, who, "apart", *who_is_who.sides_of_split(reader, own, {keys[key] for key in asked.record_keys}), reason=asked.reason
    )  # fmt: skip


@router.post("/decisions/{decision_id}/undo", operation_id="undoDecision")
def undo_decision(request: Request, who: Writes, decision_id: str, asked: UndoNew) -> Decision:
    """Take a decision back, from the next run on."""
    served = workspace(request)
    reader = served.reader()
    with served.store.session() as session:
        made = undo(session, decision_id, by=who.account.login, reason=asked.reason)
        _may_see(who, served, reader, made)
        who.noted(session, "identity.undone", made.one_records[0], reason=asked.reason, **noted(made))
        return _shown(reader, [made])[0]


@router.get("/decisions", operation_id="listDecisions")
def list_decisions(request: Request, who: Reads, undone: bool = False, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> list[Decision]:
    """What people decided, newest first."""
    served = workspace(request)
    reader = served.reader()
    seen = _seen(who, served, reader)
    with served.store.reading() as session:
        made = [one for one in decisions(session, undone=undone) if seen is None or _owners(reader, one) <= seen]
        return _shown(reader, made[:limit])


@router.get("/history", operation_id="getIdentityHistory")
def history(request: Request, who: Reads, customer_id: Id, on: date | None = None) -> Told:
    """When records came to the customer and left it, what people decided about it, and who it was at the end of a day."""
    served = workspace(request)
    reader = served.reader()
    own = customers.find(reader, who, served, customer_id)["customer_id"]
    has = "identity_history" in reader.snapshot.tables
    events = who_is_who.history_of(reader, own) if has else []
    was = _was(reader, customer_id, on) if has and on else None
    with served.store.reading() as session:
        made = decisions(session, {row["record_id"] for row in events} | customers.ids_of(reader, own))
        authors = {one.decision_id: one.author for one in made}
        told = _shown(reader, made)
    values = [row for row in who_is_who.values_of(reader, own) if row["alternatives"]]
    return Told(
        decisions=told,
        values=[Value.model_validate(row | {"value": masked(row["field"], row["value"])}) for row in values],
        events=[Event(**row, record=_named(row["record_id"]), by=authors.get(row["decision_id"])) for row in events],
        on=on,
        was=was and was["customer_id"],
        was_records=[_named(record) for record in was["records"]] if was else [],
        snapshot=reader.snapshot.name,
        as_of=reader.snapshot.as_of,
    )


def _record(reader: Reader, who: Who, served: Workspace, told: str, customer_id: str | None) -> str:
    """
    The id of the record that is meant.

    Raises:
        NotFound: There is none, or none that *who* may see.
    """
    own = customers.find(reader, who, served, customer_id or told)["customer_id"]
    if customer_id is None:
        return told
    found = next((record for record in customers.ids_of(reader, own) if customers.record_key(record) == told), None)
    if found is None:
        raise NotFound(what=Phrase("serve.record"), id=told)
    return str(found)


def _was(reader: Reader, some_id: str, on: date) -> dict[str, Any] | None:
    try:
        return who_is_who.who_was(reader, some_id, on)
    except NotFound:
        return None


def _keep(served: Workspace, who: Who, kind: str, one: Sequence[str], other: Sequence[str], *, reason: str | None) -> Decision:
    with served.store.session() as session:
        made = decide(session, kind, one, other, author=who.account.login, reason=reason)
        who.noted(session, f"identity.{kind}", made.one_records[0], reason=made.reason, **noted(made))
        return _shown(served.reader(), [made])[0]


def _shown(reader: Reader, made: Sequence[IdentityDecision]) -> list[Decision]:
    rows = [who_is_who.as_row(one, who_is_who.known_decisions(reader)) for one in made]
    records = sorted({record for row in rows for side in SIDES for record in row[f"{side}_records"]})
    owners = {row["record_id"]: row["customer_id"] for row in reader.pick("identity_links", "record_id", records)} if records else {}
    shown = []
    for row in rows:
        sides = {f"{side}_records": [_named(record) for record in row[f"{side}_records"]] for side in SIDES}
        whose = {f"{side}_customers": sorted({owners[record] for record in row[f"{side}_records"] if record in owners}) for side in SIDES}
        shown.append(Decision.model_validate(row | sides | whose))
    return shown


def _named(record_id: str) -> str:
    """The record as it may be shown: its source, and the first sign of its id there."""
    source, colon, own = record_id.partition(":")
    return f"{source}{colon}{masked('record_id', own)}" if colon else str(masked("record_id", record_id))


def _pair(row: dict[str, Any], known: dict[str, dict[str, Any]]) -> dict[str, Any]:
    sides = [
        {
            "customer_id": row[f"{side}_customer_id"], "net_amount": row[f"{side}_net_amount"],
            "record": mask(known.get(row[f"{side}_record_id"], {})),
        }
        for side in ("left", "right")
    ]  # fmt: skip
    return {**row, "sides": sides}


def _seen(who: Who, served: Workspace, reader: Reader) -> set[str] | None:
    """The customers that *who* may see; None for all."""
    if not who.account.regions and not who.account.own_customers_only:
        return None
    found = seen_by(who, served, reader.table("customers"))
    return {row["customer_id"] for row in rows(reader, found.select("customer_id"))}


def _owners(reader: Reader, made: IdentityDecision) -> set[str]:
    links = reader.pick("identity_links", "record_id", [*made.one_records, *made.other_records])
    return {row["customer_id"] for row in links}


def _may_see(who: Who, served: Workspace, reader: Reader, made: IdentityDecision) -> None:
    """
    Raises:
        NotFound: *who* may not see a customer of the decision.
    """
    for owner in _owners(reader, made):
        customers.find(reader, who, served, owner)
