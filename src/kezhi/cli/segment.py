"""`kezhi segment`: whom an expression or a saved segment finds, and the segments that people save."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from kezhi.cli.options import Json, LangOption, ProjectDir
from kezhi.cli.words import language, out, t

app = typer.Typer(no_args_is_help=True)
Expression = Annotated[str, typer.Argument(metavar="EXPR_OR_KEY", help=t("segment.expression"))]


@app.command(help=t("segment.count"))
def count(expression: Expression, project: ProjectDir = Path(), as_json: Json = False, lang: LangOption = None) -> None:
    """How many, and of how many."""
    from kezhi.api import open_project

    opened = open_project(project)
    number = opened.segment_count(expression)
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
    from kezhi.measure.answers import cell
    from kezhi.measure.formats import Formats

    opened = open_project(project)
    found = opened.segment(expression).order_by("customer_id").limit(limit).to_pyarrow().to_pylist()
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, default=str))
        return
    formats = Formats(language(), opened.settings.currency)
    for row in found:
        facts = [
            cell(column, row[column], formats, opened.settings)
            for column in ("rfm_group", "lifecycle_stage", "net_amount_365d", "tags")
            if row[column] not in (None, "")
        ]
        out.print("  ".join([row["customer_id"], *facts]), markup=False)
    if not found:
        out.print(t("nothing"), markup=False)


@app.command(help=t("segment.export"))
def export(
    expression: Expression,
    path: Annotated[Path, typer.Option("--out", "-o", help=t("segment.out"))],
    project: ProjectDir = Path(),
    lang: LangOption = None,
) -> None:
    """All of them with their profile, as CSV or Parquet by the ending of the file."""
    from kezhi.api import open_project
    from kezhi.cli.files import write_rows

    write_rows(open_project(project).segment(expression).order_by("customer_id"), path)


@app.command(help=t("segment.explain"))
def explain(expression: Expression, project: ProjectDir = Path(), as_json: Json = False, lang: LangOption = None) -> None:
    """Clause by clause: how many it leaves, and how many it alone keeps out."""
    from kezhi.api import open_project

    opened = open_project(project)
    found = opened.explain(expression).to_pylist()
    total = opened.snapshot.rows("profile")
    if as_json:
        typer.echo(json.dumps({"of": total, "clauses": found}, ensure_ascii=False))
        return
    joined_by = found[0]["joined_by"]
    heads = ("clause", "alone", f"left_{joined_by}", f"changed_{joined_by}", f"only_{joined_by}")
    shown = Table(*(t(f"segment.{head}") for head in heads), box=None, pad_edge=False)
    shown.add_row(t("segment.everybody"), f"{total:,}", *([f"{total:,}"] if joined_by == "and" else [""]), "", "")
    for row in found:
        shown.add_row(row["clause"], *(f"{row[name]:,}" for name in ("customers", "remaining", "changed", "only_this")))
    out.print(shown, markup=False)


@app.command(help=t("segment.overlap"))
def overlap(
    expressions: Annotated[list[str], typer.Argument(metavar="EXPR_OR_KEY...", help=t("segment.several"))],
    project: ProjectDir = Path(),
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """Customers in every region of the Venn diagram."""
    from kezhi.api import open_project

    found = open_project(project).overlap(*expressions).to_pylist()
    if as_json:
        names = [name for name in found[0] if name != "customers"] if found else []
        regions = [{"in": [name for name in names if row[name]], "customers": row["customers"]} for row in found]
        typer.echo(json.dumps(regions, ensure_ascii=False))
        return
    for row in found:
        inside = [name for name, value in row.items() if value is True]
        out.print(f"{row['customers']:>12,}  {' ∩ '.join(inside) or t('segment.none')}", markup=False)


@app.command(help=t("segment.movement"))
def movement(
    key: Annotated[str, typer.Argument(metavar="KEY", help=t("segment.key"))],
    project: ProjectDir = Path(),
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """Who entered and left since the snapshot before, counted by why; all of them with --json."""
    from kezhi.api import open_project

    found = open_project(project).segments.movement(key).to_pylist()
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, default=str))
        return
    counts: dict[tuple[str, str], int] = {}
    for row in found:
        counts[row["movement"], row["why"]] = counts.get((row["movement"], row["why"]), 0) + 1
    if not counts:
        out.print(t("segment.nobody_moved", key=key))
    for (way, why), number in sorted(counts.items(), key=lambda item: (item[0][0], -item[1], item[0][1])):
        words = t(f"whys.{why}") if why in ("new_customer", "customer_gone", "definition_changed", "unknown") else why
        out.print(f"{t(f'segment.{way}')}  {number:>8,}  {words}", markup=False)


@app.command(help=t("segment.tree"))
def tree(expression: Expression, project: ProjectDir = Path(), lang: LangOption = None) -> None:
    """The expression's other form, for programs."""
    from kezhi.api import open_project

    found = open_project(project).segments.expression(json.loads(expression) if expression.lstrip().startswith("{") else expression)
    typer.echo(json.dumps({"text": found.text, "tree": found.tree}, ensure_ascii=False))


@app.command(help=t("segment.save.help"))
def save(
    key: Annotated[str, typer.Argument(metavar="KEY", help=t("segment.new_key"))],
    expression: Expression,
    project: ProjectDir = Path(),
    name: Annotated[str, typer.Option("--name", help=t("segment.name"))] = "",
    name_en: Annotated[str, typer.Option("--name-en", help=t("segment.name_en"))] = "",
    doc: Annotated[str, typer.Option("--doc", help=t("segment.doc"))] = "",
    by: Annotated[str | None, typer.Option("--by", help=t("segment.by"))] = None,
    lang: LangOption = None,
) -> None:
    """Keep a rule in the store, or change one's own."""
    from kezhi.api import open_project

    row = open_project(project).saved_segments.save(key, expression, name=name, name_en=name_en, doc=doc, author=by)
    out.print(t("segment.kept", key=row["key"], expression=row["expression"]), markup=False)


@app.command(help=t("segment.saved_list"))
def saved(project: ProjectDir = Path(), as_json: Json = False, lang: LangOption = None) -> None:
    """Those that people saved, by key."""
    from kezhi.api import open_project

    found = open_project(project).saved_segments.list()
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, default=str))
        return
    if not found:
        out.print(t("nothing"), markup=False)
    for row in found:
        out.print("  ".join((row["key"], row["name"], row["owner"], f"{row['changed_at']:%Y-%m-%d}", row["expression"])), markup=False)


@app.command(help=t("segment.delete.help"))
def delete(
    key: Annotated[str, typer.Argument(metavar="KEY", help=t("segment.key"))],
    project: ProjectDir = Path(),
    by: Annotated[str | None, typer.Option("--by", help=t("segment.by"))] = None,
    lang: LangOption = None,
) -> None:
    """Forget one's own; what past runs said stays."""
    from kezhi.api import open_project

    open_project(project).saved_segments.delete(key, author=by)
    out.print(t("segment.gone", key=key), markup=False)
