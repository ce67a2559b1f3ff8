"""`kezhi demo`: a company's messy data, made and run, with its report and its workspace."""

from __future__ import annotations

import json
import shlex
import shutil
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kezhi.cli.notes import show_notes
from kezhi.cli.options import LangOption
from kezhi.cli.progress import Shown, shown
from kezhi.cli.serve import Port, SignIn, open_workspace
from kezhi.cli.words import language, out, t
from kezhi.errors import WrongInput

NOTE = ".kezhi-demo.json"  # marks a folder as ours to write again
SIGN_IN = SignIn("demo", "kezhi-demo")  # known to all: the data are invented, and only this machine is listened to


class Data(StrEnum):
    """Companies the demo can show."""

    CITY = "city"
    COMPLETE_JOURNEY = "complete-journey"


def demo(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help=t("demo.folder"))] = Path("kezhi-demo"),
    customers: Annotated[int, typer.Option("--customers", min=100, help=t("city.customers"))] = 5000,
    seed: Annotated[int, typer.Option("--seed", help=t("city.seed"))] = 7,
    data: Annotated[Data, typer.Option("--data", help=t("demo.data"))] = Data.CITY,
    no_serve: Annotated[bool, typer.Option("--no-serve", help=t("demo.no_serve"))] = False,
    port: Port = 8000,
    lang: LangOption = None,
) -> None:
    """Make, run, report, serve."""
    from kezhi.api import open_project

    spoken = lang.value if lang else language()
    with shown() as watcher:
        _prepare(folder, data, customers, seed, watcher)
        project = open_project(folder)
        snapshot = project.run(watcher=watcher)
        page = project.report(folder / "report.html", lang=spoken)
        book = project.report(folder / "report.xlsx", lang=spoken, form="xlsx")
    project.close()
    show_notes(snapshot)
    out.print(t("demo.done", customers=f"{snapshot.rows('customers'):,}", orders=f"{snapshot.rows('orders'):,}", as_of=snapshot.as_of))
    for path in (page, book):
        out.print(t("written", path=path.resolve()))
    out.print(t("demo.next", folder=shlex.quote(str(folder))), style="dim")
    if not no_serve:
        open_workspace(folder, port=port, first=SIGN_IN)


def _prepare(folder: Path, data: Data, customers: int, seed: int, watcher: Shown) -> None:
    """Write the company's files, unless the folder holds the very same ones."""
    from kezhi import city
    from kezhi.city import complete_journey
    from kezhi.flow.writing import writing

    wanted = {"data": data.value, "customers": customers, "seed": seed}
    note = folder / NOTE
    if note.is_file() and json.loads(note.read_text(encoding="utf-8")) == wanted:
        return
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()) and not note.is_file():
        raise WrongInput(problem=t("demo.occupied", folder=folder))
    for old in (folder / "data", folder / "truth", folder / ".kezhi"):
        shutil.rmtree(old, ignore_errors=True)
    note.write_text("{}", encoding="utf-8")  # ours from here on, yet not complete
    if data is Data.CITY:
        city.build(folder, customers=customers, seed=seed, progress=watcher.counts)
    else:
        complete_journey.build(folder)
    note.write_text(json.dumps(wanted), encoding="utf-8")
