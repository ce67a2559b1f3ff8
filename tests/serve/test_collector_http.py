"""The collector's addresses, answers and limits."""

from __future__ import annotations

import base64
import gzip
import json

import pytest
from collecting import KEY, events, logged, project
from starlette.testclient import TestClient

from kezhi.serve.collector import bodies
from kezhi.serve.collector.door import ROUTES
from kezhi.store import write_keys


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("collector")


@pytest.fixture(scope="module")
def app(folder):
    return project(folder)


@pytest.fixture(scope="module")
def client(app):
    with TestClient(app, headers={"Accept-Language": "en"}, follow_redirects=False) as one:
        yield one


def event(number: int, **more) -> dict:
    return {"type": "track", "event": "view", "userId": "u1", "messageId": f"m{number}", "timestamp": "2026-11-20T10:00:00Z", **more}


def basic(key: str = KEY) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode()}


def ids(folder) -> list[str]:
    return [name for batch in logged(folder) for name, _ in batch.events]


@pytest.mark.parametrize("path", [path for path, kind in ROUTES.items() if kind not in ("flags", "posthog_v1")])
@pytest.mark.parametrize("slash", ["", "/"])
def test_every_address_answers_with_and_without_a_slash_and_never_redirects(client, path, slash):
    answer = client.post(path + slash, json={"writeKey": KEY, "userId": "u", "event": "e"})
    assert (answer.status_code, answer.json()["success"]) == (200, True)


def test_a_batch_is_on_disk_when_it_is_answered_and_once_however_often_it_comes(client, folder):
    body = {"batch": [event(1), event(2)], "sentAt": "2026-11-20T10:00:01Z"}
    for _ in range(3):
        answer = client.post("/v1/batch", json=body, headers=basic())
        assert (answer.status_code, answer.json()) == (200, {"success": True})
    again = {"batch": [event(2), event(3)]}  # SDKs may group a retry in another way
    assert client.post("/v1/import", json=again, headers=basic()).status_code == 200
    assert [name for name in ids(folder) if name in ("m1", "m2", "m3")] == ["m1", "m2", "m3"]


def test_a_single_event_gets_its_type_from_the_address_and_its_key_stays_out_of_the_log(client, folder):
    client.post("/v1/i", content=json.dumps({"writeKey": KEY, "userId": "u9", "messageId": "single", "traits": {}}))
    (found,) = [one for one in events(folder) if one.get("messageId") == "single"]
    assert (found["type"], "writeKey" in found) == ("identify", False)


BATCHES = {
    "as SDKs send it": b'{"batch":%(events)b,"sentAt":"2026-11-20T10:00:01Z","writeKey":"%(key)b"}',
    "without a key": b'{"batch":%(events)b,"integrations":{}}',
    "on several lines": b'{\n  "writeKey": "%(key)b",\n  "batch": %(events)b\n}',
    "key said otherwise": b'{"writeKey":"\\u0077k%(rest)b","batch":%(events)b}',
    "a field more": b'{"writeKey":"%(key)b","batch":%(events)b,"token":"wk_another"}',
    "one context for all": b'{"writeKey":"%(key)b","batch":%(events)b,"context":{"locale":"zh-CN"}}',
    "batch said twice": b'{"batch":[{"type":"track"}],"writeKey":"%(key)b","batch":%(events)b}',
    "half a surrogate pair": b'{"batch":%(events)b,"writeKey":"%(key)b","sentAt":"\\ud83d"}',
}


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("form", BATCHES)
def test_whatever_the_form_of_a_batch_its_events_are_kept_as_sent_and_its_key_is_not(client, folder, form, packed):
    name = f"{form}-{packed}"
    sent = [
        event(0, messageId=f"{name}-{n}", properties={"t": 'a"]}\\\n\u2028é😀', "n": 0.1, "batch": [{"writeKey": None}]}) for n in (1, 2)
    ]
    body = BATCHES[form] % {b"events": json.dumps(sent).encode(), b"key": KEY.encode(), b"rest": KEY[2:].encode()}
    headers = {**basic(), "Content-Encoding": "gzip"} if packed else basic()
    assert client.post("/v1/batch", content=gzip.compress(body) if packed else body, headers=headers).status_code == 200
    more = {"context": {"locale": "zh-CN"}} if "context" in form else {}
    assert [one for one in events(folder) if one.get("messageId", "").startswith(f"{name}-")] == [{**one, **more} for one in sent]
    # a part that came before, and one that cannot be used: only what is new is kept
    body = body.replace(f"{name}-1".encode(), f"{name}-3".encode()).replace(b'[{"type": "track"', b'[{"type":"x"},{"type": "track"')
    assert client.post("/v1/batch", content=body, headers=basic()).status_code == 200
    assert sorted(one for one in ids(folder) if one.startswith(f"{name}-")) == [f"{name}-{n}" for n in (1, 2, 3)]
    kept = b"".join(path.read_bytes() for path in folder.rglob("*.log"))
    said = str([json.loads(line[9:]) for line in kept.splitlines()])  # a key that is escaped can be read all the same
    for secret in (KEY, "wk_another"):
        assert secret.encode() not in kept
        assert secret not in said


