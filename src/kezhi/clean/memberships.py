"""Memberships and bookings of points after cleaning."""

from __future__ import annotations

from datetime import date

from kezhi.clean.repeats import repeats, without
from kezhi.clean.typing import TypedRows, extracted_on, id_prefix, type_rows
from kezhi.kit.engine import Workbench, ibis, ir, typed
from kezhi.settings import Settings
from kezhi.tables import CLEAN_MEMBERSHIPS, CLEAN_POINT_ENTRIES

MOST_POINTS = 1e9  # of one booking; what is above is a mistake of unit


def type_memberships(raw: ir.Table, *, settings: Settings, bench: Workbench) -> TypedRows:
    """Typed `memberships`."""
    return type_rows("memberships", raw, settings=settings, needed=("record_id",), bench=bench)


def membership_fates(memberships: TypedRows, *, merge: bool, bench: Workbench) -> ir.Table:
    """Rows of one record: the newest by file and line stays."""
    content = [field for field in memberships.mapped if field != "record_id"]
    return repeats(memberships.good, ("source", "record_id"), content, merge=merge, supersede=True, bench=bench)


def as_clean_memberships(memberships: TypedRows, fates: ir.Table, *, settings: Settings) -> ir.Table:
    """`tables.CLEAN_MEMBERSHIPS`."""
    rows = without(memberships.good, fates)
    rows = rows.mutate(record_id=id_prefix(rows.source, settings) + rows.record_id)
    return typed(rows, CLEAN_MEMBERSHIPS.types)


def type_points(raw: ir.Table, *, settings: Settings, bench: Workbench) -> TypedRows:
    """Typed `point_entries`; a booking of no points, or of more than anybody books at once, is rejected."""
    return type_rows(
        "point_entries",
        raw,
        settings=settings,
        needed=("record_id", "booked_at", "points"),
        refuse=lambda t: [
            ((t.points == 0).fill_null(False), "no_points", "points"),
            ((t.points.abs() > MOST_POINTS).fill_null(False), "too_many_points", "points"),
        ],
        bench=bench,
    )


def point_fates(points: TypedRows, *, merge: bool, bench: Workbench) -> ir.Table:
    """Repeats of one booking; rows without an id stay."""
    content = [field for field in points.mapped if field != "entry_id"]
    return repeats(points.good, ("source", "entry_id"), content, merge=merge, supersede=True, bench=bench)


def as_clean_points(points: TypedRows, fates: ir.Table, *, settings: Settings, today: date) -> ir.Table:
    """
    `tables.CLEAN_POINT_ENTRIES`; a booking without an id is called by its file and line.

    In a source that has no booking below 0 what is redeemed or expired is written without its sign, and taken off.
    """
    rows = without(points.good, fates)
    prefix = id_prefix(rows.source, settings)
    kind = rows.kind.fill_null(ibis.ifelse(rows.points > 0, "earn", "redeem"))
    lowest = rows.points.min().over(group_by=rows.source)
    taken = (lowest > 0) & kind.isin(["redeem", "expire"])
    made = rows.source_file + "#" + rows.source_line.cast("string")
    late = rows.booked_at.date() > extracted_on(rows.source, settings, today)
    rows = rows.mutate(
        entry_id=prefix + rows.entry_id.fill_null(made),
        record_id=prefix + rows.record_id,
        kind=kind,
        points=ibis.ifelse(taken, -rows.points, rows.points),
        flags=ibis.cases((late, ibis.literal("future_date")), else_=ibis.null("string")),
    )
    return typed(rows, CLEAN_POINT_ENTRIES.types)
