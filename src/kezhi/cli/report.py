"""`kezhi report`: the report of the current snapshot."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kezhi.cli.options import LangOption, ProjectDir
from kezhi.cli.words import out, t


class Format(StrEnum):
    """Forms of a report."""

    HTML = "html"
    XLSX = "xlsx"


class Kind(StrEnum):
    """What a report tells."""

    ALL = "all"
    SEVEN_P = "7p"


def report(
    project: ProjectDir = Path(),
    form: Annotated[Format, typer.Option("--format", help=t("report.format"))] = Format.HTML,
    path: Annotated[Path | None, typer.Option("--out", "-o", help=t("report.out"))] = None,
    kind: Annotated[Kind, typer.Option("--kind", help=t("report.kind"))] = Kind.ALL,
    lang: LangOption = None,
) -> None:
    """Write the report."""
    from kezhi.api import open_project
    from kezhi.flow.writing import writing

    opened = open_project(project)
    target = path or project / ("seven-p.html" if kind is Kind.SEVEN_P else f"report.{form.value}")
    with writing(target):
        target.parent.mkdir(parents=True, exist_ok=True)
    opened.report(target, lang=lang.value if lang else None, form=form.value, kind=kind.value)
    out.print(t("written", path=target.resolve()))