@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded", "text/plain", ""])
def test_gzip_is_understood_whatever_the_content_type_says(client, folder, kind):
    name = f"gzip-{kind}"
    body = gzip.compress(json.dumps({"batch": [event(0, messageId=name)]}).encode())
    headers = {**basic(), "Content-Encoding": "gzip", "Content-Type": kind}
    assert client.post("/v1/batch", content=body, headers=headers).status_code == 200
    assert name in ids(folder)


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        (b"{", basic(), 400, "bad_json"),
        (b"[" * 5000, basic(), 400, "bad_json"),
        (b"5", basic(), 400, "bad_shape"),
        (b"\x1f\x8bnot gzip", basic(), 400, "bad_gzip"),
        (gzip.compress(b"{}", mtime=0)[:-6], basic(), 400, "bad_gzip"),
        (b"{}", {**basic(), "Content-Encoding": "gzip"}, 400, "bad_gzip"),
        (b"{}", {**basic(), "Content-Encoding": "br"}, 400, "bad_encoding"),
        (b'{"batch":[]}', {}, 401, "invalid_write_key"),
        (b'{"batch":[],"writeKey":7}', {}, 401, "invalid_write_key"),
        (b'{"batch":[],"writeKey":"wk_other"}', {}, 401, "invalid_write_key"),
        (b'{"batch":[]}', basic("wk_other"), 401, "invalid_write_key"),
        (b'{"batch":[]}', {"Authorization": "Basic ???"}, 401, "invalid_write_key"),
        (b" " * (bodies.LARGEST + 1), basic(), 413, "too_large"),
        (gzip.compress(b" " * (bodies.LARGEST + 1), mtime=0), basic(), 413, "too_large"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_a_refusal_has_code_and_message_as_the_sdks_need(client, body, headers, status, code):
    answer = client.post("/v1/batch", content=body, headers=headers)
    said = answer.json()
    assert (answer.status_code, said["code"], said["success"]) == (status, code, False)
    assert said["message"]


def test_bad_events_do_not_fail_their_batch_and_are_kept_with_the_reason(client, folder):
    bad = [
        5,
        {"type": "nonsense", "userId": "u"},
        {"type": ["track"], "userId": "u"},
        {"type": "track", "event": "e"},
        {"type": "track", "event": "e", "userId": {"a": 1}},
        {"type": "track", "event": "  ", "userId": "u"},
        {"type": "track", "event": "e", "userId": "u", "timestamp": "yesterday"},
        {"type": "track", "event": "e", "userId": "u", "timestamp": True},
        {"type": "alias", "userId": "u"},
    ]
    for _ in range(2):
        assert client.post("/v1/batch", json={"batch": [*bad, event(0, messageId="among bad ones")]}, headers=basic()).status_code == 200
    kept = [reason for batch in logged(folder) for _, reason, one in batch.bad if one in bad]
    assert kept == [
        "not_an_object", "unknown_event_type", "unknown_event_type", "no_person", "unusable_person_id", "no_event_name",
        "unreadable_time", "unreadable_time", "no_previous_id",
    ]  # fmt: skip
    assert "among bad ones" in ids(folder)


def test_text_that_strict_parsers_refuse_does_not_cost_the_batch(client, folder):
    for number, odd in enumerate(['"\\ud800"', "NaN", '"\udcff"', str(10**30), "Infinity"]):
        body = json.dumps({"batch": [event(0, messageId=f"odd{number}", properties={"x": "HERE"})]}).replace('"HERE"', odd)
        assert client.post("/v1/batch", content=body.encode("utf-8", "surrogateescape"), headers=basic()).status_code == 200, odd
    assert {f"odd{number}" for number in range(5)} <= set(ids(folder))


def test_a_browser_of_another_site_may_send_and_reads_the_answer(client):
    asked = {
        "Origin": "https://shop.test",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,x-odd",
    }
    before = client.options("/v1/t", headers=asked)
    assert before.status_code == 204
    assert before.headers["access-control-allow-headers"] == "authorization,x-odd"
    answer = client.post(
        "/v1/t", json={"writeKey": KEY, **event(77)}, headers={"Origin": "https://shop.test", "Sec-Fetch-Site": "cross-site"}
    )
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, "*")


