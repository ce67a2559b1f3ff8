"""`kezhi note add|list|withdraw`: what people learnt about customers."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from kezhi.cli.options import Json, LangOption, ProjectDir, day
from kezhi.cli.words import out, t

app = typer.Typer(no_args_is_help=True)
By = Annotated[str | None, typer.Option("--by", help=t("note.by"))]


class Source(StrEnum):
    """Where something was learnt."""

    FRONT_DESK = "front_desk"
    BACK_OFFICE = "back_office"
    PHONE = "phone"
    VISIT = "visit"
    OTHER = "other"


@app.command(help=t("note.add.help"))
def add(
    customer_id: Annotated[str, typer.Argument(metavar="ID", help=t("customer.id"))],
    words: Annotated[str, typer.Argument(metavar="WORDS", help=t("note.words"))] = "",
    project: ProjectDir = Path(),
    tag: Annotated[str | None, typer.Option("--tag", help=t("note.tag"))] = None,
    source: Annotated[Source, typer.Option("--source", help=t("note.source"))] = Source.OTHER,
    on: Annotated[str | None, typer.Option("--on", metavar="YYYY-MM-DD", help=t("note.on"))] = None,
    by: By = None,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """Keep what was learnt about a customer."""
    from kezhi.api import open_project

    row = open_project(project).notes.add(customer_id, words, tag=tag, source=source.value, learnt_on=day(on), author=by)
    if as_json:
        _json(row)
    else:
        out.print(t("note.added", id=row["note_id"], customer=row["customer_id"]), markup=False)


@app.command("list", help=t("note.list.help"))
def list_(
    customer_id: Annotated[str | None, typer.Argument(metavar="[ID]", help=t("customer.id"))] = None,
    project: ProjectDir = Path(),
    withdrawn: Annotated[bool, typer.Option("--withdrawn", help=t("note.withdrawn_too"))] = False,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """Show the notes, newest first."""
    from kezhi.api import open_project

    found = open_project(project).notes.list(customer_id, withdrawn=withdrawn)
    if as_json:
        _json(found)
        return
    if not found:
        out.print(t("nothing"), markup=False)
    for row in found:
        ended = t("note.is_withdrawn", by=row["withdrawn_by"]) if row["withdrawn_at"] else ""
        told = [
            row["note_id"],
            str(row["learnt_on"]),
            row["customer_id"],
            row["tag"] or "–",
            row["words"],
            row["author"],
            row["source"],
            ended,
        ]
        out.print("  ".join(part for part in told if part), markup=False)


@app.command(help=t("note.withdraw.help"))
def withdraw(
    note_id: Annotated[str, typer.Argument(metavar="NOTE_ID", help=t("note.id"))],
    project: ProjectDir = Path(),
    by: By = None,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """Say that a note holds no longer; it is kept."""
    from kezhi.api import open_project

    row = open_project(project).notes.withdraw(note_id, author=by)
    if as_json:
        _json(row)
    else:
        out.print(t("note.taken_back", id=row["note_id"]), markup=False)


def _json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, default=str, indent=1))
