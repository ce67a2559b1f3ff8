"""Which model of leaving is served: the champion while it holds, else the better of champion and challenger, if it beats the baseline."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kezhi.errors import WrongInput
from kezhi.flow.clusters import sampled
from kezhi.flow.columns import matrix
from kezhi.flow.declared import declared_at, models_see
from kezhi.flow.model_registry import ModelRegistry
from kezhi.flow.model_watch import Judged, contest, held, is_due, stability
from kezhi.flow.training import SEPARATOR, CutOffs, Tables, fingerprint, past, stacked, unfit
from kezhi.kit.engine import _, ibis, ir
from kezhi.locales import Phrase
from kezhi.models import ChurnModel, CoxModel
from kezhi.models import evaluation as ev
from kezhi.models.cards import ModelCard, percent, said
from kezhi.models.churn import Reasons
from kezhi.models.leakage import leaks
from kezhi.profile import bought, next_acts
from kezhi.profile.churn_signals import SIGNALS
from kezhi.profile.declared import Declared
from kezhi.settings import ChurnSettings

if TYPE_CHECKING:
    from kezhi.flow.step import Inputs

NAME = "churn"
FEWEST, FEWEST_TO_JUDGE = 50, 30  # rows of each label
TREES = {"lightgbm": 120, "random_forest": 60, "logistic": 1}
REASONS = 3
DAY_LETTERS = 10  # of an ISO day, before an id of `training.stacked`
PERSONAL_SHARE = 0.9  # the tenth with the most at risk is worth a call


@dataclass(frozen=True, slots=True)
class Served:
    """The model that scores, its version, from how much at risk on somebody is called, and what it reads."""

    model: ChurnModel
    version: int
    personal_from: float
    declared: tuple[str, ...] = ()  # declared features that it reads, beside the signals

    def probability(self, table: pa.Table) -> Any:
        """Chance to leave, one per row."""
        return self.model.predict_proba(table)[:, 1]

    def reasons(self, table: pa.Table) -> Reasons:
        """What raises it, the strongest first."""
        return self.model.top_reasons(table, most=REASONS, rising_only=True)


@dataclass(frozen=True, slots=True)
class _Rows:
    """Signals, whether each row left, and the days until it acted (or ended), cut at the horizon."""

    table: pa.Table
    left: Any
    happened: Any  # within the customer's own horizon: an act, or the end of the contract
    days: Any
    horizon: Any
    value: Any

    def few(self, fewest: int) -> bool:
        return bool(min(self.left.sum(), (~self.left).sum()) < fewest)


def serve(inputs: Inputs, days: CutOffs, *, signals: Callable[[Tables, Any], ir.Table], declared: Sequence[Declared] = ()) -> Served | None:
    """
    The model to score with; None, and a note, where there is none.

    Args:
        inputs: Of the step.
        days: To train and judge on.
        signals: `profile.churn_signals` of tables that end before `inputs.as_of`, given what keeps companies apart.
        declared: The project's own features, all of them dated; the models see them beside the signals.
    """
    settings = inputs.settings.churn
    digest, names = _digest(settings, declared), tuple(one.name for one in declared)
    registry = ModelRegistry(inputs.models) if inputs.models is not None else None
    read: dict[date, _Rows] = {}

    def rows(on: list[date]) -> list[_Rows]:
        missing = [day for day in on if day not in read]
        if missing:
            read.update(_read(inputs, missing, signals, declared))
        return [read[day] for day in on]

    old = held(registry, NAME, digest, ChurnModel.from_files, as_of=inputs.as_of)
    if old is None:
        rows([*days.train, days.judge])  # all at once: most of the time goes into saying what is wanted
    judged = rows([days.judge])[0]
    if judged.few(FEWEST_TO_JUDGE):
        if old is not None:
            return _served(old.card, old.model, names)
        inputs.notes.append(Phrase("churn.few", left=int(judged.left.sum()), stayed=int((~judged.left).sum()), needed=FEWEST_TO_JUDGE))
        return None
    later = Judged(judged.table, judged.left)
    if (
        registry is not None
        and old is not None
        and not is_due(registry, old, later, as_of=inputs.as_of, retrain_days=settings.retrain_days)
    ):
        return _served(old.card, old.model, names)

    trained = _together(rows(days.train))
    if trained.few(FEWEST):
        inputs.notes.append(Phrase("churn.few", left=int(trained.left.sum()), stayed=int((~trained.left).sum()), needed=FEWEST))
        return None
    try:
        card, model = challenge(trained, judged, settings, days=days, as_of=inputs.as_of, digest=digest)
    except WrongInput as error:
        inputs.notes.append(Phrase("churn.unfit", why=unfit(error)))
        return None
    base = _baseline(trained).predict_proba(_silence(judged.table))[:, 1]
    serves = contest(registry, card, model, old=old, judged=later, base=base)
    if isinstance(serves, ModelCard):
        assert serves.refusal is not None
        inputs.notes.append(Phrase(serves.refusal["key"], **serves.refusal["fields"]))
        return None
    return _served(*serves, names)


def _served(card: ModelCard, model: ChurnModel, names: tuple[str, ...]) -> Served:
    return Served(model, card.version or 1, float(card.parameters["personal_from"]), names)


def challenge(
    trained: _Rows, judged: _Rows, settings: ChurnSettings, *, days: CutOffs, as_of: date, digest: dict[str, Any] | None = None
) -> tuple[ModelCard, ChurnModel]:
    """Fit every method on *trained*, hold each against the baseline on *judged*, and give the best with its card; *digest* is what it rests on."""
    leaking = leaks(trained.table, trained.left)
    features = [name for name in trained.table.column_names if name not in {leak.column for leak in leaking}]
    base = _baseline(trained).predict_proba(_silence(judged.table))[:, 1]
    candidates, models = [_row("baseline", judged.left, base, 0.0)], {}
    for method in settings.methods:
        began = time.perf_counter()
        if method == "survival":
            chance = _survival(trained, judged, features, settings)
        else:
            models[method] = ChurnModel(method, trees=TREES[method], seed=settings.seed).fit(trained.table.select(features), trained.left)
            chance = models[method].predict_proba(judged.table)[:, 1]
        candidates.append(_row(method, judged.left, chance, time.perf_counter() - began))
    if not models:  # survival alone was asked for: it is compared, and boosted trees give the reasons
        models["lightgbm"] = ChurnModel("lightgbm", trees=TREES["lightgbm"], seed=settings.seed).fit(
            trained.table.select(features), trained.left
        )
    best = min(models, key=lambda method: (ev.log_loss(judged.left, models[method].predict_proba(judged.table)[:, 1]) or 0.0, method))
    model = models[best]
    chance = model.predict_proba(judged.table)[:, 1]
    judgement = ev.judge(judged.left, chance, base, seed=settings.seed)
    beats = ev.beats_baseline(judgement)
    at_risk = chance * np.maximum(judged.value, 0.0)
    threshold: dict[str, Any] = {}
    costs = said("churn.limits.no_cost")
    if settings.contact_cost is not None and settings.save_rate is not None:
        saved = settings.save_rate * float(np.maximum(judged.value[judged.left], 0.0).mean())
        threshold = {"contact_cost": settings.contact_cost, "saved_value": saved}
        threshold |= ev.cost_threshold(judged.left, chance, contact_cost=settings.contact_cost, saved_value=saved)
        costs = said("churn.limits.cost", cost=f"{settings.contact_cost:,.2f}", rate=percent(settings.save_rate))
    card = ModelCard(
        name=NAME,
        method=best,
        as_of=as_of.isoformat(),
        population=said(f"churn.population.{settings.definition}"),
        definition=said(f"churn.definition.{settings.definition}", chance=percent(settings.silence_chance), most=days.horizon_days),
        baseline=said("churn.baseline"),
        trained_on=[day.isoformat() for day in days.train],
        judged_on=days.judge.isoformat(),
        rows=trained.table.num_rows,
        positives=int(trained.left.sum()),
        horizon_days=days.horizon_days,
        features=model.columns_.features,
        parameters={
            "settings": _digest(settings) if digest is None else digest,
            "personal_from": float(np.quantile(at_risk, PERSONAL_SHARE)),
            "estimator": model.get_params(),
        },
        judgement=judgement.as_dict(),
        candidates=candidates,
        threshold=threshold,
        drivers=[{"feature": name, "weight": weight} for name, weight in model.drivers_],
        stability=stability(model.columns_, judged.table, chance),
        limits=[
            said("churn.limits.chosen"),
            said("churn.limits.cause"),
            said("churn.limits.lost"),
            costs,
            *([said("churn.limits.survival")] if "survival" in settings.methods else []),
            *(said("churn.limits.leak", column=leak.column, auc=f"{leak.auc:.3f}") for leak in leaking),
        ],
        fingerprint=fingerprint(trained.table),
        seed=settings.seed,
        is_published=beats,
        refusal=None if beats else _refusal(judgement),
    )
    return card, model


def _refusal(judgement: ev.Judgement) -> dict[str, Any]:
    def number(measure: str, whose: str) -> str:
        value = judgement.metrics[measure][whose]
        return "–" if value is None else f"{value:.3f}"

    return said(
        "churn.not_better",
        auc=number("auc", "model"), low=number("auc", "low"), base_auc=number("auc", "baseline"),
        loss=number("log_loss", "model"), base_loss=number("log_loss", "baseline"),
    )  # fmt: skip


def _row(method: str, left: Any, chance: Any, seconds: float) -> dict[str, Any]:
    area = ev.auc_interval(left, chance)
    return {
        "method": method, "auc": area.value, "low": area.low, "high": area.high, "log_loss": ev.log_loss(left, chance),
        "brier": ev.brier(left, chance), "average_precision": ev.average_precision(left, chance), "seconds": round(seconds, 3),
    }  # fmt: skip


def _silence(table: pa.Table) -> pa.Table:
    silence = matrix(table, ["silence_ratio"])[:, 0]
    return pa.table({"silence": np.log1p(np.nan_to_num(silence, nan=0.0)), "is_known": (~np.isnan(silence)).astype(np.float64)})


def _baseline(trained: _Rows) -> ChurnModel:
    """The chance by one number alone: how long somebody has been silent for the own rhythm."""
    return ChurnModel("logistic", calibrate=False).fit(_silence(trained.table), trained.left)


def _survival(trained: _Rows, judged: _Rows, features: list[str], settings: ChurnSettings) -> Any:
    """Chance to leave by the time until the next act (or the end of the contract)."""
    model = CoxModel().fit(trained.table.select(features), trained.days, trained.happened)
    stays = model.survival(judged.table.select(features), judged.horizon - 0.5)
    return np.clip(1.0 - stays if settings.definition == "contract" else stays, 0.0, 1.0)


def _read(inputs: Inputs, on: list[date], signals: Callable[[Tables, Any], ir.Table], declared: Sequence[Declared]) -> dict[date, _Rows]:
    """The rows of each day, of a sample of the customers who ever bought or acted; see `training.stacked`."""
    from kezhi.flow.churn import is_lost

    settings, bench, as_of = inputs.settings.churn, inputs.bench, inputs.as_of
    acts = inputs["ledger"] if settings.definition == "purchases" else inputs["events"]
    people = inputs["customers"].select("customer_id").semi_join(acts, "customer_id")
    drawn = bench.settle(sampled(people, max(1, settings.fit_rows // len(on)), settings.seed))
    tables = {
        name: inputs[name].semi_join(drawn, "customer_id") for name in ("customers", "orders", "ledger", "events") if name in inputs.tables
    }
    # settled, as a dozen expressions read them: each would else be compiled with all the days in it
    seen = {name: bench.settle(table) for name, table in stacked(tables, on, as_of=as_of).items() if name != "ledger"}
    known = signals(seen, _.customer_id.substr(0, DAY_LETTERS))
    later = stacked(tables, on, as_of=as_of, ahead=True)
    coming = next_acts(bought(later["ledger"]), later.get("events"), on=as_of, settings=settings)
    found = known.filter(~is_lost(known)).left_join(coming, "customer_id", rname="{name}_right").drop("customer_id_right")
    if declared:
        beside = bench.settle(_declared_on(inputs, on, drawn, declared))
        found = found.left_join(beside, "customer_id", rname="{name}_right").drop("customer_id_right")
    made = bench.arrow(found.mutate(cut_off_on=_.customer_id.substr(0, DAY_LETTERS)).order_by("customer_id"))
    names = [one.name for one in declared]
    return {day: _rows(made.filter(pc.equal(made["cut_off_on"], day.isoformat())), settings, names) for day in on}


def _declared_on(inputs: Inputs, on: list[date], drawn: ir.Table, declared: Sequence[Declared]) -> ir.Table:
    """The declared features of each day, with the ids of `training.stacked`; a day at a time, as a feature may ask for weekdays."""
    of_people = ("customers", "orders", "events")
    tables = {
        name: inputs[name].semi_join(drawn, "customer_id") if name in of_people else inputs[name]
        for name in (*of_people, "order_lines", "products")
        if name in inputs.tables
    }
    parts = []
    for day in on:
        wide = models_see(declared_at(past(tables, day), declared, day, rfm=inputs.settings.rfm, bench=inputs.bench), declared)
        parts.append(wide.mutate(customer_id=ibis.literal(f"{day}{SEPARATOR}") + wide.customer_id))
    return ibis.union(*parts, distinct=False) if len(parts) > 1 else parts[0]


def _rows(made: pa.Table, settings: ChurnSettings, declared: Sequence[str] = ()) -> _Rows:
    names = ["next_days", "horizon_days", "net_amount_365d"]
    following, horizon, value = matrix(made, names).T
    happened = following < horizon  # false for null: nothing came any more
    left = happened if settings.definition == "contract" else ~happened
    days = np.where(happened, following, horizon - 1) + 0.5
    return _Rows(made.select([*SIGNALS, *declared]), left, happened, days, horizon, np.nan_to_num(value))


def _together(parts: list[_Rows]) -> _Rows:
    columns = [np.concatenate([getattr(part, name) for part in parts]) for name in ("left", "happened", "days", "horizon", "value")]
    return _Rows(pa.concat_tables([part.table for part in parts]), *columns)


def _digest(settings: ChurnSettings, declared: Sequence[Declared] = ()) -> dict[str, Any]:
    """What of the settings a model rests on; reading it back from JSON gives the same."""
    kept = settings.model_dump(mode="json")
    own = {"features": {one.name: one.formula for one in declared}} if declared else {}
    return own | {
        name: value
        for name, value in kept.items()
        if name not in ("retrain_days", "high_at_least", "medium_at_least", "contact_cost", "save_rate")
    }
