"""What is answered about one customer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StringConstraints

from kezhi.serve.customers.shapes import Money

Row = dict[str, Any]  # a row of a table of tables.py, whose columns are described there


class NoteShown(BaseModel):
    """What somebody learnt; numbers and addresses in the words are masked."""

    note_id: str
    tag: str | None
    words: str
    author: str
    source: str
    learnt_on: date
    created_at: datetime  # UTC
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    pending: bool  # the snapshot does not know it yet; the next run will


class NoteNew(BaseModel):
    """What was learnt."""

    tag: str | None = Field(None, max_length=120, examples=["露营爱好者"])
    words: str = Field("", max_length=4000)
    source: Literal["front_desk", "back_office", "phone", "visit", "other"] = "other"
    learnt_on: date | None = None  # none: today


class CustomerDetail(BaseModel):
    """What is known of one customer; personal values are masked. What the snapshot has no table for is null or empty."""

    customer_id: str
    customer: Row
    profile: Row | None
    rfm: Row | None
    lifecycle: Row | None
    value: Row | None
    tier: Row | None
    churn: Row | None
    off_net: Row | None
    best_plan: Row | None
    cluster: Row | None
    points: Row | None
    clv: Row | None
    next_purchase: Row | None
    tags: list[Row]
    tag_history: list[Row]
    loyalty: list[Row]
    moves: list[Row]
    recommendations: list[Row]  # categories that suit
    offers: list[Row]  # products to offer next
    plan_months: list[Row]  # the bills that best_plan compares
    point_lots: list[Row]  # points that are left, those that lapse first on top
    point_entries: list[Row]  # the last bookings of points
    clv_history: list[Row]  # what the customer was worth on earlier days, the oldest first
    uplift: list[Row]  # what campaigns would do to the customer, where that is proven
    needs: list[Row]  # what the customer needs by category, and whether a contact would be a service
    orders: list[Row]
    records: list[Row]
    notes: list[NoteShown]
    owner: str | None  # login of whose customer it is
    timeline_kinds: list[str]
    has_circle: bool
    snapshot: str
    as_of: date


class Reason(BaseModel):
    """Why personal data is needed."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=500)] = Field(
        examples=["客户来电核对送货地址"]
    )


class Personal(BaseModel):
    """The personal values of one customer, unmasked."""

    customer: Row
    records: list[Row]
    notes: dict[str, str]  # note_id -> words
    snapshot: str
    as_of: date


class Entry(BaseModel):
    """One thing that happened."""

    kind: str
    key: str
    at: datetime  # local business time
    what: str | None
    status: str | None
    amount: Money | None
    channel: str | None
    place: str | None
    products: list[str]


class Timeline(BaseModel):
    """One page of what happened, newest first."""

    items: list[Entry]
    next: str | None
    snapshot: str
    as_of: date


class Node(BaseModel):
    """A customer of the graph."""

    customer_id: str
    name: str | None  # masked; none: unknown, or not to be seen
    may_see: bool


class Tie(BaseModel):
    """Two customers who are related."""

    from_customer_id: str
    to_customer_id: str
    weight: float
    kinds: str


class Circle(BaseModel):
    """Who is tied to the customer."""

    nodes: list[Node]
    ties: list[Tie]
    of: int  # ties of the customer, of which the heaviest are here
    member: Row | None
    circle: Row | None
    key: Row | None
    snapshot: str
    as_of: date
