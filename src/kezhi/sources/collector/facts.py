"""What an event means for the tables: an action, facts about a person, a tie between two ids."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from kezhi.sources.collector.events import Event, moment, text_id

# our field -> names of traits that tell it, the first that is there wins
TRAITS: dict[str, tuple[str, ...]] = {
    "member_id": ("memberId", "member_id"),
    "name": ("name", "fullName"),
    "phone": ("phone", "mobile", "phoneNumber", "phone_number"),
    "email": ("email", "mail"),
    "id_number": ("idNumber", "id_number"),
    "wechat_id": ("wechatId", "wechat_id", "wechat"),
    "gender": ("gender", "sex"),
    "birth_date": ("birthday", "birthDate", "birth_date"),
    "age": ("age",),
    "province": ("province", "state", "region"),
    "city": ("city",),
    "occupation": ("occupation", "title"),
    "registered_at": ("createdAt", "created_at", "registeredAt"),
}
CONTACT = ("phone", "email", "id_number", "wechat_id", "member_id")  # what makes somebody known who has no user id
_CHINESE = re.compile("[一-鿿]")


class Tie(NamedTuple):
    """*anonymous_id* was *user_id* from this moment on."""

    anonymous_id: str
    user_id: str


def local_text(at: datetime, zone: ZoneInfo) -> str:
    """*at* as business time, written so that texts sort as times do."""
    return at.astimezone(zone).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")


def people(event: Event) -> tuple[str | None, str | None]:
    """The user's id and the anonymous id of *event*."""
    return text_id(event.get("userId")), text_id(event.get("anonymousId"))


def tie(event: Event) -> Tie | None:
    """The tie that *event* tells: two ids in one event, or an alias."""
    user, anonymous = people(event)
    if event["type"] == "alias":
        anonymous = text_id(event.get("previousId"))
    if user and anonymous and user != anonymous:
        return Tie(anonymous, user)
    if event["type"] == "identify" and anonymous and not user and any(traits(event).get(name) for name in CONTACT):
        return Tie(anonymous, anonymous)  # known by mail or phone, though not by an id
    return None


def action(event: Event) -> dict[str, str | None] | None:
    """The fields of `events` that *event* fills, without id, person and time; None for what is no action."""
    kind = event["type"]
    if kind in ("identify", "alias"):
        return None
    properties, context = _dict(event.get("properties")), _dict(event.get("context"))
    name = event["event"] if kind == "track" else kind
    return {
        "event_name": said(name),
        "session_id": _first(properties, "$session_id", "session_id", "sessionId") or _first(context, "sessionId"),
        "channel": channel(event, properties, context),
        "product_id": product(properties),
        "page": page(event, properties, context),
    }


def channel(event: Event, properties: Mapping[str, Any], context: Mapping[str, Any]) -> str | None:
    """Where it happened, as the sender says; else app for a screen or a phone, web for a page."""
    told = said(properties.get("channel")) or said(context.get("channel")) or said(event.get("channel"))
    if told:
        return told
    device = str(_dict(context.get("device")).get("type") or _dict(context.get("os")).get("name") or "").lower()
    if event["type"] == "screen" or any(system in device for system in ("ios", "android", "harmony")):
        return "app"
    return "web" if event["type"] == "page" or "page" in context or "$current_url" in properties else None


def product(properties: Mapping[str, Any]) -> str | None:
    """The product that an action was about; of several, none."""
    found = _first(properties, "product_id", "productId", "sku")
    listed = properties.get("products")
    if found is None and isinstance(listed, list) and len(listed) == 1:
        found = _first(_dict(listed[0]), "product_id", "productId", "sku")
    return found


def page(event: Event, properties: Mapping[str, Any], context: Mapping[str, Any]) -> str | None:
    """Page or screen: its name with its category, else the path of its address."""
    name, category = said(event.get("name")), said(event.get("category"))
    if event["type"] in ("page", "screen") and (name or category):
        return "/".join(part for part in (category, name) if part)
    here = _dict(context.get("page"))
    path = _first(properties, "path", "$pathname") or said(here.get("path"))
    address = _first(properties, "url", "$current_url") or said(here.get("url"))
    if path is None and address is not None:
        try:
            path = urlsplit(address).path or "/"
        except ValueError:
            path = None
    return path


def traits(event: Event) -> dict[str, str]:
    """The fields of `customer_records` that an identify tells, as text."""
    given = {**_dict(_dict(event.get("context")).get("traits")), **_dict(event.get("traits"))}
    found = {field: text for field, names in TRAITS.items() if (text := _first(given, *names))}
    first, last = said(given.get("firstName")), said(given.get("lastName"))
    if "name" not in found and (first or last):
        found["name"] = (
            f"{last or ''}{first or ''}" if _CHINESE.search(f"{first}{last}") else " ".join(part for part in (first, last) if part)
        )
    address = given.get("address")
    if isinstance(address, dict):
        parts = {"city": _first(address, "city"), "province": _first(address, "state", "province"), "address": _first(address, "street")}
        found |= {field: text for field, text in parts.items() if text and field not in found}
    elif told := said(address):
        found["address"] = told
    return found


def said(value: Any) -> str | None:
    """A value as text; None for nothing, lists and objects."""
    if type(value) is str:
        value = value.replace("\0", "").strip()
        return value or None
    return str(value) if type(value) in (int, float) else None


def when_registered(text: str, zone: ZoneInfo) -> str:
    """A registration time in business time; what cannot be read is left for cleaning to say so."""
    try:
        value: str | float = float(text)
    except ValueError:
        value = text
    read = moment(value) if isinstance(value, float) or "T" in text else None
    return local_text(read, zone) if read else text


def _first(values: Mapping[str, Any], *names: str) -> str | None:
    return next((text for name in names if (text := said(values.get(name)))), None)


def _dict(value: Any) -> dict[str, Any]:
    return value if type(value) is dict else {}
