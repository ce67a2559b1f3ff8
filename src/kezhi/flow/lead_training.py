"""Which models of leads serve: conversion and pick-up, each fitted on earlier days, judged on later ones, held against a simple rate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kezhi.errors import WrongInput
from kezhi.flow.clusters import sampled
from kezhi.flow.model_registry import ModelRegistry
from kezhi.flow.model_watch import Judged, contest, held, is_due, stability
from kezhi.flow.training import cut_offs, fingerprint, unfit
from kezhi.insight import lead_signals as signals
from kezhi.kit.days import midnight
from kezhi.kit.engine import ibis, ir
from kezhi.locales import Phrase
from kezhi.models import LeadModel
from kezhi.models import evaluation as ev
from kezhi.models.cards import ModelCard, said, two_digits
from kezhi.settings import LeadSettings

if TYPE_CHECKING:
    from kezhi.flow.step import Inputs

LEADS, CONNECT = "leads", "connect"
FEWEST, FEWEST_TO_JUDGE = 50, 20  # rows of each label
METHODS = {LEADS: ("logistic", "lightgbm"), CONNECT: ("logistic",)}  # what a call has is few names: nothing for trees to find
TREES, WORTH_TREES = 60, 300  # with fewer conversions a line through the signals tells as much, for a fraction of the time
HISTORY_DAYS = 60  # that a training day has behind it
JUDGED_CALL_DAYS = 60
EVERY_DAYS = 30


@dataclass(frozen=True, slots=True)
class Served:
    """The model that scores, and its version."""

    model: LeadModel
    version: int


@dataclass(frozen=True, slots=True)
class _Question:
    """What a model of leads is asked, and the rows it learns from and is judged on."""

    card: ModelCard  # before it is fitted
    label: str
    names: tuple[str, ...]  # columns it sees
    by: str  # the column whose rates are the baseline
    trained: Callable[[], pa.Table]
    judged: Callable[[], pa.Table]
    worth: Callable[[], float | None]  # of a row whose label is yes, in money
    words: str  # where the locales say what the threshold by cost rests on


def conversion_model(inputs: Inputs, leads: ir.Table, calls: ir.Table | None, first_on: date) -> Served | None:
    """
    The model of who converts; None, and a note, where there is too little history or the channel's rate is as good.

    Args:
        inputs: Of the step.
        leads: `tables.LEADS`, settled.
        calls: `tables.CALLS` or None.
        first_on: Day of the first lead.
    """
    settings, as_of = inputs.settings.leads, inputs.as_of
    days = cut_offs(first_on, as_of, horizon_days=settings.horizon_days, history_days=HISTORY_DAYS, every_days=EVERY_DAYS,
                    most=settings.train_days)  # fmt: skip
    if days is None:
        inputs.notes.append(Phrase("leads.short_history", days=(as_of - first_on).days))
        return None

    def rows(on: list[date]) -> pa.Table:
        parts = [_on(leads, calls, day, settings) for day in on]
        every = ibis.union(*parts, distinct=False) if len(parts) > 1 else parts[0]
        return inputs.bench.arrow(sampled(every, settings.fit_rows, settings.seed))

    card = ModelCard(
        name=LEADS, method="", counted="leads", as_of=as_of.isoformat(), population=said("leads.card.open", days=settings.open_days),
        definition=said("leads.card.within", days=settings.horizon_days), baseline=said("leads.card.channel"),
        trained_on=[day.isoformat() for day in days.train], judged_on=days.judge.isoformat(), horizon_days=settings.horizon_days,
        limits=[said("leads.card.known"), said("leads.card.chosen")], seed=settings.seed,
    )  # fmt: skip
    asked = _Question(
        card,
        "converted",
        signals.SIGNALS,
        "channel",
        trained=lambda: rows(days.train),
        judged=lambda: rows([days.judge]),
        worth=lambda: _mean_premium(inputs, leads),
        words="leads.card",
    )
    return _serve(inputs, asked)


def pick_up_model(inputs: Inputs, seen: ir.Table) -> Served | None:
    """The model of whether a call is taken, fitted on *seen* (`lead_signals.call_signals`); None, and a note, as above."""
    return _serve(inputs, _pick_up(inputs, seen))


def _pick_up(inputs: Inputs, seen: ir.Table) -> _Question:
    settings, as_of = inputs.settings.leads, inputs.as_of
    judged_from = as_of - timedelta(days=JUDGED_CALL_DAYS)
    named = seen.mutate(customer_id=seen.call_id)

    def rows(calls: ir.Table) -> pa.Table:
        return as_words(inputs.bench.arrow(sampled(calls, settings.fit_rows, settings.seed)))

    card = ModelCard(
        name=CONNECT, method="", counted="calls", as_of=as_of.isoformat(), population=said("leads.connect.population"),
        definition=said("leads.connect.definition"), baseline=said("leads.connect.baseline"), judged_on=judged_from.isoformat(),
        limits=[said("leads.connect.known"), said("leads.card.chosen")], seed=settings.seed,
    )  # fmt: skip
    return _Question(
        card, "connected", signals.CALL_SIGNALS, "number_quality",
        trained=lambda: rows(named.filter(named.called_at < midnight(judged_from))),
        judged=lambda: rows(named.filter(named.called_at >= midnight(judged_from))),
        worth=lambda: settings.answer_value,
        words="leads.connect",
    )  # fmt: skip


def _mean_premium(inputs: Inputs, leads: ir.Table) -> float | None:
    """What a lead that converted before today pays, on average; None where no premium is known."""
    paid = leads.filter((leads.converted_at < midnight(inputs.as_of)) & leads.premium_amount.notnull())
    found = inputs.bench.arrow(paid.aggregate(mean=paid.premium_amount.cast("float64").mean()))["mean"][0].as_py()
    return None if found is None else float(found)


def as_words(rows: pa.Table) -> pa.Table:
    """Hours and weekdays are names, not amounts: between 12 and 14 nobody need be as easy to reach as on average."""
    for name, letter in (("hour", "h"), ("weekday", "w")):
        words = pc.binary_join_element_wise(pa.scalar(letter), pc.cast(rows[name], pa.string()), "")
        rows = rows.set_column(rows.schema.get_field_index(name), name, words)
    return rows


def channel_rates(rows: pa.Table, label: str, by: str, drawn: float) -> tuple[dict[str | None, float], float]:
    """The share of *label* by value of *by*, drawn to that of all; and that of all."""
    truth = np.asarray(rows[label].to_pylist(), dtype=bool)
    every = float(truth.mean()) if len(truth) else 0.0
    counts: dict[str | None, list[int]] = {}
    for value, hit in zip(rows[by].to_pylist(), truth.tolist(), strict=True):
        count = counts.setdefault(value, [0, 0])
        count[0] += hit
        count[1] += 1
    return {value: (hits + every * drawn) / (of + drawn) for value, (hits, of) in counts.items()}, every


def _on(leads: ir.Table, calls: ir.Table | None, day: date, settings: LeadSettings) -> ir.Table:
    """The leads open on *day* and whether they converted after it; `customer_id` is what `sampled` draws by."""
    known = signals.lead_signals(leads, calls, as_of=day, open_days=settings.open_days)
    joined = known.join(signals.conversions(leads, as_of=day, horizon_days=settings.horizon_days), "lead_id")
    return joined.mutate(customer_id=joined.lead_id + f"|{day}", cut_off_on=ibis.date(day.year, day.month, day.day))


def _few(truth: Any, fewest: int, label: str) -> Phrase | None:
    """Why these labels tell too little; None where they do not."""
    if min(truth.sum(), (~truth).sum()) >= fewest:
        return None
    return Phrase(f"leads.few_{label}", hits=int(truth.sum()), rows=len(truth), needed=fewest)


def _rates(trained: pa.Table, rows: pa.Table, asked: _Question, settings: LeadSettings) -> Any:
    """The baseline's chance of each of *rows*."""
    rates, every = channel_rates(trained, asked.label, asked.by, settings.drawn_conversions)
    return np.array([rates.get(value, every) for value in rows[asked.by].to_pylist()])


