"""What is asked and answered about jobs."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from kezhi.locales import text
from kezhi.serve.plain import Plain
from kezhi.store.records import Job, Schedule

Kind = Literal["run", "report"]


class JobAsked(BaseModel):
    """A piece of long work."""

    kind: Kind
    arguments: Plain = Field(default={}, examples=[{"form": "html", "lang": "zh"}])


class JobOut(BaseModel):
    """A job; times are UTC."""

    job_id: str
    kind: str
    arguments: dict[str, Any]
    state: Literal["waiting", "running", "done", "failed", "cancelled"]
    cancel_asked: bool
    asked_by: str
    created_at: datetime
    due_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    tries: int
    progress: dict[str, Any]
    result: dict[str, Any]
    problem: str | None  # in the language that was asked for


class JobPage(BaseModel):
    """Jobs, newest first."""

    items: list[JobOut]
    next: datetime | None  # give it as `before` for the next page; none: this is the last


class ScheduleAsked(BaseModel):
    """When a job is asked for by itself."""

    name: str = Field(min_length=1, max_length=120)
    kind: Kind
    arguments: Plain = {}
    cron: str = Field(max_length=120, examples=["0 6 * * *"], description="Five fields, in the project's time zone")


class ScheduleOut(BaseModel):
    """A schedule; times are UTC."""

    schedule_id: str
    name: str
    kind: str
    arguments: dict[str, Any]
    cron: str
    author: str
    next_at: datetime | None  # none: switched off


class Switch(BaseModel):
    """On or off."""

    on: bool


def job_out(job: Job, lang: str) -> JobOut:
    """*job* as it is answered."""
    said = json.loads(job.problem) if job.problem and job.problem.startswith("{") else {}
    problem = said.get(lang) or (text("serve.job_bug", lang) if job.problem else None)
    facts = {name: getattr(job, name) for name in JobOut.model_fields if name != "problem"}
    return JobOut(**facts, problem=problem)


def schedule_out(schedule: Schedule) -> ScheduleOut:
    """*schedule* as it is answered."""
    return ScheduleOut(**{name: getattr(schedule, name) for name in ScheduleOut.model_fields})
