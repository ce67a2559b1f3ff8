"""What each campaign did on average, and which model of its effect on customers is served: only one that beats treating all alike."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kezhi import profile
from kezhi.errors import WrongInput
from kezhi.flow.campaigns import FEATURES, assigned, people, told
from kezhi.flow.churn import older_than
from kezhi.flow.columns import numbers
from kezhi.flow.model_registry import ModelRegistry
from kezhi.flow.model_watch import stability
from kezhi.flow.training import SEPARATOR, fingerprint, stacked, unfit
from kezhi.kit.engine import _, ibis, ir
from kezhi.measure.words import known
from kezhi.models import UpliftModel
from kezhi.models.cards import ModelCard, Said, said, say
from kezhi.models.evaluation import Interval, mean_difference, share_difference
from kezhi.settings import UpliftSettings

if TYPE_CHECKING:
    from kezhi.flow.step import Inputs

FEWEST = 50  # customers of each arm
LEAVES, FOLDS = 4, 3  # as many as a few hundred customers of an arm bear


@dataclass(frozen=True, slots=True)
class Scorer:
    """A model that is served, its version, the outcome per customer without the treatment, and its card."""

    model: UpliftModel
    version: int
    usual_base: float
    card: ModelCard


@dataclass(frozen=True, slots=True)
class Effect:
    """A row of `tables.UPLIFT_CAMPAIGNS`, and what scores customers where it is published."""

    row: dict[str, Any]
    scorer: Scorer | None = None


def effects(inputs: Inputs) -> list[Effect]:
    """Every arm of the newest campaigns against its control group, the last assigned first."""
    everyone = people(inputs)
    chosen = assigned(inputs, everyone)
    seen = inputs.bench.arrow(chosen.order_by("campaign", "customer_id"))
    found = [_average(cell, inputs.settings.uplift) for cell in told(inputs, everyone, seen)]
    kept = {place: _kept(inputs, one) for place, one in enumerate(found) if one["refusal"] is None}
    fresh = [found[place] for place, served in kept.items() if served is None]
    rows = _training(inputs, chosen, seen, fresh) if fresh else {}
    made = []
    for place, row in enumerate(found):
        if row["refusal"] is not None:
            made.append(_told(row, row["refusal"], None, None))
            continue
        try:
            card, model = kept[place] or _fitted(inputs, row, rows[row["campaign"]])
        except WrongInput as error:  # of this campaign alone: the others are told
            why = unfit(error)
            made.append(_told(row, said("uplift.campaign.unfit", why=said(why.key, **why.fields)), None, None))
            continue
        made.append(_told(row, card.refusal, card, model))
    return made


def _average(cell: Mapping[str, Any], settings: UpliftSettings) -> dict[str, Any]:
    """The row without a model: rates, effect and its interval, or why there is none."""
    treated, controls = cell["treated_rows"], cell["control_rows"]
    rates = {"treated_rate": cell["treated_mean"], "control_rate": cell["control_mean"]}
    row = {**cell, **rates, "treated": treated, "controls": controls, "window_days": settings.window_days, "effect": None, "effect_low": None, "effect_high": None, "refusal": None,
           "cost_per_outcome": None}  # fmt: skip
    if not cell["has_control"]:
        row["refusal"] = said("uplift.campaign.no_control")
    elif not cell["is_randomised"]:
        row["refusal"] = said("uplift.campaign.no_draw")
    elif not treated + controls:
        row["refusal"] = said("uplift.campaign.running", days=settings.window_days)
    if row["refusal"] is None and min(treated, controls) > 1:
        found = _difference(cell)
        row |= {"effect": found.value, "effect_low": found.low, "effect_high": found.high}
        if cell["cost"] is not None and found.value is not None and (found.low or 0.0) > 0:
            row["cost_per_outcome"] = float(cell["cost"]) / found.value
    if row["refusal"] is None and min(treated, controls) < FEWEST:
        row["refusal"] = said("uplift.campaign.few", rows=min(treated, controls), needed=FEWEST)
    return row


def _difference(cell: Mapping[str, Any]) -> Interval:
    """What the treated did more than the controls: of money by Welch, of shares by Newcombe."""
    treated, controls = cell["treated_rows"], cell["control_rows"]
    if cell["outcome"] == "net_amount":
        return mean_difference(cell["treated_mean"], cell["treated_var"], treated, cell["control_mean"], cell["control_var"], controls)
    return share_difference(round(cell["treated_mean"] * treated), treated, round(cell["control_mean"] * controls), controls)


def model_name(campaign: str, arm: str) -> str:
    """The model's name in the registry: what a folder may be called, and different for different campaigns and arms."""
    plain = re.sub(r"[^\w]+", "-", f"{campaign}-{arm}").strip("-")[:60]
    mark = "" if plain == f"{campaign}-{arm}" else "-" + sha256(f"{campaign}\0{arm}".encode()).hexdigest()[:6]
    return f"uplift-{plain}{mark}"


