"""Tokens with which one's own programs ask."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from kezhi.errors import NotAllowed, WrongInput
from kezhi.locales import Phrase
from kezhi.serve.access import ACTIONS, Who, needs
from kezhi.serve.problems import answers
from kezhi.serve.workspace import workspace
from kezhi.store import sessions
from kezhi.store.records import ApiToken, utc_now

router = APIRouter(prefix="/me/tokens", tags=["account"], responses=answers(404))
Own = Annotated[Who, needs("account.own")]


class TokenNew(BaseModel):
    """A token to make."""

    name: str = Field(min_length=1, max_length=120, examples=["nightly export"])
    scopes: list[str] = Field(min_length=1, max_length=100, examples=[["customers.read"]])
    days: int | None = Field(90, ge=1, le=3650)  # none: until it is revoked


class Token(BaseModel):
    """A token, without its text."""

    token_id: str
    name: str
    scopes: list[str]
    created_at: datetime  # times are UTC
    expires_at: datetime | None
    used_at: datetime | None
    revoked_at: datetime | None


class TokenMade(Token):
    """A new token with its text, which is shown this once."""

    key: str


@router.get("", operation_id="listTokens")
def list_tokens(request: Request, who: Own) -> list[Token]:
    """One's own tokens, newest first."""
    with workspace(request).store.reading() as session:
        return [Token.model_validate(token, from_attributes=True) for token in sessions.tokens_of(session, who.account.user_id)]


@router.post("", operation_id="addToken", status_code=201)
def add_token(request: Request, who: Own, asked: TokenNew) -> TokenMade:
    """Make a token with some of one's own actions; not with a token, or a small one could make itself a large one."""
    if who.scopes is not None:
        raise NotAllowed(role=who.account.role, action="account.own")
    if wrong := [scope for scope in asked.scopes if scope not in ACTIONS or not who.may(scope)]:
        raise WrongInput(problem=Phrase("serve.scope_wrong", scope=", ".join(wrong)))
    expires = utc_now() + timedelta(days=asked.days) if asked.days else None
    with workspace(request).store.session() as session:
        scopes = sorted(set(asked.scopes))
        token, key = sessions.add_token(session, who.account.user_id, asked.name.strip(), scopes, expires_at=expires)
        who.noted(session, "token.added", token.token_id, name=token.name, scopes=scopes, days=asked.days)
        return TokenMade.model_validate({**_columns(token), "key": key})


@router.delete("/{token_id}", operation_id="revokeToken", status_code=204)
def revoke_token(request: Request, who: Own, token_id: str) -> None:
    """End a token of one's own."""
    with workspace(request).store.session() as session:
        sessions.revoke_token(session, who.account.user_id, token_id)
        who.noted(session, "token.revoked", token_id)


def _columns(token: ApiToken) -> dict[str, object]:
    return {name: getattr(token, name) for name in Token.model_fields}
