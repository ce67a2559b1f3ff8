"""The collector in the workspace: what a customer did a moment ago, keys, counts and quarantine."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime

import pytest
from collecting import KEY, project
from starlette.testclient import TestClient

import kezhi
from kezhi.serve.collector import recent_events
from kezhi.store import audit, users

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    """A project that was run when u1 (on device a1) and u2 were known, with a user of three roles."""
    folder = tmp_path_factory.mktemp("live")
    app = project(folder)
    with TestClient(app) as client:
        track(client, "1", userId="u1", anonymousId="a1", traits={"city": "武汉"}, type="identify")
        track(client, "2", userId="u1")
        track(client, "3", userId="u2")
    with closing(kezhi.open(str(folder))) as one:
        one.run()
    app = project(folder)
    with app.state.workspace.store.session() as session:
        for role in ("admin", "sales", "auditor"):
            users.add_user(session, role, PASSWORD, role)
        users.change_user(session, "sales", regions=["长沙"])
    return app


@pytest.fixture(scope="module")
def sign_in(app):
    def signed_in(login: str) -> TestClient:
        client = TestClient(app, headers={"Accept-Language": "en"})
        assert client.post("/api/v1/sign-in", json={"login": login, "password": PASSWORD}).status_code == 204
        return client

    return signed_in


def track(client: TestClient, name: str, **more) -> None:
    event = {"type": "track", "event": "view", "messageId": name, "timestamp": "2026-11-20T10:00:00Z", **more}
    assert client.post("/v1/batch", json={"writeKey": KEY, "batch": [event]}).status_code == 200


def test_what_a_customer_does_is_seen_at_once_and_what_the_lake_has_is_not_repeated(app, sign_in):
    client = sign_in("admin")
    track(client, "10", userId="u1", timestamp="2026-11-21T10:00:00Z", properties={"product_id": "P9"})
    track(client, "11", anonymousId="a1", timestamp="2026-11-21T11:00:00Z")
    track(client, "12", anonymousId="a2", timestamp="2026-11-21T12:00:00Z")
    track(client, "13", userId="u2", timestamp="2026-11-21T13:00:00Z")
    answer = client.get("/api/v1/customers/web:u1/live-events").json()
    assert [one["event_id"] for one in answer["items"]] == ["web:11", "web:10"]
    assert (answer["items"][1]["product_id"], answer["items"][1]["occurred_at"]) == ("P9", "2026-11-21T18:00:00")
    track(client, "14", type="identify", userId="u1", anonymousId="a2", traits={})
    assert [one["event_id"] for one in recent_events(app.state.workspace, "web:u1", 2)] == ["web:12", "web:11"]


def test_live_events_keep_to_the_rows_that_one_may_see(sign_in):
    assert sign_in("sales").get("/api/v1/customers/web:u1/live-events").status_code == 404
    assert sign_in("admin").get("/api/v1/customers/nobody/live-events").status_code == 404
    assert sign_in("auditor").get("/api/v1/customers/web:u1/live-events").status_code == 403


def test_counts_per_minute_and_quarantine_follow_the_log(sign_in):
    client = sign_in("admin")
    now = datetime.now(UTC).isoformat()[:16]
    before = sum(one["events"] for one in client.get("/api/v1/collector/live").json()["items"] if one["event_name"] == "scan")
    for number in range(3):
        track(client, f"scan-{number}", userId="u1", event="scan")
    track(client, "secret", userId="u1", event="", traits={"email": "secret@example.test"})
    found = [one for one in client.get("/api/v1/collector/live").json()["items"] if one["event_name"] == "scan"]
    assert sum(one["events"] for one in found) - before == 3
    assert found[-1]["source"] == "web"
    assert found[-1]["minute"] >= f"{now}Z"
    kept = client.get("/api/v1/collector/quarantine").json()["items"][0]
    assert (kept["reason"], kept["kind"], kept["fields"]) == (
        "no_event_name",
        "track",
        ["event", "messageId", "timestamp", "traits", "type", "userId"],
    )
    assert kept["words"].startswith("The event has no name")
    assert "secret@" not in json.dumps(kept)


def test_keys_are_made_and_revoked_with_an_entry_in_the_audit_log(app, sign_in):
    client = sign_in("admin")
    made = client.post("/api/v1/collector/keys", json={"source": "Mini-Program "}).json()
    assert made["source"] == "mini-program"
    body = {"writeKey": made["write_key"], "batch": []}
    assert client.post("/v1/batch", json=body).status_code == 200
    assert client.delete(f"/api/v1/collector/keys/{made['write_key']}").json()["revoked_at"]
    assert client.post("/v1/batch", json=body).status_code == 401
    assert client.delete(f"/api/v1/collector/keys/{made['write_key']}").status_code == 404
    assert client.post("/api/v1/collector/keys", json={"source": "a b"}).status_code == 422
    listed = {one["write_key"]: one["revoked_at"] for one in client.get("/api/v1/collector/keys").json()["items"]}
    assert listed[made["write_key"]]
    with app.state.workspace.store.reading() as session:
        noted = [(one.action, one.subject) for one in audit.entries(session, limit=2)]
    assert noted == [("write_key.revoked", "mini-program"), ("write_key.added", "mini-program")]
