"""All of kezhi.yaml."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Literal, Self

from pydantic import Field, model_validator

from kezhi.settings.features import FeatureSettings
from kezhi.settings.identity import EntitySettings, IdentitySettings
from kezhi.settings.insight import (
    BasketSettings,
    CircleSettings,
    ClusterSettings,
    CriterionSettings,
    FeedbackSettings,
    LookalikeSettings,
    MarketSettings,
    PatternSettings,
    PlaceSettings,
    SeparationSettings,
)
from kezhi.settings.models import (
    ChurnSettings,
    ClvSettings,
    ForecastSettings,
    FraudSettings,
    LeadSettings,
    PriceSettings,
    RecommendationSettings,
    RiskSettings,
    UpliftSettings,
)
from kezhi.settings.plans import AddOnSettings, PlanPrice, PlanSettings
from kezhi.settings.profile import (
    DEFAULT_STAGES,
    HistorySettings,
    LoyaltySettings,
    PointSettings,
    PreferenceSettings,
    PropagateSettings,
    RfmSettings,
    SegmentSettings,
    StageSettings,
    TagSettings,
)
from kezhi.settings.section import Section
from kezhi.settings.serve import ServeSettings
from kezhi.settings.sources import CleanSettings, EngineSettings, SourceSettings
from kezhi.settings.value import DEFAULT_AARRR, AarrrSettings, CutPointSettings, MetricSettings, TierSettings, ValueSettings


class Settings(Section):
    """A project."""

    name: str = "Kezhi"
    language: Literal["zh", "en"] = "zh"
    currency: str = "CNY"
    timezone: str = "Asia/Shanghai"
    engine: EngineSettings = EngineSettings()
    keep_snapshots: int = Field(3, ge=1)
    skip: list[str] = []  # steps that this company does without
    sources: dict[str, SourceSettings] = {}
    clean: CleanSettings = CleanSettings()
    identity: IdentitySettings = IdentitySettings()
    entities: EntitySettings = EntitySettings()
    rfm: RfmSettings = RfmSettings()
    lifecycle: list[StageSettings] = list(DEFAULT_STAGES)
    baskets: BasketSettings = BasketSettings()
    tags: list[TagSettings] = []  # usually in tags.yaml
    history: HistorySettings = HistorySettings()
    loyalty: LoyaltySettings = LoyaltySettings()
    value: ValueSettings = ValueSettings()
    tiers: TierSettings = TierSettings()
    patterns: PatternSettings = PatternSettings()
    cut_points: CutPointSettings = CutPointSettings()
    feedback: FeedbackSettings = FeedbackSettings()
    places: PlaceSettings = PlaceSettings()
    criteria: list[CriterionSettings] = []
    aarrr: list[AarrrSettings] = list(DEFAULT_AARRR)
    metrics: dict[str, MetricSettings] = {}  # usually in metrics.yaml
    features: dict[str, FeatureSettings] = {}  # usually in features.yaml
    segments: list[SegmentSettings] = []  # usually in segments.yaml
    preferences: PreferenceSettings = PreferenceSettings()
    propagate: list[PropagateSettings] = []  # usually in tags.yaml
    clusters: ClusterSettings = ClusterSettings()
    separation: SeparationSettings = SeparationSettings()
    serve: ServeSettings = ServeSettings()
    churn: ChurnSettings = ChurnSettings()
    circles: CircleSettings = CircleSettings()
    points: PointSettings = PointSettings()
    lookalike: LookalikeSettings = LookalikeSettings()
    market: MarketSettings = MarketSettings()
    recommendations: RecommendationSettings = RecommendationSettings()
    risk: RiskSettings = RiskSettings()
    leads: LeadSettings = LeadSettings()
    fraud: FraudSettings = FraudSettings()
    forecasts: ForecastSettings = ForecastSettings()
    clv: ClvSettings = ClvSettings()
    uplift: UpliftSettings = UpliftSettings()
    prices: PriceSettings = PriceSettings()
    plans: list[PlanSettings] = []  # usually in plans.yaml
    add_ons: list[AddOnSettings] = []  # usually in plans.yaml
    unit_costs: dict[str, PlanPrice] = {}  # kind of use -> what one unit costs the company; usually in plans.yaml

    @model_validator(mode="after")
    def _plans_fit(self) -> Self:
        """Two plans of one key, or an add-on that is not there."""
        for what, keys in (("plan", [one.key for one in self.plans]), ("add-on", [one.key for one in self.add_ons])):
            twice = next((key for number, key in enumerate(keys) if key in keys[:number]), None)
            if twice is not None:
                raise ValueError(f"two {what}s have the key {twice!r}")
        known = {one.key: one for one in self.add_ons}
        for plan in self.plans:
            for key in plan.add_ons:
                if key not in known:
                    near = get_close_matches(key, known, n=1)
                    raise ValueError(
                        f"plan {plan.key!r} names the add-on {key!r}, which is not there" + (f"; did you mean {near[0]!r}?" if near else "")
                    )
                for charge in {**known[key].included, **known[key].price}:
                    if charge not in plan.charges:
                        near = get_close_matches(charge, plan.charges, n=1)
                        raise ValueError(
                            f"add-on {key!r} changes {charge!r}, which is no charge of plan {plan.key!r}"
                            + (f"; did you mean {near[0]!r}?" if near else "")
                        )
        return self
