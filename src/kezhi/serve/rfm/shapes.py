"""What is answered about RFM, lifecycle and tiers; `name` is the word of the asked language for a value of the tables."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel

from kezhi.serve.customers.shapes import Money


class Cell(BaseModel):
    """One cell of the matrix."""

    r_score: int
    f_score: int
    customers: int
    monetary: Money
    monetary_mean: float | None


class Group(BaseModel):
    """One of the eight groups."""

    rfm_group: str
    name: str
    play: str
    customers: int
    customer_share: float | None
    monetary: Money
    monetary_share: float | None
    monetary_mean: float | None


class Move(BaseModel):
    """How many went from one state to another; the share is of all who were in the first."""

    from_state: str
    from_name: str
    to_state: str
    to_name: str
    customers: int
    share: float | None
    net_amount: Money | None
    dwell_days_median: float | None = None
    is_expected_next: bool | None = None


class Rfm(BaseModel):
    """The matrix, the groups and the moves between them."""

    cells: list[Cell]
    groups: list[Group]
    moved_from_on: date | None  # the earlier day; none: nobody was known then
    moves: list[Move]
    snapshot: str
    as_of: date


class Stage(BaseModel):
    """One stage of the lifecycle."""

    stage: str
    name: str
    play: str
    when: str  # its rule
    customers: int
    share: float | None
    days_in_stage_median: float | None


class Tier(BaseModel):
    """One tier of the membership."""

    tier: str
    name: str
    customers: int
    share: float | None
    at_risk: int
    in_90d: int


class Step(BaseModel):
    """One of the five stages of AARRR."""

    stage: str
    name: str
    rule: str | None
    customers: int | None
    share: float | None
    step_share: float | None


class Lifecycle(BaseModel):
    """Stages, the moves between them, tiers and AARRR."""

    stages: list[Stage]
    moved_from_on: date | None
    moves: list[Move]
    tiers: list[Tier]
    aarrr: list[Step]
    snapshot: str
    as_of: date
