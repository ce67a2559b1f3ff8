"""Leads and the calls to them, after cleaning."""

from __future__ import annotations

from datetime import date

from kezhi.clean.repeats import without
from kezhi.clean.typing import TypedRows, extracted_on, id_prefix, type_rows
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
    kept = without(rows.good, lost)
    sharing = ibis.ifelse(kept.phone.notnull(), kept.count().over(ibis.window(group_by="phone")), 0)
    kind = ibis.cases(
        (kept.phone.isnull(), "missing"),
        (sharing >= SHARED_BY, "shared"),
        (kept.phone.re_search("^1[3-9][0-9]{9}$"), "mobile"),
        (kept.phone.startswith("+"), "foreign"),
        else_="landline",
    )
    named = kept.mutate(
        lead_id=id_prefix(kept.source, settings) + kept.lead_id,
        number_quality=kind,
        age_years=kept.age,
        asked_before=_yes(kept.asked_before),
        premium_amount=kept.premium,
        flags=_late(kept, "created_at", settings, today),
    )
    return typed(named, LEADS.types)


def as_calls(rows: TypedRows, lost: ir.Table, *, settings: Settings, today: date) -> ir.Table:
    """`tables.CALLS`; without an id of its own a call is called by its file and line."""
    kept = without(rows.good, lost)
    prefix = id_prefix(kept.source, settings)
    made = kept.source_file + "#" + kept.source_line.cast("string")
    named = kept.mutate(
        call_id=prefix + kept.call_id.fill_null(made),
        lead_id=prefix + kept.lead_id,
        connected=_yes(kept.connected),
        flags=_late(kept, "called_at", settings, today),
    )
    return typed(named, CALLS.types)


def _yes(said: ir.StringValue) -> ir.BooleanValue:
    return ibis.cases((said == "yes", True), (said == "no", False), else_=ibis.null("boolean"))


def _late(kept: ir.Table, moment: str, settings: Settings, today: date) -> ir.StringValue:
    late = kept[moment].date() > extracted_on(kept.source, settings, today)
    return ibis.cases((late, ibis.literal("future_date")), else_=ibis.null("string"))
