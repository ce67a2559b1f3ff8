"""What is answered about leads."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from pydantic import BaseModel


class Lead(BaseModel):
    """One open lead; name and phone are masked."""

    lead_id: str
    rank: int
    name: str | None
    phone: str | None
    number_quality: str
    number_quality_name: str
    channel: str | None
    interest: str | None
    city: str | None
    created_at: datetime
    conversion_probability: float
    expected_premium_amount: Decimal | None
    calls: int
    connected_calls: int
    connect_probability: float | None
    best_weekday: int | None
    best_hour: int | None
    reasons: list[str]


class LeadPage(BaseModel):
    """A page of the open leads, the most premium expected first."""

    items: list[Lead]
    total: int
    next: str | None
    channels: list[str]
    notes: list[str]  # why a model is not used, if one is not
    is_made: bool  # whether any source gives leads
    snapshot: str
    as_of: date


class ConnectRate(BaseModel):
    """How often calls of one value of a dimension are taken."""

    dimension: str
    member: str
    member_name: str
    calls: int
    connected_calls: int
    connect_rate: float
    rate_low: float
    rate_high: float
    differs: str


class ConnectRates(BaseModel):
    """All rates of `connect_rates`; empty where no source gives calls."""

    rows: list[ConnectRate]
    snapshot: str
    as_of: date


class LeadPersonal(BaseModel):
    """Name and phone of one lead, unmasked."""

    lead_id: str
    name: str | None
    phone: str | None
