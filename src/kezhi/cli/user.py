"""`kezhi user`: who may sign in to the workspace."""

from __future__ import annotations

import getpass
import json
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kezhi.cli.options import Json, LangOption, ProjectDir
from kezhi.cli.words import out, t

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

app = typer.Typer(no_args_is_help=True)
Login = Annotated[str, typer.Argument(metavar="LOGIN", help=t("user.login"))]
Role = Annotated[str, typer.Option("--role", help=t("user.role"))]
Stdin = Annotated[bool, typer.Option("--password-stdin", help=t("user.password_stdin"))]
BY = "kezhi user"  # who the audit log names: somebody at the machine


@app.command("add", help=t("user.add.help"))
def add(
    login: Login,
    project: ProjectDir = Path(),
    role: Role = "analyst",
    name: Annotated[str, typer.Option("--name", help=t("user.name"))] = "",
    password_stdin: Stdin = False,
    lang: LangOption = None,
) -> None:
    """Add a user; a password is read, or made and printed."""
    from kezhi.store import audit, users

    password, made = _password(password_stdin)
    with store_session(project) as session:
        one = users.add_user(session, login, password, role, shown_name=name)
        audit.note(session, "user.added", one.login, login=BY, details={"role": role})
    out.print(t("user.added", login=one.login, role=one.role))
    if made:
        out.print(t("user.made", password=password))


@app.command("password", help=t("user.password.help"))
def password(login: Login, project: ProjectDir = Path(), password_stdin: Stdin = False, lang: LangOption = None) -> None:
    """Give a user another password."""
    from kezhi.store import audit, users

    text, made = _password(password_stdin)
    with store_session(project) as session:
        users.set_password(session, users.find_user(session, login), text)
        audit.note(session, "password.reset", login.lower(), login=BY)
    out.print(t("user.changed", login=login.lower()))
    if made:
        out.print(t("user.made", password=text))


@app.command("change", help=t("user.change.help"))
def change(
    login: Login,
    project: ProjectDir = Path(),
    role: Annotated[str | None, typer.Option("--role", help=t("user.role"))] = None,
    region: Annotated[list[str] | None, typer.Option("--region", help=t("user.region"))] = None,
    all_regions: Annotated[bool, typer.Option("--all-regions", help=t("user.all_regions"))] = False,
    own_only: Annotated[bool | None, typer.Option("--own-customers-only/--all-customers", help=t("user.own_only"))] = None,
    disabled: Annotated[bool | None, typer.Option("--disable/--enable", help=t("user.disable"))] = None,
    lang: LangOption = None,
) -> None:
    """Change a user's role, the customers they see, or whether they may sign in."""
    from kezhi.store import audit, users

    regions = [] if all_regions else region
    with store_session(project) as session:
        one = users.change_user(session, login, role=role, regions=regions, own_customers_only=own_only, disabled=disabled)
        details = {"role": role, "regions": regions, "own_customers_only": own_only, "disabled": disabled}
        audit.note(
            session, "user.changed", one.login, login=BY, details={name: value for name, value in details.items() if value is not None}
        )  # fmt: skip
    out.print(t("user.changed", login=one.login))


@app.command("list", help=t("user.list.help"))
def list_users(project: ProjectDir = Path(), as_json: Json = False, lang: LangOption = None) -> None:
    """Show who may sign in."""
    from kezhi.store import users

    with store_session(project) as session:
        everybody = users.all_users(session)
    if as_json:
        typer.echo(json.dumps([vars(one) for one in everybody], ensure_ascii=False, default=str, indent=1))
        return
    for one in everybody:
        state = t("user.is_disabled") if one.disabled_at else ""
        out.print(f"{one.login}  {one.role}  {', '.join(one.regions)}  {state}".rstrip(), markup=False)


@contextmanager
def store_session(project: Path) -> Iterator[Session]:
    """One transaction of the project's store."""
    from kezhi.store.place import open_store

    store = open_store(project)
    try:
        with store.session() as session:
            yield session
    finally:
        store.close()


def _password(from_stdin: bool) -> tuple[str, bool]:
    """A password from standard input or the keyboard, else a new one; and whether it is new."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\n"), False
    if sys.stdin.isatty() and (typed := getpass.getpass(t("user.ask_password"))):
        return typed, False
    return secrets.token_urlsafe(12), True
