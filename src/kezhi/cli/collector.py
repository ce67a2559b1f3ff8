"""`kezhi collector`: keys with which programs and pages send events."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from kezhi.cli.options import Json, LangOption, ProjectDir
from kezhi.cli.user import BY, store_session
from kezhi.cli.words import out, t

app = typer.Typer(no_args_is_help=True)
key = typer.Typer(no_args_is_help=True)
app.add_typer(key, name="key", help=t("collector.key.help"))


@key.command("add", help=t("collector.add.help"))
def add(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help=t("collector.source"))],
    project: ProjectDir = Path(),
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """Make a write key for a source and print it."""
    from kezhi.store import audit, write_keys

    with store_session(project) as session:
        made = write_keys.add_key(session, source, author=BY)
        audit.note(session, "write_key.added", made.source, login=BY, details={"write_key": made.write_key})
        write_key, name = made.write_key, made.source
    if as_json:
        typer.echo(json.dumps({"write_key": write_key, "source": name}))
        return
    out.print(t("collector.added", source=name, write_key=write_key), markup=False, soft_wrap=True)


@key.command("list", help=t("collector.list.help"))
def list_keys(project: ProjectDir = Path(), as_json: Json = False, lang: LangOption = None) -> None:
    """Show all write keys, revoked ones too."""
    from kezhi.store import write_keys

    with store_session(project) as session:
        found = [
            {
                "write_key": one.write_key,
                "source": one.source,
                "author": one.author,
                "created_at": one.created_at.isoformat(),
                "revoked_at": one.revoked_at.isoformat() if one.revoked_at else None,
            }
            for one in write_keys.all_keys(session)
        ]
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    for one in found:
        state = t("collector.is_revoked") if one["revoked_at"] else ""
        out.print(f"{one['source']}  {one['write_key']}  {str(one['created_at'])[:10]}  {state}".rstrip(), markup=False, soft_wrap=True)


@key.command("revoke", help=t("collector.revoke.help"))
def revoke(
    write_key: Annotated[str, typer.Argument(metavar="KEY", help=t("collector.write_key"))],
    project: ProjectDir = Path(),
    lang: LangOption = None,
) -> None:
    """Let a key open nothing any more; a server refuses it within two seconds."""
    from kezhi.store import audit, write_keys

    with store_session(project) as session:
        one = write_keys.revoke_key(session, write_key)
        audit.note(session, "write_key.revoked", one.source, login=BY, details={"write_key": write_key})
        source = one.source
    out.print(t("collector.revoked", source=source, write_key=write_key), markup=False, soft_wrap=True)