def _digest(row: Mapping[str, Any], settings: UpliftSettings) -> dict[str, Any]:
    """What a fitted model rests on: settings, and who was assigned; reading it back from JSON gives the same."""
    asked = {name: getattr(settings, name) for name in ("window_days", "method", "cut_offs", "fit_rows", "seed")}
    return asked | {"features": list(FEATURES)} | {name: row[name] for name in ("campaign", "arm", "outcome", "treated", "controls")}


def _kept(inputs: Inputs, row: Mapping[str, Any]) -> tuple[ModelCard, UpliftModel | None] | None:
    """The card of the registry, and the model where it is published, as long as it is young and of the same campaign and settings."""
    if inputs.models is None:
        return None
    registry, name = ModelRegistry(inputs.models), model_name(row["campaign"], row["arm"])
    if name not in registry.names():
        return None
    card = registry.card(name, registry.champion(name) or max(registry.versions(name)))
    days = inputs.settings.uplift.retrain_days
    if card.parameters.get("settings") != _digest(row, inputs.settings.uplift) or older_than(card.as_of, days, inputs.as_of):
        return None
    if date.fromisoformat(card.as_of) > inputs.as_of:
        return None
    return card, UpliftModel.from_files(registry.files(name, card.version)) if card.is_published else None


def _training(inputs: Inputs, chosen: ir.Table, seen: pa.Table, fresh: list[dict[str, Any]]) -> dict[str, pa.Table]:
    """
    By campaign, customers in order: arm, is_control, outcome, and `FEATURES` as known before the day from which the customer is looked at,
    never later than the day of assignment.

    Args:
        inputs: Of the step.
        chosen: `campaigns.assigned`.
        seen: Its rows.
        fresh: What is to be fitted: the campaigns.
    """
    bench, as_of = inputs.bench, inputs.as_of
    names = sorted({row["campaign"] for row in fresh})
    wanted = chosen.filter(_.campaign.isin(names)).mutate(known_as=_.looked_on.cast("string") + SEPARATOR + _.customer_id)
    days = sorted(set(seen.filter(pc.is_in(seen["campaign"], pa.array(names)))["looked_on"].to_pylist()))
    parts: dict[str, list[ir.Table]] = {}
    for on in days:
        here = wanted.filter(_.looked_on == ibis.date(on.year, on.month, on.day)).select("customer_id").distinct()
        tables = {name: inputs[name].semi_join(here, "customer_id") for name in ("orders", "events") if name in inputs.tables}
        for name, table in stacked(tables, [on], as_of=as_of).items():
            parts.setdefault(name, []).append(table)
    past = {name: ibis.union(*some, distinct=False) if len(some) > 1 else some[0] for name, some in parts.items()}
    people = wanted.select(customer_id="known_as").distinct()
    known = profile.features(people, past["orders"], None, None, past.get("events"), as_of=as_of, bench=bench, needed=FEATURES)
    known = numbers(known.select("customer_id", *FEATURES).rename(known_as="customer_id"), list(FEATURES))
    joined = wanted.join(known, "known_as").select("campaign", "customer_id", "arm", "is_control", "outcome", *FEATURES)
    made = bench.arrow(joined.order_by("campaign", "customer_id"))
    return {name: made.filter(pc.equal(made["campaign"], name)) for name in names}


def _fitted(inputs: Inputs, row: Mapping[str, Any], rows: pa.Table) -> tuple[ModelCard, UpliftModel | None]:
    """Fit on one arm and the control group, and keep the model with its card; the model is None where it is not published."""
    settings = inputs.settings.uplift
    control = rows["is_control"].to_numpy(zero_copy_only=False).astype(bool)
    of = control | (np.array(rows["arm"].to_pylist(), dtype=object) == row["arm"])
    rows, treated = rows.filter(pa.array(of)), (~control[of]).astype(np.int64)
    model = UpliftModel(settings.method, leaves=LEAVES, folds=FOLDS, seed=settings.seed).fit(
        rows.select(list(FEATURES)), treated, rows["outcome"]
    )
    card = replace(_card(model, rows, row, settings, inputs.as_of), fingerprint=fingerprint(rows))
    if inputs.models is not None:
        card = ModelRegistry(inputs.models).publish(card, model.to_files())
    return card, model if card.is_published else None


