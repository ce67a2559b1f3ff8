"""The step that says who is about to leave: fit or take the champion, hold it against the baseline, score in batches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kezhi import profile
from kezhi.flow.columns import matrix
from kezhi.flow.declared import declared_at, models_see, of_models
from kezhi.flow.training import Tables, cut_offs, past
from kezhi.kit.engine import _, arrow_schema, ibis, ir, typed
from kezhi.kit.threads import in_order, threads_for
from kezhi.locales import Phrase
from kezhi.profile.churn_signals import NEEDED, SIGNALS
from kezhi.settings import ChurnSettings
from kezhi.tables import CHURN

if TYPE_CHECKING:
    from kezhi.flow.churn_training import Served
    from kezhi.flow.step import Inputs
    from kezhi.models.churn import Reason, Reasons

HISTORY_SHARE = 4  # the longest horizon is at most so much of the history: one for labels, one to judge, two to look back
MONEY_TYPE = pa.decimal128(18, 2)
MOST_THREADS = 4  # each holds a batch, some 50 MB


def churn(inputs: Inputs) -> Mapping[str, ir.Table]:
    """
    `churn` and `off_net`; nothing, and a note, where there is too little history or no model beats the baseline.

    The champion of the registry scores as long as it is of the same settings and not older than retrain_days; else a
    challenger is trained, and the better of both on the newest judged day is served. Memory is that of fit_rows rows
    and a few batches, which are scored side by side.
    """
    from kezhi.flow.churn_training import serve

    settings, bench, tables = inputs.settings.churn, inputs.bench, inputs.tables
    first_on = _first_on(inputs)
    if first_on is None or (settings.definition != "purchases" and inputs.get("events") is None):
        inputs.notes.append(Phrase("churn.no_acts"))
        return {}
    history = (inputs.as_of - first_on).days
    most_days = min(settings.fixed_days or settings.most_days, max(1, history // HISTORY_SHARE))
    days = cut_offs(first_on, inputs.as_of, horizon_days=most_days, history_days=settings.history_days, every_days=settings.every_days,
                    most=settings.train_days)  # fmt: skip
    if days is None:
        inputs.notes.append(Phrase("churn.short_history", days=history))
        return {}

    own = of_models(inputs)
    served = serve(inputs, days, signals=lambda seen, group: signals(seen, inputs, most_days, group), declared=own)
    if served is None:
        return {}
    before = past(tables, inputs.as_of)
    known = inputs["features"].select("customer_id", *NEEDED)  # of this very day
    channels = profile.last_channels(profile.bought(before["ledger"]))
    now = profile.churn_signals(known, channels, before.get("events"), as_of=inputs.as_of, settings=settings, most_days=most_days)
    if own:
        beside = models_see(declared_at(before, own, inputs.as_of, rfm=inputs.settings.rfm, bench=bench), own)
        now = now.left_join(beside, "customer_id").drop("customer_id_right")
    extension = inputs.get("customer_fit")
    if extension is not None:
        best = extension.filter(_["rank"] == 1).select("customer_id", extension_category="category")
        now = now.left_join(best, "customer_id", rname="{name}_right").drop("customer_id_right")
    else:
        now = now.mutate(extension_category=ibis.null("string"))
    now = bench.settle(now)
    active, lost = now.filter(~is_lost(now)), now.filter(is_lost(now))
    schema = arrow_schema(CHURN)
    called = {name: {"zh": one.name or name, "en": one.name_en or name} for name, one in inputs.settings.features.items()}
    told = partial(_scored, served=served, settings=settings, schema=schema, called=called)
    threads = threads_for(inputs.settings.engine.threads, MOST_THREADS)
    scored = bench.keep(schema, in_order(told, bench.batches(active), threads=threads))
    left = lost.select(
        "customer_id", "last_act_on", "last_channel", "channel_switch_share",
        lost_on=ibis.ifelse(_.ended_on.notnull(), _.ended_on, (_.last_act_on.epoch_days() + _.horizon_days).cast("int32").as_interval("D") + ibis.date(1970, 1, 1)).cast("date"),
    )  # fmt: skip
    gone = profile.off_net(bench.settle(left), before["ledger"], inputs.get("events"), as_of=inputs.as_of, settings=settings)
    return {"churn": ibis.union(scored, _unscored(lost, served.version), distinct=False), "off_net": gone}


def is_lost(known: ir.Table) -> ir.BooleanValue:
    """Silent for longer than the horizon, or with an ended contract."""
    return (known.ended_on.notnull() | (known.silent_days > known.horizon_days)).fill_null(False)


def signals(seen: Tables, inputs: Inputs, most_days: int, group: ir.Value) -> ir.Table:
    """`profile.churn_signals` of earlier days, from the tables of before them; *group* keeps what is told of all customers apart."""
    on, settings = inputs.as_of, inputs.settings.churn
    orders, events, ledger = seen["orders"], seen.get("events"), seen.get("ledger")
    features = profile.features(
        seen["customers"], orders, None, None, events, as_of=on, bench=inputs.bench, needed=set(NEEDED), counted=ledger
    )
    known = inputs.bench.settle(features.select("customer_id", *NEEDED))
    channels = profile.last_channels(profile.purchases(orders, as_of=on))
    return profile.churn_signals(known, channels, events, as_of=on, settings=settings, most_days=most_days, group=group)


def _first_on(inputs: Inputs) -> date | None:
    """Day of the first purchase or action."""
    events = inputs.get("events")
    found = inputs["ledger"].aggregate(first=_.ordered_at.min())
    if inputs.settings.churn.definition == "activity" and events is not None:
        found = events.aggregate(first=_.occurred_at.min())
    first = inputs.bench.arrow(found)["first"].to_pylist()[0]
    return first.date() if first is not None else None


def _unscored(lost: ir.Table, version: int) -> ir.Table:
    """`tables.CHURN` of the signals of the lost: they have no chance to leave any more, and no reasons to."""
    none = ibis.literal([], "array<string>")
    told = lost.mutate(
        state=ibis.literal("lost"), band=ibis.literal("lost"), play=ibis.literal("win_back"), reason_features=none, reasons=none,
        reasons_en=none, value_amount=_.net_amount_365d.fill_null(0.0).round(2), model_version=ibis.literal(version),
    )  # fmt: skip
    return typed(told, CHURN.types)


def _scored(
    batch: pa.RecordBatch, *, served: Served, settings: ChurnSettings, schema: pa.Schema, called: Mapping[str, Mapping[str, str]]
) -> pa.RecordBatch:
    """`tables.CHURN` of a batch of signals of active customers; *called* has the words of declared features by name and language."""
    table = pa.Table.from_batches([batch]).select([*SIGNALS, *served.declared])
    chance, reasons = np.round(served.probability(table), 6), served.reasons(table)
    value = np.nan_to_num(matrix(batch, ["net_amount_365d"])[:, 0])
    at_risk = np.floor(chance * np.maximum(value, 0.0) * 100 + 0.5) / 100
    bands = np.select([chance >= settings.high_at_least, chance >= settings.medium_at_least], ["high", "medium"], "low")
    zh, en = reasons.in_words(*(partial(_in_words, lang=lang, called=called) for lang in ("zh", "en")))
    columns = {
        "customer_id": batch["customer_id"],
        "state": pa.repeat("active", batch.num_rows),
        "churn_probability": pa.array(chance),
        "band": pa.array(bands.tolist()),
        "horizon_days": batch["horizon_days"],
        "silent_days": batch["silent_days"],
        "silence_ratio": batch["silence_ratio"],
        "value_amount": pc.cast(pa.array(np.round(value, 2)), MONEY_TYPE),
        "value_at_risk": pc.cast(pa.array(at_risk), MONEY_TYPE),
        "reason_features": reasons.features(),
        "reasons": zh,
        "reasons_en": en,
        "play": pa.array(plays(bands, reasons, at_risk >= served.personal_from).tolist()),
        "extension_category": batch["extension_category"],
        "model_version": pa.repeat(served.version, batch.num_rows),
    }
    return pa.RecordBatch.from_arrays([pc.cast(columns[field.name], field.type) for field in schema], schema=schema)


def _in_words(reason: Reason, lang: str, called: Mapping[str, Mapping[str, str]]) -> str:
    own = called.get(reason.feature)
    return reason.say(lang) if own is None else replace(reason, feature=own[lang]).say(lang)


PLAYS = {
    "complaints_90d": "resolve_complaint", "complaints_rise": "resolve_complaint", "refunds_365d": "resolve_complaint",
    "supplier_switches_365d": "personal_contact", "channel_switch_share": "value_added_service",
    "login_ratio": "value_added_service", "events_30d": "value_added_service", "events_90d": "value_added_service",
    "events_365d": "value_added_service",
}  # fmt: skip


def plays(bands: Any, reasons: Reasons, is_worth_a_call: Any) -> Any:
    """What to do with each active customer: by the first reason that calls for something of its own; a call for who has most at risk; else a promotion."""
    calls = np.array([*(PLAYS.get(name, "promotion") for name in reasons.names), "promotion"])[reasons.places]  # -1, no reason, is the last
    own = np.isin(calls, ("resolve_complaint", "personal_contact"))
    first_own = np.take_along_axis(calls, own.argmax(axis=1)[:, None], axis=1)[:, 0]
    called = (bands == "high") & is_worth_a_call
    return np.select([bands == "low", own.any(axis=1), called], ["none", first_own, "personal_contact"], calls[:, 0])


def older_than(as_of: str, days: int, today: date) -> bool:
    """Whether *as_of* (ISO) lies *days* days or more before *today*."""
    return date.fromisoformat(as_of) + timedelta(days=days) <= today
