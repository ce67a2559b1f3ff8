"""Who may sign in: accounts, passwords (argon2id) and the lock after wrong tries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from pwdlib import PasswordHash
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from kezhi.errors import NotFound, SignInFailed, WrongInput
from kezhi.locales import Phrase
from kezhi.store.records import ApiToken, User, WebSession, utc_now

ROLES = ("admin", "analyst", "marketer", "sales", "service", "manager", "auditor")
SHORTEST_PASSWORD = 10
TRIES = 5
LOCKED = timedelta(minutes=15)


@cache
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


@cache
def _nobodys_hash() -> str:
    return _hasher().hash("nobody has this password")


@dataclass(frozen=True)
class Account:
    """A user as the rest of Kezhi sees one: no password."""

    user_id: str
    login: str
    shown_name: str
    role: str
    language: str | None
    regions: tuple[str, ...]
    own_customers_only: bool
    disabled_at: datetime | None
    signed_in_at: datetime | None


def account(user: User) -> Account:
    """What may be known of *user*."""
    return Account(
        user.user_id, user.login, user.shown_name, user.role, user.language,
        tuple(user.regions), user.own_customers_only, user.disabled_at, user.signed_in_at,
    )  # fmt: skip


def add_user(session: Session, login: str, password: str | None, role: str, *, shown_name: str = "") -> Account:
    """
    A new account; without a password it is only for the company's own sign-in.

    Raises:
        WrongInput: The login is taken or empty, the role unknown, or the password too short.
    """
    login = login.strip().lower()
    if not login or len(login) > 120:
        raise WrongInput(problem=Phrase("users.login_wrong"))
    if session.scalar(select(User.user_id).where(User.login == login)):
        raise WrongInput(problem=Phrase("users.login_taken", login=login))
    user = User(login=login, shown_name=shown_name.strip() or login, role=_known(role), regions=[])
    session.add(user)
    if password is not None:
        set_password(session, user, password)
    session.flush()
    return account(user)


def find_user(session: Session, login: str) -> User:
    """
    The record of *login*.

    Raises:
        NotFound: Nobody has it.
    """
    user = session.scalar(select(User).where(User.login == login.strip().lower()))
    if user is None:
        raise NotFound(what=Phrase("users.user"), id=login)
    return user


def all_users(session: Session) -> list[Account]:
    """Every account by login."""
    return [account(user) for user in session.scalars(select(User).order_by(User.login))]


def change_user(
    session: Session,
    login: str,
    *,
    role: str | None = None,
    regions: list[str] | None = None,
    own_customers_only: bool | None = None,
    disabled: bool | None = None,
) -> Account:
    """
    Change what is given; whoever is disabled or given another role is signed out everywhere.

    Raises:
        NotFound: Nobody has the login.
        WrongInput: The role is unknown, or no admin would be left.
    """
    user = find_user(session, login)
    loses_admin = user.role == "admin" and (disabled is True or (role is not None and role != "admin"))
    if loses_admin and user.disabled_at is None and _admins(session) == 1:
        raise WrongInput(problem=Phrase("users.last_admin"))
    if disabled is True or (role is not None and role != user.role):
        sign_out_everywhere(session, user.user_id)
    if role is not None:
        user.role = _known(role)
    if regions is not None:
        user.regions = regions
    if own_customers_only is not None:
        user.own_customers_only = own_customers_only
    if disabled is not None:
        user.disabled_at = utc_now() if disabled else None
    session.flush()
    return account(user)


def set_password(session: Session, user: User, password: str) -> None:
    """
    Give *user* a password; sessions that are open end.

    Raises:
        WrongInput: It is too short, or is the login.
    """
    if len(password) < SHORTEST_PASSWORD or password.lower() == user.login:
        raise WrongInput(problem=Phrase("users.password_short", least=SHORTEST_PASSWORD))
    user.password_hash = _hasher().hash(password)
    user.failed_sign_ins, user.locked_until = 0, None
    if user.user_id:
        sign_out_everywhere(session, user.user_id)


def check_password(session: Session, login: str, password: str) -> Account:
    """
    The account that *password* opens; five wrong tries lock it for a quarter of an hour.

    A wrong login, a wrong password and a locked account take the same time and give the same answer, so that nobody
    learns which logins exist. The caller commits also where this raises: the count of wrong tries is in the session.

    Raises:
        SignInFailed: None is opened.
    """
    user = session.scalar(select(User).where(User.login == login.strip().lower()).with_for_update())
    right, renewed = _hasher().verify_and_update(password, (user and user.password_hash) or _nobodys_hash())
    if user is None or user.password_hash is None or user.disabled_at is not None:
        raise SignInFailed
    now = utc_now()
    if user.locked_until is not None and user.locked_until > now:
        raise SignInFailed
    if not right:
        user.failed_sign_ins += 1
        if user.failed_sign_ins >= TRIES:
            user.failed_sign_ins, user.locked_until = 0, now + LOCKED
        raise SignInFailed
    user.password_hash = renewed or user.password_hash
    user.failed_sign_ins, user.locked_until, user.signed_in_at = 0, None, now
    return account(user)


def sign_out_everywhere(session: Session, user_id: str) -> None:
    """End all sessions of a user and revoke the tokens."""
    session.execute(delete(WebSession).where(WebSession.user_id == user_id))
    for token in session.scalars(select(ApiToken).where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))):
        token.revoked_at = utc_now()


def _admins(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(User).where(User.role == "admin", User.disabled_at.is_(None))) or 0


def _known(role: str) -> str:
    if role not in ROLES:
        raise WrongInput(problem=Phrase("users.role_unknown", role=role, roles=", ".join(ROLES)))
    return role
