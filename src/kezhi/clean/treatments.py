"""Who was sent a campaign, and who was kept as its control group, after cleaning."""

from __future__ import annotations

from datetime import date

from kezhi.clean.own_rows import renamed
from kezhi.clean.typing import TypedRows, type_rows
from kezhi.kit.engine import Workbench, _, ir, typed
from kezhi.settings import Settings
from kezhi.tables import CLEAN_TREATMENTS


def type_treatments(raw: ir.Table, *, settings: Settings, bench: Workbench) -> TypedRows:
    """Typed `treatments`; a discount that is no share of a price is rejected, as 15 may mean 15% or 15 yuan."""
    return type_rows(
        "treatments",
        raw,
        settings=settings,
        needed=("record_id", "campaign", "arm", "assigned_at"),
        refuse=lambda t: [((t.discount_share < 0) | (t.discount_share > 1), "not_a_share", "discount_share")],
        bench=bench,
    )


def as_clean_treatments(rows: TypedRows, lost: ir.Table, *, settings: Settings, today: date) -> ir.Table:
    """`tables.CLEAN_TREATMENTS`; without a word on it a campaign counts as not randomised, so that no effect is claimed."""
    named = renamed(rows, lost, "assigned_at", settings=settings, today=today)
    return typed(named.mutate(is_randomised=(_.is_randomised == "yes").fill_null(False)), CLEAN_TREATMENTS.types)
