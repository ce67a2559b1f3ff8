"""Leads and the calls to them, after cleaning."""

from __future__ import annotations

from datetime import date

from kezhi.clean.own_rows import renamed
from kezhi.clean.typing import TypedRows, type_rows
from kezhi.kit.engine import Workbench, ibis, ir, typed
from kezhi.settings import Settings
from kezhi.tables import CALLS, LEADS

SHARED_BY = 3  # leads with one number, from which on it is nobody's own


def type_leads(raw: ir.Table, *, settings: Settings, bench: Workbench) -> TypedRows:
    """Typed `leads`."""
    return type_rows("leads", raw, settings=settings, needed=("lead_id", "created_at"), bench=bench)


def type_calls(raw: ir.Table, *, settings: Settings, bench: Workbench) -> TypedRows:
    """Typed `calls`."""
    return type_rows("calls", raw, settings=settings, needed=("lead_id", "called_at"), bench=bench)


def as_leads(rows: TypedRows, lost: ir.Table, *, settings: Settings, today: date) -> ir.Table:
    """`tables.LEADS`; the quality of a number is told from its form, and from how many leads gave it."""
    kept = renamed(rows, lost, "created_at", settings=settings, today=today, others=())
    sharing = ibis.ifelse(kept.phone.notnull(), kept.count().over(ibis.window(group_by="phone")), 0)
    kind = ibis.cases(
        (kept.phone.isnull(), "missing"),
        (sharing >= SHARED_BY, "shared"),
        (kept.phone.re_search("^1[3-9][0-9]{9}$"), "mobile"),
        (kept.phone.startswith("+"), "foreign"),
        else_="landline",
    )
    named = kept.mutate(number_quality=kind, age_years=kept.age, asked_before=_yes(kept.asked_before), premium_amount=kept.premium)
    return typed(named, LEADS.types)


def as_calls(rows: TypedRows, lost: ir.Table, *, settings: Settings, today: date) -> ir.Table:
    """`tables.CALLS`; without an id of its own a call is called by its file and line."""
    named = renamed(rows, lost, "called_at", settings=settings, today=today, others=("lead_id",))
    return typed(named.mutate(connected=_yes(named.connected)), CALLS.types)


def _yes(said: ir.StringValue) -> ir.BooleanValue:
    return ibis.cases((said == "yes", True), (said == "no", False), else_=ibis.null("boolean"))
