"""Settings of groups, patterns, voices, places, circles and markets."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from kezhi.settings.section import Section
from kezhi.settings.unfit import Unfit


class BasketSettings(Section):
    """What counts as bought together. Shares are compared as written: 0.1 is one tenth."""

    window_days: int | None = Field(365, ge=1)  # purchases of this many days before as_of; none: all
    min_support: float = Field(0.0005, gt=0, le=1)  # share of purchases that hold the set
    min_count: int = Field(5, ge=1)  # and at least this many of them
    min_confidence: float = Field(0.1, gt=0, le=1)
    max_size: int = Field(4, ge=2, le=10)  # products of a set
    max_itemsets: int = Field(200_000, ge=1)  # min_support is doubled until there are no more
    sequence_days: int = Field(90, ge=1)  # what comes so many days later at most follows
    sequence_min_customers: int = Field(10, ge=1)  # who bought one after the other
    sequence_customers: int = Field(100_000, ge=1)  # of more buyers so many are drawn, always the same ones
    sequence_most_purchases: int = Field(1000, ge=1)  # who has more is a till or a reseller, no person, and is not looked at
    max_sequences: int = Field(1000, ge=1)  # those with the highest lift are kept


class PatternSettings(Section):
    """Which channels are online, and when what a customer does is a habit."""

    online_channels: list[str] = ["app", "web", "online", "mini", "h5", "小程序", "网", "线上", "电商", "直播"]  # parts of a channel's name
    store_channels: list[str] = ["store", "shop", "pos", "offline", "门店", "线下", "导购", "柜台"]
    least_purchases: int = Field(3, ge=1)  # in a known place, to prefer one
    preference_share: float = Field(2 / 3, gt=0.5, le=1)
    least_visits: int = Field(6, ge=1)  # to keep to an hour, and without a purchase, to be written to at it
    fixed_hour_share: float = Field(0.6, gt=0, le=1)  # of the visits within the hour before and after
    fixed_hour_lift: float = Field(1.5, gt=0)  # more than those of all customers around the same hour
    idle_share: float = Field(0.8, gt=0, le=1)  # of the visits at that hour that end without a purchase


class TopicSettings(Section):
    """One topic of what customers say, and the words that tell it."""

    key: str
    name: str = ""
    name_en: str = ""
    words: list[str] = Field(min_length=1)


class AnswerSettings(Section):
    """What to answer who is concerned about a topic, anywhere or in one category."""

    topic: str
    category: str | None = None  # none: where the category has no answer of its own
    answer: str
    answer_en: str = ""


DEFAULT_TOPICS = (
    TopicSettings(
        key="price",
        name="价格",
        name_en="price",
        words=["价格", "太贵", "便宜", "划算", "优惠", "涨价", "性价比", "price", "expensive", "cheap", "discount"],
    ),
    TopicSettings(
        key="quality",
        name="质量",
        name_en="quality",
        words=["质量", "做工", "坏了", "破损", "耐用", "瑕疵", "开裂", "quality", "broken", "defect", "durable"],
    ),
    TopicSettings(
        key="delivery",
        name="物流",
        name_en="delivery",
        words=["物流", "快递", "发货", "配送", "送货", "delivery", "shipping", "courier", "arrive"],
    ),
    TopicSettings(
        key="service", name="服务", name_en="service", words=["服务", "客服", "态度", "店员", "导购", "售后", "service", "staff", "support"]
    ),
    TopicSettings(
        key="fit",
        name="尺码与适配",
        name_en="size and fit",
        words=["尺码", "偏大", "偏小", "合身", "色差", "size", "fit", "too big", "too small"],
    ),
    TopicSettings(
        key="authenticity", name="正品", name_en="authenticity", words=["正品", "假货", "真假", "防伪", "authentic", "fake", "genuine"]
    ),
    TopicSettings(
        key="safety", name="安全与成分", name_en="safety", words=["安全", "成分", "过敏", "异味", "添加剂", "safe", "allerg", "ingredient"]
    ),
    TopicSettings(
        key="choice",
        name="款式与选择",
        name_en="choice",
        words=["款式", "种类", "缺货", "断货", "选择少", "品牌", "out of stock", "range", "brand"],
    ),
    TopicSettings(
        key="near", name="方便", name_en="convenience", words=["方便", "离家近", "排队", "停车", "convenient", "nearby", "queue", "parking"]
    ),
    TopicSettings(
        key="app", name="应用体验", name_en="app", words=["闪退", "卡顿", "登录不", "界面", "应用", "crash", "slow app", "log in"]
    ),
    TopicSettings(
        key="friends", name="口碑推荐", name_en="word of mouth", words=["朋友推荐", "口碑", "家人推荐", "recommended by", "word of mouth"]
    ),
    TopicSettings(
        key="contact",
        name="不愿被打扰",
        name_en="wants no contact",
        words=["骚扰", "别再打", "不要再发", "推销电话", "退订", "打扰", "spam", "stop calling", "unsubscribe", "do not contact"],
    ),
)


class FeedbackSettings(Section):
    """How what customers say is read: topics, what is meant well or ill, and how long a need stands."""

    topics: list[TopicSettings] = list(DEFAULT_TOPICS)
    answers: list[AnswerSettings] = []
    contact_topic: str = "contact"  # who raised it wants no contact
    best_rating: float = Field(5, gt=0)  # of the scale
    good_share: float = Field(0.8, gt=0, le=1)  # a rating of at least so much of the best is meant well
    bad_share: float = Field(0.5, ge=0, lt=1)  # of at most so much, ill
    positive_words: list[str] = ["满意", "喜欢", "很好", "不错", "推荐给", "好用", "值得", "great", "love", "excellent", "satisfied"]
    negative_words: list[str] = [
        "失望",
        "太差",
        "很差",
        "不满",
        "太慢",
        "坏了",
        "投诉",
        "退货",
        "terrible",
        "bad",
        "disappoint",
        "broken",
        "complain",
    ]
    need_days: int = Field(90, ge=1)  # a need is what was said or shown within so many days
    least_days: int = Field(3, ge=1)  # with looks at a category, to show a need that nobody said
    quiet_days: int = Field(365, ge=1)  # after somebody asked not to be contacted

    @model_validator(mode="after")
    def _topics_fit(self) -> Self:
        """Two topics of one key, or one of nobody's, would be told as one or never."""
        keys = [topic.key for topic in self.topics]
        twice = next((key for number, key in enumerate(keys) if key in keys[:number]), None)
        if twice is not None:
            raise Unfit("two_topics", key=twice)
        for named, what in ((self.contact_topic, "contact_topic"), *((one.topic, "answers") for one in self.answers)):
            if named not in keys:
                raise Unfit("no_topic", name=what, topic=named, topics=", ".join(keys))
        if self.bad_share >= self.good_share:
            raise Unfit("order_strict", lower="bad_share", upper="good_share")
        return self


