"""What is answered about models. Words are in the language of the request."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel, Field


class Measure(BaseModel):
    """How good the model is by one measure, with its 95% interval, and how good the simple rule is."""

    measure: str
    name: str
    model: float | None
    low: float | None
    high: float | None
    baseline: float | None


class Version(BaseModel):
    """One version of a model."""

    version: int
    method: str
    as_of: str
    is_champion: bool
    is_published: bool
    measure: Measure | None  # the first of its measures
    refusal: str | None


class ModelRow(BaseModel):
    """One model."""

    name: str
    title: str
    definition: str
    champion: int | None
    newest: Version
    serving: Version | None
    versions: int


class VersionChoice(BaseModel):
    """The version that somebody wants to serve, and why."""

    version: int = Field(ge=1, examples=[1])
    reason: str | None = Field(None, max_length=500, examples=["The new one warns of too many"])


class NotMade(BaseModel):
    """A model that the last run did not make or did not use, and why."""

    name: str
    title: str
    why: str


class ModelList(BaseModel):
    """All models of the project."""

    items: list[ModelRow]
    not_made: list[NotMade]
    snapshot: str
    as_of: date


class Driver(BaseModel):
    """What moves the score."""

    feature: str
    name: str
    weight: float


class CalibrationBin(BaseModel):
    """What was said against what came, of equally many rows."""

    rows: int
    low: float
    high: float
    said: float
    came: float


class GainPart(BaseModel):
    """One of ten parts, the best scored first."""

    part: int
    rows: int
    hits: int
    rate: float
    lift: float | None
    gain: float | None


class QiniPoint(BaseModel):
    """What is gained per customer of all by treating the share that is moved most."""

    share: float
    gain: float
    low: float
    high: float
    random: float  # by treating as many at random


class EffectBucket(BaseModel):
    """Customers of like predicted effect, and the effect that was measured on them."""

    bucket: int
    rows: int
    predicted: float
    effect: float
    low: float | None
    high: float | None


class Candidate(BaseModel):
    """A method that was tried."""

    method: str
    name: str
    is_chosen: bool
    figures: dict[str, float | None]


class Threshold(BaseModel):
    """From which chance on acting earns, by what a contact costs and a saved customer is worth."""

    threshold: float
    contact_cost: float | None
    saved_value: float | None
    acted: int
    earned: float
    accuracy: float | None
    precision: float | None
    recall: float | None


class FeatureDrift(BaseModel):
    """How far a feature has moved from what the model was judged on (population stability index)."""

    feature: str
    name: str
    psi: float | None


class Seen(BaseModel):
    """How the model did on a later day."""

    as_of: str
    rows: int | None
    auc: float | None
    log_loss: float | None
    score_psi: float | None
    features: list[FeatureDrift]


class Card(BaseModel):
    """Everything one must know before using a score."""

    name: str
    title: str
    version: int
    versions: list[Version]
    method: str
    as_of: str
    population: str
    definition: str
    baseline: str
    trained_on: list[str]
    judged_on: str | None
    judged_rows: int | None
    judged_positives: int | None
    counted: str | None  # what it was judged on, in words; null of series, which are judged on months
    rows: int
    positives: int
    horizon_days: int | None
    measures: list[Measure]
    auc_gain: dict[str, float | None] | None
    calibration: list[CalibrationBin]
    gain: list[GainPart]
    qini_curve: list[QiniPoint]
    buckets: list[EffectBucket]
    candidates: list[Candidate]
    figure_names: dict[str, str]  # of the candidates' figures
    threshold: Threshold | None
    drivers: list[Driver]
    limits: list[str]
    seen: list[Seen]
    steady_below: float  # of a PSI
    moved_above: float
    features: list[str]
    parameters: dict[str, Any]
    fingerprint: str
    seed: int
    is_champion: bool
    is_published: bool
    refusal: str | None
