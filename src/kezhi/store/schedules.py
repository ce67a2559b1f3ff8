"""When work is asked for by itself: cron lines, in the project's time zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from croniter import croniter
from sqlalchemy import select
from sqlalchemy.orm import Session

from kezhi.errors import NotFound, WrongInput
from kezhi.locales import Phrase
from kezhi.store import jobs
from kezhi.store.records import Job, Schedule, utc_now

# of a cron line; croniter also knows R, a time drawn anew at each look
_FIELD = re.compile(r"([0-9*/,#L-]|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC|SUN|MON|TUE|WED|THU|FRI|SAT)+", re.IGNORECASE | re.ASCII)


def next_time(cron: str, timezone: str, after: datetime) -> datetime:
    """
    The first time of *cron* after *after*, both in UTC without zone.

    Raises:
        WrongInput: It is no line of five fields, or never comes.
    """
    if len(cron.split()) != 5 or not all(_FIELD.fullmatch(part) for part in cron.split()) or not croniter.is_valid(cron):
        raise WrongInput(problem=Phrase("jobs.cron_wrong", cron=cron))
    local = after.replace(tzinfo=UTC).astimezone(ZoneInfo(timezone))
    try:
        found: datetime = croniter(cron, local).get_next(datetime)
    except ValueError:
        raise WrongInput(problem=Phrase("jobs.cron_wrong", cron=cron)) from None
    return found.astimezone(UTC).replace(tzinfo=None)


def add_schedule(session: Session, name: str, kind: str, arguments: dict[str, Any], cron: str, *, timezone: str, author: str) -> Schedule:
    """A new schedule, switched on; errors as for `next_time`."""
    schedule = Schedule(name=name, kind=kind, arguments=arguments, cron=cron, author=author, next_at=next_time(cron, timezone, utc_now()))
    session.add(schedule)
    session.flush()
    return schedule


def all_schedules(session: Session) -> list[Schedule]:
    """Every schedule by name."""
    return list(session.scalars(select(Schedule).order_by(Schedule.name, Schedule.schedule_id)))


def find_schedule(session: Session, schedule_id: str) -> Schedule:
    """
    The schedule of this id.

    Raises:
        NotFound: There is none.
    """
    schedule = session.get(Schedule, schedule_id)
    if schedule is None:
        raise NotFound(what=Phrase("jobs.schedule"), id=schedule_id)
    return schedule


def switch(session: Session, schedule_id: str, on: bool, *, timezone: str) -> Schedule:
    """Switch a schedule on or off."""
    schedule = find_schedule(session, schedule_id)
    schedule.next_at = next_time(schedule.cron, timezone, utc_now()) if on else None
    return schedule


def ask_what_is_due(session: Session, *, timezone: str, alone: dict[str, str]) -> list[Job]:
    """
    Ask for the jobs of all schedules whose time has come, once each, however many times were missed.

    *alone* gives the name under which jobs of a kind run one at a time.
    """
    now, asked = utc_now(), []
    for due in session.scalars(select(Schedule).where(Schedule.next_at <= now).with_for_update()):
        name, kind = alone.get(due.kind), due.kind
        asked.append(jobs.ask(session, kind, due.arguments, asked_by=due.author, alone=name, schedule_id=due.schedule_id))
        try:
            due.next_at = next_time(due.cron, timezone, now)
        except WrongInput:
            due.next_at = None  # switched off: a line that never comes again is not to stop all others
    return asked
