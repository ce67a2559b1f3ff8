"""What is answered about the coming months."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel


class SeriesMonth(BaseModel):
    """One month of a series: what came, or what is expected."""

    month: date
    value: float
    low: float | None = None
    high: float | None = None
    year_ago: float | None = None


class Series(BaseModel):
    """One series with its coming months; none where the same month of last year was nearer in the backtest."""

    member: str
    name: str
    method: str
    is_published: bool
    error: float
    baseline_error: float
    error_share: float | None
    covered: float | None
    value: float | None  # of all coming months together
    year_ago: float | None
    change: float | None
    past: list[SeriesMonth]
    coming: list[SeriesMonth]


class Forecasts(BaseModel):
    """The series of a dimension and metric; `why_not` where nothing was forecast."""

    dimension: str
    metric: str
    dimensions: dict[str, str]  # that there are -> their words
    items: list[Series]
    why_not: str | None
    snapshot: str
    as_of: date