def _card(model: UpliftModel, rows: pa.Table, row: Mapping[str, Any], settings: UpliftSettings, as_of: date) -> ModelCard:
    """The estimator's own card, told in the words of the campaign."""
    average, found = model.average_effect_, model.heterogeneity_
    told = {"p": f"{found.p_value:.3f}", "spread": f"{found.spread:.4g}", **{
        name: "–" if value is None else f"{value:.3f}" for name, value in (("qini", model.qini_.value), ("low", model.qini_.low))
    }}  # fmt: skip
    refusal: Said | None = None
    if not model.is_fair_:
        refusal = said("uplift.campaign.unfair", auc=f"{model.balance_.value:.3f}")
    elif (alike := model.why_alike()) is not None:
        refusal = said(alike.key, **alike.fields) if found.is_found else said("uplift.campaign.flat", **told)
    metrics = {
        name: {"model": one.value, "low": one.low, "high": one.high, "baseline": 0.0}
        for name, one in (("qini", model.qini_), ("auuc", model.auuc_), ("average_effect", average))
    }
    usual = float(row["control_rate"])
    first = row["assigned_on"].isoformat()
    own = model.card(as_of=as_of.isoformat(), name=model_name(row["campaign"], row["arm"]))
    weights = np.abs(model.contributions(rows)).mean(axis=0)
    drivers = sorted(zip(model.columns_.features, weights.tolist(), strict=True), key=lambda one: (-one[1], one[0]))
    return replace(
        own,
        population=said("uplift.campaign.population", campaign=row["campaign"], arm=row["arm"]),
        definition=said("uplift.campaign.definition", campaign=row["campaign"], outcome=outcome_said(row["outcome"]), days=settings.window_days),
        trained_on=[first],
        judged_on=first,
        horizon_days=settings.window_days,
        parameters={"settings": _digest(row, settings), "usual_base": usual, "unfair": not model.is_fair_, "estimator": model.get_params()},
        judgement=own.judgement | {"rows": model.rows_, "positives": model.treated_rows_, "metrics": metrics, "calibration": [], "gain": []},
        drivers=[{"feature": name, "weight": weight} for name, weight in drivers if weight > 0],
        stability=stability(model.columns_, rows.select(list(FEATURES)), model.predict(rows)),
        limits=[*own.limits, said("uplift.campaign.repeated"), said("uplift.campaign.groups")],
        is_published=refusal is None,
        refusal=refusal,
    )  # fmt: skip


def outcome_said(outcome: str) -> Said | str:
    """What counts, as a card says it; an event that nobody named is its own word."""
    if outcome in ("purchase", "net_amount"):
        return said(f"uplift.outcomes.{outcome}")
    return said("uplift.of_event", event=said(f"serve.events.{outcome}") if known(f"serve.events.{outcome}", "zh") else outcome)


def _told(row: dict[str, Any], refusal: Said | None, card: ModelCard | None, model: UpliftModel | None) -> Effect:
    """The row with what the model tells, and what scores."""
    judged = card.judgement if card is not None else {}
    curve, differs = judged.get("qini", {}), judged.get("heterogeneity", {})
    unfair = card is not None and card.parameters.get("unfair", False)
    made = row | {
        "spread": differs.get("spread"), "heterogeneity_p": differs.get("p_value"),
        "qini": curve.get("value"), "qini_low": curve.get("low"), "qini_high": curve.get("high"),
        "is_published": model is not None, "model": card.name if card is not None else None,
        "model_version": (card.version or 1) if card is not None else None,
        "refusal": say(refusal, "zh") if refusal else None, "refusal_en": say(refusal, "en") if refusal else None,
    }  # fmt: skip
    if unfair:  # the difference of the means is then one of the customers
        made |= dict.fromkeys(("effect", "effect_low", "effect_high", "cost_per_outcome"))
    scorer = None if model is None or card is None else Scorer(model, card.version or 1, float(card.parameters["usual_base"]), card)
    return Effect(made, scorer)
