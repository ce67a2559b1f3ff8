"""Settings of what customers are worth: bands, value, tiers, metrics."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from kezhi.settings.section import Section
from kezhi.settings.unfit import Unfit


class BandSettings(Section):
    """A band of the value score; the first whose `at_least` is met is the customer's."""

    name: str
    name_en: str = ""
    at_least: float = Field(ge=0, le=100)
    strategy: str = ""  # empty: the built-in words for the name
    strategy_en: str = ""


DEFAULT_BANDS = (
    BandSettings(name="核心价值", name_en="Core", at_least=75),
    BandSettings(name="成长价值", name_en="Growth", at_least=50),
    BandSettings(name="基础价值", name_en="Base", at_least=25),
    BandSettings(name="低价值", name_en="Low", at_least=0),
)


class ValueSettings(Section):
    """What serving and reaching a customer costs, and how value, potential and loyalty are weighed; no cost is assumed."""

    window: Literal["30d", "90d", "365d", "life"] = "365d"
    service_cost_per_refund: float | None = Field(None, ge=0)
    service_cost_per_event: dict[str, float] = {}  # name of the event -> cost of one
    contact_cost_per_event: dict[str, float] = {}
    acquisition_cost: float | None = Field(None, ge=0)  # of one customer, charged in the window of the first purchase
    acquisition_cost_by_channel: dict[str, float] = {}  # by the channel of the first purchase, before the one above
    category_benchmarks: dict[str, float] = {}  # what a customer of the market spends on a category in 365 days
    prior_days: float = Field(90, gt=0)  # how many days of the company's mean a customer's own spending is shrunken with
    prior_customers: float = Field(20, gt=0)  # how many customers of the company's mean an RFM cell is shrunken with
    growth_limit: float = Field(3, gt=1)  # growth is kept between 1/limit and limit
    weights: dict[Literal["current", "potential", "loyalty"], float] = {"current": 0.5, "potential": 0.3, "loyalty": 0.2}
    bands: list[BandSettings] = Field(list(DEFAULT_BANDS), min_length=1)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        """A band out of order would never be given; a cost below 0 would raise value."""
        if [band.at_least for band in self.bands] != sorted({band.at_least for band in self.bands}, reverse=True):
            raise Unfit("bands_fall")
        if len({band.name for band in self.bands}) < len(self.bands):
            raise Unfit("two_bands")
        if self.bands[-1].at_least != 0:
            raise Unfit("last_band")
        for name in ("service_cost_per_event", "contact_cost_per_event", "acquisition_cost_by_channel", "category_benchmarks"):
            if any(not 0 <= cost < 1e12 for cost in getattr(self, name).values()):
                raise Unfit("negative", name=name)
        check_weights(self.weights)
        return self


class TierRule(Section):
    """What a tier asks for within the window; without a condition everybody who bought is in it."""

    name: str
    name_en: str = ""
    net_amount: float | None = Field(None, ge=0, lt=1e12)
    orders: int | None = Field(None, ge=0)
    need: Literal["any", "all"] = "any"


DEFAULT_TIERS = (
    TierRule(name="钻石", name_en="Diamond", net_amount=10000, orders=24),
    TierRule(name="金", name_en="Gold", net_amount=5000, orders=12),
    TierRule(name="银", name_en="Silver", net_amount=2000, orders=6),
    TierRule(name="普通", name_en="Basic"),
)


class TierSettings(Section):
    """The tiers of a membership, the highest first; the first whose rule holds is the customer's."""

    window_days: int = Field(365, ge=1, le=3650)
    grace_days: int = Field(0, ge=0, le=3650)  # how long a tier is kept after its rule no longer holds
    rate_days: int = Field(90, ge=1, le=3650)  # a customer's own recent rate is that of so many last days
    levels: list[TierRule] = Field(list(DEFAULT_TIERS), min_length=1, max_length=20)
    price_changes: list[Annotated[float, Field(gt=-1, le=10)]] = [-0.1, -0.2]  # of all prices; what they make of the tiers is told

    @model_validator(mode="after")
    def _sound(self) -> Self:
        """The last tier takes everybody; a higher one asks for at least as much."""
        if len({level.name for level in self.levels}) < len(self.levels):
            raise Unfit("two_tiers")
        if self.levels[-1].net_amount is not None or self.levels[-1].orders is not None:
            raise Unfit("last_tier")
        for level in self.levels[:-1]:
            if level.net_amount is None and level.orders is None:
                raise Unfit("free_tier", name=level.name)
        for name in ("net_amount", "orders"):
            asked = [bound for level in self.levels if (bound := getattr(level, name)) is not None]
            if asked != sorted(set(asked), reverse=True):
                raise Unfit("tiers_fall", name=name)
        return self


class AarrrSettings(Section):
    """One of the five stages of AARRR: a rule over the profile, or none where no data could tell."""

    stage: Literal["acquisition", "activation", "retention", "revenue", "referral"]
    when: str | None = None


DEFAULT_AARRR = (
    AarrrSettings(stage="acquisition", when="records > 0"),
    AarrrSettings(stage="activation", when="orders_life > 0 OR events_life > 0"),
    AarrrSettings(stage="retention", when="active_days_life >= 2 AND recency_days <= 180"),
    AarrrSettings(stage="revenue", when="net_amount_life > 0"),
    AarrrSettings(stage="referral", when="referrals > 0"),  # null where no source tells referrals: then no figure
)


def check_weights(weights: dict[Any, float]) -> None:
    """Weights that cannot be divided by are refused."""
    if any(not 0 <= weight < 1e6 for weight in weights.values()) or not sum(weights.values()) > 0:
        raise Unfit("weights")


class MetricSettings(Section):
    """One metric of metrics.yaml; the built-in ones have the same form, in measure/metrics/builtin.yaml."""

    name: str
    name_en: str = ""
    doc: str = ""
    doc_en: str = ""
    grain: str | None = None  # the rows it counts
    aggregate: str | None = None  # sum, count, count_distinct
    of: str | None = None  # an expression: what of each row
    where: str | None = None  # an expression: of which rows
    ratio: list[str] | None = Field(None, min_length=2, max_length=2)  # two metrics: above, below
    time: str | None = None  # the day a row belongs to; none: the grain's
    dimensions: list[str] | None = None  # none: all of the grain
    empty: Literal["zero", "null"] = "zero"  # the value where no row counts
    unit: Literal["count", "money", "share", "number", "days"] = "number"
    direction: Literal["up", "down", "neutral"] = "neutral"  # which way is good
    owner: str = ""
    version: int = 1


class CutPointSettings(Section):
    """Where bands of the last 365 days begin, the lowest first; who bought nothing in them is in a band of its own."""

    frequency: list[int] = Field([1, 2, 4, 7, 12], min_length=1, max_length=20)  # purchases
    amount: list[float] = Field([500, 2000, 5000, 10000], min_length=1, max_length=20)  # purchases minus refunds
    average_order_value: list[float] = Field([100, 300, 600, 1000], min_length=1, max_length=20)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        """A cut point out of order would never be met."""
        for name, least in (("frequency", 1), ("amount", -1e12), ("average_order_value", 0)):
            cuts = getattr(self, name)
            if cuts != sorted(set(cuts)) or not all(least <= cut < 1e12 for cut in cuts):
                raise Unfit("cuts", name=name, least=f"{least:g}")
        return self
