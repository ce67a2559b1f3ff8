"""Which model of purchase counts serves: chosen and fitted on what was known, judged on the days after, held against a simple rule."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from kezhi.flow.clusters import sampled
from kezhi.flow.model_registry import ModelRegistry
from kezhi.flow.training import fingerprint
from kezhi.kit.engine import ir
from kezhi.locales import Phrase
from kezhi.models.cards import ModelCard, said, two_digits
from kezhi.models.evaluation.intervals import bootstrap_interval
from kezhi.models.evaluation.judging import entry
from kezhi.profile import purchase_counts
from kezhi.settings import ClvSettings

if TYPE_CHECKING:
    from kezhi.flow.step import Inputs

NAME = "clv"
FEWEST = 100  # customers who came back, to fit on
WEEK, SOON_DAYS, HISTORY_SHARE = 7.0, 90, 4
ROUNDS = 200


@dataclass(frozen=True, slots=True)
class Served:
    """The models that value customers, and their version."""

    purchases: Any  # BgNbd or MbgNbd
    spend: Any  # GammaGamma, or None where no amounts tell
    version: int


def counts_of(rows: pa.Table) -> dict[str, Any]:
    """What the estimators take, in weeks."""
    columns = {name: rows[name].to_numpy().astype(np.float64) for name in ("frequency", "recency", "seen", "monetary_value")}
    weeks = {"recency": columns["recency"] / WEEK, "T": columns["seen"] / WEEK}
    return weeks | {name: columns[name] for name in ("frequency", "monetary_value")}


def serve(inputs: Inputs, days: ir.Table, first_on: date) -> Served | None:
    """
    The champion while it is of the same settings and young enough, else a new fit, if it beats the rule; None and a note without.

    Args:
        inputs: Of the step.
        days: `profile.purchase_days`.
        first_on: The first of them.
    """
    settings, bench = inputs.settings.clv, inputs.bench
    registry = ModelRegistry(inputs.models) if inputs.models is not None else None
    held = held_model(registry, inputs.as_of, settings)
    if held is not None:
        return held
    horizon = min(settings.judge_days, (inputs.as_of - first_on).days // HISTORY_SHARE)
    judged_on = inputs.as_of - timedelta(days=horizon)
    counted = [purchase_counts(days, as_of=day, horizon_days=horizon) for day in (judged_on, inputs.as_of)]
    then, now = (bench.arrow(sampled(one, settings.fit_rows, settings.seed)) for one in counted)
    back = int((then["frequency"].to_numpy() > 0).sum())
    if horizon < SOON_DAYS // 3 or back < FEWEST:
        inputs.notes.append(Phrase("clv.few", customers=back, needed=FEWEST, days=(inputs.as_of - first_on).days))
        return None
    card = _judged(then, judged_on, horizon, inputs.as_of, settings)
    purchases, spend, _tried = _fitted(now, card.method)
    card = replace(card, rows=now.num_rows, fingerprint=fingerprint(now), parameters=card.parameters | _parameters(purchases, spend))
    version = 1
    if registry is not None:
        version = registry.publish(card, {"parameters.json": json.dumps(_parameters(purchases, spend)).encode()}).version
    if card.refusal is not None:
        inputs.notes.append(Phrase(card.refusal["key"], **card.refusal["fields"]))
        return None
    return Served(purchases, spend, version)


def held_model(registry: ModelRegistry | None, as_of: date, settings: ClvSettings) -> Served | None:
    """The champion, if it is of the same settings and young enough on *as_of*."""
    from kezhi.models import BgNbd, GammaGamma, MbgNbd

    if registry is None:
        return None
    card = registry.young(NAME, as_of=as_of, retrain_days=settings.retrain_days, settings=settings.model_dump(mode="json"))
    if card is None:
        return None
    kept = json.loads(registry.files(NAME, card.version)["parameters.json"])
    purchases = {"bg_nbd": BgNbd, "mbg_nbd": MbgNbd}[card.method]()
    purchases.params_ = kept["purchases"]
    spend = None
    if kept["spend"] is not None:
        spend = GammaGamma()
        spend.params_ = kept["spend"]
    return Served(purchases, spend, card.version)


def _fitted(rows: pa.Table, method: str | None = None) -> tuple[Any, Any, list[dict[str, Any]]]:
    """The likelier of both models (they have as many parameters), or *method*; the model of amounts, if they tell; and what was tried."""
    from kezhi.models import BgNbd, GammaGamma, MbgNbd

    data = counts_of(rows)
    found = {name: model().fit(data) for name, model in (("bg_nbd", BgNbd), ("mbg_nbd", MbgNbd)) if method in (None, name)}
    spend = None
    if ((data["frequency"] > 0) & (data["monetary_value"] > 0)).any():
        spend = GammaGamma().fit(data)
        if not spend.params_["q"] > 1:  # then the mean amount of a stranger is infinite
            spend = None
    tried = [{"method": name, "log_likelihood": one.log_likelihood_} for name, one in found.items()]
    return max(found.values(), key=lambda one: one.log_likelihood_), spend, tried


def _judged(rows: pa.Table, judged_on: date, horizon: int, as_of: date, settings: ClvSettings) -> ModelCard:
    """The card, from what was known on *judged_on*: the rule is that customers buy as much as in the same time before."""
    from kezhi.models import MbgNbd
    from kezhi.models import evaluation as ev

    purchases, spend, tried = _fitted(rows)
    data = counts_of(rows)
    came, rule = rows["later"].to_numpy().astype(float), rows["recent"].to_numpy().astype(float)
    expected = purchases.expected_purchases(horizon / WEEK, data)

    def error(_came: Any, missed: Any) -> float:
        return float(np.sqrt((missed**2).mean()))

    ours = bootstrap_interval(error, came, expected - came, rounds=ROUNDS)
    gain = bootstrap_interval(lambda _came, more: float(more.mean()), came, (rule - came) ** 2 - (expected - came) ** 2, rounds=ROUNDS)
    metrics: dict[str, Any] = {"purchases_rmse": entry(ours, error(came, rule - came))}
    if spend is not None:
        money, before = rows["later_amount"].to_numpy(), rows["recent_amount"].to_numpy()
        value = expected * spend.expected_spend(data)
        missed = bootstrap_interval(lambda _money, far: float(np.abs(far).mean()), money, value - money, rounds=ROUNDS)
        metrics["value_mae"] = entry(missed, float(np.abs(before - money).mean()))
    bought, active = came > 0, rule > 0
    shares = np.where(active, bought[active].mean() if active.any() else 0.0, bought[~active].mean() if (~active).any() else 0.0)
    chance = ev.judge(bought, purchases.probability_of_purchase(horizon / WEEK, data), shares).as_dict()
    beats = gain.low is not None and gain.low > 0
    return ModelCard(
        name=NAME,
        method="mbg_nbd" if isinstance(purchases, MbgNbd) else "bg_nbd",
        as_of=as_of.isoformat(),
        population=said("clv.population"),
        definition=said("clv.definition", days=settings.horizon_days, judged=horizon),
        baseline=said("clv.baseline", days=horizon),
        trained_on=[judged_on.isoformat(), as_of.isoformat()],
        judged_on=judged_on.isoformat(),
        positives=int(bought.sum()),
        horizon_days=settings.horizon_days,
        features=["frequency", "recency", "seen", "monetary_value"],
        parameters={"settings": settings.model_dump(mode="json")},
        judgement=chance | {"metrics": metrics | chance["metrics"]},
        candidates=tried,
        limits=[said("clv.limits.steady"), said("clv.limits.amounts")],
        seed=settings.seed,
        is_published=beats,
        refusal=None
        if beats
        else said("clv.not_better", error=two_digits(ours.value), base=two_digits(metrics["purchases_rmse"]["baseline"])),
    )


def _parameters(purchases: Any, spend: Any) -> dict[str, Any]:
    return {"purchases": purchases.params_, "spend": None if spend is None else spend.params_}
