"""`kezhi dedupe FILE` and `kezhi identity explain A B`: who is who, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from kezhi.cli.options import Json, LangOption, ProjectDir
from kezhi.cli.words import out, t

app = typer.Typer(no_args_is_help=True)


def dedupe(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=t("dedupe.file"))],
    mapping: Annotated[str | None, typer.Option("--map", metavar="FIELD=HEADER,...", help=t("dedupe.map"))] = None,
    probability: Annotated[float, typer.Option("--probability", help=t("dedupe.probability"))] = 0.9,
    path: Annotated[Path | None, typer.Option("--out", "-o", metavar="CSV", help=t("dedupe.out"))] = None,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """Read the file, and say which of its records are one person's."""
    from kezhi.api.linkage import dedupe as find
    from kezhi.api.linkage import read_records
    from kezhi.cli.mapping import overrides

    records, columns = read_records(file, overrides(mapping))
    made = find(records, columns=columns, probability=probability)
    rows, customers = made.num_rows, len(made["customer_id"].unique())
    if path is not None:
        from pyarrow import csv

        csv.write_csv(made, path)
    if as_json:
        from kezhi.cli.shown import as_json as show

        show({"records": rows, "customers": customers, "columns": columns, "members": made.to_pylist()})
        return
    out.print(t("dedupe.found", records=f"{rows:,}", customers=f"{customers:,}"), markup=False)
    if path is not None:
        out.print(t("written", path=path.resolve()), markup=False)
        return
    for row in made.to_pylist():
        if row["record_id"] != row["customer_id"]:
            out.print(f"  {row['record_id']} = {row['customer_id']}  {row['probability']:.3f}", markup=False)


@app.command(help=t("identity.explain"))
def explain(
    left: Annotated[str, typer.Argument(metavar="A", help=t("identity.record"))],
    right: Annotated[str, typer.Argument(metavar="B", help=t("identity.record"))],
    project: ProjectDir = Path(),
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """The weight of every field of two records."""
    from kezhi.api import open_project

    found: dict[str, Any] = open_project(project).explain_identity(left, right)
    if as_json:
        from kezhi.cli.shown import as_json as show

        show(found)
        return
    answer = "same" if found["same_customer"] else "apart"
    out.print(
        t(f"identity.{answer}", left=left, right=right, probability=f"{found['probability']:.4f}", bits=f"{found['weight_bits']:+.1f}"),
        markup=False,
    )
    for row in found["evidence"]:
        words = t(
            "identity.row",
            field=t(f"identity.fields.{row['comparison']}"),
            level=t(f"identity.levels.{row['level']}"),
            bits=f"{row['bits']:+.1f}",
        )
        out.print("  " + words, markup=False)
    if found["refused"]:
        out.print(t(f"identity.refused.{found['refused']}"), markup=False)
