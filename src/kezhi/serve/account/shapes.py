"""What is asked and answered about one's own account."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, Field

from kezhi.serve.access import ACTIONS, Who


class SignIn(BaseModel):
    """A login and its password."""

    login: str = Field(max_length=120, examples=["anna"])
    password: str = Field(max_length=1000, examples=["correct horse battery"])


class PasswordChange(BaseModel):
    """The password that was and the one that shall be."""

    old: str = Field(max_length=1000)
    new: str = Field(max_length=1000)


class Project(BaseModel):
    """What is served."""

    name: str
    currency: str
    timezone: str
    snapshot: str | None  # none: the project has not been run
    as_of: date | None  # the first day not seen


class Me(BaseModel):
    """Who has signed in, and what the pages may offer."""

    login: str
    shown_name: str
    role: str
    regions: list[str]
    own_customers_only: bool
    actions: list[str]
    project: Project


def me(who: Who, project: Project) -> Me:
    """The answer about *who*."""
    one = who.account
    return Me(
        login=one.login,
        shown_name=one.shown_name,
        role=one.role,
        regions=list(one.regions),
        own_customers_only=one.own_customers_only,
        actions=[action for action in ACTIONS if who.may(action)],
        project=project,
    )
