"""Customers: the list, and one customer."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request

from kezhi.errors import NotFound
from kezhi.kit.engine import ibis
from kezhi.locales import Phrase
from kezhi.serve.access import Who, needs
from kezhi.serve.access.sight import mask, seen_by
from kezhi.serve.customers.drill import Drill, drilled
from kezhi.serve.customers.listing import SORTABLE, Asked, listed, with_names
from kezhi.serve.customers.shapes import CustomerDetail, CustomerPage, CustomerRow
from kezhi.serve.paging import in_order, next_cursor, page
from kezhi.serve.problems import answers
from kezhi.serve.workspace import rows, workspace

router = APIRouter(prefix="/customers", tags=["customers"], responses=answers(404, 409))
Reads = Annotated[Who, needs("customers.read")]
SHOWN_ORDERS = 20


@router.get("", operation_id="listCustomers")
def list_customers(
    request: Request,
    who: Reads,
    drill: Annotated[Drill, Depends()],
    q: Annotated[str, Query(max_length=200, description="A customer's id, a part of the name, a whole phone number or mail address")] = "",
    rfm_group: Annotated[list[str] | None, Query()] = None,
    lifecycle_stage: Annotated[list[str] | None, Query()] = None,
    city: Annotated[list[str] | None, Query()] = None,
    sort: Annotated[
        str, Query(max_length=60, description=f"One of {', '.join(SORTABLE)}; `-` before it: the largest first")
    ] = "-net_amount_365d",
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
) -> CustomerPage:
    """Customers that fit all filters, a page at a time."""
    served = workspace(request)
    reader = served.reader()
    asked = Asked(q, tuple(rfm_group or ()), tuple(lifecycle_stage or ()), tuple(city or ()))
    fitting = seen_by(who, served, drilled(reader, listed(reader, asked), drill))
    shown = page(fitting, sort=sort, sortable=SORTABLE, key="customer_id", cursor=cursor, limit=limit)
    found = rows(reader, in_order(with_names(reader, shown), sort=sort, key="customer_id"))
    following = next_cursor(found, sort=sort, key="customer_id", limit=limit)
    total = rows(reader, fitting.aggregate(total=fitting.count()))[0]["total"]
    snapshot = reader.snapshot
    items = [CustomerRow.model_validate(mask(row)) for row in found]
    return CustomerPage(items=items, total=total, next=following, snapshot=snapshot.name, as_of=snapshot.as_of)


@router.get("/{customer_id}", operation_id="getCustomer")
def get_customer(request: Request, who: Reads, customer_id: str) -> CustomerDetail:
    """All that is known of one customer."""
    served = workspace(request)
    reader = served.reader()
    known = seen_by(who, served, reader.table("customers"))
    found = rows(reader, known.filter(known.customer_id == customer_id))
    if not found:
        raise NotFound(what=Phrase("serve.customer"), id=customer_id)

    def of(name: str, *order: Any, most: int | None = None) -> list[dict[str, Any]]:
        if name not in reader.snapshot.tables:
            return []
        table = reader.table(name)
        table = table.filter(table.customer_id == customer_id).order_by(list(order))
        return rows(reader, table.limit(most) if most else table)

    return CustomerDetail(
        customer=mask(found[0]),
        profile=next(iter(of("profile", "customer_id")), None),
        records=[mask(row) for row in of("identity_links", "record_id")],
        tags=of("customer_tags", "family", "tag"),
        orders=of("orders", ibis.desc("ordered_at"), "order_id", most=SHOWN_ORDERS),
        snapshot=reader.snapshot.name,
        as_of=reader.snapshot.as_of,
    )