class PlaceSettings(Section):
    """When a place is frequented, what it tells of a customer, and who commutes."""

    least_days: int = Field(4, ge=1)  # with a visit in the last 365, for a place or a kind of place to be frequented
    interests: dict[str, list[str]] = {  # tag of the family `place` -> words that name or kind of a place holds
        "高尔夫": ["高尔夫", "golf"], "酒吧": ["酒吧", "bar", "pub"], "影院": ["影院", "影城", "电影", "cinema"], "健身房": ["健身", "瑜伽", "gym"],
        "图书馆": ["图书馆", "书店", "library", "bookshop"], "亲子乐园": ["乐园", "亲子", "游乐", "playground"],
    }  # fmt: skip
    commute_words: list[str] = ["地铁", "公交", "车站", "高铁", "metro", "subway", "station", "bus stop"]
    rush_hours: list[int] = [7, 8, 9, 17, 18, 19]
    commute_days: int = Field(20, ge=1)  # workdays of the last 365 with such a visit in those hours


class CriterionSettings(Section):
    """What must hold for a customer to be right for a category."""

    category: str
    must: str  # an expression over the profile
    doc: str = ""
    doc_en: str = ""


class ClusterSettings(Section):
    """How groups of alike buyers are found."""

    features: list[str] = [
        "recency_days", "tenure_days", "orders_365d", "net_amount_365d", "average_order_value_life", "discount_share_life",
        "categories_365d", "refunds_life", "events_90d", "gap_days_mean",
    ]  # fmt: skip
    k: int | None = Field(None, ge=2, le=50)  # none: by stability and silhouette
    k_min: int = Field(3, ge=2)  # two groups tell little more than active or not
    k_max: int = Field(8, ge=2, le=50)
    method: Literal["kmeans", "mixture"] = "kmeans"
    pca_share: float | None = Field(None, gt=0, le=1)  # keep as many axes as hold this share of the variance; none: no PCA
    seed: int = Field(7, ge=0)
    fit_customers: int = Field(200_000, ge=30)  # at most so many are fitted on; all are given a cluster


