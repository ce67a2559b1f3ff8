"""`kezhi segment count|list|export EXPR`: the customers for whom an expression over the profile holds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from kezhi.cli.options import Json, LangOption, ProjectDir
from kezhi.cli.words import out, t

app = typer.Typer(no_args_is_help=True)
Expression = Annotated[str, typer.Argument(metavar="EXPR", help=t("segment.expression"))]


@app.command(help=t("segment.count"))
def count(expression: Expression, project: ProjectDir = Path(), as_json: Json = False, lang: LangOption = None) -> None:
    """How many, and of how many."""
    from kezhi.api import open_project

    opened = open_project(project)
    number = int(opened.segment(expression).count().to_pyarrow().as_py())
    total = opened.snapshot.rows("profile")
    if as_json:
        typer.echo(json.dumps({"customers": number, "of": total, "as_of": str(opened.snapshot.as_of), "snapshot": opened.snapshot.name}))
    else:
        out.print(t("segment.counted", customers=f"{number:,}", total=f"{total:,}", as_of=opened.snapshot.as_of))


@app.command("list", help=t("segment.list"))
def list_(
    expression: Expression,
    project: ProjectDir = Path(),
    limit: Annotated[int, typer.Option("--limit", min=1, help=t("segment.limit"))] = 20,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """The first customers, by id."""
    from kezhi.api import open_project

    found = open_project(project).segment(expression).order_by("customer_id").limit(limit).to_pyarrow().to_pylist()
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, default=str))
        return
    for row in found:
        facts = (row["rfm_group"], row["lifecycle_stage"], row["net_amount_365d"], row["tags"])
        out.print("  ".join([row["customer_id"], *(str(fact) for fact in facts if fact is not None)]), markup=False)


@app.command(help=t("segment.export"))
def export(
    expression: Expression,
    path: Annotated[Path, typer.Option("--out", "-o", help=t("segment.out"))],
    project: ProjectDir = Path(),
    lang: LangOption = None,
) -> None:
    """All of them with their profile, as CSV or Parquet by the ending of the file."""
    from pyarrow import csv
    from pyarrow import parquet as pq

    from kezhi.api import open_project
    from kezhi.errors import WrongInput

    writers = {".csv": csv.CSVWriter, ".parquet": pq.ParquetWriter}
    if path.suffix not in writers:
        raise WrongInput(problem=t("segment.ending", path=path))
    # batch by batch in Arrow: the reader's engine may write nothing
    batches = open_project(project).segment(expression).order_by("customer_id").to_pyarrow_batches()
    with writers[path.suffix](path, batches.schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
    out.print(t("written", path=path.resolve()))
