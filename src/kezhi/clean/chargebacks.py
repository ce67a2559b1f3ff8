"""Payments that were denied, after cleaning."""

from __future__ import annotations

from datetime import date

from kezhi.clean.own_rows import renamed
from kezhi.clean.typing import TypedRows, type_rows
from kezhi.kit.engine import Workbench, ir, typed
from kezhi.settings import Settings
from kezhi.tables import CHARGEBACKS


def type_chargebacks(raw: ir.Table, *, settings: Settings, bench: Workbench) -> TypedRows:
    """Typed `chargebacks`."""
    return type_rows("chargebacks", raw, settings=settings, needed=("order_id", "known_at"), bench=bench)


def as_chargebacks(rows: TypedRows, lost: ir.Table, *, settings: Settings, today: date) -> ir.Table:
    """`tables.CHARGEBACKS`, ids under the names of the lake."""
    named = renamed(rows, lost, "known_at", settings=settings, today=today, others=())
    return typed(named.mutate(denied_amount=named.amount), CHARGEBACKS.types)
