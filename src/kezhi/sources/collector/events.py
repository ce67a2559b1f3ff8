"""
One event in Segment's form, and why it cannot be used.

The checks are written by hand on purpose: a model class per event costs ten times as much and drops what it does not know.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson

KINDS = frozenset(("identify", "track", "page", "screen", "group", "alias"))
LONGEST_ID = 200
LONGEST_NAME = 200
EARLIEST, LATEST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2199, 1, 1, tzinfo=UTC)

Event = dict[str, Any]


def sift(events: Sequence[Any]) -> tuple[list[tuple[str, Event]], list[tuple[str, str, Any]]]:
    """
    The usable events with their ids, and the others with an id and the reason (a code of `locales`, section `rejects`).

    An event without a messageId is called by a digest of its content, so that a repeated batch is still recognised.
    """
    good: list[tuple[str, Event]] = []
    bad: list[tuple[str, str, Any]] = []
    for event in events:
        if name := _usual(event):
            good.append((name, event))
        elif (reason := wrong(event)) is None:
            name = event.get("messageId")
            good.append((name if type(name) is str and 0 < len(name) <= LONGEST_ID else digest(event), event))
        else:
            bad.append((digest(event), reason, event))
    return good, bad


def _usual(event: Any) -> str | None:
    """The messageId of an *event* of the form that nearly all have, which is good; None says nothing: ask `wrong`, at four times the time."""
    try:
        name, user, what, when = event["messageId"], event["userId"], event["event"], event["timestamp"]
        if (
            event["type"] == "track" and type(name) is type(user) is type(what) is type(when) is str
            and 0 < len(name) <= LONGEST_ID and 0 < len(user) <= LONGEST_ID and 0 < len(what) <= LONGEST_NAME
            and user[0] != " " and what[0] != " " and "1990" < when[:4] < "2198"
        ):  # fmt: skip
            datetime.fromisoformat(when)
            return name
    except (KeyError, TypeError, ValueError):  # no object, it lacks one of these, or the time is none: `wrong` will tell
        return None
    return None


def wrong(event: Any) -> str | None:
    """Why *event* cannot be used; None when it can."""
    if type(event) is not dict:
        return "not_an_object"
    kind = event.get("type")
    if type(kind) is not str or kind not in KINDS:
        return "unknown_event_type"
    user, anonymous = event.get("userId"), event.get("anonymousId")
    if not ((type(user) is str and 0 < len(user) <= LONGEST_ID) or (type(anonymous) is str and 0 < len(anonymous) <= LONGEST_ID)):
        reason = _person(event)
        if reason is not None:
            return reason
    if kind == "track":
        name = event.get("event")
        if type(name) is not str or not name or len(name) > LONGEST_NAME or name.isspace():
            return "no_event_name"
    elif kind == "alias" and not (text_id(event.get("previousId")) and text_id(user)):
        return "no_previous_id"
    when = event.get("timestamp")
    if when is None:
        when = event.get("originalTimestamp")
    if when is not None and moment(when) is None:
        return "unreadable_time"
    return None


def _person(event: Event) -> str | None:
    given = [value for value in (event.get("userId"), event.get("anonymousId")) if value not in (None, "")]
    if not given:
        return "no_person"
    return None if any(text_id(value) for value in given) else "unusable_person_id"


def text_id(value: Any) -> str | None:
    """An id as text: a number is one too; None when empty, too long, or no id."""
    if type(value) is str:
        value = value.strip()
        return value if 0 < len(value) <= LONGEST_ID else None
    return str(value) if type(value) is int else None


def moment(value: Any) -> datetime | None:
    """A time as ISO 8601 (UTC where it says no zone), or as seconds or milliseconds since 1970; None when unreadable."""
    if type(value) is str:
        try:
            read = datetime.fromisoformat(value)
        except ValueError:
            return None
        read = read.replace(tzinfo=UTC) if read.tzinfo is None else read
    elif type(value) in (int, float):
        try:
            read = datetime.fromtimestamp(value / 1000 if abs(value) > 1e11 else value, UTC)
        except (ValueError, OverflowError, OSError):
            return None
    else:
        return None
    return read if EARLIEST <= read < LATEST else None


def happened_at(event: Mapping[str, Any], sent_at: Any, received_at: datetime) -> datetime:
    """
    When *event* happened by the clock of the server.

    timestamp + (received_at − sentAt): the sender's clock may be wrong, but it was the same clock for both. Never after
    it was received; without a timestamp it happened then.
    """
    when = moment(event.get("timestamp") if event.get("timestamp") is not None else event.get("originalTimestamp"))
    if when is None:
        return received_at
    sent = moment(event.get("sentAt") or sent_at)
    try:
        corrected = when + (received_at - sent) if sent is not None else when
    except OverflowError:
        return received_at
    return min(corrected, received_at) if corrected > EARLIEST else received_at


def digest(value: Any) -> str:
    """A name for a value made of its content."""
    said = orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
    return "content-" + hashlib.blake2b(said, digest_size=16).hexdigest()


__all__ = ["KINDS", "Event", "digest", "happened_at", "moment", "sift", "text_id", "wrong"]
