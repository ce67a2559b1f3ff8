"""
Long work, one row a piece: waiting → running → done, failed or cancelled.

A worker holds what it runs by a lease that it renews; a worker that dies lets the lease end, and the next one takes
the job up again. So a job may run twice in part: each kind must bear being begun anew.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kezhi.errors import NotFound
from kezhi.locales import Phrase
from kezhi.store.database import one_at_a_time
from kezhi.store.records import Job, utc_now

LEASE = timedelta(seconds=30)
MOST_TRIES = 3
OVER = ("done", "failed", "cancelled")
LOCK = 0x6B6A  # one worker takes a job at a time on PostgreSQL; on SQLite the transaction itself is alone


def ask(
    session: Session,
    kind: str,
    arguments: dict[str, Any],
    *,
    asked_by: str,
    alone: str | None = None,
    due_at: datetime | None = None,
    schedule_id: str | None = None,
) -> Job:
    """
    A new job; where the same is waiting already, that one.

    Args:
        session: The transaction.
        kind: What is to be done.
        arguments: With what.
        asked_by: A login.
        alone: Of the jobs with the same name here, one runs at a time.
        due_at: Not before; none is now.
        schedule_id: The schedule that asks.
    """
    waiting = session.scalars(select(Job).where(Job.kind == kind, Job.state == "waiting", Job.cancel_asked.is_(False)))
    for same in waiting:
        if same.arguments == arguments and due_at is None:
            return same
    job = Job(kind=kind, arguments=arguments, asked_by=asked_by, alone=alone, schedule_id=schedule_id, due_at=due_at or utc_now())
    session.add(job)
    session.flush()
    return job


def take(session: Session, worker: str) -> Job | None:
    """The next job that is due, now leased to *worker*; also one whose worker has died. None if there is nothing to do."""
    one_at_a_time(session.connection(), LOCK)
    now = utc_now()
    for dead in session.scalars(select(Job).where(Job.state == "running", Job.lease_until < now)):
        if dead.cancel_asked:
            _over(dead, "cancelled")
        elif dead.tries >= MOST_TRIES:
            _over(dead, "failed", problem=f"its worker died {dead.tries} times")
        else:
            dead.state, dead.worker, dead.lease_until = "waiting", None, None
    session.flush()
    busy = select(Job.alone).where(Job.state == "running", Job.alone.is_not(None))
    due = (
        select(Job)
        .where(Job.state == "waiting", Job.due_at <= now, or_(Job.alone.is_(None), Job.alone.not_in(busy)))
        .order_by(Job.due_at, Job.created_at, Job.job_id)
        .limit(1)
    )
    job = session.scalar(due)
    if job is None:
        return None
    job.state, job.worker, job.lease_until = "running", worker, now + LEASE
    job.tries, job.started_at, job.progress = job.tries + 1, now, {}
    return job


def beat(session: Session, job_id: str, worker: str, progress: dict[str, Any]) -> bool:
    """Renew the lease and note how far it is; false if the job is to be given up: cancelled, or no longer the worker's."""
    job = session.get(Job, job_id)
    if job is None or job.state != "running" or job.worker != worker:
        return False
    job.lease_until, job.progress = utc_now() + LEASE, progress
    return not job.cancel_asked


def give_back(session: Session, job_id: str, worker: str) -> None:
    """Let the next worker take a job up at once: *worker* stops, and the job is not to blame."""
    job = session.get(Job, job_id)
    if job is not None and job.state == "running" and job.worker == worker:
        job.state, job.worker, job.lease_until, job.tries = "waiting", None, None, job.tries - 1


def end(
    session: Session, job_id: str, worker: str, state: str, *, result: dict[str, Any] | None = None, problem: str | None = None
) -> bool:
    """End a job of *worker*; false if it is no longer the worker's, and nothing is changed."""
    job = session.get(Job, job_id)
    if job is None or job.state != "running" or job.worker != worker:
        return False
    _over(job, state, result=result, problem=problem)
    return True


def cancel(session: Session, job_id: str) -> Job:
    """
    Cancel a job: at once if it waits, as soon as its worker hears of it if it runs; one that is over stays as it is.

    Raises:
        NotFound: There is none of this id.
    """
    job = find(session, job_id)
    if job.state == "waiting":
        _over(job, "cancelled")
    elif job.state == "running":
        job.cancel_asked = True
    return job


def find(session: Session, job_id: str) -> Job:
    """
    The job of this id.

    Raises:
        NotFound: There is none.
    """
    job = session.get(Job, job_id)
    if job is None:
        raise NotFound(what=Phrase("jobs.job"), id=job_id)
    return job


def history(session: Session, *, before: datetime | None = None, limit: int = 50, kind: str | None = None) -> list[Job]:
    """Jobs, newest first; *before* is the `created_at` to go on from."""
    asked = select(Job).order_by(Job.created_at.desc(), Job.job_id).limit(limit)
    if before is not None:
        asked = asked.where(Job.created_at < before)
    if kind is not None:
        asked = asked.where(Job.kind == kind)
    return list(session.scalars(asked))


def _over(job: Job, state: str, *, result: dict[str, Any] | None = None, problem: str | None = None) -> None:
    job.state, job.ended_at, job.lease_until = state, utc_now(), None
    job.result, job.problem = result or {}, problem
