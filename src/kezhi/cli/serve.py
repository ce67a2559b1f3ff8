"""`kezhi serve`: the workspace in the browser."""

from __future__ import annotations

import secrets
import socket
import sys
import threading
import time
import webbrowser
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kezhi.cli.options import LangOption, ProjectDir
from kezhi.cli.words import out, t
from kezhi.errors import WrongInput

if TYPE_CHECKING:
    from kezhi.store import Database

FIRST_ADMIN = 0x6B6161  # servers that start at once make one admin
Port = Annotated[int, typer.Option("--port", min=0, max=65535, help=t("serve.port"))]


@dataclass(frozen=True)
class SignIn:
    """A login and its password."""

    login: str
    password: str


def serve(
    project: ProjectDir = Path(),
    host: Annotated[str, typer.Option("--host", help=t("serve.host"))] = "127.0.0.1",
    port: Port = 8000,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help=t("serve.browser"))] = True,
    log_json: Annotated[bool, typer.Option("--log-json", help=t("serve.log_json"))] = False,
    lang: LangOption = None,
) -> None:
    """Serve the workspace until Ctrl-C."""
    open_workspace(project, host=host, port=port, browser=browser, log_json=log_json)


def open_workspace(
    project: Path,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    browser: bool = True,
    first: SignIn | None = None,
    log_json: bool = False,
) -> None:
    """
    Serve the project in *project* until Ctrl-C.

    Where nobody can sign in yet, an admin is made and printed: *first*, or one with a new password.

    Raises:
        WrongInput: The port is in use.
    """
    port = free_port(host, port)
    from kezhi.serve.app import create_app
    from kezhi.serve.server import serve as run

    app = create_app(project)
    address = f"http://{'localhost' if host in ('127.0.0.1', '0.0.0.0') else host}:{port}/"
    made = first_admin(app.state.workspace.store, first or SignIn("admin", secrets.token_urlsafe(12)))
    out.print(t("serve.at", address=address))
    if first:
        out.print(t("serve.sign_in", login=first.login, password=first.password))
    elif made:
        out.print(t("serve.sign_in_once", login=made.login, password=made.password))
    out.print(t("serve.stop"), style="dim")
    if browser and sys.stdout.isatty():
        threading.Thread(target=_open_when_up, args=(host, port, address), daemon=True).start()
    run(app, host=host, port=port, lines=log_json)


def first_admin(store: Database, first: SignIn) -> SignIn | None:
    """*first*, made an admin; none where there is a user already."""
    from kezhi.store import audit, users
    from kezhi.store.database import one_at_a_time

    with store.session() as session:
        one_at_a_time(session.connection(), FIRST_ADMIN)
        if users.all_users(session):
            return None
        users.add_user(session, first.login, first.password, "admin")
        audit.note(session, "user.added", first.login, login="kezhi serve", details={"role": "admin"})
    return first


def free_port(host: str, port: int) -> int:
    """*port*, or a free one for 0; a port in use is an error with a way out, before anything is started."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise WrongInput(problem=t("serve.port_taken", host=host, port=port, detail=error.strerror)) from None
        return int(probe.getsockname()[1])


def _open_when_up(host: str, port: int, address: str) -> None:
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex((host, port)) == 0:
                webbrowser.open(address)
                return
        time.sleep(0.1)
