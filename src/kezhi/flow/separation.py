"""What separates the groups of a company's buyers: columns from the engine, the axes from models, a table for the lake."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from kezhi.errors import WrongInput
from kezhi.flow.clusters import sampled
from kezhi.flow.columns import matrix, numbers, numeric
from kezhi.kit.engine import _, arrow_schema, ibis, ir, typed
from kezhi.settings import Settings
from kezhi.tables import GROUP_SEPARATION

if TYPE_CHECKING:
    from kezhi.flow.step import Inputs
    from kezhi.models.discriminants import Discriminants

FEWEST = 2  # buyers of a group


def separation(inputs: Inputs) -> Mapping[str, ir.Table]:
    """`tables.GROUP_SEPARATION` for each column of `separation.by` that is there."""
    people, settings = inputs["profile"].filter(_.orders_life > 0), inputs.settings
    clusters = inputs.get("clusters")
    if clusters is not None:
        named = clusters.select("customer_id", cluster=_.cluster.cast("string"))
        people = people.left_join(named, "customer_id").drop("customer_id_right")
    found: list[dict[str, Any]] = []
    for dimension in dict.fromkeys(settings.separation.by):
        if dimension in people.columns:
            found += separated(inputs.bench.arrow(_drawn(people, dimension, settings)), dimension, _features(people, settings))
    schema = arrow_schema(GROUP_SEPARATION)
    kept = inputs.bench.keep(schema, pa.Table.from_pylist(found, schema=schema).to_batches())
    return {"group_separation": typed(kept, GROUP_SEPARATION.types)}


def separated(data: pa.Table, dimension: str, features: list[str]) -> list[dict[str, Any]]:
    """
    Rows of `tables.GROUP_SEPARATION` of *dimension*: none with fewer than two groups of two customers.

    Args:
        data: One row per customer: *dimension* as text, and *features* as float64. A feature that is the same for all, or
            that follows from those before it, separates nothing: it is left out and has no row.
    """
    from kezhi.models.discriminants import discriminants

    values, labels = matrix(data, features), np.asarray(data[dimension].to_pylist(), dtype=object)
    whole = ~np.isnan(values).any(axis=1)
    names, sizes = np.unique(labels[whole].astype(str), return_counts=True)
    whole &= np.isin(labels.astype(str), names[sizes >= FEWEST])
    values, labels = values[whole], labels[whole]
    used = list(range(len(features)))
    while used:
        try:
            return _rows(discriminants(values[:, used], labels), dimension, [features[place] for place in used], len(labels))
        except WrongInput:
            if (sizes >= FEWEST).sum() < 2:
                return []
            used = _without_the_first_that_follows(values, used)
    return []


def _without_the_first_that_follows(values: Any, used: list[int]) -> list[int]:
    """*used* without a column that is constant or a combination of those before it; without the last where rounding hides which."""
    centred = values[:, used] - values[:, used].mean(axis=0)
    spread = centred.std(axis=0)
    for place in range(len(used)):
        if spread[place] == 0 or np.linalg.matrix_rank((centred / np.where(spread > 0, spread, 1))[:, : place + 1], tol=1e-6) <= place:
            return used[:place] + used[place + 1 :]
    return used[:-1]


def _rows(found: Discriminants, dimension: str, features: list[str], customers: int) -> list[dict[str, Any]]:
    rows = []
    for axis, (share, loadings) in enumerate(zip(found.shares, found.loadings, strict=True), start=1):
        order = sorted(range(len(features)), key=lambda place: (-abs(loadings[place]), features[place]))
        for rank, place in enumerate(order, start=1):
            rows.append(
                {
                    "dimension": dimension,
                    "axis": axis,
                    "feature": features[place],
                    "rank": rank,
                    "loading": round(loadings[place], 9),  # beyond that a sum depends on the processor
                    "axis_share": share,
                    "groups": len(found.groups),
                    "customers": customers,
                    "accuracy": found.accuracy,
                    "base_accuracy": found.base_accuracy,
                }
            )
    return rows


def _features(people: ir.Table, settings: Settings) -> list[str]:
    known = numeric(people)
    return [name for name in settings.clusters.features if name in known]


def _drawn(people: ir.Table, dimension: str, settings: Settings) -> ir.Table:
    """At most as many buyers as the settings say, of the largest groups of *dimension*."""
    features, limits = _features(people, settings), settings.separation
    grouped = (
        numbers(people, features).filter(people[dimension].notnull()).select("customer_id", *features, group=_[dimension].cast("string"))
    )
    sizes = grouped.group_by("group").aggregate(customers=_.count()).order_by(ibis.desc("customers"), "group").limit(limits.most_groups)
    kept = sampled(grouped.semi_join(sizes, "group"), limits.fit_customers, settings.clusters.seed)
    return kept.rename({dimension: "group"}) if dimension != "group" else kept
