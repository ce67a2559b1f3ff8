"""What who runs the server sees: figures and lines, complete and without anybody in them."""

from __future__ import annotations

import json
import logging
import sys

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from kezhi.serve.operating.lines import Lines
from kezhi.serve.operating.meters import TOKEN
from kezhi.store import users


@pytest.fixture
def here(app) -> TestClient:
    """Somebody on the server's own machine."""
    return TestClient(app, client=("127.0.0.1", 5000))


def figures(client: TestClient, **headers: str) -> dict[str, dict[tuple, float]]:
    answer = client.get("/metricsz", headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, dict[tuple, float]] = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sample.labels.values())] = sample.value
    return found


@pytest.fixture
def lines(caplog):
    """The lines of requests, as they are written."""
    caplog.set_level(logging.INFO, "kezhi.requests")
    return lambda: [json.loads(Lines().format(record)) for record in caplog.records if record.name == "kezhi.requests"]


def test_requests_are_counted_by_route_and_nobody_is_in_the_figures_or_lines(app, sign_in, here, lines):
    reader = app.state.workspace.reader()
    row = reader.answer(reader.table("customers").filter(reader.table("customers").phone.notnull()).limit(1)).to_pylist()[0]
    one, name, phone = row["customer_id"], row["name"], row["phone"]
    key = ("GET", "/api/v1/customers/{customer_id}", "200")
    before = figures(here).get("kezhi_http_request_seconds_count", {}).get(key, 0)
    client = sign_in("manager")
    assert client.get(f"/api/v1/customers/{one}").status_code == 200
    client.get("/api/v1/customers", params={"q": phone})
    client.get("/api/v1/no-such/" + one)
    client.get("/" + one)
    client.request("STRANGE" + "X" * 20, "/api/v1/me")
    client.post("/v1/batch", content=b"{")
    after = figures(here)
    counts = after["kezhi_http_request_seconds_count"]
    assert counts[key] == before + 1
    assert {("GET", "other", "404"), ("GET", "/api/v1/customers", "200"), ("POST", "/v1/batch", "400")} <= counts.keys()
    assert {labels[0] for labels in counts} <= {"GET", "POST", "PUT", "DELETE", "other"}
    assert after["kezhi_store_up"][()] == 1
    assert after["kezhi_jobs"].keys() == {(state,) for state in ("waiting", "running", "done", "failed", "cancelled")}
    assert after["kezhi_snapshot_made_timestamp_seconds"][()] > 1.7e9
    written = lines()
    assert [line["route"] for line in written if line["status"] == 200][1:3] == ["/api/v1/customers/{customer_id}", "/api/v1/customers"]
    everything = json.dumps(written, ensure_ascii=False) + here.get("/metricsz").text
    assert [said for said in (one, name, phone, "manager", "correct horse") if said in everything] == []
    with app.state.workspace.store.reading() as session:
        manager = users.find_user(session, "manager").user_id
    assert {line["user_id"] for line in written if line["route"] == "/api/v1/customers"} == {manager}


def test_a_request_bears_the_id_that_the_proxy_gave_or_one_of_its_own(here, lines):
    given = here.get("/healthz", headers={"X-Request-Id": "proxy-12345678"})
    wild = here.get("/healthz", headers={"X-Request-Id": 'x" 张三 \t'.encode()})
    assert given.headers["x-request-id"] == "proxy-12345678"
    assert len(wild.headers["x-request-id"]) == 16
    assert [line["request_id"] for line in lines()] == [given.headers["x-request-id"], wild.headers["x-request-id"]]
    assert [(line["method"], line["route"], line["status"]) for line in lines()] == [("GET", "/healthz", 200)] * 2


def test_the_figures_are_for_this_machine_or_for_who_has_the_token(app, here, monkeypatch):
    far = TestClient(app, client=("10.0.0.9", 5000))
    proxied = {"X-Forwarded-For": "10.0.0.9"}
    assert [one.status_code for one in (here.get("/metricsz"), far.get("/metricsz"), here.get("/metricsz", headers=proxied))] == [
        200,
        403,
        403,
    ]
    monkeypatch.setenv(TOKEN, "secret-of-prometheus")
    assert here.get("/metricsz").status_code == 401
    assert far.get("/metricsz", headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert far.get("/metricsz", headers={"Authorization": "Bearer secret-of-prometheus"}).status_code == 200


def test_an_error_is_told_by_its_places_not_by_its_words():
    try:
        raise ValueError("张三 13812345678")
    except ValueError:
        record = logging.LogRecord("uvicorn.error", logging.ERROR, __file__, 1, "failed for %s", ("13812345678",), sys.exc_info())
    line = Lines().format(record)
    told = json.loads(line)
    assert "13812345678" not in line
    assert (told["what"], told["error"], told["places"][0].split()[-1]) == (
        "failed for %s", "ValueError", "test_an_error_is_told_by_its_places_not_by_its_words",
    )  # fmt: skip
