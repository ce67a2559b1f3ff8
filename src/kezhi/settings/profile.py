"""Settings of what is known of a customer: RFM, stages, tags, loyalty, preferences."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from kezhi.settings.section import Section
from kezhi.settings.unfit import Unfit
from kezhi.settings.value import check_weights


class RfmSettings(Section):
    """The editable score tables; scores 5, 4, 3, 2 in order, anything else is 1."""

    version: int = 1
    mode: Literal["table", "quintile"] = "table"
    recency_days: list[int] = Field([30, 60, 90, 180], min_length=4, max_length=4)  # at most
    frequency: list[int] = Field([10, 7, 4, 2], min_length=4, max_length=4)  # at least
    monetary: list[float] = Field([10000, 5000, 2000, 500], min_length=4, max_length=4)  # at least
    high_score: int = Field(4, ge=2, le=5)  # a score of at least this is high

    @model_validator(mode="after")
    def _bounds_in_order(self) -> Self:
        """A bound out of order would never be met, and a score silently never given."""
        if self.recency_days != sorted(set(self.recency_days)):
            raise Unfit("recency_grows")
        for name in ("frequency", "monetary"):
            bounds = getattr(self, name)
            if bounds != sorted(set(bounds), reverse=True):
                raise Unfit("scores_fall", name=name)
        return self


class StageSettings(Section):
    """One lifecycle stage: the first whose rule holds is the customer's."""

    name: str
    name_en: str = ""
    when: str  # an expression over the profile
    since: str | None = None  # a date expression: the first day the rule holds


# Each `since` is the first day its rule holds, wherever the profile can tell it exactly; otherwise it is null and
# `profile.history` says what is known. Fewer than 4 purchases in a life were never 升级, and purchases that
# lie within 180 days had no gap long enough for 挽留.
DEFAULT_STAGES = (
    StageSettings(name="潜在", name_en="Prospect", when="orders_life = 0", since="registered_on + 1"),
    StageSettings(name="离网", name_en="Lost", when="recency_days > 365", since="last_purchase_on + 366"),
    StageSettings(name="挽留", name_en="At risk", when="recency_days > 180", since="last_purchase_on + 181"),
    StageSettings(name="升级", name_en="Growing", when="orders_365d >= 4", since="if(orders_life = 4, last_purchase_on + 1)"),
    StageSettings(
        name="客户",
        name_en="Customer",
        when="orders_life > 0",
        since="if(orders_life < 4 AND last_purchase_on - first_purchase_on <= 180, first_purchase_on + 1)",
    ),
)


class TagSettings(Section):
    """One tag of tags.yaml: an expression over the profile and its words."""

    name: str
    when: str
    since: str | None = None
    name_en: str = ""
    doc: str = ""
    doc_en: str = ""
    version: int = 1


class HistorySettings(Section):
    """The earlier days that migration, transitions and trends compare with: as_of - 1, 2, … times `days`."""

    days: int = Field(90, ge=1, le=3650)
    periods: int = Field(3, ge=1, le=8)  # how many earlier days the loyalty trend looks at
    loyalty_by: Literal["days", "month", "quarter"] = "days"  # or at the first days of calendar months or quarters


class LoyaltySettings(Section):
    """The loyalty index: five parts from 0 to 100, and how much each weighs."""

    weights: dict[Literal["regularity", "frequency", "tenure", "breadth", "refund_free"], float] = {
        "regularity": 0.3, "frequency": 0.25, "tenure": 0.2, "breadth": 0.15, "refund_free": 0.1,
    }  # fmt: skip
    full_orders: int = Field(12, ge=1)  # purchases in 365 days that make the part 100
    full_tenure_days: int = Field(1095, ge=1)
    full_categories: int = Field(6, ge=1)  # different categories in 365 days
    fall_alert: float = Field(15, gt=0, le=100)  # a fall of more points than this within a period is an alert

    @model_validator(mode="after")
    def _weighs_something(self) -> Self:
        check_weights(self.weights)
        return self


class InterestSettings(Section):
    """One interest of a family: words that its goods, brands or pages hold."""

    family: str
    name: str
    words: list[str] = Field(min_length=1)


# Four families of lifestyle: interests, social life and culture, values, habits.
DEFAULT_INTERESTS = (
    InterestSettings(family="interest", name="运动", words=["运动", "健身", "跑步", "户外", "sport", "fitness"]),
    InterestSettings(family="interest", name="旅游", words=["旅游", "旅行", "箱包", "travel", "luggage"]),
    InterestSettings(family="interest", name="宠物", words=["宠物", "pet food", "pet supplies"]),
    InterestSettings(family="social", name="文艺", words=["图书", "音乐", "文具", "电影", "book", "music"]),
    InterestSettings(family="social", name="社交", words=["珠宝", "奢侈", "礼品", "酒", "jewel", "gift", "wine"]),
    InterestSettings(family="values", name="环保", words=["环保", "有机", "可降解", "organic", "eco-"]),
    InterestSettings(family="values", name="科技", words=["数码", "手机", "电脑", "智能", "家电", "electronic", "computer"]),
    InterestSettings(family="habits", name="健康", words=["保健", "健康", "营养", "health", "vitamin"]),
)


class PreferenceSettings(Section):
    """When a computed tag is given, and from which words interests are told."""

    least_purchases: int = Field(3, ge=1)  # purchases a tag must rest on
    least_lift: float = Field(1.2, gt=0)  # how much more than all customers
    least_days: int = Field(5, ge=1)  # with events that an interest told from looking must rest on
    least_days_share: float = Field(0.3, gt=0, le=1)  # and of all the customer's days with events about goods or pages
    prior_purchases: int = Field(5, ge=0)  # purchases of an average customer that a share is shrunk by
    child_words: list[str] = ["母婴", "童装", "奶粉", "纸尿", "玩具", "baby", "diaper", "infant"]
    night_hours: list[int] = [22, 23, 0, 1, 2, 3, 4]  # an order then is one of a night owl
    interests: list[InterestSettings] = list(DEFAULT_INTERESTS)


class PropagateSettings(Section):
    """A tag that is learned from the customers of whom it is known, and given to others where that is precise enough."""

    tag: str
    family: str = "rule"  # of customer_tags
    known: str  # an expression over the profile: of whom it is known whether they have the tag
    features: list[str] | None = None  # columns of the profile; none: a standing choice without those the tag is told from
    least_precision: float = Field(0.9, gt=0, lt=1)
    seed: int = Field(7, ge=0)


class SegmentSettings(Section):
    """One saved segment of segments.yaml: an expression, as text or as tree, with a key and its words."""

    key: str
    name: str = ""
    name_en: str = ""
    when: str | None = None  # an expression over the profile and what customers did
    tree: dict[str, Any] | None = None  # the same as a JSON tree; one of the two
    owner: str = ""
    doc: str = ""
    doc_en: str = ""


class WorkspaceSegment(SegmentSettings):
    """One saved in the workspace: it stands in the store; if it fits no more it is left out with a note, and stops no run."""


class PointSettings(Section):
    """Points of a loyalty programme."""

    expiring_days: int = Field(90, ge=1)  # points that lapse within so many days are told
    value_per_point: float | None = Field(None, gt=0)  # what a point is worth in the project's currency; none: no liability is told
