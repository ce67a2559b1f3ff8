"""`kezhi backup` and `kezhi restore`: the project in one file, and back."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kezhi.cli.options import Json, LangOption, ProjectDir
from kezhi.cli.words import out, t

if TYPE_CHECKING:
    from kezhi.flow.backup import Contents


def backup(
    project: ProjectDir = Path(),
    output: Annotated[Path | None, typer.Option("--output", "-o", help=t("backup.output"))] = None,
    lake: Annotated[bool, typer.Option("--lake/--no-lake", help=t("backup.lake"))] = True,
    data: Annotated[bool, typer.Option("--with-data", help=t("backup.data"))] = False,
    force: Annotated[bool, typer.Option("--force", help=t("backup.force"))] = False,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """Write the project into one file; the server may go on."""
    from kezhi.flow.backup import backup as write
    from kezhi.flow.writing import writing

    file = output or Path(f"{project.resolve().name}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.kezhi-backup.zip")
    with writing(file):
        next(file.resolve().parent.iterdir(), None)  # a folder that is not there
    made = write(project, file, lake=lake, data=data, force=force)
    _tell(made, as_json)
    if not as_json:
        out.print(t("written", path=file.resolve()), markup=False)


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=t("restore.file"))],
    project: ProjectDir = Path(),
    check: Annotated[bool, typer.Option("--check", help=t("restore.check"))] = False,
    force: Annotated[bool, typer.Option("--force", help=t("restore.force"))] = False,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """Check a backup and put it into a folder and its store."""
    from kezhi.flow.backup import contents
    from kezhi.flow.backup import restore as read

    if check:
        _tell(contents(file), as_json)
        return
    found, store = read(file, project, force=force)
    _tell(found, as_json)
    if not as_json:
        out.print(t("restore.done", folder=project.resolve(), store=store or "–"), markup=False)


def _tell(found: Contents, as_json: bool) -> None:
    """What a backup holds."""
    size = sum(one["bytes"] for one in found.files.values())
    if as_json:
        told = {name: value for name, value in asdict(found).items() if name != "files"}
        typer.echo(json.dumps({**told, "files": len(found.files), "bytes": size}, ensure_ascii=False))
        return
    out.print(t("backup.holds", project=found.project, made_at=found.made_at, version=found.kezhi), markup=False)
    out.print(t("backup.files", files=len(found.files), mb=f"{size / 1e6:,.1f}", snapshot=found.snapshot or "–"), markup=False)
    if found.schema:
        tables = ", ".join(f"{name} {rows:,}" for name, rows in found.tables.items() if rows)
        out.print(t("backup.store", tables=tables or "–"), markup=False)
        out.print(t("audit.whole", entries=found.audit["entries"], hash=found.audit["last_hash"] or "–") if found.audit["first_broken"] is None
                  else t("audit.broken", number=found.audit["first_broken"]), markup=False)  # fmt: skip
