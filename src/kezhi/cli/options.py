"""Options that several verbs share."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kezhi.cli.words import t
from kezhi.errors import WrongInput


class Lang(StrEnum):
    """Languages of words and reports."""

    ZH = "zh"
    EN = "en"


def day(text: str | None) -> date | None:
    """A day written YYYY-MM-DD; None stays None."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise WrongInput(problem=t("not_a_day", text=text)) from error


ProjectDir = Annotated[Path, typer.Option("--project", "-p", help=t("options.project"))]
LangOption = Annotated[Lang | None, typer.Option("--lang", help=t("options.lang"))]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="YYYY-MM-DD", help=t("options.as_of"))]
Json = Annotated[bool, typer.Option("--json", help=t("options.json"))]


class ComparedWith(StrEnum):
    """What a matrix compares with."""

    RECOMPUTED = "recomputed"
    SNAPSHOT = "snapshot"


Compared = Annotated[ComparedWith, typer.Option("--compared-with", help=t("moves.compared"))]
Limit = Annotated[int, typer.Option("--limit", min=1, help=t("segment.limit"))]
