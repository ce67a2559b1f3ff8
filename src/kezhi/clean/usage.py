"""Metered use after cleaning: one row per record and kind."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kezhi.clean.own_rows import renamed
from kezhi.clean.typing import TypedRows, type_rows
from kezhi.kit.engine import Workbench, ibis, ir, typed
from kezhi.settings import Settings
from kezhi.tables import CLEAN_USAGE

WIDE = ("minutes", "messages", "megabytes", "kwh")  # kinds that may have a column of their own
MOST_USE = 1e9  # of one row; what is above is a mistake of unit


def type_usage(raw: ir.Table, *, settings: Settings, bench: Workbench) -> TypedRows:
    """Typed `usage`; rows with use below 0 or beyond reason, or without any use, are rejected."""

    def refuse(t: ir.Table) -> Sequence[tuple[ir.BooleanValue, str, str]]:
        reasons: list[tuple[ir.BooleanValue, str, str]] = []
        amounts = ("quantity", *WIDE)
        for name in amounts:
            if f"{name}__rule" in t.columns:
                reasons.append((t[name].isnull() & t[f"{name}__rule"].notnull(), "unreadable_value", name))
            reasons.append(((t[name] < 0).fill_null(False), "negative_use", name))
            reasons.append(((t[name] > MOST_USE).fill_null(False), "too_much_use", name))
        missing = ibis.literal(True)
        for name in WIDE:
            missing = missing & t[name].isnull()
        if "quantity__rule" in t.columns:  # without such a column each row of a kind is one use of it
            reasons.append((missing & t.kind.notnull() & t.quantity.isnull(), "missing_value", "quantity"))
        reasons.append((missing & t.kind.isnull(), "missing_value", "kind"))
        return reasons

    return type_rows("usage", raw, settings=settings, needed=("record_id", "used_at"), refuse=refuse, bench=bench)


def as_clean_usage(usage: TypedRows, fates: ir.Table, *, settings: Settings, today: date) -> ir.Table:
    """`tables.CLEAN_USAGE`; a record without an id is called by its file and line."""
    rows = renamed(usage, fates, "used_at", settings=settings, today=today, others=("record_id", "account_id"))
    types = CLEAN_USAGE.types
    one = rows.filter(rows.kind.notnull())
    amount = one.quantity if "quantity" in usage.mapped else ibis.literal(1.0)
    parts = [typed(one.mutate(quantity=amount), types)]
    for kind in WIDE:
        if kind in usage.mapped:
            found = rows.filter(rows[kind].notnull())
            parts.append(typed(found.mutate(usage_id=found.usage_id + f":{kind}", kind=ibis.literal(kind), quantity=found[kind]), types))
    return ibis.union(*parts, distinct=False) if len(parts) > 1 else parts[0]
