"""What is asked and answered about the collector."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, Field


class LiveAction(BaseModel):
    """Something a customer did, before the next run has it."""

    event_id: str
    source: str
    occurred_at: datetime  # business time
    event_name: str | None
    channel: str | None
    product_id: str | None
    page: str | None


class LiveEvents(BaseModel):
    """What a customer did since the snapshot, newest first."""

    items: list[LiveAction]
    snapshot: str
    as_of: date


class Minute(BaseModel):
    """How many events of one name a source sent in one minute."""

    minute: str  # UTC, when they were received
    source: str
    event_name: str
    events: int


class LiveCounts(BaseModel):
    """Events of the last sixty minutes that had any."""

    items: list[Minute]


class Kept(BaseModel):
    """An event that could not be used: what it was, never the values in it."""

    received_at: datetime
    source: str
    reason: str  # a code
    words: str  # the reason for people
    kind: str | None
    event_name: str | None
    fields: list[str]


class Quarantine(BaseModel):
    """The newest events that could not be used; all of them are in `rejects` after the next run."""

    items: list[Kept]


class Key(BaseModel):
    """A write key."""

    write_key: str
    source: str
    author: str
    created_at: datetime
    revoked_at: datetime | None


class KeyList(BaseModel):
    """All write keys, revoked ones too."""

    items: list[Key]


class NewKey(BaseModel):
    """For which source a key is made."""

    source: str = Field(min_length=1, max_length=60, examples=["web"])
