"""Takes jobs from the store and has each done by a process of its own, which can be cancelled and whose memory is its own."""

from __future__ import annotations

import json
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from kezhi.serve.jobs.kinds import ALONE
from kezhi.store import Database, jobs, schedules
from kezhi.store.records import Job

LOOK_SECONDS = 1.0  # how often an idle worker looks
BEAT_SECONDS = 5.0
STOP_SECONDS = 10.0
LEASE_SECONDS = jobs.LEASE.total_seconds()
log = logging.getLogger("kezhi.jobs")


class Worker:
    """One thread that does jobs, one after another, until it is stopped."""

    def __init__(self, folder: Path, store: Database, timezone: str) -> None:
        self._folder, self._store, self._timezone = folder, store, timezone
        self.name = f"{socket.gethostname()}-{os.getpid()}-{id(self):x}"[:80]
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._live, name="jobs", daemon=True)

    def start(self) -> None:
        """Begin to look for work."""
        self._thread.start()

    def stop(self) -> None:
        """Stop; a job that runs is stopped too and given back: the next worker takes it up at once."""
        self._stopping.set()
        self._thread.join(STOP_SECONDS + 2)

    def _live(self) -> None:
        while not self._stopping.is_set():
            try:
                with self._store.session() as session:
                    schedules.ask_what_is_due(session, timezone=self._timezone, alone=ALONE)
                    job = jobs.take(session, self.name)
                if job is not None:
                    self._do(job)
                    continue
            except SQLAlchemyError:
                log.exception("the store did not answer; trying again")
            except Exception:  # whatever else is wrong with one job or schedule: the next is not to wait for ever
                log.exception("a job could not be done; going on with the next")
            self._stopping.wait(LOOK_SECONDS)

    def _do(self, job: Job) -> None:
        """Have *job* done by a child process, and tell the store how it went; however this ends, the child is gone."""
        child = subprocess.Popen(
            [sys.executable, "-m", "kezhi.serve.jobs.child", str(self._folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        try:
            self._watch(job, child)
        finally:
            if child.poll() is None:
                _stop(child)

    def _watch(self, job: Job, child: subprocess.Popen[str]) -> None:
        assert child.stdin
        child.stdin.write(json.dumps({"kind": job.kind, "arguments": job.arguments, "job_id": job.job_id}))
        child.stdin.close()
        heard = _Heard(child)
        told, ours_until = 0.0, time.monotonic() + LEASE_SECONDS
        while heard.running:
            heard.more.wait(0.2)
            heard.more.clear()
            if self._stopping.is_set():
                _stop(child)
                with self._store.session() as session:
                    jobs.give_back(session, job.job_id, self.name)
                return
            if time.monotonic() - told >= BEAT_SECONDS or heard.fresh:
                heard.fresh, told = False, time.monotonic()
                try:
                    with self._store.session() as session:
                        goes_on = jobs.beat(session, job.job_id, self.name, heard.progress)
                    ours_until = told + LEASE_SECONDS
                except SQLAlchemyError:
                    log.exception("the store did not answer; job %s goes on while it is ours", job.job_id)
                    goes_on = time.monotonic() < ours_until - STOP_SECONDS  # the child is to be gone when another may take the job up
                if not goes_on:
                    _stop(child)
                    break
        child.wait()
        self._tell(job, heard, ours_until)

    def _tell(self, job: Job, heard: _Heard, ours_until: float) -> None:
        """Write down how *job* ended, again and again while it is ours: what is done and not written would be done twice."""
        while True:
            try:
                with self._store.session() as session:
                    known = session.get(Job, job.job_id)
                    if known is not None and known.cancel_asked:
                        jobs.end(session, job.job_id, self.name, "cancelled")
                    elif heard.result is not None:
                        jobs.end(session, job.job_id, self.name, "done", result=heard.result)
                    else:
                        problem = heard.problem or json.dumps({"code": "bug", "detail": heard.errors[-2000:]})
                        jobs.end(session, job.job_id, self.name, "failed", problem=problem)
                        log.error("job %s of kind %s failed: %s", job.job_id, job.kind, heard.errors[-2000:] or heard.problem)
                return
            except SQLAlchemyError:
                log.exception("the store did not answer; the end of job %s is told again", job.job_id)
                if time.monotonic() >= ours_until or self._stopping.wait(LOOK_SECONDS):
                    return


class _Heard:
    """What a child says, read by threads so that neither pipe fills up."""

    def __init__(self, child: subprocess.Popen[str]) -> None:
        self.progress: dict[str, Any] = {}
        self.result: dict[str, Any] | None = None
        self.problem: str | None = None
        self.errors = ""
        self.fresh = False
        self.more = threading.Event()
        self._child = child
        self._readers = [threading.Thread(target=read, daemon=True) for read in (self._lines, self._complaints)]
        for reader in self._readers:
            reader.start()

    @property
    def running(self) -> bool:
        """Whether there is more to hear."""
        return any(reader.is_alive() for reader in self._readers)

    def _lines(self) -> None:
        assert self._child.stdout
        for line in self._child.stdout:
            try:
                said = json.loads(line)
            except ValueError:
                continue  # a library printed something
            if "progress" in said:
                self.fresh, self.progress = said["progress"] != self.progress, said["progress"]
            self.result = said.get("result", self.result)
            if "problem" in said:
                self.problem = json.dumps(said["problem"], ensure_ascii=False)
            self.more.set()

    def _complaints(self) -> None:
        assert self._child.stderr
        for line in self._child.stderr:
            self.errors = (self.errors + line)[-20_000:]


def _stop(child: subprocess.Popen[str]) -> None:
    """End a child politely, then by force."""
    child.terminate()
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
