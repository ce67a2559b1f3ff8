"""Memberships and bookings of points after cleaning."""

from __future__ import annotations

from datetime import date

from kezhi.clean.own_rows import renamed
from kezhi.clean.typing import TypedRows, type_rows
from kezhi.kit.engine import Workbench, ibis, ir, typed
from kezhi.settings import Settings
from kezhi.tables import CLEAN_MEMBERSHIPS, CLEAN_POINT_ENTRIES

MOST_POINTS = 1e9  # of one booking; what is above is a mistake of unit


def type_memberships(raw: ir.Table, *, settings: Settings, bench: Workbench) -> TypedRows:
    """Typed `memberships`."""
    return type_rows("memberships", raw, settings=settings, needed=("record_id",), bench=bench)


def as_clean_memberships(memberships: TypedRows, fates: ir.Table, *, settings: Settings, today: date) -> ir.Table:
    """`tables.CLEAN_MEMBERSHIPS`."""
    return typed(renamed(memberships, fates, None, settings=settings, today=today, others=()), CLEAN_MEMBERSHIPS.types)


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


def as_clean_points(points: TypedRows, fates: ir.Table, *, settings: Settings, today: date) -> ir.Table:
    """
    `tables.CLEAN_POINT_ENTRIES`; a booking without an id is called by its file and line.

    In a source that has no booking below 0 what is redeemed or expired is written without its sign, and taken off.
    """
    rows = renamed(points, fates, "booked_at", settings=settings, today=today)
    kind = rows.kind.fill_null(ibis.ifelse(rows.points > 0, "earn", "redeem"))
    lowest = rows.points.min().over(group_by=rows.source)
    taken = (lowest > 0) & kind.isin(["redeem", "expire"])
    return typed(rows.mutate(kind=kind, points=ibis.ifelse(taken, -rows.points, rows.points)), CLEAN_POINT_ENTRIES.types)
