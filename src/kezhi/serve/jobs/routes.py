"""Long work: ask for it, watch it, cancel it, and let it be asked for by itself."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse
from pydantic import ValidationError

from kezhi.errors import NotAllowed, NotAllSeen, NotFound, WrongInput
from kezhi.locales import Phrase
from kezhi.serve.access import Who, needs
from kezhi.serve.jobs.kinds import ALONE, KINDS, REPORTS
from kezhi.serve.jobs.shapes import JobAsked, JobOut, JobPage, ScheduleAsked, ScheduleOut, Switch, job_out, schedule_out
from kezhi.serve.language import language_of
from kezhi.serve.problems import answers
from kezhi.serve.workspace import workspace
from kezhi.settings.unfit import unfit
from kezhi.store import jobs, schedules

router = APIRouter(tags=["jobs"], responses=answers(404, 409))
Reads = Annotated[Who, needs("reports.read")]  # everybody sees reports; who asks for a run needs runs.write as well
Plans = Annotated[Who, needs("runs.write")]


@router.post("/jobs", operation_id="askForJob", status_code=202)
def ask_for_job(request: Request, who: Reads, asked: JobAsked) -> JobOut:
    """Ask for a piece of long work; the same that is waiting already is answered instead of a second one."""
    arguments = _arguments(asked.kind, asked.arguments, who)
    with workspace(request).store.session() as session:
        job = jobs.ask(session, asked.kind, arguments, asked_by=who.account.login, alone=ALONE.get(asked.kind))
        who.noted(session, f"job.{asked.kind}", job.job_id, arguments=arguments)
    return job_out(job, language_of(request))


@router.get("/jobs", operation_id="listJobs")
def list_jobs(
    request: Request,
    who: Reads,
    kind: Annotated[str | None, Query(max_length=40)] = None,
    before: datetime | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> JobPage:
    """Jobs that are waiting, running and over, newest first."""
    with workspace(request).store.reading() as session:
        found = jobs.history(session, before=_utc(before), limit=limit + 1, kind=kind)
    following = found[limit - 1].created_at if len(found) > limit else None
    return JobPage(items=[job_out(job, language_of(request)) for job in found[:limit]], next=following)


@router.get("/jobs/{job_id}", operation_id="getJob")
def get_job(request: Request, who: Reads, job_id: str) -> JobOut:
    """One job, and how far it is."""
    with workspace(request).store.reading() as session:
        return job_out(jobs.find(session, job_id), language_of(request))


@router.post("/jobs/{job_id}/cancel", operation_id="cancelJob")
def cancel_job(request: Request, who: Reads, job_id: str) -> JobOut:
    """Cancel a job: one's own, or any with the right to runs."""
    with workspace(request).store.session() as session:
        job = jobs.find(session, job_id)
        if job.asked_by != who.account.login and not who.may("runs.write"):
            raise NotAllowed(role=who.account.role, action="runs.write")
        if job.state in ("waiting", "running") and not job.cancel_asked:
            jobs.cancel(session, job_id)
            who.noted(session, "job.cancelled", job_id)
    return job_out(job, language_of(request))


@router.get("/reports/{file}", operation_id="getReport", response_class=FileResponse)
def get_report(request: Request, who: Reads, file: str) -> FileResponse:
    """The file that a job of kind `report` made."""
    served = workspace(request)
    with served.store.reading() as session:
        made = next((job for job in jobs.history(session, kind="report", limit=1000) if job.result.get("file") == file), None)
    path = served.folder / REPORTS / file
    if made is not None:
        _for_whom(made.arguments, who)
    if made is None or not path.is_file():
        raise NotFound(what=Phrase("jobs.report"), id=file)
    if path.suffix == ".xlsx":
        with served.store.session() as session:
            who.noted(session, "report.fetched", file)
    name = f"{served.settings.name}-{made.result['as_of']}-{made.arguments['lang']}{path.suffix}"
    return FileResponse(path, filename=name, content_disposition_type="inline" if path.suffix == ".html" else "attachment")


@router.get("/schedules", operation_id="listSchedules")
def list_schedules(request: Request, who: Annotated[Who, needs("runs.read")]) -> list[ScheduleOut]:
    """What is asked for by itself."""
    with workspace(request).store.reading() as session:
        return [schedule_out(one) for one in schedules.all_schedules(session)]


@router.post("/schedules", operation_id="addSchedule", status_code=201)
def add_schedule(request: Request, who: Plans, asked: ScheduleAsked) -> ScheduleOut:
    """Let a kind of work be asked for by itself."""
    served = workspace(request)
    arguments = _arguments(asked.kind, asked.arguments, who)
    with served.store.session() as session:
        made = schedules.add_schedule(
            session, asked.name, asked.kind, arguments, asked.cron, timezone=served.settings.timezone, author=who.account.login
        )
        who.noted(session, "schedule.added", made.schedule_id, name=asked.name, cron=asked.cron)
    return schedule_out(made)


@router.put("/schedules/{schedule_id}", operation_id="switchSchedule")
def switch_schedule(request: Request, who: Plans, schedule_id: str, asked: Switch) -> ScheduleOut:
    """Switch a schedule on or off."""
    served = workspace(request)
    with served.store.session() as session:
        changed = schedules.switch(session, schedule_id, asked.on, timezone=served.settings.timezone)
        who.noted(session, "schedule.switched", schedule_id, on=asked.on)
    return schedule_out(changed)


@router.delete("/schedules/{schedule_id}", operation_id="removeSchedule", status_code=204)
def remove_schedule(request: Request, who: Plans, schedule_id: str) -> None:
    """Remove a schedule; jobs that it asked for stay."""
    with workspace(request).store.session() as session:
        session.delete(schedules.find_schedule(session, schedule_id))
        who.noted(session, "schedule.removed", schedule_id)


def _utc(moment: datetime | None) -> datetime | None:
    """*moment* in UTC without zone, as the store keeps times; one without a zone is of UTC."""
    return moment if moment is None or moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)


def _arguments(kind: str, given: dict[str, Any], who: Who) -> dict[str, Any]:
    """*given* checked for the kind of work, with what is not given."""
    if not who.may(KINDS[kind].action):
        raise NotAllowed(role=who.account.role, action=KINDS[kind].action)
    try:
        checked = KINDS[kind].arguments.model_validate(given).model_dump()
    except ValidationError as error:
        first = error.errors()[0]
        raise WrongInput(
            problem=Phrase("jobs.arguments_wrong", kind=kind, where=".".join(map(str, first["loc"])), detail=unfit(first))
        ) from None
    if kind == "report":
        _for_whom(checked, who)
    return checked


def _for_whom(arguments: dict[str, Any], who: Who) -> None:
    """A workbook lists all customers: refuse it to who may not take lists of them away, or sees only some."""
    if arguments["form"] != "xlsx":
        return
    if not who.may("customers.export"):
        raise NotAllowed(role=who.account.role, action="customers.export")
    if who.account.regions or who.account.own_customers_only:
        raise NotAllSeen()
