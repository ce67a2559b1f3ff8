"""
Signing in with the company's own sign-in: OpenID Connect, authorization code with PKCE and nonce.

An account of the workspace is found by the mail address that the provider says it has verified. Without that nobody is
taken for an account that is there: the person has an account of their own, under the provider's name for them, or none.
"""

from __future__ import annotations

import hashlib
import os
from typing import Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from kezhi.errors import NotFound, SignInFailed, WrongInput
from kezhi.locales import Phrase
from kezhi.serve.account.routes import set_cookie
from kezhi.serve.account.state_cookie import NAME, SECONDS, seal, unseal
from kezhi.serve.problems import answers
from kezhi.serve.workspace import Workspace, workspace
from kezhi.settings import SignInSettings
from kezhi.store import audit, sessions, users
from kezhi.store.records import utc_now

router = APIRouter(prefix="/sign-in", tags=["account"], responses=answers(404))
PATH = "/api/v1/sign-in/company"
LONGEST_LOGIN = 120  # as the store keeps it
BACK = "/sign-in?problem="


class Ways(BaseModel):
    """How one may sign in, besides by password."""

    company: bool


def secret(settings: SignInSettings) -> str:
    """The client secret, from the environment."""
    found = os.environ.get(settings.client_secret_variable)
    if not found:
        raise WrongInput(problem=Phrase("serve.secret_missing", variable=settings.client_secret_variable))
    return found


@router.get("/ways", operation_id="waysToSignIn")
def ways(request: Request) -> Ways:
    """Whether the page of signing in offers the company's own."""
    return Ways(company=workspace(request).settings.serve.sign_in is not None)


@router.get("/company", operation_id="signInWithCompany", status_code=302, response_class=RedirectResponse)
async def begin(request: Request, next: str = Query("/", max_length=2000)) -> RedirectResponse:
    """Go to the company's sign-in."""
    from kezhi.serve.account.provider import UNREACHABLE

    served, settings = _settings(request)
    request.app.state.limits.hit("30/minute", "company", _address(request))
    state: dict[str, Any] = {}
    request.scope["session"] = state
    base = (served.settings.serve.public_url or str(request.base_url)).rstrip("/")
    try:
        answer: RedirectResponse = await request.app.state.company.company.authorize_redirect(request, f"{base}{PATH}/back")
    except UNREACHABLE:
        return RedirectResponse(BACK + "unreachable", 303)
    kept = seal({"state": state, "next": next if _inside(next) else "/"}, secret(settings))
    answer.set_cookie(NAME, kept, max_age=SECONDS, path=PATH, httponly=True, samesite="lax", secure=base.startswith("https://"))
    return answer


@router.get("/company/back", operation_id="companySignInBack", status_code=303, response_class=RedirectResponse)
async def back(request: Request) -> RedirectResponse:
    """Come back from the company's sign-in: open a session, or say on the page of signing in that it failed."""
    from kezhi.serve.account.provider import REFUSED

    served, settings = _settings(request)
    request.app.state.limits.hit("30/minute", "company", _address(request))
    kept = unseal(request.cookies.get(NAME, ""), secret(settings))
    if kept is None:
        return _failed("expired")
    request.scope["session"] = kept["state"]
    try:
        token: dict[str, Any] = await request.app.state.company.company.authorize_access_token(request)
        claims = dict(token["userinfo"])
        if "email" not in claims and "access_token" in token:
            more = dict(await request.app.state.company.company.userinfo(token=token))
            claims |= more if more.get("sub") == claims["sub"] else {}
    except REFUSED:
        return _failed("refused")
    key = await run_in_threadpool(_enter, served, settings, claims, _address(request))
    if key is None:
        return _failed("unknown")
    answer = RedirectResponse(kept["next"], 303)
    set_cookie(served, answer, key)
    answer.delete_cookie(NAME, path=PATH)
    return answer


def _enter(served: Workspace, settings: SignInSettings, claims: dict[str, Any], address: str) -> str | None:
    """The key of a new session; none if the person may not come in."""
    with served.store.session() as session:
        try:
            one = _account(session, settings, claims)
        except SignInFailed:
            audit.note(session, "sign_in.failed", _login(settings, claims), login=_login(settings, claims), address=address)
            return None
        audit.note(session, "sign_in", login=one.login, user_id=one.user_id, details={"by": "company"}, address=address)
        return sessions.begin_session(session, one.user_id)


def _account(session: Session, settings: SignInSettings, claims: dict[str, Any]) -> users.Account:
    login, verified = _login(settings, claims), _verified(claims)
    try:
        user = users.find_user(session, login)
    except NotFound:
        if settings.role is None:
            raise SignInFailed from None
        made = users.add_user(session, login, None, settings.role, shown_name=str(claims.get("name") or claims.get("email") or "")[:120])
        audit.note(session, "user.added", made.login, login="company sign-in", details={"role": settings.role, "verified_mail": verified})
        user = users.find_user(session, login)
    if user.disabled_at is not None or (user.password_hash is not None and not verified):
        raise SignInFailed
    user.signed_in_at = utc_now()
    return users.account(user)


def _verified(claims: dict[str, Any]) -> bool:
    mail = claims.get("email")  # one that is too long would have to be cut, and two might become one
    return isinstance(mail, str) and 0 < len(mail.strip()) <= LONGEST_LOGIN and claims.get("email_verified") is True


def _login(settings: SignInSettings, claims: dict[str, Any]) -> str:
    """The verified mail address; else a name made of the provider's own for the person, which tells letters' case apart."""
    if _verified(claims):
        return str(claims["email"]).strip().lower()
    return "company:" + hashlib.sha256(f"{settings.issuer}\0{claims['sub']}".encode()).hexdigest()[:24]


def _settings(request: Request) -> tuple[Workspace, SignInSettings]:
    served = workspace(request)
    settings = served.settings.serve.sign_in
    if settings is None:
        raise NotFound(what=Phrase("serve.company"), id="serve.sign_in")
    return served, settings


def _failed(problem: str) -> RedirectResponse:
    answer = RedirectResponse(BACK + problem, 303)
    answer.delete_cookie(NAME, path=PATH)
    return answer


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _inside(address: str) -> bool:
    """Whether *address* is one of this site: `//elsewhere` and `https:` are not."""
    return address.startswith("/") and not address.startswith(("//", "/\\"))
