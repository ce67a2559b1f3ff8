"""`kezhi city`: write the demo city's messy files and the truth beside them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kezhi.cli.options import LangOption
from kezhi.cli.words import out, t


def city(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=t("city.folder"))],
    customers: Annotated[int, typer.Option("--customers", min=100, help=t("city.customers"))] = 5000,
    seed: Annotated[int, typer.Option("--seed", help=t("city.seed"))] = 7,
    lang: LangOption = None,
) -> None:
    """Write a city."""
    from kezhi.city import build
    from kezhi.cli.progress import shown
    from kezhi.flow.writing import writing

    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with shown() as watcher:
        made = build(folder, customers=customers, seed=seed, progress=watcher.counts)
    out.print(t("city.done", folder=folder.resolve(), persons=f"{made.persons:,}"))
