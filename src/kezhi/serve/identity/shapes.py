"""What is asked and answered about who is who; personal values are masked, records go by a key that tells nothing."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from kezhi.serve.customers.shapes import Money

Row = dict[str, Any]
Why = Field(None, max_length=2000, examples=["柜台核对过证件"])


class LinkThreshold(BaseModel):
    """What links from a probability on would give."""

    threshold: float
    links: int
    expected_precision: float | None
    expected_recall: float | None
    is_chosen: bool


class TradeOff(BaseModel):
    """All thresholds, the lowest first; none where the run made no probable links."""

    items: list[LinkThreshold]
    snapshot: str
    as_of: date


class Evidence(BaseModel):
    """What one field is worth."""

    comparison: str
    agreement: str
    weight_bits: float  # log2; above 0 for one person


class PairSide(BaseModel):
    """One of the two records, with its customer."""

    customer_id: str
    net_amount: Money | None
    record: Row


class Pair(BaseModel):
    """Two records that may be one person's."""

    pair_id: str
    sides: list[PairSide]
    value_at_stake: Money
    weight_bits: float
    probability: float
    outcome: str
    put_off: bool
    evidence: list[Evidence]


class Explained(BaseModel):
    """Why two records are, or are not, one person; masked."""

    sides: list[PairSide]
    weight_bits: float
    probability: float
    outcome: str  # `joined`, `below_threshold`, or what stands against it whatever the weight
    same_customer: bool
    evidence: list[Evidence]


class Review(BaseModel):
    """The first pairs of the queue, and how many wait."""

    items: list[Pair]
    total: int
    is_on: bool  # the settings ask for it
    snapshot: str
    as_of: date


class Answer(BaseModel):
    """What somebody says of a pair."""

    answer: Literal["same", "apart", "later"]
    reason: str | None = Why


class MergeNew(BaseModel):
    """Two customers, by their ids or a record's, that are one person."""

    one: str = Field(max_length=300)
    other: str = Field(max_length=300)
    reason: str | None = Why


class SplitNew(BaseModel):
    """Records of a customer, by their keys, that are another person."""

    customer_id: str = Field(max_length=300)
    record_keys: list[str] = Field(min_length=1, max_length=1000)
    reason: str | None = Why


class UndoNew(BaseModel):
    """Why a decision is taken back."""

    reason: str | None = Why


class MergeSide(BaseModel):
    """A customer as it is, or as it would be."""

    customer_id: str
    records: int
    orders: int
    net_amount: Money
    tier: str | None
    clv: Money | None


class MergeField(BaseModel):
    """A field in which the two differ."""

    field: str
    values: list[str | None]
    kept: str
    source: str
    conflict: bool  # both tell it


class MergeTag(BaseModel):
    """A tag, and who has it."""

    family: str
    tag: str
    customers: list[str]


class Preview(BaseModel):
    """What would become of two customers if they were one."""

    before: list[MergeSide]
    after: MergeSide
    fields: list[MergeField]
    tags: list[MergeTag]
    two_id_numbers: bool


class Decision(BaseModel):
    """What somebody decided."""

    decision_id: str
    kind: str
    one_records: list[str]
    other_records: list[str]
    one_customers: list[str]  # whose those records are now
    other_customers: list[str]
    author: str
    reason: str | None
    made_at: datetime  # UTC
    undone_at: datetime | None
    undone_by: str | None
    undo_reason: str | None
    pending: bool  # the next run will do it


class Event(BaseModel):
    """A record came to another customer."""

    record: str
    event: str
    customer_id: str | None
    former_id: str | None
    by: str | None  # who decided it, if somebody did
    recorded_on: date
    as_of: date


class Value(BaseModel):
    """What some records of the customer tell of a field."""

    field: str
    value: str | None
    is_kept: bool
    rule: str
    records: int
    sources: str
    told_at: datetime | None
    alternatives: int  # other values of the field; above 0 the records contradict each other


class Told(BaseModel):
    """Who the customer was and is."""

    decisions: list[Decision]
    values: list[Value]  # of fields on which the records do not agree
    events: list[Event]
    on: date | None
    was: str | None  # the customer the id meant at the end of that day; null when nobody had it
    was_records: list[str]
    snapshot: str
    as_of: date
