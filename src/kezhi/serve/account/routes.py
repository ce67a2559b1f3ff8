"""Signing in and out, and one's own account."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response

from kezhi.errors import NoSnapshot, SignInFailed
from kezhi.serve.access import Who, needs
from kezhi.serve.access.who import COOKIE, SECURE_COOKIE, session_key
from kezhi.serve.account.shapes import Me, PasswordChange, Project, SignIn, me
from kezhi.serve.problems import answers
from kezhi.serve.workspace import Workspace, workspace
from kezhi.store import audit, sessions, users

router = APIRouter(tags=["account"], responses=answers())
Own = Annotated[Who, needs("account.own")]


@router.post("/sign-in", operation_id="signIn", status_code=204)
def sign_in(request: Request, response: Response, asked: SignIn) -> None:
    """Open a session; the cookie is the answer. Ten tries a minute from one address, five wrong ones lock the account."""
    served, address = workspace(request), request.client.host if request.client else ""
    request.app.state.limits.hit("10/minute", "sign-in", address)
    with served.store.session() as session:
        try:
            one = users.check_password(session, asked.login, asked.password)
        except SignInFailed as error:  # the count of wrong tries must be kept: no error leaves the transaction
            failed: SignInFailed | None = error
            audit.note(session, "sign_in.failed", asked.login, login=asked.login, address=address)
        else:
            failed = None
            sessions.end_session(session, session_key(request))
            key = sessions.begin_session(session, one.user_id)
            audit.note(session, "sign_in", login=one.login, user_id=one.user_id, address=address)
    if failed is not None:
        raise failed
    set_cookie(served, response, key)


@router.post("/sign-out", operation_id="signOut", status_code=204)
def sign_out(request: Request, response: Response) -> None:
    """End the session of the cookie, if there is one."""
    served, key = workspace(request), session_key(request)
    if key:
        with served.store.session() as session:
            sessions.end_session(session, key)
    for name in (COOKIE, SECURE_COOKIE):
        response.delete_cookie(name, path="/", secure=name == SECURE_COOKIE, httponly=True, samesite="lax")


@router.get("/me", operation_id="getMe")
def get_me(request: Request, who: Own) -> Me:
    """Who has signed in, what they may do, and what is served."""
    served = workspace(request)
    try:
        snapshot = served.reader().snapshot
    except NoSnapshot:
        snapshot = None
    settings = served.settings
    return me(
        who,
        Project(
            name=settings.name,
            currency=settings.currency,
            timezone=settings.timezone,
            snapshot=snapshot.name if snapshot else None,
            as_of=snapshot.as_of if snapshot else None,
        ),
    )


@router.put("/me/password", operation_id="changePassword", status_code=204)
def change_password(request: Request, response: Response, who: Own, asked: PasswordChange) -> None:
    """Give oneself another password; all other sessions and all tokens end."""
    served = workspace(request)
    request.app.state.limits.hit("10/minute", "password", who.account.user_id)
    with served.store.session() as session:
        users.check_password(session, who.account.login, asked.old)
        users.set_password(session, users.find_user(session, who.account.login), asked.new)
        key = sessions.begin_session(session, who.account.user_id)
        who.noted(session, "password.changed", who.account.login)
    set_cookie(served, response, key)


def set_cookie(served: Workspace, response: Response, key: str) -> None:
    """Give the browser the key of its session."""
    secure = (served.settings.serve.public_url or "").startswith("https://")
    response.set_cookie(SECURE_COOKIE if secure else COOKIE, key, path="/", secure=secure, httponly=True, samesite="lax")
