"""The typed settings of a project: `kezhi.yaml`, `tags.yaml`, `metrics.yaml`. A misspelt key fails with file, line and the nearest known key."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from kezhi.errors import NoProject, SettingsWrong
from kezhi.locales import Phrase

FILE = "kezhi.yaml"
TAGS_FILE = "tags.yaml"
METRICS_FILE = "metrics.yaml"
SEGMENTS_FILE = "segments.yaml"
_BESIDE = {TAGS_FILE: ("tags", "propagate"), SEGMENTS_FILE: ("segments",)}  # lists that stand in a file of their own
PLANS_FILE = "plans.yaml"
TableName = Literal[
    "customer_records", "products", "orders", "order_lines", "refunds", "events", "sales", "usage", "relations", "memberships", "point_entries",
    "feedback", "place_visits",
]  # fmt: skip


class Section(BaseModel):
    """Frozen, and strict about unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


_MEMORY = "^([0-9]+(?:[.][0-9]+)?) ?([KMGTkmgt]i?[Bb])$"


class EngineSettings(Section):
    """Where expressions run and how much of the machine they may use."""

    name: Literal["duckdb", "spark"] = "duckdb"
    memory_limit: str = Field("4GB", pattern=_MEMORY)  # of the whole process
    threads: int | None = Field(None, ge=1)  # none: all cores
    spark_master: str = "local[2]"
    spark_settings: dict[str, str] = {}  # further settings of the Spark session, such as spark.executor.memory

    @property
    def memory_mib(self) -> int:
        """`memory_limit` in MiB, rounded down, at least 1."""
        number, unit = re.fullmatch(_MEMORY, self.memory_limit).groups()  # type: ignore[union-attr]  # checked when it was set
        bytes_each = (1024 if "i" in unit.lower() else 1000) ** (" KMGT".index(unit[0].upper()))
        return max(1, int(float(number) * bytes_each / 2**20))


class FilesSettings(Section):
    """Files of one source that hold one table, and which of their columns is which."""

    files: str | list[str]  # globs, relative to the project
    columns: dict[str, str]  # our name -> the file's header
    format: Literal["csv", "jsonl", "excel", "parquet"] | None = None  # none: told by the ending
    encoding: str | None = None  # none: found out
    delimiter: str | None = None  # none: found out
    sheet: str | None = None  # excel: none is the first
    date_order: Literal["ymd", "mdy", "dmy"] = "ymd"  # how 01/02/2024 is meant; unambiguous forms are read anyway
    cancel_prefix: str | None = None  # an order number that begins with it is a refund


class SourceSettings(Section):
    """One system the company's data come from."""

    trust: int = 1  # higher wins where systems disagree
    id_prefix: str | None = None  # none: "<source>:"
    timezone: str | None = None  # of times that carry a zone; none: the project's
    extracted_on: date | None = None  # data dated after this day are impossible; none: the day of the run
    tables: dict[TableName, FilesSettings]


class CleanSettings(Section):
    """How far cleaning goes."""

    merge_duplicate_rows: bool = True
    oldest_age_years: int = 120


SurvivalRule = Literal["trusted", "newest", "frequent", "complete", "longest", "reachable", "valid"]
SurvivingField = Literal[
    "name", "phone", "email", "id_number", "gender", "birth_date", "province", "city", "address", "occupation", "wechat_id", "member_id",
    "app_id",
]  # fmt: skip


