"""What is answered about customers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, PlainSerializer

# money leaves as a number: JSON has no decimals, and 18 digits with two places are exact in a double up to 10^13
Money = Annotated[Decimal, PlainSerializer(float, return_type=float)]


class CustomerRow(BaseModel):
    """One customer in a list; personal fields are masked."""

    customer_id: str
    name: str | None
    phone: str | None
    gender: str | None
    age_years: int | None
    province: str | None
    city: str | None
    occupation: str | None
    registered_on: date | None
    rfm_group: str | None
    lifecycle_stage: str | None
    days_in_stage: int | None
    orders_365d: int
    net_amount_365d: Money
    average_order_value_365d: Money | None
    orders_life: int
    net_amount_life: Money
    last_purchase_on: date | None
    recency_days: int | None
    favourite_category: str | None
    favourite_channel: str | None
    tags: str | None


class CustomerPage(BaseModel):
    """One page of the list."""

    items: list[CustomerRow]
    total: int  # of all pages
    next: str | None  # the cursor of the next page; none: this is the last
    snapshot: str
    as_of: date
