"""What is answered about groups of customers."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel

from kezhi.serve.customers.shapes import Money


class CohortCell(BaseModel):
    """One cohort after some periods."""

    cohort_on: date
    period_no: int
    customers: int
    active_customers: int
    retention_rate: float
    rate_low: float
    rate_high: float
    is_complete: bool


class CurvePoint(BaseModel):
    """All cohorts together after some periods."""

    period_no: int
    customers: int
    active_customers: int
    retention_rate: float | None
    rate_low: float | None
    rate_high: float | None


class Retention(BaseModel):
    """Who stays."""

    kind: str
    cells: list[CohortCell]
    curve: list[CurvePoint]
    snapshot: str
    as_of: date


class Deed(BaseModel):
    """Something that people did, and can be a step of a funnel."""

    event_name: str
    actions: int


class FunnelStep(BaseModel):
    """How many came as far as this step."""

    step_no: int
    step: str
    customers: int
    conversion_rate: float | None
    step_rate: float | None
    rate_low: float | None
    rate_high: float | None


class Funnel(BaseModel):
    """People along the steps, and what could be steps."""

    known: list[Deed]
    steps: list[FunnelStep]
    snapshot: str
    as_of: date


class Cluster(BaseModel):
    """One group of alike buyers."""

    cluster: int
    name: str
    customers: int
    customer_share: float | None
    net_amount: Money | None
    net_share: float | None
    silhouette: float | None
    stability: float | None
    continues: bool | None
    moved_share: float | None
    told: list[str]  # what lifts it over all, in sentences


class Clusters(BaseModel):
    """All groups of alike buyers, the largest first."""

    items: list[Cluster]
    snapshot: str
    as_of: date


class Path(BaseModel):
    """A beginning of visits."""

    path: str
    visits: int
    customers: int
    share: float


class Flow(BaseModel):
    """From what to what; the share is of all from the first."""

    start: str
    end: str
    moves: int
    share: float


class Habits(BaseModel):
    """How many buy how."""

    hunters: int
    judged: int
    hunter_share: float | None
    high: int
    low: int
    rated: int
    high_share: float | None
    low_share: float | None


class Ways(BaseModel):
    """Paths through visits, switches between channels, and habits of buying; none where a table is absent."""

    paths: list[Path]
    transitions: list[Flow]
    switches: list[Flow]
    habits: Habits | None
    snapshot: str
    as_of: date