class IdentitySettings(Section):
    """Guards of the exact keys, and what probable links need."""

    max_records_per_value: int = 8  # a phone or mail of more records is shared and joins nobody
    max_names_per_value: int = 2  # a phone or mail with more different names is shared and joins nobody
    max_cluster_size: int = 50
    ignored_values: list[str] = []  # besides the built-in placeholders
    probable_links: bool = True  # join records by the weight of all they tell, beside exact keys
    probability: float = Field(0.9, gt=0, le=1)  # links at least as probable as this are made
    pairs_per_record: float = Field(3.0, gt=0)  # how many pairs a blocking rule may bring together
    review: bool = False  # find uncertain pairs for people to decide, even where probable links are not made
    survivorship: dict[SurvivingField, SurvivalRule] = {}  # which record a field of the golden row is taken from, where not as usual
    review_from: float = Field(0.2, gt=0, lt=1)  # pairs at least as probable as this are uncertain
    review_to: float = Field(0.99, gt=0, le=1)  # and at least as probable as this certain, unless a guard stopped them
    rematch_below: int = Field(20_000, ge=0)  # fewer records than this are all matched at every run: it takes seconds
    rematch_share: float = Field(0.1, ge=0, le=1)  # when more of them came or changed since weights were learnt, all are matched again


class EntitySettings(Section):
    """What makes a household, a company and a student."""

    most_in_household: int = Field(8, ge=2)  # a landline or address of more customers is a dormitory's or a switchboard's
    least_in_company: int = Field(2, ge=1)  # customers with mail addresses of one domain
    free_mail: list[str] = [
        "qq.com", "foxmail.com", "163.com", "126.com", "yeah.net", "139.com", "189.cn", "wo.cn", "sina.com", "sina.cn", "sohu.com", "aliyun.com",
        "tom.com", "21cn.com", "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "yahoo.com", "yahoo.com.cn",
        "icloud.com", "me.com", "aol.com", "gmx.de", "gmx.net", "web.de", "mail.com", "mail.ru", "yandex.ru", "proton.me", "protonmail.com",
        "example.com", "test.com",
    ]  # fmt: skip  # domains where anybody has a mail address
    student_occupations: list[str] = ["学生", "大学生", "本科生", "研究生", "在校学生", "student"]
    campus_words: list[str] = ["大学", "学院", "宿舍", "校区", "campus", "university", "dormitory"]  # in an address


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
            raise ValueError("recency_days must grow: at most this many days for 5, 4, 3, 2")
        for name in ("frequency", "monetary"):
            bounds = getattr(self, name)
            if bounds != sorted(set(bounds), reverse=True):
                raise ValueError(f"{name} must fall: at least this much for 5, 4, 3, 2")
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


class BasketSettings(Section):
    """What counts as bought together. Shares are compared as written: 0.1 is one tenth."""

    window_days: int | None = Field(365, ge=1)  # purchases of this many days before as_of; none: all
    min_support: float = Field(0.0005, gt=0, le=1)  # share of purchases that hold the set
    min_count: int = Field(5, ge=1)  # and at least this many of them
    min_confidence: float = Field(0.1, gt=0, le=1)
    max_size: int = Field(4, ge=2, le=10)  # products of a set
    max_itemsets: int = Field(200_000, ge=1)  # min_support is doubled until there are no more


class TagSettings(Section):
    """One tag of tags.yaml: an expression over the profile and its words."""

    name: str
    when: str
    since: str | None = None
    name_en: str = ""
    doc: str = ""
    doc_en: str = ""
    version: int = 1


# --- value, tiers, AARRR ---------------------------------------------------------------------------


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
        _check_weights(self.weights)
        return self


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
            raise ValueError("bands must fall: the highest at_least first, none twice")
        if len({band.name for band in self.bands}) < len(self.bands):
            raise ValueError("two bands have one name")
        if self.bands[-1].at_least != 0:
            raise ValueError("the last band must begin at 0, or customers would be in none")
        for name in ("service_cost_per_event", "contact_cost_per_event", "acquisition_cost_by_channel", "category_benchmarks"):
            if any(not 0 <= cost < 1e12 for cost in getattr(self, name).values()):
                raise ValueError(f"{name}: an amount of at least 0 is needed")
        _check_weights(self.weights)
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
            raise ValueError("two tiers have one name")
        if self.levels[-1].net_amount is not None or self.levels[-1].orders is not None:
            raise ValueError("the last tier must ask for nothing, or customers would be in none")
        for level in self.levels[:-1]:
            if level.net_amount is None and level.orders is None:
                raise ValueError(f"tier {level.name} asks for nothing and is not the last")
        for name in ("net_amount", "orders"):
            asked = [bound for level in self.levels if (bound := getattr(level, name)) is not None]
            if asked != sorted(set(asked), reverse=True):
                raise ValueError(f"{name} must fall from tier to tier")
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
    AarrrSettings(stage="referral"),
)


