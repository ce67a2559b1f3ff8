"""A card of the registry in the words of a language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kezhi.flow.model_registry import ModelRegistry
from kezhi.locales import text
from kezhi.measure.attributes import feature_name
from kezhi.measure.words import code_word, known
from kezhi.models.cards import ModelCard, say
from kezhi.models.evaluation.drift import MOVED, STEADY
from kezhi.serve.models.shapes import (
    CalibrationBin,
    Candidate,
    Card,
    Driver,
    EffectBucket,
    FeatureDrift,
    GainPart,
    Measure,
    ModelRow,
    QiniPoint,
    Seen,
    Threshold,
    Version,
)
from kezhi.settings import FeatureSettings

OF_CAMPAIGN = "uplift-"  # begins the names of `flow.uplift_training.model_name`


def row(registry: ModelRegistry, name: str, lang: str) -> ModelRow:
    """The model *name* as a row of the list."""
    found = versions(registry, name, lang)
    newest = registry.card(name, found[0].version)
    return ModelRow(
        name=name,
        title=title(name, lang),
        definition=say(newest.definition, lang),
        champion=registry.champion(name),
        newest=found[0],
        serving=next((one for one in found if one.is_champion), None),
        versions=len(found),
    )


def versions(registry: ModelRegistry, name: str, lang: str) -> list[Version]:
    """All versions, the newest first."""
    champion = registry.champion(name)
    made = []
    for number in reversed(registry.versions(name)):
        card = registry.card(name, number)
        measures = _measures(card, lang)
        made.append(
            Version(
                version=number,
                method=_method(card.method, lang),
                as_of=card.as_of,
                is_champion=number == champion,
                is_published=card.is_published,
                measure=measures[0] if measures else None,
                refusal=say(card.refusal, lang) if card.refusal else None,
            )
        )
    return made


def card(registry: ModelRegistry, name: str, version: int | None, lang: str, declared: Mapping[str, FeatureSettings]) -> Card:
    """
    The card of a version; None is the one that serves, or the newest. *declared* has the words of the project's own features.

    Raises:
        WrongInput: There is no such model or version.
    """
    found = registry.card(name, version)
    judged = found.judgement
    return Card(
        name=name,
        title=title(name, lang),
        version=found.version,
        versions=versions(registry, name, lang),
        method=_method(found.method, lang),
        as_of=found.as_of,
        population=say(found.population, lang),
        definition=say(found.definition, lang),
        baseline=say(found.baseline, lang),
        trained_on=found.trained_on,
        judged_on=found.judged_on,
        judged_rows=judged.get("rows"),
        judged_positives=judged.get("positives"),
        counted=None if "error_share" in judged.get("metrics", {}) else text(f"cli.model.counted.{found.counted}", lang),
        rows=found.rows,
        positives=0 if "ndcg" in judged.get("metrics", {}) else found.positives,  # of lists an earlier release kept the judged customers
        horizon_days=found.horizon_days,
        measures=_measures(found, lang),
        auc_gain=judged.get("auc_gain"),
        calibration=[CalibrationBin(**one) for one in judged.get("calibration", [])],
        gain=[GainPart(**one) for one in judged.get("gain", [])],
        qini_curve=[QiniPoint(**one) for one in judged.get("qini_curve", [])],
        buckets=[EffectBucket(**one) for one in judged.get("buckets", [])],
        candidates=[_candidate(one, found, lang) for one in found.candidates],
        figure_names={name: _measure_name(name, lang) for one in found.candidates for name in _figures(one)},
        threshold=_threshold(found.threshold),
        drivers=[Driver(name=feature_name(one["feature"], lang, declared), **one) for one in found.drivers],
        limits=[say(one, lang) for one in found.limits],
        seen=[_seen(one, lang, declared) for one in registry.records(name, found.version)],
        steady_below=STEADY,
        moved_above=MOVED,
        features=[feature_name(one, lang, declared) for one in found.features],
        parameters=found.parameters,
        fingerprint=found.fingerprint,
        seed=found.seed,
        is_champion=found.version == registry.champion(name),
        is_published=found.is_published,
        refusal=say(found.refusal, lang) if found.refusal else None,
    )


def title(name: str, lang: str) -> str:
    """What people call a model; that of a campaign by the campaign."""
    if name.startswith(OF_CAMPAIGN):
        return text("serve.model_of_campaign", lang, campaign=name.removeprefix(OF_CAMPAIGN))
    return code_word("serve.models", name, lang)


def _method(method: str, lang: str) -> str:
    return known(f"cli.model.methods.{method}", lang) or feature_name(method, lang)


def _measure_name(measure: str, lang: str) -> str:
    return known(f"cli.model.measures.{measure}", lang) or known(f"serve.figures_of_models.{measure}", lang) or measure


def _measures(card: ModelCard, lang: str) -> list[Measure]:
    found: dict[str, dict[str, float | None]] = card.judgement.get("metrics", {})
    return [Measure(measure=name, name=_measure_name(name, lang), **figures) for name, figures in found.items()]


def _figures(candidate: dict[str, Any]) -> dict[str, float | None]:
    return {name: value for name, value in candidate.items() if name != "method" and isinstance(value, int | float | None)}


def _candidate(one: dict[str, Any], card: ModelCard, lang: str) -> Candidate:
    method = str(one["method"])
    return Candidate(method=method, name=_method(method, lang), is_chosen=method == card.method, figures=_figures(one))


def _threshold(given: dict[str, Any]) -> Threshold | None:
    if not given:
        return None
    return Threshold(**{name: given.get(name) for name in Threshold.model_fields})


def _seen(one: dict[str, Any], lang: str, declared: Mapping[str, FeatureSettings]) -> Seen:
    moved = (one.get("feature_psi") or {}).items()
    drifts = [FeatureDrift(feature=name, name=feature_name(name, lang, declared), psi=psi) for name, psi in moved]
    drifts.sort(key=lambda drift: (-(drift.psi or 0.0), drift.feature))
    return Seen(features=drifts, **{name: one.get(name) for name in ("as_of", "rows", "auc", "log_loss", "score_psi")})
