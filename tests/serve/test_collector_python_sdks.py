"""The Python SDKs of Segment, RudderStack and PostHog, as they are published, against the server."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import pytest
from collecting import KEY, events, logged, project, served


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("sdks")


@pytest.fixture(scope="module")
def address(folder):
    with served(project(folder)) as at:
        yield at


def new(folder, before: int) -> list[dict]:
    return events(folder)[before:]


@pytest.mark.parametrize("packed", [False, True])
def test_segments_events_arrive_once_and_whole(folder, address, packed):
    from segment.analytics.client import Client

    before, failed = len(events(folder)), []
    client = Client(KEY, host=address, gzip=packed, max_retries=2, on_error=lambda error, _: failed.append(error))
    client.identify("u1", {"email": "a@example.test"})
    client.track("u1", "Order Completed", {"revenue": 5})
    client.group("u1", "g1")
    client.alias("anon", "u1")
    client.page("u1", "shop", "home")
    client.screen("u1", "shop", "home")
    client.shutdown()
    assert failed == []
    found = new(folder, before)
    assert [one["type"] for one in found] == ["identify", "track", "group", "alias", "page", "screen"]
    assert found[1]["properties"] == {"revenue": 5}
    assert logged(folder)[-1].sent_at


def test_segment_tells_of_an_unknown_key_and_does_not_try_again(folder, address):
    from segment.analytics.client import Client

    logging.getLogger("segment").setLevel(logging.CRITICAL)
    before, failed = len(events(folder)), []
    client = Client("wk_wrong", host=address, max_retries=3, on_error=lambda error, _: failed.append(str(error)))
    client.track("u1", "E")
    client.shutdown()
    assert len(failed) == 1
    assert "invalid_write_key" in failed[0]
    assert new(folder, before) == []


def test_rudderstacks_events_arrive_packed_and_a_refusal_is_final(folder, address):
    from rudderstack.analytics.client import Client

    before = len(events(folder))
    client = Client(KEY, host=address, max_retries=2)
    client.track("u2", "Order Completed", {"revenue": 5}, timestamp=datetime.now(UTC) - timedelta(days=1))
    client.identify("u2", {"phone": "13800000000"})
    client.flush()
    client.join()
    found = new(folder, before)
    assert [(one["type"], one["userId"]) for one in found] == [("track", "u2"), ("identify", "u2")]
    logging.getLogger("rudderstack").setLevel(logging.CRITICAL)
    logging.getLogger("backoff").setLevel(logging.CRITICAL)
    failed = []
    refused = Client("wk_wrong", host=address, max_retries=5, on_error=lambda error, _: failed.append(str(error)))
    refused.track("u2", "E")
    refused.flush()
    refused.join()
    assert len(failed) == 1
    assert "invalid_write_key" in failed[0]


@pytest.mark.parametrize("packed", [False, True])
def test_posthogs_events_become_segments(folder, address, packed):
    from posthog import Posthog

    before = len(events(folder))
    client = Posthog(KEY, host=address, gzip=packed, disable_geoip=True, max_retries=2)
    client.capture("order completed", distinct_id="u3", properties={"value": 1})
    client.set(distinct_id="u3", properties={"email": "x@example.test"})
    client.alias("anon-3", "u3")
    client.capture("seen by nobody")
    client.shutdown()
    found = new(folder, before)
    assert [one["type"] for one in found] == ["track", "identify", "alias", "track"]
    assert (found[0]["event"], found[0]["userId"], found[0]["properties"]["value"]) == ("order completed", "u3", 1)
    assert found[1]["traits"] == {"email": "x@example.test"}
    assert {found[2]["previousId"], found[2]["userId"]} == {"anon-3", "u3"}
    assert found[3]["userId"] is None
    assert found[3]["anonymousId"]


def test_posthogs_newer_form_is_understood(folder, address):
    from posthog import Posthog

    before = len(events(folder))
    client = Posthog(KEY, host=address, max_retries=1, capture_mode="v1")
    client.capture("order completed", distinct_id="u4", properties={"$session_id": "s1"})
    client.shutdown()
    (found,) = new(folder, before)
    assert (found["event"], found["userId"], found["properties"]["$session_id"]) == ("order completed", "u4", "s1")
