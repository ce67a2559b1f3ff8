"""What is answered about prices. Words are in the language of the request."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel


class PriceRow(BaseModel):
    """How sales of a category or segment react to prices, and what a change would do; figures are null where it cannot be told."""

    member: str
    name: str
    net_amount: float  # of the last 365 days
    products: int
    rows: int
    price_spread: float | None
    elasticity: float | None
    low: float | None
    high: float | None
    verdict: str
    sentence: str
    is_told: bool
    revenue: float | None  # of a year, with the change that was asked for
    revenue_low: float | None
    revenue_high: float | None
    revenue_change: float | None


class PriceSum(BaseModel):
    """All members of which it can be told."""

    net_amount: float
    revenue: float
    revenue_low: float
    revenue_high: float
    revenue_change: float | None


class Prices(BaseModel):
    """How sales react to prices, by one dimension."""

    dimensions: dict[str, str]
    by: str
    change: float
    items: list[PriceRow]
    total: PriceSum | None  # null where it can be told of fewer than two
    mind: str
    snapshot: str
    as_of: date
