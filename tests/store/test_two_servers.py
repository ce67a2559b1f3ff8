"""Two server processes on one PostgreSQL and one project are one workspace, and each stops gracefully."""

from __future__ import annotations

import http.client
import json
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from kezhi.sources.collector import LOG_FOLDER
from kezhi.sources.collector.segments import batches, segments
from kezhi.store import Database, jobs

KEZHI = [sys.executable, "-c", "import sys; from kezhi.cli import main; sys.exit(main())"]
CALLS = ("request_id", "method", "route", "status", "ms", "user_id")


class Server:
    """One `kezhi serve`."""

    def __init__(self, folder: Path, name: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.log = folder / f"{name}.log"
        words = ["serve", "-p", str(folder), "--port", str(self.port), "--no-browser", "--log-json"]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen([*KEZHI, *words], stdout=subprocess.PIPE, stderr=log)

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, str, str]:
        """Status, body and cookie of an answer."""
        data = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", data, {"Content-Type": "application/json", **headers}, method=method
        )
        try:
            with urllib.request.urlopen(asked, timeout=30) as answer:
                return answer.status, answer.read().decode(), answer.headers.get("set-cookie", "").partition(";")[0]
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(), ""

    def wait(self) -> None:
        """Until it is ready."""
        until = time.monotonic() + 120
        while time.monotonic() < until:
            assert self.process.poll() is None, self.log.read_text(encoding="utf-8")
            try:
                if self.ask("GET", "/readyz")[0] == 200:
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the server did not come up")


@pytest.fixture
def store_url(postgres, monkeypatch):
    engine = create_engine(postgres, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text('CREATE DATABASE "two_servers"'))
    engine.dispose()
    url = postgres.replace("/postgres?", "/two_servers?")
    monkeypatch.setenv("KEZHI_STORE", url)
    monkeypatch.setenv("KEZHI_LANG", "en")
    return url


def test_two_servers_are_one_workspace(store_url, tmp_path):
    (tmp_path / "kezhi.yaml").write_text("name: Two\n", encoding="utf-8")
    first, second = servers = [Server(tmp_path, name) for name in ("first", "second")]  # at once, on a database without a table
    try:
        for one in servers:
            one.wait()
        _one_workspace(first, second, store_url, tmp_path)
        _stops_gracefully(first, tmp_path)
    finally:
        for one in servers:
            one.process.terminate()
        said = [one.process.communicate(timeout=60)[0].decode() for one in servers]
    passwords = [found[1] for one in said if (found := re.search(r"password (\S+) ", one))]
    assert len(passwords) == 1, "one of them made the admin"
    lines = [json.loads(line) for one in servers for line in one.log.read_text(encoding="utf-8").splitlines()]
    assert {"/readyz", "/api/v1/me", "/v1/batch"} <= {line["route"] for line in lines if "route" in line}
    assert all(set(CALLS) <= line.keys() for line in lines if line["logger"] == "kezhi.requests")
    assert [line["logger"] for line in lines if line["level"] == "error"] == ["kezhi.jobs"]


def _one_workspace(first: Server, second: Server, store_url: str, folder: Path) -> None:
    store = Database(store_url)
    with store.session() as session:
        from kezhi.store import users

        users.set_password(session, users.find_user(session, "admin"), "correct horse battery")
    _, _, cookie = first.ask("POST", "/api/v1/sign-in", {"login": "admin", "password": "correct horse battery"})
    assert json.loads(second.ask("GET", "/api/v1/me", Cookie=cookie)[1])["login"] == "admin"
    key = json.loads(first.ask("POST", "/api/v1/collector/keys", {"source": "web"}, Cookie=cookie)[1])["write_key"]
    (folder / "key").write_text(key, encoding="ascii")
    for number, server in enumerate((first, second)):
        batch = [{"type": "track", "event": "e", "userId": "u", "messageId": f"{number}-{i}"} for i in range(3)]
        assert server.ask("POST", "/v1/batch", {"writeKey": key, "batch": batch})[0] == 200
    for server in (first, second):
        counted = json.loads(server.ask("GET", "/api/v1/collector/live", Cookie=cookie)[1])["items"]
        assert sum(one["events"] for one in counted) == 6
    asked = json.loads(second.ask("POST", "/api/v1/jobs", {"kind": "report", "arguments": {}}, Cookie=cookie)[1])["job_id"]
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with store.reading() as session:
            job = jobs.find(session, asked)
        if job.state in jobs.OVER:
            break
        time.sleep(0.2)
    assert (job.state, job.tries, "no_snapshot" in (job.problem or "")) == ("failed", 1, True)  # taken by one of both, once
    store.close()
    assert second.ask("POST", "/api/v1/sign-out", {}, Cookie=cookie)[0] == 204
    assert first.ask("GET", "/api/v1/me", Cookie=cookie)[0] == 401
    status, figures, _ = second.ask("GET", "/metricsz")
    assert (status, 'kezhi_jobs{state="failed"} 1.0' in figures) == (200, True)
    assert second.ask("GET", "/metricsz", **{"X-Forwarded-For": "10.0.0.9"})[0] == 403


def _stops_gracefully(server: Server, folder: Path) -> None:
    """Told to stop while a batch is on its way, the server takes the rest of it, keeps it, answers, and ends."""
    body = json.dumps(
        {
            "writeKey": (folder / "key").read_text(encoding="ascii"),
            "batch": [{"type": "track", "event": "e", "userId": "u", "messageId": "last"}],
        }
    ).encode()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.putrequest("POST", "/v1/batch")
    connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body[:20])
    time.sleep(0.5)
    server.process.send_signal(signal.SIGTERM)
    time.sleep(0.5)
    connection.send(body[20:])
    assert connection.getresponse().status == 200
    assert server.process.wait(30) in (0, -signal.SIGTERM)
    kept = [name for segment in segments(folder / LOG_FOLDER) for batch in batches(segment) for name, _ in batch.events]
    assert sorted(kept) == ["0-0", "0-1", "0-2", "1-0", "1-1", "1-2", "last"]
