"""What is asked and answered about segments."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, Field


class SegmentRow(BaseModel):
    """A saved segment. Counts are over the customers that who asks may see."""

    key: str
    name: str
    doc: str
    owner: str
    origin: Literal["file", "workspace"]
    expression: str
    customers: int | None  # now; null for one that fits no more
    share: float | None
    entered: int | None  # since the run before; null before the first run that knows it
    left: int | None
    changed_at: datetime | None  # UTC; of the workspace's
    changed_by: str | None
    problem: str | None  # why it can no longer be asked
    may_change: bool


class SegmentList(BaseModel):
    """All saved segments, the file's first."""

    items: list[SegmentRow]
    everyone: int
    snapshot: str
    as_of: date


class SegmentOne(SegmentRow):
    """One saved segment with what its form holds."""

    tree: Any
    name_zh: str
    name_en: str
    named_by: list[str]  # keys of segments that are made of it


class Given(BaseModel):
    """A rule in one of its two forms."""

    text: str | None = Field(None, max_length=20_000, examples=["r_score >= 4 AND did('order', times >= 2, days <= 90)"])
    tree: dict[str, Any] | bool | None = None


class ReadProblem(BaseModel):
    """Why a rule cannot be read, where it stands and what is known that is nearest."""

    message: str
    hint: str
    at: int | None  # of the text, the first character being 0
    length: int
    nearest: str | None


class Read(BaseModel):
    """Both forms of a rule, or what is wrong with the one that came."""

    text: str | None
    tree: Any
    problem: ReadProblem | None


class Counted(BaseModel):
    """How many customers a rule finds."""

    customers: int
    everyone: int
    share: float | None
    snapshot: str
    as_of: date


class Clause(BaseModel):
    """What one part of a rule does."""

    number: int
    clause: str
    joined_by: Literal["and", "or"]
    customers: int
    remaining: int
    changed: int
    only_this: int


class Explained(BaseModel):
    """What each part of a rule takes away or adds."""

    clauses: list[Clause]
    everyone: int


class Part(BaseModel):
    """Members with one value, against everyone."""

    value: str | None
    name: str
    customers: int
    share: float | None
    everyone: int
    everyone_share: float | None


class Composition(BaseModel):
    """Who the members are, by dimension."""

    customers: int
    dimensions: dict[str, list[Part]]


class Region(BaseModel):
    """Customers who are in exactly these segments."""

    inside: list[str]
    customers: int


class Overlap(BaseModel):
    """All regions of two to eight segments, the largest first."""

    names: dict[str, str]
    sizes: dict[str, int]
    regions: list[Region]


class Moved(BaseModel):
    """How many came or went for one reason."""

    movement: Literal["entered", "left"]
    why: str
    customers: int


class Mover(BaseModel):
    """One customer who came or went."""

    customer_id: str
    movement: Literal["entered", "left"]
    why: str


class SizeOn(BaseModel):
    """Members from a day on."""

    on: date
    customers: int


class Movement(BaseModel):
    """Who came and went since the run before, and the size over all runs."""

    moved_on: date | None
    counts: list[Moved]
    items: list[Mover]
    sizes: list[SizeOn]


class SegmentNew(BaseModel):
    """A segment to save; without a key one is made of the name."""

    key: str = Field("", max_length=60, examples=["vip_baby"])
    name: str = Field(min_length=1, max_length=120, examples=["母婴贵宾"])
    name_en: str = Field("", max_length=120)
    doc: str = Field("", max_length=2000)
    expression: str = Field(min_length=1, max_length=4000)


class SegmentChange(BaseModel):
    """What a segment shall be."""

    name: str = Field(min_length=1, max_length=120)
    name_en: str = Field("", max_length=120)
    doc: str = Field("", max_length=2000)
    expression: str = Field(min_length=1, max_length=4000)


class Choice(BaseModel):
    """A value, tag or segment by its code and its word."""

    value: str
    name: str


class Attribute(BaseModel):
    """A column that a rule may read."""

    column: str
    name: str
    kind: Literal["number", "text", "date", "boolean"]
    group: str
    values: list[Choice]  # of a text with few of them, the most frequent first


class Condition(BaseModel):
    """A column of one deed."""

    column: str
    name: str
    kind: Literal["number", "text", "date", "boolean"]
    values: list[Choice]  # as of an attribute


class DeedKind(BaseModel):
    """Something that customers did."""

    deed: str
    name: str
    conditions: list[Condition]
    measures: list[str]  # columns of which sums, averages and bounds can be asked


class Vocabulary(BaseModel):
    """What a rule may ask."""

    attributes: list[Attribute]
    groups: list[Choice]  # of attributes, in order
    deeds: list[DeedKind]
    tags: list[Choice]
    segments: list[Choice]
