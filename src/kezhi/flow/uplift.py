"""The step that says what campaigns do: the average effect by the draw, and the effect on each customer where that is proven."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kezhi.flow.campaigns import FEATURES
from kezhi.flow.clusters import sampled
from kezhi.flow.columns import numbers
from kezhi.kit.engine import _, arrow_schema, ibis, ir, typed
from kezhi.locales import text
from kezhi.measure.attributes import feature_name
from kezhi.profile import owned
from kezhi.tables import UPLIFT, UPLIFT_CAMPAIGNS

if TYPE_CHECKING:
    from kezhi.flow.step import Inputs
    from kezhi.flow.uplift_training import Effect, Scorer
    from kezhi.models.churn.reasons import Reason, Reasons

REASONS = 3
DIGIT = 1e-9
LEAST_SHARE = 0.15  # of all that moves the effect on a customer: a smaller contribution is not worth a word


def treatments(inputs: Inputs) -> Mapping[str, ir.Table]:
    """`treatments`: who was assigned, with the customer of each record."""
    return {"treatments": inputs.bench.settle(owned(inputs["clean_treatments"], inputs["identity_links"], "treatments"))}


def uplift(inputs: Inputs) -> Mapping[str, ir.Table]:
    """
    `uplift_campaigns`, and `uplift` of the campaigns whose model beats treating all alike.

    A campaign is read once it is over; of a finished one the model of the registry serves until retrain_days have passed. Memory is
    that of fit_rows customers of each campaign, and of one batch.
    """
    from kezhi.flow.uplift_training import effects

    found = effects(inputs)
    schema = arrow_schema(UPLIFT_CAMPAIGNS)
    campaigns = inputs.bench.keep(schema, pa.Table.from_pylist([one.row for one in found], schema=schema).to_batches())
    return {"uplift_campaigns": campaigns, "uplift": _customers(inputs, [one for one in found if one.scorer is not None])}


def _customers(inputs: Inputs, published: list[Effect]) -> ir.Table:
    """`tables.UPLIFT` of the published campaigns, for customers of the sources that each was sent from."""
    bench = inputs.bench
    schema = pa.schema([field for field in arrow_schema(UPLIFT) if field.name != "rank"])
    known = inputs["features"].select("customer_id", *FEATURES)
    sources = {(one.row["campaign"], one.row["arm"]): _reached(inputs, one) for one in published}

    for one in published:
        _watched(inputs, one, known.semi_join(sources[one.row["campaign"], one.row["arm"]], "customer_id"))

    def batches() -> Iterator[pa.RecordBatch]:
        for one in published:
            assert one.scorer is not None
            people = sources[one.row["campaign"], one.row["arm"]]
            for batch in bench.batches(numbers(known.semi_join(people, "customer_id"), list(FEATURES))):
                yield _scored(one.row, one.scorer, batch, schema, inputs.settings.uplift.worth)

    made = bench.keep(schema, batches())
    order = ibis.row_number().over(group_by=["campaign", "arm"], order_by=[ibis.desc("uplift"), "customer_id"])
    return typed(made.mutate(rank=order + 1), UPLIFT.types)


def _watched(inputs: Inputs, one: Effect, people: ir.Table) -> None:
    """Record how far *people* and their uplift are from the customers of the campaign; of a model that this run made there is nothing to see."""
    from kezhi.flow.model_registry import ModelRegistry
    from kezhi.flow.model_watch import watch

    assert one.scorer is not None
    scorer, settings = one.scorer, inputs.settings.uplift
    if inputs.models is None or scorer.card.as_of == inputs.as_of.isoformat() or not scorer.card.stability:
        return  # the last: a card of an earlier release has nothing to compare with
    rows = inputs.bench.arrow(numbers(sampled(people, settings.fit_rows, settings.seed), list(FEATURES)))
    watch(ModelRegistry(inputs.models), scorer.card, scorer.model.columns_, rows, scorer.model.predict(rows), as_of=inputs.as_of)


def _reached(inputs: Inputs, one: Effect) -> ir.Table:
    """Customers with a record in a source that the campaign was sent from."""
    sent = inputs["treatments"].filter(_.campaign == one.row["campaign"]).select("source").distinct()
    return inputs["identity_links"].semi_join(sent, "source").select("customer_id").distinct()


def _scored(row: Mapping[str, Any], scorer: Scorer, batch: pa.RecordBatch, schema: pa.Schema, worth: float) -> pa.RecordBatch:
    table = pa.Table.from_batches([batch])
    model = scorer.model
    effect, ends, base = np.round(model.predict(table), 6), model.intervals(table), np.round(model.base(table), 6)
    group = np.select(
        [ends[:, 0] > worth, ends[:, 1] < 0, base >= scorer.usual_base], ["persuadable", "sleeping_dog", "sure_thing"], "lost_cause"
    )
    reasons = _reasons(model, table)
    zh, en = reasons.in_words(partial(_said, lang="zh"), partial(_said, lang="en"))
    columns = {
        "customer_id": table["customer_id"].combine_chunks(),
        "campaign": pa.array([row["campaign"]] * table.num_rows, pa.string()),
        "arm": pa.array([row["arm"]] * table.num_rows, pa.string()),
        "outcome": pa.array([row["outcome"]] * table.num_rows, pa.string()),
        "uplift": pa.array(effect, pa.float64()),
        "low": pa.array(ends[:, 0], pa.float64()),
        "high": pa.array(ends[:, 1], pa.float64()),
        "base": pa.array(base, pa.float64()),
        "uplift_group": pa.array(group.astype(str).tolist(), pa.string()),
        "reason_features": reasons.features(),
        "reasons": zh,
        "reasons_en": en,
        "model_version": pa.array([scorer.version] * table.num_rows, pa.int64()),
    }
    return pa.RecordBatch.from_arrays([pc.cast(columns[field.name], field.type) for field in schema], schema=schema)


def _reasons(model: Any, table: pa.Table) -> Reasons:
    """Of each row the features that move its effect most."""
    from kezhi.models.churn.reasons import top_reasons

    given, names = np.round(model.contributions(table), 9), model.columns_.features
    least = np.maximum(LEAST_SHARE * np.abs(given).sum(axis=1), DIGIT)  # of the row alone: which others are in its batch is chance
    return top_reasons(names, lambda name, rows: table[name].take(pa.array(rows)).to_pylist(), given, most=REASONS, least=least)


def _said(reason: Reason, lang: str) -> str:
    written = text("churn.unknown", lang) if reason.value is None else f"{reason.value:,.4g}"
    side = "up" if reason.contribution > 0 else "down"
    return text(f"uplift.reasons.{side}", lang, feature=feature_name(reason.feature, lang), value=written)
