"""All of kezhi.yaml."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from kezhi.locales import Phrase
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
from kezhi.settings.unfit import Unfit, near_miss
from kezhi.settings.value import DEFAULT_AARRR, AarrrSettings, CutPointSettings, MetricSettings, TierSettings, ValueSettings
from kezhi.settings.words import WordSettings
from kezhi.settings.zones import Zone


class Settings(Section):
    """A project."""

    name: str = "Kezhi"
    language: Literal["zh", "en"] = "zh"
    currency: str = Field("CNY", pattern="^[A-Z]{3}$")  # ISO 4217
    timezone: Zone = "Asia/Shanghai"
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
    words: WordSettings = WordSettings()
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
        for what, keys in (("plan", [one.key for one in self.plans]), ("add_on", [one.key for one in self.add_ons])):
            twice = next((key for number, key in enumerate(keys) if key in keys[:number]), None)
            if twice is not None:
                raise Unfit("two_keys", what=Phrase(f"unfit.{what}"), key=twice)
        known = {one.key: one for one in self.add_ons}
        for plan in self.plans:
            for key in plan.add_ons:
                if key not in known:
                    raise Unfit("no_add_on", plan=plan.key, add_on=key, hint=near_miss(key, known))
                for charge in {**known[key].included, **known[key].price}:
                    if charge not in plan.charges:
                        raise Unfit("no_charge", add_on=key, charge=charge, plan=plan.key, hint=near_miss(charge, plan.charges))
        return self