def _check_weights(weights: dict[Any, float]) -> None:
    """Weights that cannot be divided by are refused."""
    if any(not 0 <= weight < 1e6 for weight in weights.values()) or not sum(weights.values()) > 0:
        raise ValueError("weights must be at least 0, and one of them above 0")


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
                raise ValueError(f"{name}: cut points must grow and begin at {least:g} or above")
        return self


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
            raise ValueError(f"two topics have the key {twice!r}")
        for named, what in ((self.contact_topic, "contact_topic"), *((one.topic, "answers") for one in self.answers)):
            if named not in keys:
                raise ValueError(f"{what}: {named!r} is no topic; there are {keys}")
        if self.bad_share >= self.good_share:
            raise ValueError("bad_share must be below good_share")
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


class SignInSettings(Section):
    """The company's own sign-in by OpenID Connect."""

    issuer: str  # https://… ; its /.well-known/openid-configuration is read
    client_id: str
    client_secret_variable: str = "KEZHI_OIDC_SECRET"  # the environment variable that holds the secret: none in a file
    role: Literal["analyst", "marketer", "sales", "service", "manager", "auditor"] | None = None  # of whoever is new; none: not let in


class ServeSettings(Section):
    """The workspace's server."""

    store: str | None = None  # URL of the store's database; none: .kezhi/store.db; KEZHI_STORE wins over both
    public_url: str | None = None  # where browsers find it; https:// makes the cookie secure
    memory_limit: str = Field("1GB", pattern=_MEMORY)  # of reading the lake
    sign_in: SignInSettings | None = None  # none: by password only


class RecommendationSettings(Section):
    """What customers are offered: how far back one looks, for whom, and what is never offered."""

    history_days: int = Field(730, ge=1)  # of purchases that are learned from
    active_days: int = Field(365, ge=1)  # customers with a purchase in so many days get a list
    top: int = Field(10, ge=1, le=100)  # products of a list
    repeat: bool | Literal["auto"] = "auto"  # offer what was bought before; auto looks whether customers buy again
    min_margin: float | None = Field(None, lt=1)  # share of the list price; none: margins do not count
    max_per_category: int | None = Field(None, ge=1)
    retrain_days: int = Field(30, ge=1)  # after which the shares of the members are chosen, and judged, again
    seed: int = Field(7, ge=0)


class ForecastSettings(Section):
    """Which sales are forecast, how far ahead, and how sure the intervals are."""

    by: list[Literal["category", "channel", "store", "province", "city"]] = ["category", "channel", "province"]
    horizon_months: int = Field(3, ge=1, le=12)
    level: float = Field(0.8, gt=0.5, lt=1)  # share of the months that are to lie within the interval
    most: int = Field(20, ge=1, le=500)  # members of a dimension, those with the most money in the last twelve months


class ClvSettings(Section):
    """How far customer lifetime value looks ahead, and how it is discounted and judged."""

    horizon_days: int = Field(365, ge=30, le=3650)
    discount_rate: float = Field(0.1, ge=0, lt=1)  # a year
    level: float = Field(0.8, gt=0, lt=1)  # share of the simulated futures within the interval
    judge_days: int = Field(180, ge=30, le=730)  # judged on the purchases of so many days, at most a quarter of the history
    history_days: list[int] = [90, 180, 365]  # days back at which values are told beside today's
    fit_rows: int = Field(100_000, ge=100)  # at most so many customers are fitted and judged on
    retrain_days: int = Field(30, ge=1)  # after which the model is fitted, and judged, again
    seed: int = Field(7, ge=0)


