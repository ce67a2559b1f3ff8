"""What the cockpit is asked and answers."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from kezhi.serve.metrics.shapes import MetricFacts


class Point(BaseModel):
    """A figure of one complete period."""

    on: date  # its first day
    value: float | None


class Figure(BaseModel):
    """One pinned metric."""

    metric: MetricFacts
    value: float | None
    period_on: date | None  # first day of the period of `value`; none: on the as-of day
    before: float | None
    change: float | None  # of a share in parts of one, else relative
    verdict: Literal["better", "worse", "same", "neutral"] | None
    standing: Literal["below", "above", "reached", "missed"] | None
    points: list[Point]


class Cockpit(BaseModel):
    """The pinned metrics in order."""

    figures: list[Figure]
    period: str
    is_default: bool  # nothing was pinned yet
    snapshot: str
    as_of: date


class Pins(BaseModel):
    """Metrics in the order in which they are shown; none brings back the default."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"metrics": ["customers", "net_sales", "repurchase_rate"]}]})
    metrics: Annotated[list[Annotated[str, Field(max_length=80)]], Field(max_length=40)]
