"""Campaigns with their effect, and the customers whom each would move."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request

from kezhi.kit.engine import _, ibis
from kezhi.locales import text
from kezhi.measure.words import event_word, known
from kezhi.serve.access import Who, needs
from kezhi.serve.access.sight import mask, seen_by
from kezhi.serve.campaigns.shapes import Campaign, Campaigns, Moved, MovedPage
from kezhi.serve.language import language_of
from kezhi.serve.paging import in_order, next_cursor, page
from kezhi.serve.problems import answers
from kezhi.serve.read import has, small, tables_of
from kezhi.serve.workspace import rows, workspace
from kezhi.tables.treatments import UPLIFT_GROUPS

router = APIRouter(prefix="/campaigns", tags=["insight"], responses=answers(409))
SORTABLE = ("rank", "uplift", "base", "customer_id")


@router.get("", operation_id="listCampaigns", dependencies=[needs("insight.read")])
def list_campaigns(request: Request) -> Campaigns:
    """What every campaign did on average, whether customers differ in it, and why it is not used where it is not."""
    served, lang = workspace(request), language_of(request)
    reader = served.reader()
    words = {name: text(f"cli.uplift.groups.{name}", lang) for name in UPLIFT_GROUPS}
    about = {"group_names": words, "snapshot": reader.snapshot.name, "as_of": reader.snapshot.as_of}
    if not has(reader, "uplift_campaigns", "uplift"):
        return Campaigns(items=[], is_made=False, **about)
    tables = tables_of(reader)
    found = small(reader, "campaigns", lambda: tables["uplift_campaigns"].order_by(ibis.desc("assigned_on"), "campaign", "arm"))
    grouped = tables["uplift"].group_by("campaign", "arm", "uplift_group").aggregate(customers=_.count())
    counts = small(reader, "uplift groups", lambda: grouped)
    items = [
        Campaign(
            **{name: row[name] for name in Campaign.model_fields if name in row and name != "refusal"},
            outcome_name=known(f"cli.uplift.outcomes.{row['outcome']}", lang) or event_word(row["outcome"], served.settings, lang),
            refusal=row["refusal_en" if lang == "en" else "refusal"],
            groups={
                one["uplift_group"]: one["customers"] for one in counts if (one["campaign"], one["arm"]) == (row["campaign"], row["arm"])
            },
        )
        for row in found
    ]
    return Campaigns(items=items, is_made=True, **about)


@router.get("/customers", operation_id="listMovedCustomers")
def list_moved(
    request: Request,
    who: Annotated[Who, needs("customers.read")],
    campaign: Annotated[str, Query(max_length=200)],
    arm: Annotated[str, Query(max_length=200)],
    group: Annotated[
        list[Literal["persuadable", "sure_thing", "lost_cause", "sleeping_dog"]] | None, Query(description="none: all")
    ] = None,
    sort: Annotated[str, Query(max_length=60, description=f"One of {', '.join(SORTABLE)}")] = "rank",
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
) -> MovedPage:
    """The customers whom one may see, by what the campaign would do to each; nobody where its model is not used."""
    served, lang = workspace(request), language_of(request)
    reader = served.reader()
    about = {"snapshot": reader.snapshot.name, "as_of": reader.snapshot.as_of}
    if not has(reader, "uplift"):
        return MovedPage(items=[], total=0, next=None, **about)
    table = reader.table("uplift")
    table = table.filter((table.campaign == campaign) & (table.arm == arm))
    if group:
        table = table.filter(table.uplift_group.isin(list(group)))
    seen = seen_by(who, served, reader.table("profile").select("customer_id", "province", "city"))
    table = table.semi_join(seen, "customer_id")
    shown = page(table, sort=sort, sortable=SORTABLE, key="customer_id", cursor=cursor, limit=limit)
    named = shown.left_join(reader.table("customers").select("customer_id", "name"), "customer_id").drop("customer_id_right")
    found = rows(reader, in_order(named, sort=sort, key="customer_id"))
    following = next_cursor(found, sort=sort, key="customer_id", limit=limit)
    total = rows(reader, table.aggregate(total=table.count()))[0]["total"]
    items = [
        Moved(
            **{name: row[name] for name in Moved.model_fields if name in row and name != "reasons"},
            group_name=text(f"cli.uplift.groups.{row['uplift_group']}", lang),
            reasons=row["reasons_en" if lang == "en" else "reasons"],
        )
        for row in (mask(one) for one in found)
    ]
    return MovedPage(items=items, total=total, next=following, **about)
