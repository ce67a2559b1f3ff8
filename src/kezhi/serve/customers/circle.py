"""Who is tied to one customer: the nearest of them and the ties between them, as a graph."""

from __future__ import annotations

from typing import Any

from kezhi.flow.reader import Reader
from kezhi.serve.access import Who
from kezhi.serve.access.sight import mask, sees
from kezhi.serve.workspace import Workspace

NEAREST = 30  # more could not be told apart


def circle(reader: Reader, who: Who, served: Workspace, customer: dict[str, Any]) -> dict[str, Any] | None:
    """
    Nodes, ties and the standing of *customer*; none where no relations are known.

    Somebody whom *who* may not see stands in the graph without name and link.
    """
    if "ties" not in reader.snapshot.tables:
        return None
    own = customer["customer_id"]
    near = _ties(reader, "from_customer_id", [own]) + _ties(reader, "to_customer_id", [own])
    near.sort(key=lambda tie: (-tie["weight"], tie["from_customer_id"], tie["to_customer_id"]))
    kept = near[:NEAREST]
    ids = sorted({tie[end] for tie in kept for end in ("from_customer_id", "to_customer_id")} | {own})
    among = [tie for tie in _ties(reader, "from_customer_id", ids) if tie["to_customer_id"] in set(ids)]
    people = {row["customer_id"]: row for row in reader.pick("customers", "customer_id", ids)}
    member = _one(reader, "circle_members", own)
    community = member["community"] if member else None
    return {
        "nodes": [_node(people.get(one), one, who, served) for one in ids],
        "ties": among,
        "of": len(near),
        "member": member,
        "circle": _circle(reader, community),
        "key": _one(reader, "key_customers", own),
    }


def _ties(reader: Reader, end: str, ids: list[str]) -> list[dict[str, Any]]:
    return reader.pick("ties", end, ids)


def _node(row: dict[str, Any] | None, customer_id: str, who: Who, served: Workspace) -> dict[str, Any]:
    if row is None or not sees(who, served, row):
        return {"customer_id": customer_id, "name": None, "may_see": False}
    return {"customer_id": customer_id, "name": mask({"name": row["name"]})["name"], "may_see": True}


def _one(reader: Reader, name: str, customer_id: str) -> dict[str, Any] | None:
    return next(iter(reader.pick(name, "customer_id", [customer_id])), None) if name in reader.snapshot.tables else None


def _circle(reader: Reader, community: int | None) -> dict[str, Any] | None:
    if community is None or "circles" not in reader.snapshot.tables:
        return None
    return next(iter(reader.pick("circles", "community", [str(community)])), None)