class ChurnSettings(Section):
    """What leaving means here, which signs are looked for, and how the model of it is made."""

    definition: Literal["purchases", "contract", "activity"] = "purchases"
    fixed_days: int | None = Field(None, ge=1, le=730)  # of the horizon; none: each customer's own rhythm (of a contract: 90)
    silence_chance: float = Field(0.05, gt=0, lt=1)  # how seldom a customer who stays is silent for the horizon
    prior_gaps: float = Field(2.0, ge=0)  # gaps of the company's mean that a customer's own are drawn to
    least_days: int = Field(30, ge=1)
    most_days: int = Field(365, ge=1, le=730)  # and at most a quarter of the history
    end_events: list[str] = ["contract_ended", "cancelled", "销户", "解约", "退网"]  # of a contract
    login_events: list[str] = ["login", "登录"]
    complaint_events: list[str] = ["complaint", "投诉"]
    switch_events: list[str] = ["supplier_switch", "port_out", "换供应商", "携号转网"]  # going to, or asking about, a rival
    methods: list[Literal["lightgbm", "logistic", "random_forest", "survival"]] = Field(
        ["lightgbm", "logistic", "random_forest", "survival"], min_length=1
    )
    train_days: int = Field(3, ge=1, le=24)  # cut-off days to train on
    every_days: int = Field(30, ge=1)  # between them
    history_days: int = Field(90, ge=1)  # that a training row has behind it
    fit_rows: int = Field(20_000, ge=100)  # at most so many are trained on, and judged on
    retrain_days: int = Field(30, ge=1)  # a champion older than this meets a challenger
    high_at_least: float = Field(0.5, gt=0, lt=1)
    medium_at_least: float = Field(0.25, gt=0, lt=1)
    contact_cost: float | None = Field(None, ge=0)  # of reaching one customer; with the next one, the threshold by cost
    save_rate: float | None = Field(None, gt=0, le=1)  # of those reached in time, the share that stays
    seed: int = Field(7, ge=0)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        """Bounds that cross would give nobody a band or a horizon."""
        if self.medium_at_least > self.high_at_least:
            raise ValueError("medium_at_least must not be above high_at_least")
        if self.least_days > self.most_days:
            raise ValueError("least_days must not be above most_days")
        return self


# --- price plans -----------------------------------------------------------------------------------

PlanMoney = Annotated[Decimal, Field(ge=0, lt=10**9, decimal_places=2)]  # of the project's currency
PlanPrice = Annotated[Decimal, Field(ge=0, lt=10**6, max_digits=9, decimal_places=6)]
PlanQuantity = Annotated[Decimal, Field(ge=0, le=10**9, decimal_places=6)]  # in the unit of the kind of use
PlanKey = Annotated[str, Field(pattern=r"^[^\s+,][^+,]*$", max_length=80)]  # plus and comma join the names of add-ons
PlanMonth = Annotated[str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]


class GradeSettings(Section):
    """A grade of risk: from which score on, and what the policy says."""

    key: str = Field(min_length=1)
    least_score: float = Field(ge=0)
    policy: str = Field(min_length=1)  # a sentence in the company's own words, or a key of the locales' risk.policies


