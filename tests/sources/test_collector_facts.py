"""What an event means: checks, times, PostHog's form, and the columns it fills."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kezhi.locales import catalogue
from kezhi.sources.collector.events import _usual, happened_at, moment, sift, wrong
from kezhi.sources.collector.facts import action, tie, traits, when_registered
from kezhi.sources.collector.posthog import from_posthog

RECEIVED = datetime(2026, 11, 22, 6, tzinfo=UTC)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
likely = st.dictionaries(
    st.sampled_from(["type", "event", "userId", "anonymousId", "timestamp", "sentAt", "messageId", "properties", "context", "traits", "name",
                     "previousId", "distinct_id", "uuid", "$set"]),
    st.sampled_from(["track", "identify", "alias", "page", "u1", "2026-11-20T10:00:00Z", "", "$identify", "$create_alias"]) | values,
)  # fmt: skip


@given(st.lists(likely | values, max_size=6))
def test_whatever_comes_is_either_usable_or_has_a_known_reason(found):
    good, bad = sift(found)
    assert len(good) + len(bad) == len(found)
    assert {reason for _, reason, _ in bad} <= set(catalogue("en")["rejects"])
    for _, event in good:
        tie(event), traits(event)
        row = action(event)
        assert row is None or all(value is None or type(value) is str for value in row.values())
        assert happened_at(event, None, RECEIVED) <= RECEIVED


@given(likely)
def test_the_fast_check_says_yes_only_where_the_full_one_does(event):
    name = _usual(event)
    assert name is None or (wrong(event) is None and name == event["messageId"])


@given(likely | values)
def test_any_posthog_event_becomes_one_that_can_be_judged(event):
    made = from_posthog(event)
    sift([made])
    orjson.dumps(made, option=orjson.OPT_NON_STR_KEYS)


def test_an_event_without_an_id_is_recognised_by_its_content():
    one = {"type": "track", "event": "e", "userId": "u", "timestamp": "2026-11-20T10:00:00Z"}
    other = one | {"timestamp": "2026-11-20T10:00:01Z"}
    (first, _), (again, _), (second, _) = sift([one, dict(reversed(one.items())), other])[0]
    assert first == again
    assert first != second


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-11-20T10:00:00Z", datetime(2026, 11, 20, 10, tzinfo=UTC)),
        ("2026-11-20T18:00:00.123+08:00", datetime(2026, 11, 20, 10, 0, 0, 123000, tzinfo=UTC)),
        ("2026-11-20 10:00", datetime(2026, 11, 20, 10, tzinfo=UTC)),
        (1763632800, datetime(2025, 11, 20, 10, tzinfo=UTC)),
        (1763632800000, datetime(2025, 11, 20, 10, tzinfo=UTC)),
        ("yesterday", None),
        (True, None),
        (1e300, None),
        (float("nan"), None),
        ("0001-01-01T00:00:00Z", None),
        ({}, None),
    ],
)
def test_times_are_read_as_the_sdks_write_them(value, expected):
    assert moment(value) == expected


def test_a_name_is_put_together_as_its_language_does():
    assert traits({"type": "identify", "traits": {"firstName": "小明", "lastName": "王"}})["name"] == "王小明"
    assert traits({"type": "identify", "traits": {"firstName": "Ann", "lastName": "Lee"}})["name"] == "Ann Lee"


def test_traits_of_the_context_count_and_the_events_own_win():
    event = {"type": "identify", "context": {"traits": {"email": "old", "city": "武汉"}}, "traits": {"email": "new"}}
    assert traits(event) == {"email": "new", "city": "武汉"}


def test_one_product_of_a_list_is_the_product_and_several_are_none():
    assert action({"type": "track", "event": "e", "properties": {"products": [{"sku": "P1"}]}})["product_id"] == "P1"
    assert action({"type": "track", "event": "e", "properties": {"products": [{"sku": "P1"}, {"sku": "P2"}]}})["product_id"] is None


def test_a_page_is_called_by_its_name_else_by_its_path():
    assert action({"type": "page", "name": "home"})["page"] == "home"
    assert action({"type": "track", "event": "e", "context": {"page": {"url": "https://shop.test/p/1?q=2"}}})["page"] == "/p/1"


def test_when_somebody_registered_is_business_time():
    zone = ZoneInfo("Asia/Shanghai")
    assert when_registered("2026-11-20T10:00:00Z", zone) == "2026-11-20 18:00:00.000000"
    assert when_registered("1763632800", zone) == "2025-11-20 18:00:00.000000"
    assert when_registered("20 Nov 2026", zone) == "20 Nov 2026"
