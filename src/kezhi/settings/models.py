"""Settings of what is predicted."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from kezhi.settings.section import Section
from kezhi.settings.unfit import Unfit


class RecommendationSettings(Section):
    """What customers are offered: how far back one looks, for whom, and what is never offered."""

    history_days: int = Field(730, ge=1)  # of purchases that are learned from
    active_days: int = Field(365, ge=1)  # customers with a purchase in so many days get a list
    most_customers: int = Field(200_000, ge=100)  # learned from, and listed at a time; more are drawn by chance
    top: int = Field(10, ge=1, le=100)  # products of a list
    repeat: bool | Literal["auto"] = "auto"  # offer what was bought before; auto looks whether customers buy again
    min_margin: float | None = Field(None, lt=1)  # share of the list price; none: margins do not count
    max_per_category: int | None = Field(None, ge=1)
    deep: bool | Literal["auto"] = False  # a neural network stands for the blend (extra deep); auto: where it is installed
    deep_width: int = Field(128, ge=1, le=4096)  # numbers by which the network knows a customer
    deep_steps: int = Field(1_500, ge=1)  # most steps it learns for
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
    contact_cost: float | None = Field(10.0, ge=0)  # of reaching one customer; with the next one, the threshold by cost
    save_rate: float | None = Field(0.1, gt=0, le=1)  # of those reached in time, the share that stays; none of either: no threshold
    seed: int = Field(7, ge=0)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        """Bounds that cross would give nobody a band or a horizon."""
        if self.medium_at_least > self.high_at_least:
            raise Unfit("order", lower="medium_at_least", upper="high_at_least")
        if self.least_days > self.most_days:
            raise Unfit("order", lower="least_days", upper="most_days")
        return self


class UpliftSettings(Section):
    """What campaigns are judged by, and how the model of their effect on each customer is made."""

    outcome: str = Field("purchase", min_length=1)  # purchase, net_amount, or the name of an event
    outcomes: dict[str, str] = {}  # campaign -> the same, of that campaign alone
    window_days: int = Field(30, ge=1, le=730)  # after the assignment, in which the outcome counts
    control_arms: list[str] = Field(["control", "holdout", "placebo", "对照", "对照组", "空白", "空白组"], min_length=1)
    worth: float = Field(0.0, ge=0)  # uplift that a treatment must surely exceed, in units of the outcome
    method: Literal["t", "x", "r"] = "x"
    most_campaigns: int = Field(6, ge=1, le=100)  # those assigned last
    cut_offs: int = Field(
        4, ge=1, le=50
    )  # a campaign that assigns over many days is looked at from so many days, each before its assignments
    fit_rows: int = Field(20_000, ge=200)  # at most so many customers of each arm are fitted, and judged, on
    retrain_days: int = Field(30, ge=1)  # after which a finished campaign is fitted again
    seed: int = Field(7, ge=0)


class PriceSettings(Section):
    """How far back prices are looked at, in which periods, and of which segments of customers."""

    history_days: int = Field(730, ge=90, le=3660)
    period_days: int = Field(28, ge=1, le=365)  # whole weeks, so that weekends weigh the same
    by: list[Literal["rfm_group", "lifecycle_stage", "gender", "province", "member_level"]] = ["rfm_group"]
    most_products: int = Field(2000, ge=10, le=100_000)  # those with the most money


class FraudSettings(Section):
    """What a model of denied payments learns from, and what it scores."""

    history_days: int = Field(730, ge=30)  # of payments that are learned from
    known_after_days: int = Field(30, ge=0, le=365)  # until which a denied payment is told; younger ones teach nothing
    judge_days: int = Field(180, ge=7, le=730)  # before that, on which the model is judged
    score_days: int = Field(30, ge=1, le=365)  # payments that are scored
    fit_rows: int = Field(10_000, ge=100)  # at most so many are trained on, and judged on
    check_cost: float = Field(50.0, gt=0)  # of looking at one payment, in the project's currency: tells from which chance on it pays
    retrain_days: int = Field(30, ge=1)
    seed: int = Field(7, ge=0)


class LeadSettings(Section):
    """Which leads are open, how far their score looks ahead, and how the models are made."""

    open_days: int = Field(90, ge=1, le=730)  # a lead older than this is closed
    horizon_days: int = Field(30, ge=1, le=365)  # the chance is that to convert within so many days
    train_days: int = Field(4, ge=1, le=24)  # cut-off days to train on
    fit_rows: int = Field(10_000, ge=100)  # at most so many leads are trained on, and judged on, and so many calls
    drawn_conversions: float = Field(10.0, gt=0)  # at which the own rate or mean of a group counts as much as that of all
    call_cost: float = Field(5.0, gt=0)  # of calling a lead once, in the project's currency: tells from which chance on it pays
    answer_value: float | None = Field(None, gt=0)  # of a call that is taken; none: no threshold by cost for calls
    least_calls: int = Field(30, ge=1)  # in an hour or on a weekday, below which it is not proposed
    retrain_days: int = Field(30, ge=1)  # after which the models are fitted, and judged, again
    seed: int = Field(7, ge=0)


class GradeSettings(Section):
    """A grade of risk: from which score on, what the policy says, and what it allows."""

    key: str = Field(min_length=1)
    least_score: float = Field(ge=0)
    policy: str = Field(min_length=1)  # a sentence in the company's own words, or a key of the locales' risk.policies
    prepay: bool = False  # whether goods leave only after payment
    order_limit: float | None = Field(None, ge=0)  # the largest order, in the project's currency; none: no limit
    manual_check: bool = False  # whether somebody looks at each order first


class RingSettings(Section):
    """Which customers act together: tied to each other, and each of them of the same pattern."""

    window_days: int = Field(180, ge=1, le=3660)  # purchases that are looked at
    least_members: int = Field(3, ge=2)
    most_members: int = Field(50, ge=2)  # suspects on one device or in one home; more are a counter's or a dormitory's
    least_refunds: int = Field(2, ge=1)  # purchases a member sent back
    refund_share: float = Field(0.25, gt=0, le=1)  # of the member's purchases
    deep_discount: float = Field(0.35, gt=0, lt=1)  # of the list price, from which on a discount is deep
    least_discounts: int = Field(3, ge=1)  # purchases of a member at a deep discount
    discount_share: float = Field(0.25, gt=0, le=1)  # of the member's purchases
    together_minutes: int = Field(60, ge=1)  # apart, and still told as bought together
    least_score: float = Field(4.0, ge=0)  # standard deviations above what everybody does


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
    fraud_score: float = Field(10.0, ge=0)  # of a payment that is surely denied
    refund_score: float = Field(8.0, ge=0)  # of a customer who sent all back
    rings: RingSettings = RingSettings()
    grades: list[GradeSettings] = [
        GradeSettings(key="high", least_score=8.0, policy="hold", prepay=True, manual_check=True),
        GradeSettings(key="medium", least_score=6.0, policy="review", manual_check=True),
        GradeSettings(key="low", least_score=0.0, policy="watch"),
    ]

    @model_validator(mode="after")
    def _graded(self) -> Self:
        """Grades must be there, differ, and leave no score without one."""
        keys = [grade.key for grade in self.grades]
        if not keys or len(set(keys)) < len(keys) or len({grade.least_score for grade in self.grades}) < len(keys):
            raise Unfit("grades_differ")
        if min(grade.least_score for grade in self.grades) > 0:
            raise Unfit("grade_from_0")
        return self
