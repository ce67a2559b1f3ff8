"""Households, companies, accounts and devices of a project, and its types of customers."""

from __future__ import annotations

from typing import Any

from kezhi.api.who_is_who import records_of
from kezhi.flow.reader import Reader
from kezhi.kit.engine import _

Rows = list[dict[str, Any]]


def entities_of(reader: Reader, some_id: str | None) -> dict[str, Rows]:
    """
    What a customer belongs to, or how much there is of each.

    Returns:
        `entities`: of a customer entity_id, entity_type, role, told_by, customers (who belong to it); of all entity_type, entities,
        customers. `scopes`: of a customer scope, told_by; of all scope, customers.

    Raises:
        NoSnapshot: The run did not make them.
        NotFound: Nobody has the id.
    """
    if some_id is None:
        kinds = (
            reader.table("entity_links")
            .group_by("entity_type")
            .aggregate(entities=_.entity_id.nunique(), customers=_.customer_id.nunique())
        )
        scopes = reader.table("customer_scopes").group_by("scope").aggregate(customers=_.count())
        return {
            "entities": reader.answer(kinds.order_by("entity_type")).to_pylist(),
            "scopes": reader.answer(scopes.order_by("scope")).to_pylist(),
        }
    owner, _records = records_of(reader, some_id)
    links = sorted(reader.pick("entity_links", "customer_id", [owner]), key=lambda row: (row["entity_type"], row["entity_id"], row["role"]))
    sizes = (
        {row["entity_id"]: row["customers"] for row in reader.pick("entities", "entity_id", [row["entity_id"] for row in links])}
        if links
        else {}
    )
    shown = ("entity_id", "entity_type", "role", "told_by")
    return {
        "entities": [{**{name: row[name] for name in shown}, "customers": sizes[row["entity_id"]]} for row in links],
        "scopes": sorted(
            ({"scope": row["scope"], "told_by": row["told_by"]} for row in reader.pick("customer_scopes", "customer_id", [owner])),
            key=lambda row: row["scope"],
        ),
    }
