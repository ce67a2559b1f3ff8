"""The views of departments: what sales, service and marketing read of each customer, the product team of each product."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request

from kezhi.flow.reader import Reader
from kezhi.kit.engine import _, ir
from kezhi.measure.answers import cell, head
from kezhi.measure.formats import Formats
from kezhi.serve.access import Who, needs
from kezhi.serve.access.sight import seen_by
from kezhi.serve.findings.shapes import FindingColumn
from kezhi.serve.kept import kept
from kezhi.serve.language import language_of
from kezhi.serve.paging import next_cursor, page
from kezhi.serve.problems import answers
from kezhi.serve.read import has
from kezhi.serve.teams.shapes import TeamPage, TeamRow
from kezhi.serve.workspace import rows, workspace
from kezhi.settings import Settings
from kezhi.tables import TABLES

router = APIRouter(prefix="/teams", tags=["insight"], responses=answers(404, 409))
FIRST = {"sales": "-net_amount_365d", "service": "-complaints_365d", "marketing": "-points_balance", "product_team": "-hurt_customers"}
ID = {"sales": "customer_id", "service": "customer_id", "marketing": "customer_id", "product_team": "product_id"}
Sort = Annotated[str | None, Query(max_length=60, description="A column of numbers or days; `-` before it: the largest first")]
Cursor = Annotated[str | None, Query(max_length=1000)]
Limit = Annotated[int, Query(ge=1, le=200)]


@router.get("/product_team", operation_id="getProductTeam")
def get_product_team(
    request: Request, who: Annotated[Who, needs("insight.read")], sort: Sort = None, cursor: Cursor = None, limit: Limit = 20
) -> TeamPage:
    """What those who make products read of each, what hurts most first."""
    reader = workspace(request).reader()
    return _page(request, reader, "product_team", _view(reader, "product_team"), sort, cursor, limit)


@router.get("/{team}", operation_id="getTeam")
def get_team(
    request: Request,
    who: Annotated[Who, needs("customers.read")],
    team: Literal["sales", "service", "marketing"],
    sort: Sort = None,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> TeamPage:
    """What a department reads of each customer whom the reader may see; no personal data."""
    served = workspace(request)
    reader = served.reader()
    view = _view(reader, team)
    if view is not None and (who.account.regions or who.account.own_customers_only):
        view = view.semi_join(seen_by(who, served, reader.table("customers", ("customer_id", "province", "city"))), "customer_id")
    return _page(request, reader, team, view, sort, cursor, limit)


def _view(reader: Reader, team: str) -> ir.Table | None:
    name = f"for_{team}"
    return reader.table(name) if has(reader, name) else None


def _page(request: Request, reader: Reader, team: str, view: ir.Table | None, sort: str | None, cursor: str | None, limit: int) -> TeamPage:
    lang, snapshot = language_of(request), reader.snapshot
    table, key = TABLES[f"for_{team}"], ID[team]
    names = [name for name in table.column_names if name != key]
    sortable = [key, *(name for name in names if table.types[name] not in ("string", "boolean"))]
    columns = [FindingColumn(key=name, name=head(name, lang), number=_is_number(table.types[name])) for name in names]
    found: list[dict[str, Any]] = []
    total, following = 0, None
    if view is not None:
        order = sort or FIRST[team]
        found = rows(reader, page(view, sort=order, sortable=tuple(sortable), key=key, cursor=cursor, limit=limit))
        following = next_cursor(found, sort=order, key=key, limit=limit)
        total = rows(reader, view.aggregate(total=_.count()))[0]["total"]
    settings: Settings = kept(reader, "settings", lambda: Settings.model_validate(snapshot.manifest["settings"]))
    formats = Formats(lang, settings.currency)
    items = [TeamRow(id=row[key], words=[cell(name, row[name], formats, settings, row) for name in names]) for row in found]
    return TeamPage(
        team=team,
        columns=columns,
        sortable=sortable,
        items=items,
        total=total,
        next=following,
        snapshot=snapshot.name,
        as_of=snapshot.as_of,
    )


def _is_number(kind: str) -> bool:
    return kind.startswith(("int", "float", "decimal"))
