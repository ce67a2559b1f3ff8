"""Payments that were denied, after cleaning."""

from __future__ import annotations

from kezhi.clean.repeats import without
from kezhi.clean.typing import TypedRows, id_prefix, type_rows
from kezhi.kit.engine import Workbench, ir, typed
from kezhi.settings import Settings
from kezhi.tables import CHARGEBACKS


def type_chargebacks(raw: ir.Table, *, settings: Settings, bench: Workbench) -> TypedRows:
    """Typed `chargebacks`."""
    return type_rows("chargebacks", raw, settings=settings, needed=("order_id", "known_at"), bench=bench)


def as_chargebacks(rows: TypedRows, lost: ir.Table, *, settings: Settings) -> ir.Table:
    """`tables.CHARGEBACKS`, ids under the names of the lake."""
    kept = without(rows.good, lost)
    named = kept.mutate(order_id=id_prefix(kept.source, settings) + kept.order_id, denied_amount=kept.amount)
    return typed(named, CHARGEBACKS.types)
