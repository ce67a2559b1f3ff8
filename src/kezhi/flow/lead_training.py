"""Which models of leads serve: conversion and pick-up, each fitted on earlier days, judged on later ones, held against a simple rate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kezhi.errors import WrongInput
from kezhi.flow.clusters import sampled
from kezhi.flow.model_registry import ModelRegistry
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

    def train() -> tuple[ModelCard, LeadModel] | Phrase:
        days = cut_offs(first_on, as_of, horizon_days=settings.horizon_days, history_days=HISTORY_DAYS, every_days=EVERY_DAYS,
                        most=settings.train_days)  # fmt: skip
        if days is None:
            return Phrase("leads.short_history", days=(as_of - first_on).days)
        parts = [_on(leads, calls, day, settings) for day in (*days.train, days.judge)]
        rows = inputs.bench.arrow(sampled(ibis.union(*parts, distinct=False), 2 * settings.fit_rows, settings.seed))
        is_judged = pc.equal(rows["cut_off_on"], pa.scalar(days.judge))
        trained, judged = rows.filter(pc.invert(is_judged)), rows.filter(is_judged)
        card = ModelCard(
            name=LEADS, method="", as_of=as_of.isoformat(), population=said("leads.card.open", days=settings.open_days),
            definition=said("leads.card.within", days=settings.horizon_days), baseline=said("leads.card.channel"),
            trained_on=[day.isoformat() for day in days.train], judged_on=days.judge.isoformat(), horizon_days=settings.horizon_days,
            limits=[said("leads.card.known"), said("leads.card.chosen")], seed=settings.seed,
        )  # fmt: skip
        return _challenge(card, trained, judged, "converted", signals.SIGNALS, "channel", settings)

    return _serve(inputs, LEADS, train)


def pick_up_model(inputs: Inputs, seen: ir.Table) -> Served | None:
    """The model of whether a call is taken, fitted on *seen* (`lead_signals.call_signals`); None, and a note, as above."""
    settings, as_of = inputs.settings.leads, inputs.as_of
    judged_from = as_of - timedelta(days=JUDGED_CALL_DAYS)

    def train() -> tuple[ModelCard, LeadModel] | Phrase:
        named = seen.mutate(customer_id="call_id", is_judged=seen.called_at >= midnight(judged_from))
        rows = as_words(inputs.bench.arrow(sampled(named, 2 * settings.fit_rows, settings.seed)))
        trained, judged = rows.filter(pc.invert(rows["is_judged"])), rows.filter(rows["is_judged"])
        card = ModelCard(
            name=CONNECT, method="", as_of=as_of.isoformat(), population=said("leads.connect.population"),
            definition=said("leads.connect.definition"), baseline=said("leads.connect.baseline"), judged_on=judged_from.isoformat(),
            limits=[said("leads.connect.known"), said("leads.card.chosen")], seed=settings.seed,
        )  # fmt: skip
        return _challenge(card, trained, judged, "connected", signals.CALL_SIGNALS, "number_quality", settings)

    return _serve(inputs, CONNECT, train)


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


def _challenge(
    card: ModelCard, trained: pa.Table, judged: pa.Table, label: str, names: tuple[str, ...], by: str, settings: LeadSettings
) -> tuple[ModelCard, LeadModel] | Phrase:
    """Fit every method on *trained*, and give the one of the smallest log loss on *judged* with its card; a phrase where rows are too few or tell nothing."""
    then, later = (np.asarray(rows[label].to_pylist(), dtype=bool) for rows in (trained, judged))
    for truth, fewest in ((then, FEWEST), (later, FEWEST_TO_JUDGE)):
        if min(truth.sum(), (~truth).sum()) < fewest:
            return Phrase(f"leads.few_{label}", hits=int(truth.sum()), rows=len(truth), needed=fewest)
    known, asked = trained.select(list(names)), judged.select(list(names))
    rates, every = channel_rates(trained, label, by, settings.drawn_conversions)
    base = np.array([rates.get(value, every) for value in judged[by].to_pylist()])
    # maximum likelihood makes a logistic regression calibrated by itself
    tried = [method for method in METHODS[card.name] if method == "logistic" or min(then.sum(), (~then).sum()) >= WORTH_TREES]
    untrained = {method: LeadModel(method, calibrate=method != "logistic", trees=TREES, seed=settings.seed) for method in tried}
    try:
        models = {method: model.fit(known, then) for method, model in untrained.items()}
    except WrongInput as error:
        return Phrase(f"leads.unfit_{label}", why=unfit(error))
    chances = {method: model.predict_proba(asked)[:, 1] for method, model in models.items()}
    losses = {method: ev.log_loss(later, chance) or 0.0 for method, chance in chances.items()}
    best = min(losses, key=lambda method: (losses[method], method))
    judgement = ev.judge(later, chances[best], base, groups=judged["lead_id"].to_pylist(), seed=settings.seed)
    beats, model = ev.beats_baseline(judgement), models[best]
    scores = model.predict_proba(known)[:, 1]
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
        stability={"score": ev.stability_bins(scores)}, fingerprint=fingerprint(known), is_published=beats,
        refusal=None if beats else said(
            f"leads.{label}_refused", auc=two_digits(judgement.metrics["auc"]["model"]), base=two_digits(judgement.metrics["auc"]["baseline"])
        ),
    )  # fmt: skip
    return made, model


def _serve(inputs: Inputs, name: str, train: Callable[[], tuple[ModelCard, LeadModel] | Phrase]) -> Served | None:
    """The champion while it is of the same settings and young enough, else what *train* gives, if it beats the baseline."""
    settings = inputs.settings.leads
    registry = ModelRegistry(inputs.models) if inputs.models is not None else None
    if registry is not None:
        held = registry.young(name, as_of=inputs.as_of, retrain_days=settings.retrain_days, settings=settings.model_dump(mode="json"))
        if held is not None:
            return Served(LeadModel.from_files(registry.files(name, held.version)), held.version)
    found = train()
    if isinstance(found, Phrase):
        inputs.notes.append(found)
        return None
    card, model = found
    if registry is not None:
        card = registry.publish(card, model.to_files())
    if card.refusal is not None:
        inputs.notes.append(Phrase(card.refusal["key"], **card.refusal["fields"]))
        return None
    return Served(model, card.version or 1)