def _challenge(asked: _Question, trained: pa.Table, judged: Judged, base: Any, settings: LeadSettings) -> tuple[ModelCard, LeadModel]:
    """Fit every method on *trained*, and give the one of the smallest log loss on *judged* with its card; raises `WrongInput` where rows tell nothing."""
    card, label = asked.card, asked.label
    then, later = np.asarray(trained[label].to_pylist(), dtype=bool), judged.truth
    known = trained.select(list(asked.names))
    # maximum likelihood makes a logistic regression calibrated by itself
    tried = [method for method in METHODS[card.name] if method == "logistic" or min(then.sum(), (~then).sum()) >= WORTH_TREES]
    untrained = {method: LeadModel(method, calibrate=method != "logistic", trees=TREES, seed=settings.seed) for method in tried}
    models = {method: model.fit(known, then) for method, model in untrained.items()}
    chances = {method: judged.chance(model) for method, model in models.items()}
    losses = {method: ev.log_loss(later, chance) or 0.0 for method, chance in chances.items()}
    best = min(losses, key=lambda method: (losses[method], method))
    judgement = ev.judge(later, chances[best], base, groups=judged.groups, seed=settings.seed)
    beats, model = ev.beats_baseline(judgement), models[best]
    threshold, costs, value = dict[str, Any](), said(f"{asked.words}.no_cost"), asked.worth()
    if value is not None and value > 0:
        threshold = {"contact_cost": settings.call_cost, "saved_value": value}
        threshold |= ev.cost_threshold(later, chances[best], contact_cost=settings.call_cost, saved_value=value)
        costs = said(f"{asked.words}.cost", cost=f"{settings.call_cost:,.2f}", value=f"{value:,.2f}")
    candidates = [{"method": "baseline", "auc": judgement.metrics["auc"]["baseline"], "log_loss": judgement.metrics["log_loss"]["baseline"],
                   "brier": judgement.metrics["brier"]["baseline"], "average_precision": judgement.metrics["average_precision"]["baseline"],
                   "low": None, "high": None, "seconds": 0.0}]  # fmt: skip
    for method, chance in chances.items():
        found = ev.auc_interval(later, chance)
        candidates.append({"method": method, "auc": found.value, "low": found.low, "high": found.high, "log_loss": losses[method],
                           "brier": ev.brier(later, chance), "average_precision": ev.average_precision(later, chance), "seconds": 0.0})  # fmt: skip
    made = replace(
        card, method=best, rows=len(then), positives=int(then.sum()), features=model.columns_.features,
        parameters={"settings": settings.model_dump(mode="json"), "estimator": model.get_params()}, judgement=judgement.as_dict(),
        candidates=candidates, drivers=[{"feature": name, "weight": weight} for name, weight in model.drivers_],
        threshold=threshold, limits=[*card.limits, costs], stability=stability(model.columns_, judged.table, chances[best]), fingerprint=fingerprint(known), is_published=beats,
        refusal=None if beats else said(
            f"leads.{label}_refused", auc=two_digits(judgement.metrics["auc"]["model"]), base=two_digits(judgement.metrics["auc"]["baseline"])
        ),
    )  # fmt: skip
    return made, model


