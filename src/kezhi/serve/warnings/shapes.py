"""What is answered about customers to look after."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pydantic import BaseModel


class BandSum(BaseModel):
    """Customers of one band of the chance to leave."""

    band: str
    customers: int
    value_amount: Decimal
    value_at_risk: Decimal | None


class LostSum(BaseModel):
    """Lost customers of one cause, or to one rival."""

    code: str
    name: str
    customers: int
    value_lost: Decimal


class ChurnSummary(BaseModel):
    """How many may leave, what is at risk, why others left; `why_not` where no model is used."""

    bands: list[BandSum]
    causes: list[LostSum]
    rivals: list[LostSum]
    why_not: str | None
    snapshot: str
    as_of: date


class Warned(BaseModel):
    """One customer who may leave."""

    customer_id: str
    name: str | None
    band: str
    churn_probability: float | None
    horizon_days: int
    silent_days: int | None
    value_amount: Decimal
    value_at_risk: Decimal | None
    reasons: list[str]
    play: str
    play_name: str
    extension_category: str | None


class WarnedPage(BaseModel):
    """A page of the early-warning list."""

    items: list[Warned]
    total: int
    next: str | None
    snapshot: str
    as_of: date


class Member(BaseModel):
    """A member of a ring whom one may see."""

    customer_id: str
    name: str | None


class RiskCase(BaseModel):
    """One case: a customer, or a ring of customers who act together."""

    case_id: str
    kind: str
    kind_name: str
    customer_id: str
    name: str | None
    members: list[Member]  # of a ring, those whom one may see
    size: int  # customers of the case, seen or not
    grade: str
    grade_name: str
    policy: str
    score: float
    stake_amount: Decimal | None
    unusual_payments: int
    order_id: str | None
    amount: Decimal | None
    refunds: int
    refund_share: float | None
    last_on: date
    reasons: list[str]


class RiskPage(BaseModel):
    """A page of the cases, with how many there are of each grade."""

    items: list[RiskCase]
    total: int
    next: str | None
    grades: dict[str, str]  # grade -> its word
    kinds: dict[str, str]  # kind -> its word
    is_made: bool  # whether the run had what the cases are made of
    snapshot: str
    as_of: date


class PolicyRow(BaseModel):
    """What a grade allows, and how many customers have it."""

    grade: str
    grade_name: str
    least_score: float
    policy: str
    allowed: str
    customers: int


class RiskPolicy(BaseModel):
    """The policy table of kezhi.yaml (`risk.grades`), the highest grade first."""

    rows: list[PolicyRow]
    snapshot: str
    as_of: date
