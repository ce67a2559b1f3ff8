"""Whether the server lives, and whether it can serve; asked by machines, without sign-in."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel
from sqlalchemy import text as sql
from sqlalchemy.exc import SQLAlchemyError

from kezhi.errors import NoSnapshot
from kezhi.serve.workspace import workspace

router = APIRouter(tags=["health"])


class Readiness(BaseModel):
    """What the server needs."""

    ready: bool
    store: bool
    snapshot: str | None  # none: the project has not been run


@router.get("/healthz", operation_id="isAlive")
def alive() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz", operation_id="isReady", responses={503: {"model": Readiness}})
def ready(request: Request, response: Response) -> Readiness:
    """The store answers; a workspace without a snapshot serves its sign-in and its empty pages."""
    served = workspace(request)
    try:
        with served.store.reading() as session:
            session.execute(sql("SELECT 1"))
        store = True
    except SQLAlchemyError:
        store = False
    try:
        snapshot = served.reader().snapshot.name
    except NoSnapshot:
        snapshot = None
    response.status_code = 200 if store else 503
    return Readiness(ready=store, store=store, snapshot=snapshot)
