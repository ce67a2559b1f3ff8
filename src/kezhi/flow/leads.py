"""The step `leads`: which open lead is worth a call, when somebody picks up, and how often calls are taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kezhi.insight import lead_signals as signals
from kezhi.kit.engine import _, arrow_schema, ibis, ir, ratio, typed
from kezhi.locales import catalogue, text
from kezhi.tables import LEAD_SCORES, MONEY

if TYPE_CHECKING:
    from kezhi.flow.lead_training import Served
    from kezhi.flow.step import Inputs
    from kezhi.models.churn import Reason

REASONS = 3
SCORED = ("lead_id", "conversion_probability", "reasons", "reasons_en", "model_version")
SLOT = pa.schema([
    ("number_quality", pa.string()), ("attempt", pa.int64()), ("connect_probability", pa.float64()), ("best_weekday", pa.int64()),
    ("best_hour", pa.int64()),
])  # fmt: skip
DIGITS = 6


def leads(inputs: Inputs) -> Mapping[str, ir.Table]:
    """`connect_rates` and `lead_scores`. Memory is that of fit_rows rows and one batch."""
    from kezhi.flow.lead_training import conversion_model, pick_up_model

    settings, bench, day = inputs.settings.leads, inputs.bench, inputs.as_of
    known, calls = inputs["leads"], inputs.get("calls")
    made: dict[str, ir.Table] = {}
    slots = bench.keep(SLOT, [])
    if calls is not None:
        seen = bench.settle(signals.call_signals(calls, known, before=day))
        made["connect_rates"] = signals.connect_rates(seen)
        slots = _slots(inputs, seen, pick_up_model(inputs, seen))
    first = bench.arrow(known.aggregate(first=_.created_at.min()))["first"][0].as_py()
    if first is None or first.date() >= day:
        return made
    served = conversion_model(inputs, known, calls, first.date())
    now = bench.settle(signals.lead_signals(known, calls, as_of=day, open_days=settings.open_days))
    rated = _with_rates(now, known, calls, inputs)
    schema = pa.schema([arrow_schema(LEAD_SCORES).field(name) for name in SCORED])
    scored = bench.keep(schema, _scored(served, bench.batches(rated), schema))
    money = signals.premiums(known, as_of=day, drawn=settings.drawn_conversions)
    facts = now.select("lead_id", "calls", "connected_calls", "number_quality", interest=now.interest.fill_null(""))
    table = scored.join(facts, "lead_id").left_join(money, "interest").drop("interest_right")
    table = table.mutate(attempt=ibis.least(table.calls + 1, signals.MOST_ATTEMPTS).cast("int64"))
    table = table.left_join(slots, ["number_quality", "attempt"])
    worth = table.conversion_probability * table.converted_premium_amount.cast("float64")
    table = table.mutate(expected_premium_amount=worth.round(2).cast(MONEY))
    best = [ibis.desc("expected_premium_amount", nulls_first=False), ibis.desc("conversion_probability"), ibis.asc("lead_id")]
    place = ibis.row_number().over(order_by=best)
    made["lead_scores"] = typed(table.mutate(rank=place + 1), LEAD_SCORES.types)
    return made


def _with_rates(now: ir.Table, known: ir.Table, calls: ir.Table | None, inputs: Inputs) -> ir.Table:
    """*now* and channel_rate: the share of the channel that converted in the last horizon_days, drawn to that of all."""
    settings = inputs.settings.leads
    then = inputs.as_of - timedelta(days=settings.horizon_days)
    was = signals.lead_signals(known, calls, as_of=then, open_days=settings.open_days)
    judged = was.join(signals.conversions(known, as_of=then, horizon_days=settings.horizon_days), "lead_id")
    judged = judged.mutate(channel=judged.channel.fill_null(""), hit=judged.converted.cast("int64"))
    every = judged.aggregate(overall=ratio(_.hit.sum().fill_null(0), _.count()).fill_null(0.0))
    own = judged.group_by(of="channel").aggregate(hits=_.hit.sum(), rows=_.count())
    joined = now.left_join(own, now.channel.fill_null("") == own.of).cross_join(every)
    rate = ratio(
        joined.hits.fill_null(0) + joined.overall * settings.drawn_conversions, joined["rows"].fill_null(0) + settings.drawn_conversions
    )
    return joined.mutate(channel_rate=rate).drop("of", "hits", "rows", "overall")


def _scored(served: Served | None, batches: Iterator[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """The columns `SCORED` of each batch: by the model, or without one by the rate of the channel."""
    for batch in batches:
        table = pa.Table.from_batches([batch])
        told: dict[str, Any] = {}
        if served is None:
            chance, version = table["channel_rate"].to_numpy(), None
            for lang, name in (("zh", "reasons"), ("en", "reasons_en")):
                told[name] = [[text("leads.by_channel", lang, channel=value or "–")] for value in table["channel"].to_pylist()]
        else:
            asked = table.select(list(signals.SIGNALS))
            chance, version = served.model.predict_proba(asked)[:, 1], served.version
            found = served.model.top_reasons(asked, most=REASONS)
            told["reasons"], told["reasons_en"] = found.in_words(partial(_in_words, lang="zh"), partial(_in_words, lang="en"))
        columns = {"lead_id": batch["lead_id"], "conversion_probability": pa.array(np.round(chance, DIGITS)), **told,
                   "model_version": [version] * batch.num_rows}  # fmt: skip
        yield pa.RecordBatch.from_arrays(
            [
                pa.array(columns[field.name], field.type)
                if isinstance(columns[field.name], list)
                else pc.cast(columns[field.name], field.type)
                for field in schema
            ],
            schema=schema,
        )


def _in_words(reason: Reason, lang: str) -> str:
    """A reason of `LeadModel` with the words of its column and value."""
    value, words = reason.value, catalogue(lang)["leads"]["values"].get(reason.feature, {})
    if value is None:
        shown = words.get("none") or text("churn.unknown", lang)
    else:
        plain = f"{value:,.4g}" if isinstance(value, float) else str(value)
        shown = words.get(plain.lower(), plain)
    side = "up" if reason.contribution > 0 else "down"
    return text(f"leads.reasons.{side}", lang, feature=text(f"leads.features.{reason.feature}", lang), value=shown)


def _slots(inputs: Inputs, seen: ir.Table, served: Served | None) -> ir.Table:
    """Per quality of number and attempt the weekday and hour with the best chance of a call being taken; empty without a model."""
    from kezhi.flow.lead_training import as_words

    bench, fewest = inputs.bench, inputs.settings.leads.least_calls
    if served is None:
        return bench.keep(SLOT, [])
    usual = {}
    for name in ("hour", "weekday"):
        often = seen.group_by(name).aggregate(calls=_.count()).filter(_.calls >= fewest)
        usual[name] = sorted(bench.arrow(often)[name].to_pylist())
    qualities = sorted(bench.arrow(seen.select("number_quality").distinct())["number_quality"].to_pylist())
    asked = [(quality, attempt, weekday, hour) for quality in qualities for attempt in range(1, signals.MOST_ATTEMPTS + 1)
             for weekday in usual["weekday"] for hour in usual["hour"]]  # fmt: skip
    if not asked:
        return bench.keep(SLOT, [])
    columns = ("number_quality", "attempt", "weekday", "hour")
    grid = as_words(pa.table({name: [row[place] for row in asked] for place, name in enumerate(columns)}))
    chances = np.round(served.model.predict_proba(grid.select(list(signals.CALL_SIGNALS)))[:, 1], DIGITS)
    best: dict[tuple[str, int], tuple[float, int, int]] = {}
    for (quality, attempt, weekday, hour), chance in zip(asked, chances.tolist(), strict=True):
        if chance > best.get((quality, attempt), (-1.0, 0, 0))[0]:
            best[quality, attempt] = (chance, weekday, hour)
    found = [(*key, *value) for key, value in best.items()]
    return bench.keep(
        SLOT,
        [
            pa.RecordBatch.from_arrays(
                [pa.array([row[place] for row in found], field.type) for place, field in enumerate(SLOT)], schema=SLOT
            )
        ],
    )
