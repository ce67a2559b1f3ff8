"""Who is like the buyers of a company's categories: columns from the engine, the fit from models, tables for the lake."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from kezhi.errors import WrongInput
from kezhi.flow.columns import check_numeric, matrix, numbers, numeric
from kezhi.flow.warehouse import Warehouse
from kezhi.kit.engine import _, arrow_schema, ibis, ir, typed
from kezhi.settings import ClusterSettings, LookalikeSettings
from kezhi.tables import LOOKALIKE_CANDIDATES, LOOKALIKE_CONTRAST, LOOKALIKE_MODELS, Table

if TYPE_CHECKING:
    from kezhi.models.lookalike import Lookalike

ATTRIBUTES = ("gender", "province", "favourite_category", "favourite_brand", "favourite_channel", "rfm_group", "lifecycle_stage")
IS_BUYER = "is_buyer_"
OF_GOODS = ("favourite_category", "favourite_brand")  # would only repeat what was bought


@dataclass(frozen=True, slots=True)
class Found:
    """contrast: rows of `models.lookalike.contrast_rows`; candidates: customer_id and score, best first; how many buyers; the model."""

    contrast: list[dict[str, Any]]
    candidates: pa.Table
    buyers: int
    model: Lookalike


def alike(
    table: ir.Table, open_: Sequence[str], *, features: Sequence[str] | None, seed: int, compute: Callable[[ir.Table], pa.Table]
) -> Found:
    """
    Score those who are not buyers by how much they resemble the buyers.

    Args:
        table: customer_id, `IS_BUYER` and columns; memory is that of the features of all rows.
        open_: The columns that may be read.
        features: Columns of numbers among them; None takes the usual ones.
        seed: Of the split.
        compute: Gives the rows of a table.

    Raises:
        WrongInput: Fewer than 30 buyers or others, or a feature that is no column of numbers.
    """
    from kezhi.models.lookalike import contrast_rows, score_alike

    if features is None:
        usual = [name for name in (*ClusterSettings().features, "age_years") if name in open_ and name in numeric(table)]
        used = usual or [name for name in numeric(table) if name in open_]
    else:
        used = [name for name in features if name in open_]
        check_numeric(table, list(features))
    check_numeric(table, used)
    attributes = [name for name in ATTRIBUTES if name in open_]
    data = compute(numbers(table, used).select("customer_id", IS_BUYER, *used, *attributes).order_by("customer_id"))
    values, truth = matrix(data, used), data[IS_BUYER].to_numpy(zero_copy_only=False).astype(bool)
    extra = (
        [np.asarray([{"female": 1.0, "male": 0.0}.get(g, np.nan) for g in data["gender"].to_pylist()])] if "gender" in attributes else []
    )
    found = score_alike(np.column_stack([values, *extra]), [*used, *(["is_female"] if extra else [])], truth, seed=seed)
    columns: list[Any] = [data[name].to_pylist() for name in attributes] + [_quarters(values[:, place]) for place in range(len(used))]
    order = np.lexsort((np.arange(len(truth)), -np.round(found.scores, 12)))
    order = order[~truth[order]]
    candidates = pa.table({"customer_id": data["customer_id"].take(pa.array(order)), "score": found.scores[order]})
    return Found(contrast_rows([*attributes, *used], columns, truth), candidates, int(truth.sum()), found)


def alike_tables(profile: ir.Table, lines: ir.Table, *, settings: LookalikeSettings, bench: Warehouse) -> Mapping[str, ir.Table]:
    """
    Look-alikes of the buyers of some categories, among customers with a purchase.

    Args:
        profile: `tables.PROFILE`.
        lines: What was bought in the 365 days before as_of: customer_id, category, net_amount.
        settings: Which categories; none: the three with most money that at most half of the buyers bought.
        bench: The engine of the run.

    Returns:
        `lookalike_models`, `lookalike_contrast`, `lookalike_candidates`; empty where no category has 30 buyers and 30 others.
    """
    known = lines.filter(_.customer_id.notnull())
    people = profile.filter(_.orders_life > 0)
    bought = known.group_by("category").agg(buyers=_.customer_id.nunique(), money=_.net_amount.sum())
    sizes = bench.arrow(bought.order_by(ibis.desc("money"), "category")).to_pylist()
    everybody = bench.arrow(people.agg(n=_.count()))["n"][0].as_py()
    chosen = list(settings.categories) or [row["category"] for row in sizes if 2 * row["buyers"] <= everybody][:3]
    models, contrast, candidates = [], [], []
    open_ = [name for name in people.columns if name != "customer_id" and not name.startswith(OF_GOODS)]
    for category in chosen:
        buyers = known.filter(known.category == category).select("customer_id").distinct().mutate(bought=True)
        marked = (
            people.left_join(buyers, "customer_id").drop("customer_id_right").mutate(**{IS_BUYER: _.bought.fill_null(False)}).drop("bought")
        )
        try:
            found = alike(marked, open_, features=None, seed=settings.seed, compute=bench.arrow)
        except WrongInput:  # too few buyers or others: nothing to tell them apart by, and that is no failure
            continue
        model = found.model
        row = {"buyers": found.buyers, "others": found.candidates.num_rows, "auc": model.auc, "auc_low": model.auc_low}
        models.append({"category": category, **row, "better_than_chance": model.better_than_chance})
        told = found.contrast[: settings.contrast_rows]
        contrast += [
            {
                "category": category,
                "place": place + 1,
                **one,
                "attribute_value": one["value"],
                "rate_low": max(one["low"], 0.0),
                "rate_high": one["high"],
            }
            for place, one in enumerate(told)
        ]
        best = found.candidates.slice(0, settings.candidates if model.better_than_chance else 0).to_pylist()
        candidates += [{"category": category, "rank": place + 1, **one} for place, one in enumerate(best)]
    made = ((LOOKALIKE_MODELS, models), (LOOKALIKE_CONTRAST, contrast), (LOOKALIKE_CANDIDATES, candidates))
    return {table.name: _kept(table, rows, bench) for table, rows in made}


def _kept(table: Table, rows: list[dict[str, Any]], bench: Warehouse) -> ir.Table:
    schema = arrow_schema(table)
    data = pa.table([pa.array([row[field.name] for row in rows], field.type) for field in schema], schema=schema)
    return typed(bench.keep(schema, data.to_batches()), table.types)


def _quarters(values: Any) -> list[str | None]:
    known = values[~np.isnan(values)]
    if not len(known):
        return [None] * len(values)
    bounds = np.unique(np.quantile(known, [0.25, 0.5, 0.75]))
    names = np.array([f"Q{place + 1}" for place in range(len(bounds) + 1)])
    return [None if np.isnan(value) else str(names[np.searchsorted(bounds, value)]) for value in values]
