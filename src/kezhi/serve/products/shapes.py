"""What is answered about products and baskets."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel

from kezhi.serve.customers.shapes import Money


class ProductRow(BaseModel):
    """One product ever bought; figures of the 365 days before as_of."""

    product_id: str
    product_name: str | None
    category: str | None
    brand: str | None
    stage: str
    stage_name: str
    orders: int
    buyers: int
    repeat_buyers: int
    repurchase_rate: float | None
    quantity: float | None
    net_amount: Money
    refund_rate: float | None
    margin_amount: Money | None
    margin_rate: float | None
    share_change: float | None
    first_sold_on: date | None
    last_sold_on: date | None
    female_share: float | None
    age_under_25_share: float | None
    age_25_34_share: float | None
    age_35_44_share: float | None
    age_45_54_share: float | None
    age_from_55_share: float | None
    main_cluster: int | None
    main_cluster_name: str | None = None
    main_cluster_share: float | None


class ProductPage(BaseModel):
    """One page of the list."""

    items: list[ProductRow]
    total: int
    next: str | None
    snapshot: str
    as_of: date


class Category(BaseModel):
    """One category in the 365 days before as_of."""

    category: str
    name: str
    orders: int
    customers: int
    net_amount: Money
    share: float | None


class Categories(BaseModel):
    """All categories, the largest first."""

    items: list[Category]
    snapshot: str
    as_of: date


class Good(BaseModel):
    """A product that a rule names."""

    product_id: str
    name: str


class Rule(BaseModel):
    """Who bought all of `bought` bought `also` in the same purchase."""

    rule_no: int
    bought: list[Good]
    also: list[Good]
    count: int
    support: float
    confidence: float
    lift: float
    q_value: float | None


class RulePage(BaseModel):
    """One page of rules."""

    items: list[Rule]
    total: int
    next: str | None
    snapshot: str
    as_of: date


class Fit(BaseModel):
    """How much more than all buyers a group of customers buys the category."""

    group_kind: str
    kind_name: str
    group_value: str
    value_name: str
    customers: int
    buyers: int
    buying_rate: float | None
    base_rate: float | None
    lift: float


class ProductDetail(BaseModel):
    """One product: who buys it, whom its category suits, what goes with it."""

    product: ProductRow
    suits: list[Fit]
    goes_with: list[Rule]
    snapshot: str
    as_of: date
