"""The step `fraud`: the chance of each recent payment to be denied, learned from those that were, held against plain rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kezhi.errors import WrongInput
from kezhi.flow.clusters import sampled
from kezhi.flow.model_registry import ModelRegistry
from kezhi.flow.model_watch import Judged, contest, held, is_due, stability
from kezhi.flow.training import fingerprint, unfit
from kezhi.insight.payment_signals import SIGNALS, payment_signals
from kezhi.kit.days import days_before, midnight
from kezhi.kit.engine import arrow_schema, ir
from kezhi.locales import Phrase, catalogue
from kezhi.models.cards import ModelCard, said, two_digits
from kezhi.settings import FraudSettings
from kezhi.tables import FRAUD_SCORES

if TYPE_CHECKING:
    from kezhi.flow.step import Inputs
    from kezhi.models.fraud import FraudReason

NAME = "fraud"
FEWEST, FEWEST_TO_JUDGE = 30, 15  # denied payments
REASONS, TREES = 3, 60
RULES = (("amount_to_usual", 3.0), ("hour", 21.0), ("amount", None))  # at or above; None: the dearest twentieth of what was fitted on
DEAR = 0.95
DRAWN = 20.0  # payments at which the own rate of as many rules counts as much as that of all
DIGITS = 6


def fraud(inputs: Inputs) -> Mapping[str, ir.Table]:
    """`fraud_scores`: payments of the last days with the chance to be denied; nothing, and a note, where no model beats the rules."""
    settings, bench, day = inputs.settings.fraud, inputs.bench, inputs.as_of
    told = inputs["chargebacks"].filter(inputs["chargebacks"].known_at < midnight(day))
    # who never tells of denied payments has none to learn from
    telling = told.select("source").distinct()
    signals = bench.settle(payment_signals(inputs["orders"], before=day).semi_join(telling, "source"))
    served = _served(inputs, signals, told)
    if served is None:
        return {}
    model, version, bound = served
    recent = signals.filter(signals.ordered_at >= midnight(days_before(day, settings.score_days)))
    scored = (_scored(model, version, bound, pa.Table.from_batches([batch])) for batch in bench.batches(recent))
    return {"fraud_scores": bench.keep(arrow_schema(FRAUD_SCORES), scored)}


def _served(inputs: Inputs, signals: ir.Table, told: ir.Table) -> tuple[Any, int, float] | None:
    """The model, its version and the chance from which on a payment is suspicious; None, and a note, where there is none."""
    from kezhi.models import FraudModel

    settings, day = inputs.settings.fraud, inputs.as_of
    registry = ModelRegistry(inputs.models) if inputs.models is not None else None
    old = held(registry, NAME, settings.model_dump(mode="json"), FraudModel.from_files, as_of=day)
    judge_until = day - timedelta(days=settings.known_after_days)
    judge_from = judge_until - timedelta(days=settings.judge_days)
    train_until = judge_from - timedelta(days=settings.known_after_days)
    then = told.filter(told.known_at < midnight(judge_from)).select("order_id").distinct().mutate(then=True)
    ever = told.select("order_id").distinct().mutate(ever=True)
    joined = signals.left_join(then, "order_id").drop("order_id_right").left_join(ever, "order_id").drop("order_id_right")
    joined = joined.mutate(
        then=joined.then.fill_null(False), ever=joined.ever.fill_null(False), payer=joined.customer_id, customer_id=joined.order_id
    )

    def rows(since: date, until: date) -> pa.Table:
        there = joined.filter((joined.ordered_at >= midnight(since)) & (joined.ordered_at < midnight(until)))
        return inputs.bench.arrow(sampled(there, settings.fit_rows, settings.seed))

    judged = rows(judge_from, judge_until)
    later = np.asarray(judged["ever"].to_pylist(), dtype=bool)
    few = _too_few(later, FEWEST_TO_JUDGE)
    asked = Judged(judged.select(list(SIGNALS)), later, judged["payer"].to_pylist())
    if old is not None and (
        few is not None or (registry is not None and not is_due(registry, old, asked, as_of=day, retrain_days=settings.retrain_days))
    ):
        return _of_card(old.card, old.model)
    trained = rows(train_until - timedelta(days=settings.history_days), train_until)
    before = np.asarray(trained["then"].to_pylist(), dtype=bool)
    few = _too_few(before, FEWEST) or few
    if few is not None:
        inputs.notes.append(few)
        return None
    try:
        model = FraudModel(trees=TREES, seed=settings.seed).fit(trained.select(list(SIGNALS)), before)
    except WrongInput as error:
        inputs.notes.append(Phrase("fraud.unfit", why=unfit(error)))
        return None
    base = _by_rules(trained, before, judged)
    card = _card(model, trained, judged, before, asked, base, settings)
    card = replace(card, as_of=day.isoformat(), trained_on=[train_until.isoformat()], judged_on=judge_from.isoformat())
    serves = contest(registry, card, model, old=old, judged=asked, base=base)
    if isinstance(serves, ModelCard):
        assert serves.refusal is not None
        inputs.notes.append(Phrase(serves.refusal["key"], **serves.refusal["fields"]))
        return None
    return _of_card(*serves)


def _of_card(card: ModelCard, model: Any) -> tuple[Any, int, float]:
    return model, card.version or 1, float(card.threshold["threshold"])


def _too_few(truth: Any, fewest: int) -> Phrase | None:
    """Why these labels tell too little; None where they do not."""
    if truth.sum() >= fewest and not truth.all():
        return None
    return Phrase("fraud.few_labels", hits=int(truth.sum()), rows=len(truth), needed=fewest)


def _card(model: Any, trained: pa.Table, judged: pa.Table, before: Any, asked: Judged, base: Any, settings: FraudSettings) -> ModelCard:
    from kezhi.models import evaluation as ev

    chance, later = asked.chance(model), asked.truth
    judgement = ev.judge(later, chance, base, groups=asked.groups, seed=settings.seed)
    beats = ev.beats_baseline(judgement)
    lost = float(np.asarray(judged["amount"])[later].mean())
    threshold = {"contact_cost": settings.check_cost, "saved_value": lost}
    threshold |= ev.cost_threshold(later, chance, contact_cost=settings.check_cost, saved_value=lost)
    metrics = judgement.metrics["auc"]
    return ModelCard(
        name=NAME, method="lightgbm", as_of="", counted="payments", population=said("fraud.card.payments"), definition=said("fraud.card.denied"),
        baseline=said("fraud.card.rules"), rows=len(before), positives=int(before.sum()), features=model.columns_.features,
        parameters={"settings": settings.model_dump(mode="json"), "trees": TREES}, judgement=judgement.as_dict(), threshold=threshold,
        drivers=[{"feature": feature, "weight": weight} for feature, weight in model.drivers_],
        limits=[
            said("fraud.card.late"), said("fraud.card.told"),
            said("fraud.card.cost", cost=f"{settings.check_cost:,.2f}", value=f"{lost:,.2f}"),
        ], fingerprint=fingerprint(trained.select(list(SIGNALS))),
        stability=stability(model.columns_, asked.table, chance), seed=settings.seed, is_published=beats,
        refusal=None if beats else said("fraud.rules_as_good", auc=two_digits(metrics["model"]), base=two_digits(metrics["baseline"])),
    )  # fmt: skip


def _by_rules(trained: pa.Table, truth: Any, judged: pa.Table) -> Any:
    """The share of denied payments among those for which as many of `RULES` hold, drawn to that of all."""
    dear = float(np.quantile(np.asarray(trained["amount"]), DEAR))

    def hits(rows: pa.Table) -> Any:
        values = [(np.nan_to_num(np.asarray(rows[name], dtype=float)), dear if bound is None else bound) for name, bound in RULES]
        return sum((column >= bound).astype(int) for column, bound in values)

    known, every = hits(trained), float(truth.mean())
    rates = [(truth[known == count].sum() + every * DRAWN) / ((known == count).sum() + DRAWN) for count in range(len(RULES) + 1)]
    return np.asarray(rates)[hits(judged)]


def _scored(model: Any, version: int, bound: float, recent: pa.Table) -> pa.RecordBatch:
    """`tables.FRAUD_SCORES`; only what is suspicious is explained."""
    schema = arrow_schema(FRAUD_SCORES)
    asked = recent.select(list(SIGNALS))
    chance = np.round(model.predict_proba(asked)[:, 1], DIGITS)
    suspicious = chance >= bound
    places = np.flatnonzero(suspicious)
    found = dict(zip(places.tolist(), model.reasons(asked.take(pa.array(places)), most=REASONS), strict=True)) if len(places) else {}
    told = {lang: [[_in_words(one, lang) for one in found.get(row, [])] for row in range(len(chance))] for lang in ("zh", "en")}
    columns = {
        "order_id": recent["order_id"], "customer_id": recent["customer_id"], "ordered_at": recent["ordered_at"],
        "amount": pc.cast(pc.round(recent["amount"], 2), schema.field("amount").type), "fraud_probability": pa.array(chance),
        "is_suspicious": pa.array(suspicious), "reasons": pa.array(told["zh"], pa.list_(pa.string())),
        "reasons_en": pa.array(told["en"], pa.list_(pa.string())), "model_version": pa.array(np.full(len(chance), version), pa.int64()),
    }  # fmt: skip
    arrays = [pc.cast(columns[field.name], field.type) for field in schema]
    return pa.RecordBatch.from_arrays([one.combine_chunks() if isinstance(one, pa.ChunkedArray) else one for one in arrays], schema=schema)


def _in_words(reason: FraudReason, lang: str) -> str:
    """A reason of `FraudModel` with the words of its column."""
    named: FraudReason = replace(reason, feature=catalogue(lang)["fraud"]["features"].get(reason.feature, reason.feature))
    return named.say(lang)
