"""A small project with a write key, its server on a port of this machine, and what its log has."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kezhi.serve.app import create_app
from kezhi.sources.collector import LOG_FOLDER
from kezhi.sources.collector.segments import Batch, batches, segments
from kezhi.store.records import WriteKey

KEY = "wk_test"


def project(folder: Path, *, source: str = "web"):
    """The application of a project in *folder* that has no files; KEY is a key of *source*."""
    (folder / "kezhi.yaml").write_text("name: Collecting\n", encoding="utf-8")
    app = create_app(folder)
    with app.state.workspace.store.session() as session:
        session.merge(WriteKey(write_key=KEY, source=source, author="test"))
    return app


@contextmanager
def served(app) -> Iterator[str]:
    """The address of *app* while it is served."""
    import uvicorn

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 30
    while not server.started and time.monotonic() < until:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


def logged(folder: Path) -> list[Batch]:
    """All batches of the project's log."""
    return [batch for path in segments(folder / LOG_FOLDER) for batch in batches(path)]


def events(folder: Path) -> list[dict]:
    """All good events of the project's log."""
    return [event for batch in logged(folder) for _, event in batch.events]
