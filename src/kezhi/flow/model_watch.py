"""What becomes of a model that serves: drift of inputs and scores, quality once labels came, and who serves after a challenge."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pyarrow as pa

from kezhi.flow.model_registry import ModelRegistry
from kezhi.models import evaluation as ev
from kezhi.models.cards import ModelCard, said
from kezhi.models.mixed_columns import MixedColumns

Stability = dict[str, dict[str, list[float]]]


@dataclass(frozen=True, slots=True)
class Held:
    """The champion, with its card; `model` has `predict_proba` and `columns_`."""

    model: Any
    card: ModelCard


@dataclass(frozen=True, slots=True)
class Judged:
    """The newest rows whose labels came: what was known of them, what came, and whose each is (None: each row by itself)."""

    table: pa.Table
    truth: Any
    groups: Any = None

    def chance(self, model: Any) -> Any:
        """The chance that *model* gives each row."""
        return model.predict_proba(self.table)[:, 1]


def held(
    registry: ModelRegistry | None, name: str, settings: Mapping[str, Any], read: Callable[[Mapping[str, bytes]], Any], *, as_of: date
) -> Held | None:
    """
    The champion of *name*, however old, made by *read* of its files; None where there is none of these *settings*, or it was made
    after *as_of*: it may have learned from the very rows that a run of an earlier day scores and judges.
    """
    version = registry.champion(name) if registry is not None else None
    if registry is None or version is None:
        return None
    card = registry.card(name, version)
    if card.parameters.get("settings") != settings or date.fromisoformat(card.as_of) > as_of:
        return None
    return Held(read(registry.files(name, version)), card)


def stability(columns: MixedColumns, table: pa.Table, score: Any) -> Stability:
    """
    What a card keeps of the rows of *table* and their *score*, on which a model was judged, for `watch` to compare later ones with.

    Not of those it was fitted on: their scores are surer than any later ones, and between both lies a horizon in which signs such as
    the days since the first purchase grow of themselves.
    """
    values = columns.codes(table)
    kept = {name: ev.stability_bins(values[:, place]) for place, name in enumerate(columns.features)}
    return kept | {"score": ev.stability_bins(score)}


def watch(
    registry: ModelRegistry, card: ModelCard, columns: MixedColumns, table: pa.Table, score: Any, *, as_of: date, truth: Any = None
) -> dict[str, float | None]:
    """
    Record beside *card* how far the rows of *table* and their *score* are from what it was judged on.

    Args:
        registry: That holds the card.
        card: Of the model that serves; one of an earlier release may keep nothing to compare with.
        columns: The model's.
        table: Later rows.
        score: What the model says of each.
        as_of: The day of the run.
        truth: What came of each row, where the labels arrived: quality is recorded too.

    Returns:
        By feature, and `score`: the population stability index.
    """
    values = columns.codes(table)
    now = {name: values[:, place] for place, name in enumerate(columns.features)} | {"score": score}
    index = {name: ev.population_stability(card.stability[name], now[name]) for name in now if name in card.stability}
    quality = {"auc": None, "log_loss": None} if truth is None else {"auc": ev.auc(truth, score), "log_loss": ev.log_loss(truth, score)}
    moved = {"score_psi": index.get("score"), "feature_psi": {name: psi for name, psi in index.items() if name != "score"}}
    registry.record(card.name, card.version, {"as_of": as_of.isoformat(), "rows": table.num_rows} | quality | moved)
    return index


def is_due(registry: ModelRegistry, one: Held, judged: Judged, *, as_of: date, retrain_days: int) -> bool:
    """
    Whether a challenger is to be trained: the champion is old, an input or its scores moved, or its labels came out worse.

    What was seen is recorded (`watch`).
    """
    card, chance, rows = one.card, judged.chance(one.model), judged.table.num_rows
    index = watch(registry, card, one.model.columns_, judged.table, chance, as_of=as_of, truth=judged.truth)
    proven_on = card.judgement["rows"]
    moved = any(ev.has_moved(card.stability[name], psi, rows_then=proven_on, rows_now=rows) for name, psi in index.items())
    age, area, least = (as_of - date.fromisoformat(card.as_of)).days, ev.auc(judged.truth, chance), card.judgement["metrics"]["auc"]["low"]
    return age >= retrain_days or moved or (area is not None and least is not None and area < least)


def contest(
    registry: ModelRegistry | None, card: ModelCard, model: Any, *, old: Held | None, judged: Judged, base: Any
) -> tuple[ModelCard, Any] | ModelCard:
    """
    Who serves: the challenger, if it beat its baseline and is no worse than the champion on the same rows; else the champion, if
    that still beats the baseline there; else nobody.

    Args:
        registry: Keeps the challenger with its card; None keeps nothing.
        card: Of the challenger, published if it beat its baseline.
        model: The challenger.
        old: The champion, None where there is none.
        judged: The rows on which *card* was judged.
        base: The baseline's chance of each of them.

    Returns:
        The card and the model that serve; the challenger's card alone, with its refusal, where none does.
    """
    theirs = old and old.model.predict_proba(judged.table)[:, 1]
    if old is not None and card.is_published and _loss(judged, theirs) < _loss(judged, judged.chance(model)):
        card = replace(card, is_published=False, refusal=said("churn.champion_better", version=old.card.version))
    if registry is not None:
        card = registry.add(card, model.to_files())
    if card.is_published:
        if registry is not None:
            registry.promote(card.name, card.version)
        return card, model
    if old is not None and ev.beats_baseline(ev.judge(judged.truth, theirs, base, groups=judged.groups)):
        return old.card, old.model
    if registry is not None:
        registry.retire(card.name)
    return card


def _loss(judged: Judged, chance: Any) -> float:
    return ev.log_loss(judged.truth, chance) or 0.0
