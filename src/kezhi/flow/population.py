"""Whom segments choose from: the profile of a snapshot and what its customers did."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pyarrow as pa

from kezhi.kit.engine import _, ir
from kezhi.kit.expression import Expression
from kezhi.profile import deeds
from kezhi.profile.declared import declared_columns
from kezhi.profile.segments import Population


def population(
    tables: Mapping[str, ir.Table], as_of: date, saved: Mapping[str, Expression], features: Mapping[str, str] | None = None
) -> Population:
    """The population of the lake's *tables*, with the declared *features* (name to Ibis type); absent tables are as if nobody did anything."""
    given = (tables.get(name) for name in ("orders", "order_lines", "products", "events"))
    found = deeds(*given, as_of=as_of, told=tables.get("ledger"))
    declared = declared_columns(tables.get("declared_features"), features, tables["profile"]) if features else None
    return Population(tables["profile"], found, as_of, saved, declared)


def event_names(events: ir.Table | None, arrow: Callable[[ir.Table], Any]) -> list[str]:
    """Names of the events there are; costs one look at one column."""
    if events is None:
        return []
    found: pa.Table = arrow(events.select("event_name").distinct().order_by(_.event_name))
    return [str(name) for name in found["event_name"].to_pylist()]
