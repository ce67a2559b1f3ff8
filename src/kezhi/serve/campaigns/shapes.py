"""What is answered about campaigns. Words are in the language of the request."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pydantic import BaseModel


class Campaign(BaseModel):
    """One arm of a campaign against its control group; figures are null where nothing can be told."""

    campaign: str
    arm: str
    assigned_on: date
    outcome: str
    outcome_name: str
    window_days: int
    treated: int
    controls: int
    mixed: int
    treated_rate: float | None
    control_rate: float | None
    effect: float | None
    effect_low: float | None
    effect_high: float | None
    cost: Decimal | None
    cost_per_outcome: float | None
    qini: float | None
    qini_low: float | None
    qini_high: float | None
    is_published: bool
    model: str | None
    refusal: str | None
    groups: dict[str, int]  # how many customers are in each group today; empty where it is not published


class Campaigns(BaseModel):
    """All campaigns, the last assigned first."""

    items: list[Campaign]
    group_names: dict[str, str]
    is_made: bool  # whether a source tells of campaigns
    snapshot: str
    as_of: date


class Moved(BaseModel):
    """What a campaign would do to one customer."""

    customer_id: str
    name: str | None
    uplift: float
    low: float
    high: float
    base: float
    uplift_group: str
    group_name: str
    rank: int
    reasons: list[str]


class MovedPage(BaseModel):
    """A page of the customers of a campaign."""

    items: list[Moved]
    total: int
    next: str | None
    snapshot: str
    as_of: date
