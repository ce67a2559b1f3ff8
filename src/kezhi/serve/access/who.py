"""Who asks: the signed-in browser or the program with a token."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from fastapi import Depends, Request

from kezhi.errors import NotAllowed, SignInNeeded, WrongInput
from kezhi.locales import Phrase
from kezhi.serve.access.roles import ACTIONS, allowed
from kezhi.serve.freshness import look
from kezhi.serve.workspace import Workspace, workspace
from kezhi.store import audit, sessions
from kezhi.store.users import Account

COOKIE = "kezhi_session"
SECURE_COOKIE = "__Host-kezhi_session"  # only over TLS, only for this host


@dataclass(frozen=True)
class Who:
    """The account that asks, what its token allows (none: no token), and from where."""

    account: Account
    scopes: tuple[str, ...] | None
    address: str | None

    def may(self, action: str) -> bool:
        """Whether *action* is allowed."""
        return allowed(self.account.role, action, self.scopes)

    def noted(self, session: Any, action: str, subject: str = "", *, reason: str | None = None, **details: Any) -> None:
        """Enter into the audit log what was done, in the transaction that does it."""
        one = self.account
        audit.note(
            session, action, subject, login=one.login, user_id=one.user_id, reason=reason, details=details, address=self.address
        )  # fmt: skip


def session_key(request: Request) -> str:
    """The cookie's value; empty without one."""
    return request.cookies.get(SECURE_COOKIE) or request.cookies.get(COOKIE) or ""


def signed_in(request: Request) -> Who:
    """
    Who asks, by the token in `Authorization: Bearer`, else by the cookie.

    Raises:
        SignInNeeded: By neither.
    """
    store, address = workspace(request).store, request.client.host if request.client else None
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        with store.reading() as session:
            program = sessions.token_account(session, key.strip())
        if program is None:
            raise SignInNeeded
        if program[2]:
            with store.session() as session:
                sessions.note_use(session, key.strip())
        return Who(program[0], program[1], address)
    key = session_key(request)
    if not key:
        raise SignInNeeded
    with store.reading() as session:
        person = sessions.session_account(session, key)
    if person is None:
        raise SignInNeeded
    if person[1]:
        with store.session() as session:
            sessions.put_off(session, key)
    return Who(person[0], None, address)


@cache
def needs(action: str) -> Any:
    """The dependency of a route that needs *action*: gives who asks, or refuses. Its `action` is what the tests read."""
    if action not in ACTIONS:
        raise KeyError(action)

    def check(request: Request) -> Who:
        who = signed_in(request)
        if not who.may(action):
            raise NotAllowed(role=who.account.role, action=action)
        if "%00" in request.url.query or "\0" in request.url.path:
            raise WrongInput(problem=Phrase("serve.no_text"))  # neither engine nor PostgreSQL takes it for text
        look(request, who)
        return who

    named: Callable[..., Who] = check
    named.action = action  # type: ignore[attr-defined]
    return Depends(named)


__all__ = ["COOKIE", "SECURE_COOKIE", "Who", "Workspace", "needs", "session_key", "signed_in"]
