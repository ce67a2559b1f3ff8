"""Users over HTTP: made, changed, given a password, given customers."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field, StringConstraints

from kezhi.errors import WrongInput
from kezhi.locales import Phrase
from kezhi.serve.access import Who, needs
from kezhi.serve.problems import answers
from kezhi.serve.segments.asking import segments_of
from kezhi.serve.workspace import Workspace, rows, workspace
from kezhi.store import owners, users
from kezhi.store.users import Account

router = APIRouter(prefix="/users", tags=["users"], responses=answers(404, 409))
Admin = Annotated[Who, needs("users.write")]
Region = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Id = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
MOST_ASSIGNED = 100_000


class UserShown(BaseModel):
    """Who may sign in."""

    login: str
    shown_name: str
    role: str
    regions: list[str]
    own_customers_only: bool
    customers: int  # assigned
    disabled_at: datetime | None  # times are UTC
    signed_in_at: datetime | None


class UserNew(BaseModel):
    """A user to make; without a password one is made and answered."""

    login: str = Field(min_length=1, max_length=120, examples=["anna"])
    role: str = Field(max_length=20, examples=["sales"])
    shown_name: str = Field("", max_length=120)
    password: str | None = Field(None, max_length=1000)
    regions: list[Region] = Field([], max_length=200)
    own_customers_only: bool = False


class UserChange(BaseModel):
    """What is to be different."""

    role: str | None = Field(None, max_length=20)
    regions: list[Region] | None = Field(None, max_length=200)
    own_customers_only: bool | None = None
    disabled: bool | None = None


class PasswordNew(BaseModel):
    """A password; none: one is made and answered."""

    password: str | None = Field(None, max_length=1000)


class PasswordMade(BaseModel):
    """The password that was made, shown this once; none: it was given."""

    login: str
    password: str | None


class Assignment(BaseModel):
    """Customers by their ids, or by a segment: the key of a saved one or an expression."""

    customer_ids: list[Id] = Field([], max_length=MOST_ASSIGNED)
    segment: str = Field("", max_length=4000)
    take_away: bool = False


class Assigned(BaseModel):
    """What was done."""

    changed: int
    customers: int  # that the user has now
    unknown: list[str]  # ids that no customer has, at most 20


@router.get("", operation_id="listUsers", dependencies=[needs("users.write")])
def list_users(request: Request) -> list[UserShown]:
    """Everybody who may sign in, by login."""
    with workspace(request).store.reading() as session:
        counts = owners.counts(session)
        return [_shown(one, counts) for one in users.all_users(session)]


@router.post("", operation_id="addUser", status_code=201)
def add_user(request: Request, who: Admin, asked: UserNew) -> PasswordMade:
    """Make a user."""
    made = None if asked.password else secrets.token_urlsafe(12)
    with workspace(request).store.session() as session:
        one = users.add_user(session, asked.login, asked.password or made, asked.role, shown_name=asked.shown_name)
        if asked.regions or asked.own_customers_only:
            users.change_user(session, one.login, regions=asked.regions, own_customers_only=asked.own_customers_only)
        who.noted(session, "user.added", one.login, role=one.role, regions=asked.regions, own_customers_only=asked.own_customers_only)
    return PasswordMade(login=one.login, password=made)


@router.put("/{login}", operation_id="changeUser")
def change_user(request: Request, who: Admin, login: str, asked: UserChange) -> UserShown:
    """Change the role, the customers seen, or whether the user may sign in."""
    with workspace(request).store.session() as session:
        one = users.change_user(session, login, **asked.model_dump())
        who.noted(session, "user.changed", one.login, **asked.model_dump(exclude_none=True))
        return _shown(one, owners.counts(session))


@router.post("/{login}/password", operation_id="resetPassword")
def reset_password(request: Request, who: Admin, login: str, asked: PasswordNew) -> PasswordMade:
    """Give a user another password; they are signed out everywhere."""
    made = None if asked.password else secrets.token_urlsafe(12)
    with workspace(request).store.session() as session:
        user = users.find_user(session, login)
        users.set_password(session, user, asked.password or made or "")
        who.noted(session, "password.reset", user.login)
        return PasswordMade(login=user.login, password=made)


@router.post("/{login}/customers", operation_id="assignCustomers")
def assign(request: Request, who: Admin, login: str, asked: Assignment) -> Assigned:
    """Give a user customers, or take them away; a customer is one user's at a time."""
    served = workspace(request)
    with served.store.reading() as session:
        user_id, name = (user := users.find_user(session, login)).user_id, user.login
    ids, unknown = _ids(served, asked)
    with served.store.session() as session:
        changed = owners.take(session, user_id, ids) if asked.take_away else owners.give(session, user_id, ids)
        done = "customers.taken" if asked.take_away else "customers.assigned"
        who.noted(session, done, name, customers=changed, segment=asked.segment or None, first=ids[:20])
        return Assigned(changed=changed, customers=owners.counts(session).get(user_id, 0), unknown=unknown[:20])


def _ids(served: Workspace, asked: Assignment) -> tuple[list[str], list[str]]:
    """The ids that customers have, and those that none has."""
    if bool(asked.customer_ids) == bool(asked.segment.strip()):
        raise WrongInput(problem=Phrase("serve.assign_what"))
    reader = served.reader()
    if asked.segment.strip():
        segments = segments_of(served, reader)
        found = [
            row["customer_id"] for row in rows(reader, segments.customers(asked.segment).select("customer_id").limit(MOST_ASSIGNED + 1))
        ]
        if len(found) > MOST_ASSIGNED:
            raise WrongInput(problem=Phrase("serve.assign_large", most=MOST_ASSIGNED))
        return sorted(found), []
    wanted = list(dict.fromkeys(asked.customer_ids))
    known = {row["customer_id"] for row in reader.pick("profile", "customer_id", wanted)}
    return [one for one in wanted if one in known], [one for one in wanted if one not in known]


def _shown(one: Account, counts: dict[str, int]) -> UserShown:
    return UserShown(
        login=one.login,
        shown_name=one.shown_name,
        role=one.role,
        regions=list(one.regions),
        own_customers_only=one.own_customers_only,
        customers=counts.get(one.user_id, 0),
        disabled_at=one.disabled_at,
        signed_in_at=one.signed_in_at,
    )
