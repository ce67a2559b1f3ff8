"""The card of a model: what it is for, on whom it was proven, how well, what moves it, and where it ends."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any

from kezhi.locales import text

Said = dict[str, Any]  # key and fields of a text, so that a card can be read in either language


def said(key: str, /, **given: Any) -> Said:
    """A text as a card keeps it."""
    return {"key": key, "fields": given}


def two_digits(value: float | None) -> str:
    """*value* for a sentence; a dash where it is undefined."""
    return "–" if value is None else f"{value:.2f}"


def percent(share: float) -> str:
    """A *share* that somebody set, in a sentence: 0.125 is 12.5%, not 12%."""
    return f"{100 * share:.6g}%"


def say(kept: Said, lang: str) -> str:
    """The text that `said` kept, in *lang* (`zh` or `en`)."""
    return text(
        kept["key"], lang, **{name: say(value, lang) if isinstance(value, dict) else value for name, value in kept["fields"].items()}
    )


@dataclass(frozen=True, slots=True)
class ModelCard:
    """
    Everything one must know before using a score; plain data, kept as JSON.

    Attributes:
        name: Which question it answers: churn, clv, …
        method: Which estimator was taken: lightgbm, logistic, …
        as_of: The first day not seen when it was made.
        population: Who it is about.
        definition: What is predicted.
        baseline: The simple rule it is held against.
        trained_on, judged_on: Cut-off days; judging lies after all that training saw, labels included.
        rows, positives: Rows it was fitted on, and how many of them were a 1 (of an uplift: treated); 0 where there is no such label.
        horizon_days: The longest a label looks ahead.
        counted: What it is about, and was judged on: customers, payments, calls, leads, or rows of any kind.
        features: Names, in order.
        parameters: Of the estimator and the definition.
        judgement: `evaluation.Judgement` as plain data; empty where there was nothing to judge on.
        candidates: One row per method that was tried: method, auc, low, high, log_loss, brier, average_precision, seconds.
        threshold: `evaluation.cost_threshold`, with its contact_cost and saved_value; empty where no cost is known.
        drivers: feature and weight (mean absolute contribution in log-odds), the strongest first.
        stability: Per feature, and `score`: `evaluation.stability_bins` of what it was judged on.
        limits: What it cannot tell.
        fingerprint: SHA-256 of the rows it was fitted on, as hex.
        seed: Of everything random.
        version: Number in the registry, 0 before it is there.
        is_published: False where the model did not beat the baseline, and nothing may be scored with it.
        refusal: Why not; None for a published one.
    """

    name: str
    method: str
    as_of: str
    population: Said
    definition: Said
    baseline: Said
    trained_on: list[str] = field(default_factory=list)
    judged_on: str | None = None
    rows: int = 0
    positives: int = 0
    horizon_days: int | None = None
    counted: str = "customers"
    features: list[str] = field(default_factory=list)
    parameters: dict[str, Any] = field(default_factory=dict)
    judgement: dict[str, Any] = field(default_factory=dict)
    candidates: list[dict[str, Any]] = field(default_factory=list)
    threshold: dict[str, Any] = field(default_factory=dict)
    drivers: list[dict[str, Any]] = field(default_factory=list)
    stability: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    limits: list[Said] = field(default_factory=list)
    fingerprint: str = ""
    seed: int = 7
    version: int = 0
    is_published: bool = False
    refusal: Said | None = None

    def as_dict(self) -> dict[str, Any]:
        """All of it as plain data; `card_of(data)` is the same card again."""
        return asdict(self)


def card_of(data: dict[str, Any]) -> ModelCard:
    """The card that `as_dict` gave *data* of; what a later version added is left out."""
    known = {one.name for one in fields(ModelCard)}
    return ModelCard(**{name: value for name, value in data.items() if name in known})