class RiskSettings(Section):
    """Which payments and customers should be looked at, and what is done about them."""

    window_days: int = Field(90, ge=1, le=3660)  # payments and refunds that are judged
    least_payments: int = Field(5, ge=2)  # of a customer, to know what is usual for them
    drawn_payments: int = Field(5, ge=1)  # the own spread counts as much as the typical one at so many
    least_spread: float = Field(0.15, gt=0)  # of log amounts: 15%; whoever always pays the same is not watched to the cent
    own_bound: float = Field(5.0, gt=0)  # robust spreads above the own usual amount
    peer_bound: float = Field(5.0, gt=0)  # above that of all payments
    least_refunds: int = Field(3, ge=1)
    refund_share: float = Field(0.5, gt=0, le=1)  # of the money paid that was sent back
    refund_score: float = Field(8.0, ge=0)  # of a customer who sent all back
    grades: list[GradeSettings] = [
        GradeSettings(key="high", least_score=8.0, policy="hold"),
        GradeSettings(key="medium", least_score=6.0, policy="review"),
        GradeSettings(key="low", least_score=0.0, policy="watch"),
    ]

    @model_validator(mode="after")
    def _graded(self) -> Self:
        """Grades must be there, differ, and leave no score without one."""
        keys = [grade.key for grade in self.grades]
        if not keys or len(set(keys)) < len(keys) or len({grade.least_score for grade in self.grades}) < len(keys):
            raise ValueError("grades need keys and least_scores that differ")
        if min(grade.least_score for grade in self.grades) > 0:
            raise ValueError("one grade needs least_score: 0")
        return self


class RoundingSettings(Section):
    """What use is rounded to before it is billed: each record (call, session, message), or the sum of the month."""

    per: Literal["record", "month"] = "month"
    unit: Annotated[PlanQuantity, Field(gt=0)] = Decimal(1)
    mode: Literal["up", "nearest", "down"] = "up"


class TierPrice(Section):
    """One tier: the price of use up to a bound; the last tier has none."""

    up_to: Annotated[PlanQuantity, Field(gt=0)] | None = None  # counted from the end of the allowance
    price: PlanPrice


