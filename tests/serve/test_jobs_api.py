"""Jobs asked for over HTTP and done by real processes."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient

from kezhi.serve.app import create_app
from kezhi.serve.jobs import worker
from kezhi.store import users

PASSWORD = "correct horse battery"
SETTINGS = """
name: 小店
sources:
  shop:
    tables:
      orders:
        files: orders.csv
        columns: {order_id: id, record_id: who, ordered_at: day, net_amount: amount}
"""


@pytest.fixture
def shop(tmp_path):
    """A server of a small project that has never been run, with an admin signed in."""
    (tmp_path / "kezhi.yaml").write_text(SETTINGS, encoding="utf-8")
    lines = [f"A{n},C{n % 7},2025-0{n % 6 + 1}-1{n % 9},{n * 10}" for n in range(1, 60)]
    (tmp_path / "orders.csv").write_text("\n".join(["id,who,day,amount", *lines]), encoding="utf-8")
    app = create_app(tmp_path)
    with app.state.workspace.store.session() as session:
        for role in ("admin", "sales"):
            users.add_user(session, role, PASSWORD, role)
    with TestClient(app, headers={"Accept-Language": "en"}) as client:  # with its life: the worker is at work
        client.post("/api/v1/sign-in", json={"login": "admin", "password": PASSWORD})
        yield client


def over(client, job_id, seconds=300):
    """The job when it is over."""
    until = time.monotonic() + seconds
    while (job := client.get(f"/api/v1/jobs/{job_id}").json())["state"] in ("waiting", "running"):
        assert time.monotonic() < until, job
        time.sleep(0.2)
    return job


def test_a_run_and_then_a_report_from_an_empty_project(shop):
    assert shop.get("/api/v1/customers").status_code == 409
    run = shop.post("/api/v1/jobs", json={"kind": "run"}).json()
    done = over(shop, run["job_id"])
    assert (done["state"], done["result"]["customers"], done["tries"]) == ("done", 7, 1), done
    assert [step["step"] for step in done["progress"]["done"]][:2] == ["read", "clean"]
    assert shop.get("/api/v1/customers").json()["total"] == 7, "the new snapshot is served without a restart"
    made = over(shop, shop.post("/api/v1/jobs", json={"kind": "report", "arguments": {"lang": "en"}}).json()["job_id"])
    page = shop.get(f"/api/v1/reports/{made['result']['file']}")
    assert page.status_code == 200
    assert "Customer insight report" in page.text
    assert [job["kind"] for job in shop.get("/api/v1/jobs").json()["items"]] == ["report", "run"]
    asked = datetime.fromisoformat(run["created_at"]).replace(tzinfo=UTC)
    for moment, kinds in ((asked, []), (asked + timedelta(microseconds=1), ["run"])):
        told = shop.get("/api/v1/jobs", params={"before": moment.astimezone(timezone(timedelta(hours=8))).isoformat()})
        assert [job["kind"] for job in told.json()["items"]] == kinds, "a time with an offset is that moment"
    assert shop.post(f"/api/v1/jobs/{run['job_id']}/cancel").json()["state"] == "done"
    assert shop.get("/api/v1/audit?action=job.cancelled").json()["items"] == [], "what is over is not said to be cancelled"


def test_a_run_that_cannot_be_done_says_why_in_the_language_asked_for(shop):
    (shop.app.state.workspace.folder / "orders.csv").write_text("id,who,day\n", encoding="utf-8")
    failed = over(shop, shop.post("/api/v1/jobs", json={"kind": "run"}).json()["job_id"])
    assert failed["state"] == "failed"
    assert "orders.csv" in failed["problem"]
    chinese = shop.get(f"/api/v1/jobs/{failed['job_id']}", headers={"Accept-Language": "zh"}).json()["problem"]
    assert chinese != failed["problem"]


def test_a_running_job_is_cancelled(shop):
    job = shop.post("/api/v1/jobs", json={"kind": "run"}).json()["job_id"]
    until = time.monotonic() + 60
    while shop.get(f"/api/v1/jobs/{job}").json()["state"] == "waiting":
        assert time.monotonic() < until
        time.sleep(0.05)
    shop.post(f"/api/v1/jobs/{job}/cancel")
    assert over(shop, job)["state"] == "cancelled"
    assert shop.get("/api/v1/customers").status_code == 409, "nothing half-made is served"


def test_a_job_is_done_once_though_the_store_does_not_answer_and_one_that_cannot_begin_stops_no_other(shop, monkeypatch):
    """The store fails while the job runs and when its end is told; before it, no process can be made."""
    left = {"beat": 3, "end": 2}
    for name in left:
        real = getattr(worker.jobs, name)

        def failing(*args, name=name, real=real, **more):
            if left[name]:
                left[name] -= 1
                raise OperationalError("the store", {}, Exception("is away"))
            return real(*args, **more)

        monkeypatch.setattr(worker.jobs, name, failing)
    begin, refused = worker.subprocess.Popen, []

    def no_process(*args, **more):
        if not refused:
            refused.append(True)
            raise OSError("no memory for a process")
        return begin(*args, **more)

    monkeypatch.setattr(worker.subprocess, "Popen", no_process)
    shop.post("/api/v1/jobs", json={"kind": "report", "arguments": {"lang": "en"}})
    until = time.monotonic() + 60
    while not refused:
        assert time.monotonic() < until
        time.sleep(0.05)
    done = over(shop, shop.post("/api/v1/jobs", json={"kind": "run"}).json()["job_id"])
    assert (done["state"], done["tries"]) == ("done", 1), done
    assert left == {"beat": 0, "end": 0}


@pytest.mark.parametrize("bad", ["\ud800", "a\u0000b", 1e999])
def test_what_a_store_cannot_keep_is_refused_in_arguments_and_views(shop, bad):
    for method, path, body in (
        ("POST", "/api/v1/jobs", {"kind": "run", "arguments": {"only": bad}}),
        ("POST", "/api/v1/schedules", {"name": "x", "kind": "run", "cron": "0 6 * * *", "arguments": {"only": bad}}),
        ("PUT", "/api/v1/views", {"page": "customers", "name": "x", "state": {"x": bad}}),
    ):
        answer = shop.request(method, path, content=json.dumps(body), headers={"Content-Type": "application/json"})
        assert answer.status_code in (400, 422), (path, answer.text)


def test_who_may_not_run_may_still_ask_for_a_report_and_cancels_only_their_own(shop):
    waiting = shop.post("/api/v1/jobs", json={"kind": "run"}).json()["job_id"]
    shop.post("/api/v1/sign-in", json={"login": "sales", "password": PASSWORD})
    assert shop.post("/api/v1/jobs", json={"kind": "run"}).json()["code"] == "not_allowed"
    assert shop.post(f"/api/v1/jobs/{waiting}/cancel").json()["code"] == "not_allowed"
    own = shop.post("/api/v1/jobs", json={"kind": "report"}).json()["job_id"]
    assert shop.post(f"/api/v1/jobs/{own}/cancel").json()["state"] in ("cancelled", "running", "failed")
    assert shop.post("/api/v1/jobs", json={"kind": "report", "arguments": {"form": "exe"}}).status_code == 422


def test_a_workbook_is_for_who_may_take_away_lists_of_all_customers(shop):
    """It is refused when asked for, and when somebody else's is fetched; a taken one stands in the audit log."""
    over(shop, shop.post("/api/v1/jobs", json={"kind": "run"}).json()["job_id"])
    book = {"kind": "report", "arguments": {"form": "xlsx"}}
    file = over(shop, shop.post("/api/v1/jobs", json=book).json()["job_id"])["result"]["file"]
    assert shop.get(f"/api/v1/reports/{file}").status_code == 200
    assert [entry["subject"] for entry in shop.get("/api/v1/audit?action=report.fetched").json()["items"]] == [file]
    with shop.app.state.workspace.store.session() as session:
        users.add_user(session, "east", PASSWORD, "marketer")
        users.change_user(session, "east", regions=["上海市"])
    for login, code in (("sales", "not_allowed"), ("east", "not_all_seen")):
        shop.post("/api/v1/sign-in", json={"login": login, "password": PASSWORD})
        assert shop.post("/api/v1/jobs", json=book).json()["code"] == code
        assert shop.get(f"/api/v1/reports/{file}").json()["code"] == code
        assert shop.post("/api/v1/jobs", json={"kind": "report"}).status_code == 202


def test_a_schedule_is_made_switched_and_removed(shop):
    made = shop.post("/api/v1/schedules", json={"name": "daily", "kind": "run", "cron": "0 6 * * *"}).json()
    assert made["next_at"] is not None
    assert shop.put(f"/api/v1/schedules/{made['schedule_id']}", json={"on": False}).json()["next_at"] is None
    assert shop.delete(f"/api/v1/schedules/{made['schedule_id']}").status_code == 204
    assert shop.get("/api/v1/schedules").json() == []
    assert shop.post("/api/v1/schedules", json={"name": "x", "kind": "run", "cron": "daily"}).status_code == 422
