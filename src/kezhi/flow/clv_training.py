"""The models that value customers: fitted on what was known, judged, and kept."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from kezhi.flow.clusters import sampled
from kezhi.flow.clv_choice import (
    FEWEST_MARGINS,
    SEASONAL,
    first_purchases,
    fitted_purchases,
    fitted_spend,
    purchase_models,
    trade,
)
from kezhi.flow.clv_judging import NAME, judged
from kezhi.flow.model_registry import ModelRegistry
from kezhi.flow.training import fingerprint
from kezhi.kit.engine import ir
from kezhi.kit.threads import threads_for, unhelped
from kezhi.locales import Phrase
from kezhi.profile import days_as_seen, purchase_counts
from kezhi.settings import ClvSettings

if TYPE_CHECKING:
    from kezhi.flow.step import Inputs
    from kezhi.models import TradeTime

FORM = 3  # of what is kept; a model of an earlier release was fitted on other counts, and another is fitted in its place
FEWEST = 100  # customers who came back, to fit on
SOON_DAYS, HISTORY_SHARE = 90, 4
MOST_THREADS = 2  # fits or judgements at once


@dataclass(frozen=True, slots=True)
class Served:
    """The models that value customers, the clock they count by, and their version."""

    purchases: Any  # BgNbd, MbgNbd or ParetoNbd
    time: TradeTime
    spend: Any  # GammaGamma, or None where no amounts tell
    margin: Any  # GammaGamma of margins, or None where too few costs are known
    version: int


def serve(inputs: Inputs, days: ir.Table, lost: ir.Table, now: ir.Table, first_on: date) -> Served | None:
    """
    The champion while it is of the same settings and young enough, else a new fit, if it beats the rule; None and a note without.

    Args:
        inputs: Of the step.
        days: `profile.purchase_days`.
        lost: `profile.lost_days`.
        now: `profile.purchase_counts` of today.
        first_on: The first of *days*.
    """
    settings, bench = inputs.settings.clv, inputs.bench
    registry = ModelRegistry(inputs.models) if inputs.models is not None else None
    held = held_model(registry, inputs.as_of, settings)
    if held is not None:
        return held
    horizon = min(settings.judge_days, (inputs.as_of - first_on).days // HISTORY_SHARE)
    judged_on = inputs.as_of - timedelta(days=horizon)
    earlier = days_as_seen(days, lost, on=judged_on)
    buyers = bench.settle(first_purchases(earlier, judged_on))
    # both days are one where there is hardly a history; what follows then says so
    of_some = purchase_counts(earlier.semi_join(_drawn(buyers, settings), "customer_id"), as_of=judged_on, horizon_days=horizon)
    then, fitted_on = (bench.arrow(_drawn(one, settings)) for one in (of_some, now))
    back = int((then["frequency"].to_numpy() > 0).sum())
    if horizon < SOON_DAYS // 3 or back < FEWEST:
        inputs.notes.append(Phrase("clv.few", customers=back, needed=FEWEST, days=(inputs.as_of - first_on).days))
        return None
    threads, seen = threads_for(inputs.settings.engine.threads, MOST_THREADS), trade(earlier, buyers, judged_on, bench)
    with unhelped():  # here, for fits side by side would take this back from each other
        tried = fitted_purchases(then, judged_on, horizon, seen, threads=threads)
        card = judged(then, tried, judged_on, horizon, inputs.as_of, settings, threads=threads)
    known = trade(days, now, inputs.as_of, bench)
    best = fitted_purchases(fitted_on, inputs.as_of, settings.horizon_days, known, (card.method,))[card.method]
    spend, margin = fitted_spend(best.data), fitted_spend(best.data, "margin_value", FEWEST_MARGINS)
    served = Served(best.model, best.time, spend, margin, 1)
    kept = {name: None if model is None else model.params_ for name, model in _parts(served).items()}
    spreads = {name: None if model is None else _listed(model.log_covariance_) for name, model in _parts(served).items()}
    kept["time"] = list(best.time.index)
    card = replace(card, rows=fitted_on.num_rows, fingerprint=fingerprint(fitted_on), parameters=card.parameters | kept)
    if registry is not None:
        files = {"parameters.json": json.dumps(kept | {"form": FORM, "log_covariance": spreads}).encode()}
        served = replace(served, version=registry.publish(card, files).version)
    if card.refusal is not None:
        inputs.notes.append(Phrase(card.refusal["key"], **card.refusal["fields"]))
        return None
    return served


def _drawn(customers: ir.Table, settings: ClvSettings) -> ir.Table:
    """Those of *customers* that are fitted and judged on, in one order."""
    return sampled(customers, settings.fit_rows, settings.seed)


def held_model(registry: ModelRegistry | None, as_of: date, settings: ClvSettings) -> Served | None:
    """The champion, if it is of the same settings and young enough on *as_of*."""
    from kezhi.models import GammaGamma, TradeTime

    if registry is None:
        return None
    card = registry.young(NAME, as_of=as_of, retrain_days=settings.retrain_days, settings=settings.model_dump(mode="json"))
    if card is None:
        return None
    kept = json.loads(registry.files(NAME, card.version)["parameters.json"])
    if kept.get("form") != FORM:
        return None

    def again(name: str, kind: type[Any]) -> Any:
        if kept[name] is None:
            return None
        model, spread = kind(), kept["log_covariance"][name]
        model.params_, model.log_covariance_ = kept[name], None if spread is None else np.array(spread)
        return model

    purchases = again("purchases", purchase_models()[card.method.removesuffix(SEASONAL)])
    return Served(purchases, TradeTime(tuple(kept["time"])), again("spend", GammaGamma), again("margin", GammaGamma), card.version)


def _parts(served: Served) -> dict[str, Any]:
    return {"purchases": served.purchases, "spend": served.spend, "margin": served.margin}


def _listed(spread: Any) -> list[list[float]] | None:
    return None if spread is None else spread.tolist()
