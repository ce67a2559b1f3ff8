"""Browsers that signed in, and tokens of programs: opaque keys, of which the store knows only the SHA-256."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from kezhi.errors import NotFound
from kezhi.locales import Phrase
from kezhi.store.records import ApiToken, User, WebSession, utc_now
from kezhi.store.users import Account, account

IDLE = timedelta(hours=12)
RENEW_AFTER = timedelta(minutes=10)  # not at every request
TOKEN_MARK = "kz_"  # so that a leaked token can be found by a scanner


def digest(key: str) -> str:
    """What the store knows of *key*."""
    return hashlib.sha256(key.encode()).hexdigest()


def begin_session(session: Session, user_id: str) -> str:
    """Sign a browser in; gives the cookie's value."""
    session.execute(delete(WebSession).where(WebSession.expires_at <= utc_now()))
    key = secrets.token_urlsafe(32)
    session.add(WebSession(digest=digest(key), user_id=user_id, expires_at=utc_now() + IDLE))
    return key


def session_account(session: Session, key: str) -> tuple[Account, bool] | None:
    """Who signed in with this cookie, and whether its end is to be put off; none if it has ended or the account is disabled."""
    found = session.execute(
        select(WebSession, User).join(User, User.user_id == WebSession.user_id).where(WebSession.digest == digest(key))
    ).one_or_none()
    now = utc_now()
    if found is None or found[0].expires_at <= now or found[1].disabled_at is not None:
        return None
    return account(found[1]), found[0].expires_at < now + IDLE - RENEW_AFTER


def put_off(session: Session, key: str) -> None:
    """Put the end of a session off: somebody is at work in it."""
    session.execute(update(WebSession).where(WebSession.digest == digest(key)).values(expires_at=utc_now() + IDLE))


def end_session(session: Session, key: str) -> None:
    """Sign a browser out."""
    session.execute(delete(WebSession).where(WebSession.digest == digest(key)))


def add_token(session: Session, user_id: str, name: str, scopes: list[str], *, expires_at: datetime | None = None) -> tuple[ApiToken, str]:
    """A new token of a user; its text is given this once and never again."""
    key = TOKEN_MARK + secrets.token_urlsafe(32)
    token = ApiToken(user_id=user_id, name=name, digest=digest(key), scopes=scopes, expires_at=expires_at)
    session.add(token)
    session.flush()
    return token, key


def token_account(session: Session, key: str) -> tuple[Account, tuple[str, ...], bool] | None:
    """Whose token it is, what it may do, and whether its use is to be noted; none if it is unknown, over, or the account is disabled."""
    found = session.execute(
        select(ApiToken, User).join(User, User.user_id == ApiToken.user_id).where(ApiToken.digest == digest(key))
    ).one_or_none()
    now = utc_now()
    if found is None:
        return None
    token, user = found
    if token.revoked_at is not None or (token.expires_at is not None and token.expires_at <= now) or user.disabled_at is not None:
        return None
    return account(user), tuple(token.scopes), token.used_at is None or token.used_at < now - RENEW_AFTER


def note_use(session: Session, key: str) -> None:
    """Note that a token was used now."""
    session.execute(update(ApiToken).where(ApiToken.digest == digest(key)).values(used_at=utc_now()))


def tokens_of(session: Session, user_id: str) -> list[ApiToken]:
    """The tokens of a user, newest first."""
    return list(session.scalars(select(ApiToken).where(ApiToken.user_id == user_id).order_by(ApiToken.created_at.desc())))


def revoke_token(session: Session, user_id: str, token_id: str) -> None:
    """
    End a token of a user.

    Raises:
        NotFound: The user has none of this id.
    """
    token = session.scalar(select(ApiToken).where(ApiToken.token_id == token_id, ApiToken.user_id == user_id))
    if token is None:
        raise NotFound(what=Phrase("users.token"), id=token_id)
    token.revoked_at = token.revoked_at or utc_now()
