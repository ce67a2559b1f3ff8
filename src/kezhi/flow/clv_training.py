"""The models that value customers: fitted on what was known, judged on the days after, held against a simple rule, and kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from kezhi.flow.clusters import sampled
from kezhi.flow.clv_choice import (
    FEWEST_MARGINS,
    ROUNDS,
    SEASONAL,
    Candidate,
    chosen,
    first_purchases,
    fitted_purchases,
    fitted_spend,
    purchase_models,
    trade,
)
from kezhi.flow.model_registry import ModelRegistry
from kezhi.flow.training import fingerprint
from kezhi.kit.engine import ir
from kezhi.locales import Phrase
from kezhi.models.cards import ModelCard, Said, percent, said, two_digits
from kezhi.models.evaluation.intervals import Interval, bootstrap_interval
from kezhi.models.evaluation.judging import entry
from kezhi.profile import days_as_seen, purchase_counts
from kezhi.settings import ClvSettings

if TYPE_CHECKING:
    from kezhi.flow.step import Inputs
    from kezhi.models import TradeTime

NAME = "clv"
FORM = 3  # of what is kept; a model of an earlier release was fitted on other counts, and another is fitted in its place
FEWEST = 100  # customers who came back, to fit on
SOON_DAYS, HISTORY_SHARE = 90, 4


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
    tried = fitted_purchases(then, judged_on, horizon, trade(earlier, buyers, judged_on, bench))
    card = _judged(then, tried, judged_on, horizon, inputs.as_of, settings)
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


def _judged(rows: pa.Table, tried: Mapping[str, Candidate], judged_on: date, horizon: int, as_of: date, settings: ClvSettings) -> ModelCard:
    """The card, from what was known on *judged_on*: the rule is that customers buy as much as in the same time before."""
    from kezhi.models import evaluation as ev

    came, rule = rows["later"].to_numpy().astype(float), rows["recent"].to_numpy().astype(float)
    choice = chosen(tried, came, seed=settings.seed)
    best, expected = tried[choice.method], choice.expected
    data = best.data

    def error(_came: Any, missed: Any) -> float:
        return float(np.sqrt((missed**2).mean()))

    ours = bootstrap_interval(error, came, expected - came, rounds=ROUNDS)
    gain = bootstrap_interval(lambda _came, more: float(more.mean()), came, (rule - came) ** 2 - (expected - came) ** 2, rounds=ROUNDS)
    metrics: dict[str, Any] = {"purchases_rmse": entry(ours, error(came, rule - came))}
    limits = [choice.sentence, _season(best.time), said("clv.limits.amounts"), _independence(data)]
    for name, column, fewest in (("value", "monetary_value", 1), ("margin", "margin_value", FEWEST_MARGINS)):
        spend = fitted_spend(data, column, fewest)
        if spend is None:
            limits += [said("clv.limits.no_margin", needed=FEWEST_MARGINS)] if name == "margin" else []
            continue
        metrics[f"{name}_mae"] = _money_error(rows, data, expected, spend, name, column)
        limits += [said("clv.limits.margin") if name == "margin" else _coverage(rows, best, spend, horizon, settings)]
    bought, active = came > 0, rule > 0
    shares = np.where(active, bought[active].mean() if active.any() else 0.0, bought[~active].mean() if (~active).any() else 0.0)
    chance = ev.judge(bought, best.model.probability_of_purchase(best.horizon, data), shares).as_dict()
    beats = gain.low is not None and gain.low > 0
    return ModelCard(
        name=NAME,
        method=choice.method,
        as_of=as_of.isoformat(),
        population=said("clv.population"),
        definition=said("clv.definition", days=settings.horizon_days, judged=horizon),
        baseline=said("clv.baseline", days=horizon),
        trained_on=[judged_on.isoformat(), as_of.isoformat()],
        judged_on=judged_on.isoformat(),
        horizon_days=settings.horizon_days,
        features=["frequency", "recency", "seen", "monetary_value", "margin_value"],
        parameters={"settings": settings.model_dump(mode="json")},
        judgement=chance | {"metrics": metrics | chance["metrics"]},
        candidates=choice.candidates,
        limits=limits,
        seed=settings.seed,
        is_published=beats,
        refusal=None
        if beats
        else said("clv.not_better", error=two_digits(ours.value), base=two_digits(metrics["purchases_rmse"]["baseline"])),
    )


def _season(time: TradeTime) -> Said:
    """What a clock takes to be steady; the index of its fastest and slowest month."""
    fast, slow = (int(of(time.index)) for of in (np.argmax, np.argmin))
    if time.index[fast] == time.index[slow]:
        return said("clv.limits.steady")
    return said(
        "clv.limits.seasonal",
        most=fast + 1,
        most_index=two_digits(time.index[fast]),
        least=slow + 1,
        least_index=two_digits(time.index[slow]),
    )


def _independence(data: Mapping[str, Any]) -> Said:
    """How much the amounts of those who came back go with how often they bought, which Gamma-Gamma takes to be not at all."""
    from scipy.stats import spearmanr

    of = (data["frequency"] > 0) & (data["monetary_value"] > 0)
    both = [data[name][of] for name in ("purchases", "monetary_value")]
    together = float(spearmanr(*both).statistic) if all(len(np.unique(values)) > 1 for values in both) else None
    return said("clv.limits.independence", customers=int(of.sum()), correlation=two_digits(together))


def _coverage(rows: pa.Table, best: Candidate, spend: Any, days: int, settings: ClvSettings) -> Said:
    """How many customers' money of the *days* after lay within the interval that was told of them before, of all and of those who were to bring any."""
    from kezhi.models import customer_value

    told = customer_value(best.model, spend, best.data, horizon=best.horizon, periods=1, level=settings.level, seed=settings.seed)
    came, low, high = rows["later_amount"].to_numpy().astype(np.float64), told["value_low"].to_numpy(), told["value_high"].to_numpy()
    held, some = (came >= low) & (came <= high), high > 0

    def share(of: Any) -> str:
        return f"{of.mean():.1%}" if len(of) else "–"

    return said(
        "clv.limits.coverage",
        days=days,
        level=percent(settings.level),
        customers=len(came),
        share=share(held),
        buyers=int(some.sum()),
        buyers_share=share(held[some]),
        above=share((came > high)[some]),
    )


def _money_error(rows: pa.Table, data: Mapping[str, Any], expected: Any, spend: Any, name: str, column: str) -> dict[str, Any]:
    """Mean absolute error of the money (`value`) or margin of the days after, of whom both are known; the rule is that of the days before."""
    later, recent = ("later_amount", "recent_amount") if name == "value" else ("later_margin", "recent_margin")
    came, before = (rows[one].to_numpy(zero_copy_only=False).astype(np.float64) for one in (later, recent))
    told = ~np.isnan(came) & (data[column] >= 0)
    each = spend.expected_spend({"frequency": data["purchases"], "monetary_value": np.where(told, data[column], 0.0)})
    if not told.any():
        return entry(Interval(None, None, None), None)
    missed = np.abs(expected * each - came)[told]
    found = bootstrap_interval(lambda _came, far: float(far.mean()), came[told], missed, rounds=ROUNDS)
    return entry(found, float(np.abs(before - came)[told].mean()))


def _parts(served: Served) -> dict[str, Any]:
    return {"purchases": served.purchases, "spend": served.spend, "margin": served.margin}


def _listed(spread: Any) -> list[list[float]] | None:
    return None if spread is None else spread.tolist()
