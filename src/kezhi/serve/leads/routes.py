"""Open leads by the premium to expect, how often calls are taken, and one lead's phone for a reason."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from kezhi.errors import NotFound
from kezhi.flow.reader import Reader
from kezhi.kit.engine import _, ibis, ir
from kezhi.locales import Phrase, catalogue
from kezhi.serve.access import Who, needs
from kezhi.serve.access.sight import mask
from kezhi.serve.customers.one_shapes import Reason
from kezhi.serve.language import language_of
from kezhi.serve.leads.shapes import ConnectRate, ConnectRates, Lead, LeadPage, LeadPersonal
from kezhi.serve.paging import in_order, next_cursor, page
from kezhi.serve.problems import answers
from kezhi.serve.read import has, small, tables_of
from kezhi.serve.workspace import rows, workspace

router = APIRouter(tags=["insight"], responses=answers(409))
Reads = Annotated[Who, needs("customers.read")]
Unmasks = Annotated[Who, needs("customers.personal")]
SORTABLE = ("rank", "conversion_probability", "expected_premium_amount", "connect_probability")
FACTS = ("lead_id", "name", "phone", "number_quality", "channel", "interest", "city", "created_at")


@router.get("/leads", operation_id="listLeads")
def list_leads(
    request: Request,
    who: Reads,
    channel: Annotated[list[str] | None, Query(max_length=50)] = None,
    sort: Annotated[str, Query(max_length=60, description=f"One of {', '.join(SORTABLE)}")] = "rank",
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
) -> LeadPage:
    """The open leads whom one may see, the most premium expected first; name and phone are masked."""
    reader, lang = workspace(request).reader(), language_of(request)
    about: dict[str, Any] = {"snapshot": reader.snapshot.name, "as_of": reader.snapshot.as_of}
    if not has(reader, "leads", "lead_scores"):
        return LeadPage(items=[], total=0, next=None, channels=[], notes=[], is_made=False, **about)
    known = tables_of(reader)["leads"].select(*FACTS)
    named = known.select("channel").distinct().filter(_.channel.notnull()).order_by("channel")
    channels = [row["channel"] for row in small(reader, "lead channels", lambda: named)]
    table = _seen(who, known).join(reader.table("lead_scores"), "lead_id")
    if channel:
        table = table.filter(table.channel.isin(channel))
    found = rows(
        reader, in_order(page(table, sort=sort, sortable=SORTABLE, key="lead_id", cursor=cursor, limit=limit), sort=sort, key="lead_id")
    )
    following = next_cursor(found, sort=sort, key="lead_id", limit=limit)
    total = rows(reader, table.aggregate(total=table.count()))[0]["total"]
    words = catalogue(lang)["leads"]["values"]["number_quality"]
    items = [
        Lead(
            **{name: value for name, value in mask(row).items() if name in Lead.model_fields and name != "reasons"},
            number_quality_name=words[row["number_quality"]],
            reasons=row["reasons_en" if lang == "en" else "reasons"],
        )
        for row in found
    ]
    notes = reader.snapshot.notes("leads", lang)
    return LeadPage(items=items, total=total, next=following, channels=channels, notes=notes, is_made=True, **about)


@router.get("/connect-rates", operation_id="getConnectRates", dependencies=[needs("insight.read")])
def get_connect_rates(request: Request) -> ConnectRates:
    """How often calls are taken, by quality of the number, hour, weekday, both, and agent, with intervals."""
    reader, lang = workspace(request).reader(), language_of(request)
    found: list[dict[str, Any]] = []
    if has(reader, "connect_rates"):
        table = tables_of(reader)["connect_rates"]
        found = small(reader, "connect rates", lambda: table.order_by("dimension", ibis.desc("calls"), "member"))
    words = catalogue(lang)["leads"]["values"]["number_quality"]
    named = [ConnectRate(**row, member_name=words.get(row["member"], row["member"])) for row in found]
    return ConnectRates(rows=named, snapshot=reader.snapshot.name, as_of=reader.snapshot.as_of)


@router.post("/leads/{lead_id}/personal", operation_id="showLead", responses=answers(404))
def show_lead(request: Request, who: Unmasks, lead_id: str, asked: Reason) -> LeadPersonal:
    """Name and phone of a lead; who saw them and why is in the audit log before they are shown."""
    served = workspace(request)
    reader = served.reader()
    row = _find(reader, who, lead_id)
    request.app.state.limits.hit("60/minute", "personal", who.account.user_id)
    with served.store.session() as session:
        who.noted(session, "lead.shown", lead_id, reason=asked.reason)
    return LeadPersonal(**{name: row[name] for name in LeadPersonal.model_fields})


def _find(reader: Reader, who: Who, lead_id: str) -> dict[str, Any]:
    found = []
    if has(reader, "leads"):
        known = tables_of(reader)["leads"].select(*FACTS)
        found = rows(reader, _seen(who, known.filter(known.lead_id == lead_id)))
    if not found:
        raise NotFound(what=Phrase("serve.lead"), id=lead_id)
    return found[0]


def _seen(who: Who, leads: ir.Table) -> ir.Table:
    """The *leads* that *who* may see: of the own regions; a lead has no owner, so whoever sees own customers alone sees none."""
    one = who.account
    if one.regions:
        return leads.filter(leads.city.isin(one.regions).fill_null(False))
    return leads.filter(ibis.literal(False)) if one.own_customers_only else leads
