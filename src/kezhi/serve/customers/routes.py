"""The list of customers, page by page and as a file."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import FileResponse, Response, StreamingResponse

from kezhi.serve.access import Who, needs
from kezhi.serve.access.sight import mask, seen_by
from kezhi.serve.customers.drill import Drill, drilled
from kezhi.serve.customers.export import FORMS, columns_of, csv_lines, fits_in, workbook
from kezhi.serve.customers.listing import COLUMNS, NAMED, SORTABLE, Asked, asked, listed, with_names
from kezhi.serve.customers.shapes import CustomerPage, CustomerRow
from kezhi.serve.language import language_of
from kezhi.serve.paging import in_order, keyed, next_cursor, page
from kezhi.serve.problems import answers
from kezhi.serve.workspace import rows, workspace

router = APIRouter(prefix="/customers", tags=["customers"], responses=answers(404, 409))
Reads = Annotated[Who, needs("customers.read")]
Exports = Annotated[Who, needs("customers.export")]
Filters = Annotated[Asked, Depends(asked)]
Cell = Annotated[Drill, Depends()]
Sort = Annotated[str, Query(max_length=60, description=f"One of {', '.join(SORTABLE)}; `-` before it: the largest first")]
FIRST = "-net_amount_365d"


@router.get("", operation_id="listCustomers")
def list_customers(
    request: Request,
    who: Reads,
    filters: Filters,
    drill: Cell,
    sort: Sort = FIRST,
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
) -> CustomerPage:
    """Customers that fit all filters, a page at a time."""
    served = workspace(request)
    reader = served.reader()
    fitting = seen_by(who, served, drilled(reader, listed(served, reader, filters), drill))
    # which customers stand on the page is asked of all of them, by few columns; the rest of the row only of these
    keys = keyed(fitting, sort=sort, sortable=SORTABLE, key="customer_id")
    shown = partial(page, sort=sort, sortable=SORTABLE, key="customer_id", cursor=cursor, limit=limit)
    answer, total = reader.counted(fitting, keys, shown)
    found = answer.to_pylist()
    following = next_cursor(found, sort=sort, key="customer_id", limit=limit)
    snapshot = reader.snapshot
    ids = [row["customer_id"] for row in found]
    profiles, names = (
        {row["customer_id"]: row for row in reader.pick(name, "customer_id", ids, columns)}
        for name, columns in (("profile", COLUMNS), ("customers", NAMED))
    )
    items = [CustomerRow.model_validate(mask({**profiles[one], **_named(names.get(one))})) for one in ids]
    return CustomerPage(items=items, total=total, next=following, snapshot=snapshot.name, as_of=snapshot.as_of)


@router.get(
    "/export",
    operation_id="exportCustomers",
    response_class=Response,
    responses={200: {"description": "The file", "content": {kind: {"schema": {"type": "string"}} for kind in FORMS.values()}}},
)
def export_customers(
    request: Request,
    who: Exports,
    filters: Filters,
    drill: Cell,
    sort: Sort = FIRST,
    form: Annotated[Literal["csv", "xlsx"], Query()] = "csv",
    column: Annotated[list[str] | None, Query(description="Which columns; all without one")] = None,
) -> Response:
    """
    All customers that fit, as CSV (at most 500,000) or as a workbook (at most 100,000); personal values masked.

    Text that a spreadsheet would take for a formula begins with an apostrophe. Who exported what is in the audit log.
    """
    served = workspace(request)
    reader = served.reader()
    chosen = columns_of(column)
    fitting = seen_by(who, served, drilled(reader, listed(served, reader, filters), drill))
    shown = page(fitting, sort=sort, sortable=SORTABLE, key="customer_id", cursor=None, limit=fits_in(form))
    total = rows(reader, fitting.aggregate(total=fitting.count()))[0]["total"]
    fits_in(form, total)
    asked_for = in_order(with_names(reader, shown), sort=sort, key="customer_id").select(*chosen)
    with served.store.session() as session:
        who.noted(
            session,
            "customers.exported",
            form,
            rows=total,
            filter={**filters.noted(), **drill.noted()},
            columns=list(chosen),
            snapshot=reader.snapshot.name,
        )
    lang = language_of(request)
    name = f"customers-{date.isoformat(reader.snapshot.as_of)}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    if form == "csv":
        return StreamingResponse(csv_lines(reader, asked_for, served.settings, lang), media_type=FORMS["csv"], headers=headers)
    file, cleaned = workbook(reader, asked_for, served.settings, lang)
    return FileResponse(file, media_type=FORMS["xlsx"], headers=headers, background=cleaned)


def _named(customer: dict[str, Any] | None) -> dict[str, Any]:
    """Name and phone: of the rows of a page, found by key; a join would read those of all customers."""
    return {name: customer[name] if customer else None for name in ("name", "phone")}
