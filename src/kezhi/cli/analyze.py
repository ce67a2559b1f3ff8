"""`kezhi analyze FILE…`: any order file to a report, with no project and no settings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from kezhi.cli.mapping import DateOrder, overrides, show_proposals
from kezhi.cli.options import AsOf, Json, LangOption, day
from kezhi.cli.words import language, out, t


def analyze(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help=t("analyze.files"))],
    mapping: Annotated[str | None, typer.Option("--map", metavar="FIELD=HEADER,...", help=t("options.map"))] = None,
    as_of: AsOf = None,
    folder: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help=t("analyze.out"))] = Path("kezhi-report"),
    currency: Annotated[str, typer.Option("--currency", help=t("analyze.currency"))] = "CNY",
    keep_duplicates: Annotated[bool, typer.Option("--keep-duplicates", help=t("analyze.keep_duplicates"))] = False,
    date_order: DateOrder = None,
    quick: Annotated[bool, typer.Option("--quick", help=t("analyze.quick"))] = False,
    lang: LangOption = None,
    as_json: Json = False,
) -> None:
    """Read, clean, know, report."""
    from kezhi.cli.progress import shown
    from kezhi.flow.analyze import analyze as analyze_files
    from kezhi.measure.words import group_word

    with shown() as watcher:
        made = analyze_files(
            files,
            folder,
            overrides=overrides(mapping),
            as_of=day(as_of),
            date_order=date_order.value if date_order else None,
            lang=lang.value if lang else language(),
            currency=currency,
            merge_duplicate_rows=not keep_duplicates,
            quick=quick,
            watcher=watcher,
        )
    show_proposals(made.proposals)
    if as_json:
        typer.echo(json.dumps(made.summary, ensure_ascii=False))
        return
    figures = {name: f"{value:,}" if isinstance(value, int) else value for name, value in made.summary.items()}
    out.print(t("analyze.done", **figures), markup=False)
    for group, customers in made.summary["rfm_groups"].items():
        out.print(f"  {group_word(group, language())}  {customers:,}", markup=False)
    out.print(t("written", path=(folder / "report.html").resolve()), markup=False)
