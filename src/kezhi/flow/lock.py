"""One run at a time in a project: the second waits, or says who holds it."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from kezhi.errors import RunLocked
from kezhi.flow.files import write_json


@contextmanager
def project_lock(home: Path, *, wait: bool, says: Callable[[str], None]) -> Iterator[None]:
    """
    Hold the project's lock; the operating system frees it when the process dies, however it dies.

    Raises:
        RunLocked: Another process holds it and *wait* is false; says which, and since when.
    """
    home.mkdir(parents=True, exist_ok=True)
    lock, note = FileLock(home / "run.lock"), home / "run.holder.json"
    try:
        lock.acquire(timeout=0)
    except Timeout:
        holder = _holder(note)
        if not wait:
            raise RunLocked(holder=holder, folder=str(home.parent)) from None
        says(RunLocked(holder=holder, folder=str(home.parent)).say("en"))
        lock.acquire()
    try:
        write_json(note, {"pid": os.getpid(), "host": socket.gethostname(), "since": datetime.now().isoformat(timespec="seconds")})
        yield
    finally:
        note.unlink(missing_ok=True)
        lock.release()


def _holder(note: Path) -> str:
    """Who holds the lock, in words; the note may be missing for a moment."""
    try:
        who = json.loads(note.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return "another process"
    return f"process {who['pid']} on {who['host']} since {who['since']}"