class ChargeSettings(Section):
    """What a plan asks for one kind of use; a kind that a plan does not name costs nothing in it."""

    kind: str | None = None  # none: the name of the charge
    hours: str | None = Field(None, pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")  # only use in them
    weekdays: list[Annotated[int, Field(ge=1, le=7)]] | None = None  # only use on them, 1 is Monday
    months: list[Annotated[int, Field(ge=1, le=12)]] | None = None  # only use in them
    rounding: Annotated[list[RoundingSettings], BeforeValidator(lambda given: [given] if isinstance(given, dict) else given)] = []
    included: PlanQuantity = Decimal(0)  # allowance of a month
    price: PlanPrice | None = None  # of `per` units beyond the allowance
    per: Annotated[PlanQuantity, Field(gt=0)] = Decimal(1)
    tiers: list[TierPrice] = []  # instead of price
    tier_mode: Literal["graduated", "volume"] = "graduated"  # each part at its tier's price, or all at the last one's
    cap: PlanMoney | None = None  # the charge of a month is never more

    @property
    def steps(self) -> tuple[TierPrice, ...]:
        """The tiers; one without a bound where there is one price."""
        return tuple(self.tiers) or (TierPrice(price=self.price or Decimal(0)),)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        """A tier that is never reached, or use without a price, would be billed wrongly in silence."""
        bounds = [tier.up_to for tier in self.tiers]
        if bool(self.tiers) == (self.price is not None):
            raise ValueError("either price or tiers must be given")
        if self.tiers and (bounds[-1] is not None or None in bounds[:-1]):
            raise ValueError("every tier but the last needs up_to, and the last must have none")
        known = [bound for bound in bounds if bound is not None]
        if known != sorted(set(known)):
            raise ValueError("the bounds of tiers must grow")
        if len({one.per for one in self.rounding}) < len(self.rounding):
            raise ValueError("rounding: at most one per record and one per month")
        if self.hours and self.hours[:5] == self.hours[6:]:
            raise ValueError("hours begin and end at the same time")
        return self


class BundleSettings(Section):
    """An allowance that several charges share; what is beyond their own allowances draws on it in the order written."""

    included: Annotated[PlanQuantity, Field(gt=0)]
    of: dict[str, Annotated[Decimal, Field(ge=Decimal("0.001"), le=1000, decimal_places=3)]] = Field(
        min_length=1
    )  # charge -> what one unit of it takes


class FamilySettings(Section):
    """The lines of one account use one allowance together and get one bill."""

    lines: int = Field(1, ge=1)  # lines that the monthly fee pays for
    line_fee: PlanMoney = Decimal(0)  # of each further line
    max_lines: int | None = Field(None, ge=1)  # an account of more lines cannot have the plan


class DiscountSettings(Section):
    """Money off a part of the bill, for the first months or between two months of the calendar."""

    of: Literal["fee", "usage", "total"] = "total"
    percent: Annotated[Decimal, Field(gt=0, le=100, decimal_places=2)] | None = None
    amount: Annotated[PlanMoney, Field(gt=0)] | None = None
    first_months: int | None = Field(None, ge=1)  # counted from the customer's first month in the data
    since: PlanMonth | None = None  # the first month
    until: PlanMonth | None = None  # the last month

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if (self.percent is None) == (self.amount is None):
            raise ValueError("either percent or amount must be given")
        if self.since and self.until and self.since > self.until:
            raise ValueError("since must not be after until")
        return self


class PlanSettings(Section):
    """One price plan."""

    key: PlanKey
    name: str = ""
    name_en: str = ""
    company: str = ""  # empty: the company's own; else the competitor who offers it
    on_sale: bool = True  # false: customers may have it, but nobody is advised to take it
    monthly_fee: PlanMoney = Decimal(0)
    monthly_cost: PlanMoney = Decimal(0)  # what the plan costs the company a month whatever is used
    charges: dict[str, ChargeSettings] = {}
    bundles: list[BundleSettings] = []
    family: FamilySettings | None = None
    cap: PlanMoney | None = None  # all charges of a month are never more
    minimum: PlanMoney | None = None  # the bill of a month is never less
    discounts: list[DiscountSettings] = []
    add_ons: list[str] = []  # those that may be added
    max_add_ons: int = Field(2, ge=0, le=4)  # at one time

    @model_validator(mode="after")
    def _sound(self) -> Self:
        for bundle in self.bundles:
            for name in bundle.of:
                if name not in self.charges:
                    near = get_close_matches(name, self.charges, n=1)
                    raise ValueError(
                        f"a bundle of {name!r}, which is no charge of the plan" + (f"; did you mean {near[0]!r}?" if near else "")
                    )
        if len(set(self.add_ons)) < len(self.add_ons):
            raise ValueError("an add-on is named twice")
        return self


class AddOnSettings(Section):
    """What can be added to plans that name it."""

    key: PlanKey
    name: str = ""
    name_en: str = ""
    monthly_fee: PlanMoney = Decimal(0)
    included: dict[str, PlanQuantity] = {}  # charge -> added to its allowance
    price: dict[str, PlanPrice] = {}  # charge -> its price instead of the plan's


class PointSettings(Section):
    """Points of a loyalty programme."""

    expiring_days: int = Field(90, ge=1)  # points that lapse within so many days are told
    value_per_point: float | None = Field(None, gt=0)  # what a point is worth in the project's currency; none: no liability is told


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
            raise ValueError(f"kind_weights.{wrong[0]} must be 0 or more")
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
            raise ValueError(f"market.weights.{unknown[0]} is not one of size, growth, value, margin")
        if any(not 0 <= weight < float("inf") for weight in self.weights.values()) or sum(self.weights.values()) <= 0:
            raise ValueError("market.weights must be 0 or more, and one of them above")
        return self


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
    segments: list[SegmentSettings] = []  # usually in segments.yaml
    preferences: PreferenceSettings = PreferenceSettings()
    propagate: list[PropagateSettings] = []  # usually in tags.yaml
    clusters: ClusterSettings = ClusterSettings()
    serve: ServeSettings = ServeSettings()
    churn: ChurnSettings = ChurnSettings()
    circles: CircleSettings = CircleSettings()
    points: PointSettings = PointSettings()
    lookalike: LookalikeSettings = LookalikeSettings()
    market: MarketSettings = MarketSettings()
    recommendations: RecommendationSettings = RecommendationSettings()
    risk: RiskSettings = RiskSettings()
    forecasts: ForecastSettings = ForecastSettings()
    clv: ClvSettings = ClvSettings()
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


PLAN_KEYS = ("plans", "add_ons", "unit_costs")


def load_plans(path: Path) -> Settings:
    """
    Settings that hold the plans, add-ons and unit costs of the plans file *path*, and nothing else.

    Raises:
        SettingsWrong: As for `load`; also where the file is not there or names no plan.
    """
    if not path.is_file():
        raise SettingsWrong(file=path.name, line=1, problem=Phrase("plans.no_file", path=str(path)), hint="")
    data = parse(path)
    _only_plans(data, path)
    made = _check(data, path)
    if not made.plans:
        raise SettingsWrong(file=path.name, line=1, problem=Phrase("plans.none"), hint="")
    return made


def checked_plans(data: dict[str, Any]) -> Settings:
    """As `load_plans`, of plans that come from Python; *data* has the keys of the file."""
    path = Path("plans")
    _only_plans(data, path)
    made = _check(data, path)
    if not made.plans:
        raise SettingsWrong(file=path.name, line=1, problem=Phrase("plans.none"), hint="")
    return made


def _only_plans(data: dict[str, Any], path: Path) -> None:
    for key in data:
        if key not in PLAN_KEYS:
            near = get_close_matches(str(key), PLAN_KEYS, n=1)
            raise SettingsWrong(
                file=path.name,
                line=_line_of(path, [key]),
                problem=Phrase("settings.unknown_key", key=key),
                hint=Phrase("settings.did_you_mean", key=near[0]) if near else Phrase("settings.known_keys", keys=", ".join(PLAN_KEYS)),
            )


def load(folder: Path) -> Settings:
    """
    The settings of the project in *folder*, with `tags.yaml`, `segments.yaml` and `metrics.yaml` beside it read in.

    Raises:
        NoProject: There is no kezhi.yaml.
        SettingsWrong: A key is unknown or a value is of the wrong kind; says file, line and the nearest key.
    """
    path = folder / FILE
    if not path.is_file():
        raise NoProject(folder=str(folder))
    data = parse(path)
    metrics_path = folder / METRICS_FILE
    if metrics_path.is_file():
        data["metrics"] = data.get("metrics", {}) | _metrics(metrics_path, data.get("metrics", {}))
    for file, keys in _BESIDE.items():
        if (folder / file).is_file():
            defined = _only(folder / file, keys)
            _check(defined, folder / file)
            data |= {key: [*data.get(key, []), *(found or [])] for key, found in defined.items()}
    plans_path = folder / PLANS_FILE
    if plans_path.is_file():
        load_plans(plans_path)
        data |= parse(plans_path)
    return _check(data, path)


def locate(folder: Path, value: str) -> tuple[str, int]:
    """File and line where *value* stands in the project's settings; the first line of kezhi.yaml for a default."""
    for name in (TAGS_FILE, SEGMENTS_FILE, PLANS_FILE, FILE):
        path = folder / name
        if not path.is_file():
            continue
        pending = [yaml.compose(path.read_text(encoding="utf-8-sig"))]
        while pending:
            node = pending.pop()
            if isinstance(node, yaml.MappingNode):
                pending += [below for pair in reversed(node.value) for below in (pair[1], pair[0])]
            elif isinstance(node, yaml.SequenceNode):
                pending += reversed(node.value)
            elif isinstance(node, yaml.ScalarNode) and node.value == value:
                return name, node.start_mark.line + 1
    return FILE, 1


def parse(path: Path) -> dict[str, Any]:
    """The mapping in a YAML file; an empty file is an empty mapping."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        problem = Phrase("settings.not_yaml", detail=error.problem or "YAML")
        raise SettingsWrong(file=path.name, line=mark.line + 1 if mark else 1, problem=problem, hint="") from error
    except UnicodeDecodeError as error:
        raise SettingsWrong(file=path.name, line=1, problem=Phrase("settings.not_utf8"), hint=Phrase("settings.save_utf8")) from error
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise SettingsWrong(file=path.name, line=1, problem=Phrase("settings.not_keys", kind=type(data).__name__), hint="")
    return data


def _only(path: Path, keys: tuple[str, ...]) -> dict[str, Any]:
    """The mapping in a file where only *keys* may stand."""
    data = parse(path)
    for key in data:
        if key not in keys:
            hint = Phrase("settings.known_keys", keys=", ".join(keys))
            raise SettingsWrong(file=path.name, line=_line_of(path, [key]), problem=Phrase("settings.unknown_key", key=key), hint=hint)
    return data


def _metrics(path: Path, known: dict[str, Any]) -> dict[str, Any]:
    """The metrics of metrics.yaml; a key that is there twice, or in kezhi.yaml too, would hide one definition."""
    data = _only(path, ("metrics",))
    _check(data, path)
    node = yaml.compose(path.read_text(encoding="utf-8-sig"))
    seen = set(known)
    for below in (pair[1] for pair in node.value if isinstance(pair[1], yaml.MappingNode)) if node else ():
        for key, _ in below.value:
            if key.value in seen:
                raise SettingsWrong(file=path.name, line=key.start_mark.line + 1, problem=Phrase("settings.twice", key=key.value), hint="")
            seen.add(key.value)
    return dict(data.get("metrics") or {})


def _check(data: dict[str, Any], path: Path) -> Settings:
    try:
        return Settings.model_validate(data)
    except ValidationError as error:
        # a misspelt key is also a missing one: the misspelling is what the user can see
        first = min(error.errors(), key=lambda found: found["type"] != "extra_forbidden")
        place = [part for part in first["loc"] if part != "[key]"]
        known = _known_keys(place[:-1])
        problem, hint = Phrase("settings.wrong_value", key=".".join(map(str, place)), detail=first["msg"]), None
        if first["type"] == "extra_forbidden":
            near = get_close_matches(str(place[-1]), known, n=1)
            problem = Phrase("settings.unknown_key", key=place[-1])
            hint = Phrase("settings.did_you_mean", key=near[0]) if near else Phrase("settings.known_keys", keys=", ".join(known))
        raise SettingsWrong(file=path.name, line=_line_of(path, place), problem=problem, hint=hint or "") from error


def _known_keys(place: list[Any]) -> list[str]:
    """Keys that may stand under *place* of the settings tree."""
    model: Any = Settings
    for part in place:
        if not (isinstance(model, type) and issubclass(model, BaseModel)):
            break
        field = model.model_fields.get(str(part))
        model = field.annotation if field else model
        while get_args(model):  # dict[str, X], list[X], X | None: what the value is made of
            models = [a for a in get_args(model) if a is not type(None)]
            model = models[-1]
    return sorted(model.model_fields) if isinstance(model, type) and issubclass(model, BaseModel) else []


def _line_of(path: Path, place: list[Any]) -> int:
    """Line of the key at *place* in the file; the nearest parent where the key itself is absent; 1 where there is no file."""
    if not path.is_file():
        return 1
    node = yaml.compose(path.read_text(encoding="utf-8-sig"))
    line = 1
    for part in place:
        if isinstance(node, yaml.MappingNode):
            found = next(((k, v) for k, v in node.value if str(k.value) == str(part)), None)
            if found is None and part == 0:
                continue  # one mapping where a list of them may stand
            if found is None:
                return line
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            return line
    return line
