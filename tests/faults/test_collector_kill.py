"""kill -9 in the middle of sending: nothing that was acknowledged is lost, nothing is there twice."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time

from collecting import KEY, logged, project

SERVER = """
import sys, uvicorn
from pathlib import Path
from kezhi.serve.app import create_app
uvicorn.run(create_app(Path(sys.argv[1])), host="127.0.0.1", port=int(sys.argv[2]), log_level="warning", access_log=False)
"""
SENDERS, EVENTS = 6, 20


def started(folder, port: int) -> subprocess.Popen:
    process = subprocess.Popen([sys.executable, "-c", SERVER, str(folder), str(port)], start_new_session=True)
    until = time.monotonic() + 120
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return process
        assert process.poll() is None, "the server ended by itself"
        time.sleep(0.05)
    raise AssertionError("the server did not come up")


def batch(sender: int, number: int) -> list[str]:
    return [f"{sender}-{number}-{i}" for i in range(EVENTS)]


def sent(connection: http.client.HTTPConnection, ids: list[str]) -> bool:
    """Whether the server acknowledged the batch."""
    body = json.dumps({"writeKey": KEY, "batch": [{"type": "track", "event": "e", "userId": "u", "messageId": one} for one in ids]})
    try:
        connection.request("POST", "/v1/batch", body)
        answer = connection.getresponse()
        answer.read()
        return answer.status == 200
    except (OSError, http.client.HTTPException):
        connection.close()
        return False


def test_a_killed_server_loses_no_acknowledged_event_and_doubles_none(tmp_path):
    project(tmp_path).state.workspace.close()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    acknowledged: set[str] = set()
    unsure: list[list[str]] = []
    enough = threading.Event()

    def send(sender: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        for number in range(100_000):
            ids = batch(sender, number)
            if not sent(connection, ids):
                unsure.append(ids)
                return
            acknowledged.update(ids)
            if len(acknowledged) > 3000:
                enough.set()

    process = started(tmp_path, port)
    threads = [threading.Thread(target=send, args=(sender,)) for sender in range(SENDERS)]
    for thread in threads:
        thread.start()
    assert enough.wait(60)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    for thread in threads:
        thread.join(60)
    assert len(unsure) == SENDERS  # each was stopped in the middle of a batch, or at the next one
    before = [name for one in logged(tmp_path) for name, _ in one.events]
    assert acknowledged <= set(before)

    process = started(tmp_path, port)
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        last = sorted(acknowledged, key=lambda one: tuple(map(int, one.split("-"))))[-EVENTS:]
        for ids in [*unsure, last]:  # as SDKs do; and one whose answer got lost on the way
            assert sent(connection, ids)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
    after = [name for one in logged(tmp_path) for name, _ in one.events]
    assert len(after) == len(set(after))
    assert set(after) == acknowledged | {one for ids in unsure for one in ids}
