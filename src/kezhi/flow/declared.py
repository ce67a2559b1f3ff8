"""The step of declared features, and the same features as of an earlier day, for models."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from kezhi import profile
from kezhi.flow.population import event_names
from kezhi.flow.training import Tables
from kezhi.flow.warehouse import Warehouse
from kezhi.kit.engine import ir
from kezhi.profile.declared import (
    Declared,
    column_types,
    declared_columns,
    declared_features,
    declared_wide,
    feature_coverage,
    parse_features,
)
from kezhi.profile.segments import Population
from kezhi.settings import RfmSettings, Settings
from kezhi.tables import FEATURES, RFM

if TYPE_CHECKING:
    from kezhi.flow.step import Inputs


def declared(inputs: Inputs) -> Mapping[str, ir.Table]:
    """`declared_features` and `feature_coverage`; nothing where the project declares none."""
    features = parsed(inputs)
    if not features:
        return {}
    day = inputs.as_of
    wide = profile.wide(inputs["customers"], inputs["features"], inputs["rfm"], inputs.get("points"), as_of=day)
    narrow = wide.select("customer_id", *sorted(_read(features)))
    made = inputs.bench.settle(declared_wide(features, Population(narrow, _deeds(inputs.tables, day), day)))
    return {"declared_features": declared_features(made, features), "feature_coverage": feature_coverage(made, features)}


def parsed(inputs: Inputs) -> list[Declared]:
    """The project's declared features, checked against the events there are."""
    if not inputs.settings.features:
        return []
    return parse_features(inputs.settings.features, events=event_names(inputs.get("events"), inputs.bench.arrow))


def of_models(inputs: Inputs) -> list[Declared]:
    """Those that models may learn from: what they read is known as of any day."""
    return [one for one in parsed(inputs) if one.is_dated]


def types_of(settings: Settings) -> dict[str, str]:
    """Ibis type by name of the declared features."""
    return column_types(parse_features(settings.features))


def with_declared(table: ir.Table, tables: Mapping[str, ir.Table], settings: Settings, names: Collection[str] | None = None) -> ir.Table:
    """*table*, one row per customer, with the declared features (those of *names*) as columns beside its own."""
    types = {name: kind for name, kind in types_of(settings).items() if names is None or name in names}
    if not types:
        return table
    beside = declared_columns(tables.get("declared_features"), types, table)
    return table.left_join(beside, "customer_id").drop("customer_id_right")


def declared_at(seen: Tables, features: Sequence[Declared], on: date, *, rfm: RfmSettings, bench: Warehouse) -> ir.Table:
    """
    `profile.declared.declared_wide` as of the day *on*.

    Args:
        seen: `training.past` of that day: what it does not hold, no feature can see.
        features: All of them dated.
        on: The first day not seen.
        rfm: Settings of the scores.
        bench: The engine.
    """
    named = _read(features)
    people = seen["customers"].select("customer_id")
    given = [seen.get(name) for name in ("order_lines", "products", "events")]
    if counted := sorted(named & set(FEATURES.column_names)):
        known = profile.features(people, seen["orders"], *given, as_of=on, bench=bench, needed=set(counted))
        people = people.left_join(known.select("customer_id", *counted), "customer_id").drop("customer_id_right")
    if scored := sorted(named & set(RFM.column_names[2:])):
        scores = profile.rfm(seen["orders"], as_of=on, settings=rfm)
        people = people.left_join(scores.select("customer_id", *scored), "customer_id").drop("customer_id_right")
    return bench.settle(declared_wide(features, Population(people, _deeds(seen, on), on)))


def models_see(wide: ir.Table, features: Sequence[Declared]) -> ir.Table:
    """*wide* as models learn from it: numbers to six places, as a last digit that differs between engines must not fall on the other side of a cut."""
    numbers = {one.name: wide[one.name].round(6) for one in features if one.kind != "cross"}
    return wide.mutate(**numbers) if numbers else wide


def _deeds(tables: Tables, on: date) -> profile.Deeds:
    return profile.deeds(*(tables.get(name) for name in ("orders", "order_lines", "products", "events")), as_of=on)


def _read(features: Sequence[Declared]) -> set[str]:
    return {name for one in features for name in one.columns}