class SeparationSettings(Section):
    """Whose groups are held apart by linear discriminant analysis; the features are those of `clusters`."""

    by: list[str] = ["cluster", "member_level", "gender"]  # `cluster`, or columns of the profile; one that is not there is left out
    most_groups: int = Field(20, ge=2, le=100)  # the largest ones
    fit_customers: int = Field(200_000, ge=30)  # at most so many are looked at


class CircleSettings(Section):
    """What ties customers, and how circles are told. A kind that is not named, or has 0, ties nobody."""

    kind_weights: dict[Literal["household", "device", "referral", "call", "other", "co_purchase"], float] = {
        "household": 1.0, "device": 1.0, "referral": 1.0, "call": 1.0, "other": 1.0, "co_purchase": 1.0,
    }  # fmt: skip
    co_purchase: bool = False  # also tie customers who bought the same rare products
    co_purchase_days: int = Field(365, ge=1)  # looking back from as_of
    co_purchase_max_buyers: int = Field(30, ge=2)  # a product with more buyers ties nobody: everybody buys milk
    co_purchase_min_products: int = Field(3, ge=1)  # such products in common
    closeness: float = Field(0.05, gt=0)  # weight per two members that a circle has at least; more: smaller, closer circles
    key_customers: int = Field(100, ge=1)
    chance: float = Field(0.1, ge=0, le=1)  # that somebody told passes it on
    min_interest_customers: int = Field(3, ge=1)  # an interest rests on so many members
    seed: int = Field(7, ge=0)

    @model_validator(mode="after")
    def _weights_are_not_negative(self) -> Self:
        if wrong := [kind for kind, weight in self.kind_weights.items() if not 0 <= weight < float("inf")]:
            raise Unfit("negative", name=f"kind_weights.{wrong[0]}")
        return self


class LookalikeSettings(Section):
    """Whose likes are looked for at each run."""

    categories: list[str] = []  # none: the three with most money that at most half of the buyers bought
    contrast_rows: int = Field(30, ge=1)  # kept per category, the surest first
    candidates: int = Field(1000, ge=1)  # kept per category, the best first
    seed: int = Field(7, ge=0)


class MarketSettings(Section):
    """How customers are cut into segments for the choice of a market, and what counts how much."""

    by: list[Literal["cluster", "age_band", "gender", "province", "city", "occupation", "rfm_group", "lifecycle_stage", "favourite_category"]] = [
        "cluster", "favourite_category", "age_band", "province",
    ]  # fmt: skip
    weights: dict[str, float] = {"size": 0.25, "growth": 0.25, "value": 0.3, "margin": 0.2}

    @model_validator(mode="after")
    def _weights_weigh(self) -> Self:
        if unknown := sorted(set(self.weights) - {"size", "growth", "value", "margin"}):
            raise Unfit("no_weight", name=unknown[0], known="size, growth, value, margin")
        if any(not 0 <= weight < float("inf") for weight in self.weights.values()) or sum(self.weights.values()) <= 0:
            raise Unfit("weights")
        return self