def test_other_addresses_below_v1_are_answered_in_the_same_form(client):
    assert client.post("/v1/nothing", json={}).json()["code"] == "no_such_address"
    assert (client.get("/v1/batch").status_code, client.get("/v1/batch").json()["code"]) == (405, "wrong_method")
    assert client.get("/v1/nothing").status_code == 404


def test_the_browser_library_finds_its_settings(client):
    found = client.get(f"/v1/projects/{KEY}/settings").json()
    assert found["integrations"]["Segment.io"]["apiHost"] == "testserver/v1"
    assert client.get("/v1/projects/nobody/settings").status_code == 401


def test_the_snippet_is_served_to_other_sites(client):
    answer = client.get("/collector.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert (answer.headers["access-control-allow-origin"], answer.headers["cross-origin-resource-policy"]) == ("*", "cross-origin")
    assert "sendBeacon" in answer.text


def test_flags_are_an_empty_set(client):
    for path in ("/flags/?v=2", "/flags", "/decide/?v=3"):
        assert client.post(path, json={"token": KEY}).json()["featureFlags"] == {}


def test_posthogs_newer_address_answers_for_each_event(client, folder):
    good = {
        "event": "order completed",
        "uuid": "v1-1",
        "distinct_id": "u1",
        "timestamp": "2026-11-20T10:00:00Z",
        "options": {},
        "properties": {},
    }
    bad = {"event": "x", "uuid": "v1-2", "distinct_id": None, "properties": {}}
    answer = client.post("/i/v1/analytics/events", json={"batch": [good, bad]}, headers={"Authorization": f"Bearer {KEY}"})
    assert answer.json() == {"results": {"v1-1": {"result": "ok"}, "v1-2": {"result": "drop"}}}
    assert "v1-1" in ids(folder)


def test_a_key_made_or_revoked_here_counts_at_once(app, client):
    with app.state.workspace.store.session() as session:
        made = write_keys.add_key(session, "app", author="test").write_key
    app.state.keys.forget()
    assert client.post("/v1/batch", json={"batch": []}, headers=basic(made)).status_code == 200
    with app.state.workspace.store.session() as session:
        write_keys.revoke_key(session, made)
    app.state.keys.forget()
    assert client.post("/v1/batch", json={"batch": []}, headers=basic(made)).status_code == 401


def test_too_much_waiting_and_a_refusing_disk_are_a_503_with_a_time(tmp_path):
    app = project(tmp_path)
    log = app.state.log
    with TestClient(app) as client:
        log.most_waiting = 1
        answer = client.post("/v1/batch", json={"batch": [event(1)]}, headers=basic())
        assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (503, "busy", "1")
        log.most_waiting = 10**6

        def refuse(_: int) -> None:
            raise OSError(28, "No space left on device")

        works, log._sync = log._sync, refuse
        answer = client.post("/v1/batch", json={"batch": [event(1)]}, headers=basic())
        assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (503, "not_kept", "10")
        log._sync = works
        assert client.post("/v1/batch", json={"batch": [event(1)]}, headers=basic()).status_code == 200
    assert ids(tmp_path) == ["m1"]
