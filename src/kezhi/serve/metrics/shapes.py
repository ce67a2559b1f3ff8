"""What is asked and answered about metrics."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Finite = Annotated[float, Field(allow_inf_nan=False)]


class TargetIn(BaseModel):
    """What a metric should come to in a month, or, for a stock, on the as-of day; a share is written as 0.25."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"target": 500000, "lower": 400000, "upper": None}]})
    target: Finite
    lower: Finite | None = None
    upper: Finite | None = None


class Target(TargetIn):
    """The same, with who set it and when."""

    owner: str
    changed_at: datetime


class Dimension(BaseModel):
    """What a metric may be split by."""

    key: str
    name: str


class MetricFacts(BaseModel):
    """One metric of the dictionary."""

    key: str
    name: str
    means: str
    formula: str
    unit: str
    direction: str
    owner: str
    version: int
    is_stock: bool  # belongs to the as-of day and has no periods
    is_answerable: bool  # false: a table that it counts is not in the snapshot
    dimensions: list[Dimension]
    target: Target | None


class MetricList(BaseModel):
    """The dictionary."""

    items: list[MetricFacts]
    periods: list[str]
    snapshot: str
    as_of: date


class MetricRow(BaseModel):
    """One figure; groups are in the order of `by`."""

    period_start: date | None = None
    is_complete: bool | None = None
    groups: list[str | None]  # the values as the tables hold them
    group_names: list[str]  # the same as people say them
    value: float | None


class MetricAnswer(BaseModel):
    """The figures of one metric."""

    metric: MetricFacts
    by: list[Dimension]
    period: str | None
    rows: list[MetricRow]
    is_cut: bool  # more rows than are answered
    snapshot: str
    as_of: date
