"""PostHog's form of an event as Segment's."""

from __future__ import annotations

from typing import Any

from kezhi.sources.collector.events import Event


def from_posthog(event: Any) -> Any:
    """
    *event* in Segment's form; what is no PostHog event comes back as it is, and is told apart by the checks.

    `$identify` with `$anon_distinct_id` and `$create_alias` tie two ids together; `$set`, `$set_once` are traits; a
    `distinct_id` that the sender itself calls anonymous (`$process_person_profile` false, or the id of the device) is one.
    """
    if type(event) is not dict or type(event.get("event")) is not str:
        return event
    name = event["event"]
    properties, options = _dict(event.get("properties")), _dict(event.get("options"))  # options: of the newer form
    if event.get("session_id") and "$session_id" not in properties:
        properties = {**properties, "$session_id": event["session_id"]}
    person = event.get("distinct_id") or properties.get("distinct_id")
    made: Event = {
        "messageId": event.get("uuid"),
        "timestamp": event.get("timestamp"),
        "userId": person,
        "properties": properties,
        "context": {"library": {"name": properties.get("$lib"), "version": properties.get("$lib_version")}},
    }
    traits = {
        **_dict(properties.get("$set_once")),
        **_dict(event.get("$set_once")),
        **_dict(properties.get("$set")),
        **_dict(event.get("$set")),
    }
    device = properties.get("$device_id")
    profiled = options.get("process_person_profile", properties.get("$process_person_profile"))
    if profiled is False or properties.get("$is_identified") is False or (device and device == person):
        made |= {"userId": None, "anonymousId": person}
    if name == "$create_alias":
        return made | {"type": "alias", "previousId": properties.get("alias"), "userId": person, "anonymousId": None}
    if name in ("$identify", "$set"):
        return made | {"type": "identify", "userId": person, "anonymousId": properties.get("$anon_distinct_id"), "traits": traits}
    if name == "$groupidentify":
        group = properties.get("$group_key")
        return made | {"type": "group", "groupId": group, "traits": _dict(properties.get("$group_set"))}
    if name in ("$pageview", "$screen"):
        shown = properties.get("$screen_name") or properties.get("$pathname") or properties.get("$current_url")
        return made | {"type": "page" if name == "$pageview" else "screen", "name": shown, "traits": traits}
    return made | {"type": "track", "event": name, "traits": traits}


def _dict(value: Any) -> dict[str, Any]:
    return value if type(value) is dict else {}
