"""What the collector took in, after a run: events with their customers, people, rejects; only new segments are read."""

from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path

import pytest

import kezhi
from kezhi.settings import load
from kezhi.sources.collector import LOG_FOLDER, Log, load_collected
from kezhi.sources.collector.events import sift

NOW = "2026-11-22T06:00:00+00:00"


def send(folder: Path, *sent: dict, source: str = "web", sent_at: str | None = None) -> None:
    async def at_once() -> None:
        log = Log(folder / LOG_FOLDER)
        good, bad = sift(sent)
        await log.append(source, good, bad, received_at=NOW, sent_at=sent_at, size=1)
        await asyncio.to_thread(log.close)

    asyncio.run(at_once())


def event(kind: str, name: str, at: str = "10:00", /, **more) -> dict:
    return {"type": kind, "messageId": name, "timestamp": f"2026-11-20T{at}:00Z", **({"event": "view"} if kind == "track" else {}), **more}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("collected")
    (folder / "kezhi.yaml").write_text("name: Collected\nsources:\n  app:\n    id_prefix: ''\n    tables: {}\n", encoding="utf-8")
    phone = {"context": {"device": {"type": "ios"}}, "properties": {"product_id": "P1"}}
    send(
        folder,
        event("page", "1", anonymousId="a1", name="home", category="shop"),
        event("track", "2", anonymousId="a1", **phone),
        event(
            "identify",
            "3",
            "11:00",
            anonymousId="a1",
            userId="u1",
            traits={"name": "王小明", "email": "X@Example.test", "createdAt": 1700000000},
        ),
        event("track", "4", "12:00", anonymousId="a1"),
        event("identify", "5", "13:00", userId="u1", traits={"phone": "138 0000 0001", "address": {"city": "武汉", "street": "中山路1号"}}),
        event("track", "6", anonymousId="stranger"),
        event("track", "7", userId="u2"),
        event("identify", "8", anonymousId="reader", traits={"email": "r@example.test"}),
        event("track", "9", "09:00", anonymousId="reader"),
        {"type": "nonsense", "userId": "u1"},
    )
    send(folder, event("track", "1", userId="M7"), event("track", "2", anonymousId="a1"), source="app")
    with closing(kezhi.open(str(folder))) as project:
        project.run()
    return folder


@pytest.fixture(scope="module")
def tables(folder):
    with closing(kezhi.open(str(folder))) as project:
        yield lambda name: project.table(name).to_pandas()


def customers_of(tables) -> dict[str, str | None]:
    found = tables("events")
    return {row.event_id: row.customer_id if isinstance(row.customer_id, str) else None for row in found.itertuples()}


def test_events_before_and_after_the_identify_are_the_customers(tables):
    found = customers_of(tables)
    assert {found[f"web:{i}"] for i in (1, 2, 4)} == {"web:u1"}
    assert found["web:7"] == "web:u2"


def test_events_of_nobody_known_stay_without_a_customer(tables):
    assert customers_of(tables)["web:6"] is None


def test_somebody_known_by_a_mail_only_is_a_customer(tables):
    assert customers_of(tables)["web:9"] == "web:reader"


def test_a_source_of_kezhi_yaml_keeps_its_prefix_and_its_own_devices(tables):
    found = customers_of(tables)
    assert found["1"] == "M7"
    assert found["2"] is None  # a1 is a device of another source


def test_what_an_event_says_stands_in_its_columns_in_business_time(tables):
    rows = tables("events").set_index("event_id")
    page, view = rows.loc["web:1"], rows.loc["web:2"]
    assert (page.event_name, page.page, page.channel) == ("page", "shop/home", "web")
    assert (view.event_name, view.product_id, view.channel) == ("view", "P1", "app")
    assert str(view.occurred_at) == "2026-11-20 18:00:00"


def test_traits_that_came_one_by_one_are_one_record(tables):
    row = tables("customer_records").set_index("record_id").loc["web:u1"]
    assert (row["name"], row.email, row.phone, row.city, row.address) == ("王小明", "x@example.test", "13800000001", "武汉", "中山路1号")
    assert str(row.registered_at) == "2023-11-15 06:13:20"


def test_bad_events_are_rejects_and_the_counts_come_out(tables):
    rejects = tables("rejects")
    assert rejects.reason.tolist() == ["unknown_event_type"]
    told = tables("reconciliation")
    assert (told.rows_in == told.rows_out + told.rows_rejected + told.rows_merged).all()
    assert told[told.table_name == "events"].rows_in.sum() == 6 + 1 + 2


def test_who_had_a_device_is_a_table(tables):
    found = tables("anonymous_links")
    rows = sorted(zip(found.source, found.anonymous_id, found.record_id, strict=True))
    assert rows == [("web", "a1", "web:u1"), ("web", "reader", "web:reader")]


def test_only_new_segments_are_read(folder):
    settings = load(folder)
    told: list[str] = []
    before = load_collected(folder, settings, progress=told.append)
    assert (told, before.reused) == ([], 2)
    send(folder, event("track", "10", userId="u1"))
    after = load_collected(folder, settings, progress=told.append)
    assert (len(told), after.reused, before.digest == after.digest) == (1, 2, False)


def test_the_senders_clock_is_corrected(tmp_path):
    (tmp_path / "kezhi.yaml").write_text("name: Clock\n", encoding="utf-8")
    wrong = {"type": "track", "event": "view", "userId": "u", "messageId": "1", "timestamp": "2001-01-01T00:00:00Z"}
    send(tmp_path, wrong, sent_at="2001-01-01T00:10:00Z")
    ahead = {"type": "track", "event": "view", "userId": "u", "messageId": "2", "timestamp": "2030-01-01T00:00:00Z"}
    none = {"type": "track", "event": "view", "userId": "u", "messageId": "3"}
    older = {"type": "track", "event": "view", "userId": "u", "messageId": "4", "originalTimestamp": "2026-11-22T05:00:00Z", "sentAt": NOW}
    send(tmp_path, ahead, none, older)
    with closing(kezhi.open(str(tmp_path))) as project:
        project.run()
        found = project.table("events").to_pandas().set_index("event_id").occurred_at.astype(str).to_dict()
    # received at 06:00 UTC, 14:00 in Shanghai; the first was sent ten minutes after it happened
    assert found == {
        "web:1": "2026-11-22 13:50:00",
        "web:2": "2026-11-22 14:00:00",
        "web:3": "2026-11-22 14:00:00",
        "web:4": "2026-11-22 13:00:00",
    }