def _serve(inputs: Inputs, asked: _Question) -> Served | None:
    """The champion while it is of the same settings and not due, else the better of champion and challenger, if it beats the baseline."""
    settings, label = inputs.settings.leads, asked.label
    registry = ModelRegistry(inputs.models) if inputs.models is not None else None
    old = held(registry, asked.card.name, settings.model_dump(mode="json"), LeadModel.from_files, as_of=inputs.as_of)
    rows = asked.judged()
    judged = Judged(rows.select(list(asked.names)), np.asarray(rows[label].to_pylist(), dtype=bool), rows["lead_id"].to_pylist())
    few = _few(judged.truth, FEWEST_TO_JUDGE, label)
    if old is not None and (
        few is not None
        or (registry is not None and not is_due(registry, old, judged, as_of=inputs.as_of, retrain_days=settings.retrain_days))
    ):
        return Served(old.model, old.card.version)
    trained = asked.trained()
    few = _few(np.asarray(trained[label].to_pylist(), dtype=bool), FEWEST, label) or few
    if few is not None:
        inputs.notes.append(few)
        return None
    base = _rates(trained, rows, asked, settings)
    try:
        card, model = _challenge(asked, trained, judged, base, settings)
    except WrongInput as error:
        inputs.notes.append(Phrase(f"leads.unfit_{label}", why=unfit(error)))
        return None
    serves = contest(registry, card, model, old=old, judged=judged, base=base)
    if isinstance(serves, ModelCard):
        assert serves.refusal is not None
        inputs.notes.append(Phrase(serves.refusal["key"], **serves.refusal["fields"]))
        return None
    found, chosen = serves
    return Served(chosen, found.version or 1)
