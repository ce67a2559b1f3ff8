"""`kezhi audit list|check`: who changed or saw what, and whether the log is whole."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from kezhi.cli.options import Json, LangOption, ProjectDir, day
from kezhi.cli.words import out, t

app = typer.Typer(no_args_is_help=True)


@app.command("list", help=t("audit.list.help"))
def list_(
    project: ProjectDir = Path(),
    action: Annotated[str | None, typer.Option("--action", help=t("audit.action"))] = None,
    subject: Annotated[str | None, typer.Option("--subject", help=t("audit.subject"))] = None,
    login: Annotated[str | None, typer.Option("--login", help=t("audit.login"))] = None,
    since: Annotated[str | None, typer.Option("--since", metavar="YYYY-MM-DD", help=t("audit.since"))] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help=t("audit.limit"))] = 50,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """Show the newest entries that fit; times are the project's."""
    from kezhi.settings import load
    from kezhi.store import audit
    from kezhi.store.place import open_store

    settings = load(project)
    zone, first = ZoneInfo(settings.timezone), day(since)
    begins = datetime(first.year, first.month, first.day, tzinfo=zone).astimezone(UTC).replace(tzinfo=None) if first else None
    store = open_store(project, settings)
    try:
        with store.reading() as session:
            found = [
                audit.told(one) for one in audit.entries(session, limit=limit, action=action, subject=subject, login=login, since=begins)
            ]
    finally:
        store.close()
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, default=str, indent=1))
        return
    for one in found:
        at = one["at"].replace(tzinfo=UTC).astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
        details = json.dumps(one["details"], ensure_ascii=False) if one["details"] else ""
        parts = (str(one["number"]), at, one["login"], one["action"], one["subject"], one["reason"] or "", details)
        out.print("  ".join(part for part in parts if part), markup=False)


@app.command(help=t("audit.check.help"))
def check(project: ProjectDir = Path(), as_json: Json = False, lang: LangOption = None) -> None:
    """Say whether every entry follows from the one before it; exit 1 if not."""
    from kezhi.store import audit
    from kezhi.store.place import open_store

    store = open_store(project)
    try:
        with store.reading() as session:
            broken, last = audit.first_broken(session), audit.entries(session, limit=1)
    finally:
        store.close()
    number, digest = (last[0].number, last[0].hash) if last else (0, "")
    if as_json:
        typer.echo(json.dumps({"whole": broken is None, "first_broken": broken, "entries": number, "last_hash": digest}))
    elif broken is None:
        out.print(t("audit.whole", entries=number, hash=digest or "–"), markup=False)
    else:
        out.print(t("audit.broken", number=broken), markup=False)
    if broken is not None:
        raise typer.Exit(1)
