"""One customer: who it is and whether who asks may see it, and all that the snapshot and the store know."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kezhi.errors import NotFound
from kezhi.flow.reader import Reader
from kezhi.locales import Phrase
from kezhi.serve.access import Who
from kezhi.serve.access.sight import mask, sees
from kezhi.serve.customers.offers import offers
from kezhi.serve.read import small
from kezhi.serve.workspace import Workspace
from kezhi.store.records import CustomerOwner, User

# what is one row per customer, by its place in the answer; a table that the snapshot lacks is null there
ROWS = {
    "profile": "profile",
    "rfm": "rfm",
    "lifecycle": "lifecycle",
    "value": "value",
    "tier": "tiers",
    "churn": "churn",
    "off_net": "off_net",
    "best_plan": "best_plan",
    "cluster": "clusters",
    "points": "points",
    "clv": "clv",
    "next_purchase": "next_purchase",
}
SHOWN_ORDERS = 20
SHOWN_FITS = 5
OWN_KEYS = ("record_id", "source", "linked_by")


def find(reader: Reader, who: Who, served: Workspace, customer_id: str) -> dict[str, Any]:
    """
    The row of `customers` of the customer, found by its id or by the id of one of its records.

    Raises:
        NotFound: There is none, or none that *who* may see.
    """
    found = reader.pick("customers", "customer_id", [customer_id])
    if not found:
        links = reader.pick("identity_links", "record_id", [customer_id])
        found = reader.pick("customers", "customer_id", [links[0]["customer_id"]]) if links else []
    if not found or not sees(who, served, found[0]):
        raise NotFound(what=Phrase("serve.customer"), id=customer_id)
    return found[0]


def facts(reader: Reader, customer: dict[str, Any]) -> dict[str, Any]:
    """What the snapshot's tables say of *customer*; personal values masked."""
    of = customer["customer_id"]
    has = set(reader.snapshot.tables)

    def rows(name: str) -> list[dict[str, Any]]:
        return reader.pick(name, "customer_id", [of]) if name in has else []

    made = {place: next(iter(rows(name)), None) for place, name in ROWS.items()}
    if made["cluster"] and "cluster_profiles" in has:
        names = small(reader, "cluster_profiles", lambda: reader.table("cluster_profiles"))
        found = (row["cluster_name_en"] for row in names if row["cluster"] == made["cluster"]["cluster"])
        made["cluster"]["cluster_name_en"] = next(found, None)
    return {
        "customer_id": of,
        "customer": mask(customer),
        **made,
        "tags": sorted(rows("customer_tags"), key=lambda row: (row["family"] != "hand_given", row["family"], row["tag"])),
        "tag_history": sorted(rows("customer_tag_history"), key=lambda row: (row["valid_from"], row["tag"]), reverse=True),
        "loyalty": sorted(rows("loyalty_trend"), key=lambda row: row["period_on"]),
        "moves": sorted(rows("moves"), key=lambda row: (row["dimension"], row["compared_with"])),
        "point_lots": sorted(
            (row for row in rows("point_lots") if row["left_points"] > 0), key=lambda row: (row["expires_on"] or date.max, row["booked_on"])
        ),
        "point_entries": sorted(rows("point_entries"), key=lambda row: (row["booked_at"], row["entry_id"]), reverse=True)[:SHOWN_ORDERS],
        "recommendations": _recommended(rows("customer_fit")),
        "needs": sorted(rows("needs"), key=lambda row: (row["verdict"] != "service", row["category"])),
        "offers": offers(reader, of),
        "uplift": sorted(rows("uplift"), key=lambda row: (row["campaign"], row["arm"])),
        "clv_history": sorted(rows("clv_history"), key=lambda row: row["seen_on"]),
        "plan_months": sorted(rows("best_plan_months"), key=lambda row: row["month"]),
        "orders": list(islice(reader.each("orders", "customer_id", of), SHOWN_ORDERS)),  # newest first
        "records": [mask(row) | {"record_key": record_key(row["record_id"])} for row in records(reader, of)],
    }


def records(reader: Reader, customer_id: str) -> list[dict[str, Any]]:
    """The source records of the customer with what linked them, not masked."""
    links = {row["record_id"]: row for row in reader.pick("identity_links", "customer_id", [customer_id])}
    known = reader.pick("customer_records", "record_id", list(links)) if "customer_records" in reader.snapshot.tables else []
    ties = {record_id: {name: link[name] for name in ("linked_by", "method")} for record_id, link in links.items()}
    return [{**row, **ties[row["record_id"]]} for row in sorted(known, key=lambda row: str(row["record_id"]))]


def record_key(record_id: str) -> str:
    """What a page calls a record by: it tells nothing of the id, which may be a card number."""
    return hashlib.sha256(record_id.encode()).hexdigest()[:16]


def ids_of(reader: Reader, customer_id: str) -> set[str]:
    """All ids that have ever meant the customer: its records', one of which gave it its name."""
    return {customer_id, *(row["record_id"] for row in reader.pick("identity_links", "customer_id", [customer_id]))}


def owner(session: Session, customer_id: str) -> str | None:
    """The login of whose customer it is."""
    owned = select(User.login).join(CustomerOwner, CustomerOwner.user_id == User.user_id).where(CustomerOwner.customer_id == customer_id)
    return session.scalar(owned)


def _recommended(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The categories that suit the customer best."""
    return sorted(rows, key=lambda row: (row["rank"], row["category"]))[:SHOWN_FITS]
