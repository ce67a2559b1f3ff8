"""`kezhi data quality|corrections|approve|reject|undo|decisions`: how good the data are, and what people say of their corrections."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from kezhi.cli.options import Json, LangOption, Limit, ProjectDir
from kezhi.cli.words import language, out, t

app = typer.Typer(no_args_is_help=True)
Source = Annotated[str, typer.Argument(metavar="SOURCE", help=t("data.source"))]
Table = Annotated[str, typer.Argument(metavar="TABLE", help=t("data.table"))]
Column = Annotated[str, typer.Argument(metavar="COLUMN", help=t("data.column"))]
Rule = Annotated[str, typer.Argument(metavar="RULE", help=t("data.rule"))]
Text = Annotated[str | None, typer.Option("--text", metavar="KEY", help=t("data.text"))]
Reason = Annotated[str | None, typer.Option("--reason", help=t("identity.reason"))]
By = Annotated[str | None, typer.Option("--by", help=t("note.by"))]


@app.command(help=t("data.quality"))
def quality(
    source: Annotated[str | None, typer.Option("--source", help=t("data.source"))] = None,
    columns: Annotated[bool, typer.Option("--columns", help=t("data.columns"))] = False,
    project: ProjectDir = Path(),
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """The scorecard, the worst first; with --columns every column that fails somewhere."""
    from kezhi.api import open_project
    from kezhi.cli import shown
    from kezhi.kit.engine import _
    from kezhi.locales import text
    from kezhi.measure.figures.scorecard import scorecard, shares

    table = shown.table_of(open_project(project), "quality")
    kept = table if source is None else table.filter(_.source == source)
    asked = shares(kept).filter(_.failing > 0) if columns else scorecard(kept)
    found = asked.order_by("share", "source", "table_name", "dimension").to_pyarrow().to_pylist()
    if as_json:
        shown.as_json(found)
        return
    names = ["source", "table_name", *(["column_name"] if columns else []), "dimension", "n", "failing", "pass_share"]
    shown.as_table(
        [row | {"pass_share": row["share"]} for row in found], names, {"dimension": lambda code: text(f"quality.{code}.name", language())}
    )


@app.command(help=t("data.corrections"))
def corrections(
    source: Annotated[str | None, typer.Argument(metavar="[SOURCE]", help=t("data.source"))] = None,
    table: Annotated[str | None, typer.Argument(metavar="[TABLE]", help=t("data.table"))] = None,
    column: Annotated[str | None, typer.Argument(metavar="[COLUMN]", help=t("data.column"))] = None,
    rule: Annotated[str | None, typer.Argument(metavar="[RULE]", help=t("data.rule"))] = None,
    project: ProjectDir = Path(),
    limit: Limit = 20,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """What was mended by rule; of one rule, its texts with before and after."""
    from kezhi.api import open_project
    from kezhi.cli import shown
    from kezhi.locales import text

    opened = open_project(project)
    if source and table and column and rule:
        found = opened.corrections.values(source, table, column, rule, limit=limit)
        told = [
            {f"text_{name}" if name in ("before", "after") else name: _shown(column, name, value) for name, value in row.items()}
            for row in found
        ]
        names = ["text_before", "text_after", "values", "text_key", "verdict"]
    else:
        asked = {"source": source, "table_name": table, "column_name": column}
        told = [row for row in opened.corrections.rules() if all(value in (None, row[name]) for name, value in asked.items())]
        told = told if as_json else told[:limit]
        names = ["source", "table_name", "column_name", "rule", "values", "texts", "verdict"]
    if as_json:
        shown.as_json(told)
    elif told:
        shown.as_table(told, names, {"verdict": lambda code: text(f"corrections.verdicts.{code}", language())})
    else:
        out.print(t("nothing"))


def _deciding(verdict: str) -> Callable[..., None]:
    """The command that says *verdict* of corrections."""

    def decide(
        source: Source,
        table: Table,
        column: Column,
        rule: Rule,
        key: Text = None,
        reason: Reason = None,
        by: By = None,
        project: ProjectDir = Path(),
        as_json: Json = False,
        lang: LangOption = None,
    ) -> None:
        from kezhi.api import open_project
        from kezhi.cli import shown
        from kezhi.locales import text

        row = open_project(project).corrections.decide(verdict, source, table, column, rule, text=key, reason=reason, author=by)
        if as_json:
            shown.as_json(row)
            return
        told = text(f"corrections.verdicts.{verdict}", language())
        out.print(t("data.decided", id=row["decision_id"], verdict=told, count=row["count"]), markup=False)

    return decide


app.command("approve", help=t("data.approve"))(_deciding("approved"))
app.command("reject", help=t("data.reject"))(_deciding("rejected"))


@app.command(help=t("data.undo"))
def undo(
    decision_id: Annotated[str, typer.Argument(metavar="DECISION_ID", help=t("data.decision"))],
    reason: Reason = None,
    by: By = None,
    project: ProjectDir = Path(),
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """Take a decision back."""
    from kezhi.api import open_project
    from kezhi.cli import shown

    row = open_project(project).corrections.undo(decision_id, reason=reason, author=by)
    shown.as_json(row) if as_json else out.print(t("data.undone", id=row["decision_id"]), markup=False)


@app.command(help=t("data.decisions"))
def decisions(
    undone: Annotated[bool, typer.Option("--undone", help=t("data.undone_too"))] = False,
    project: ProjectDir = Path(),
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """What people decided, newest first."""
    from kezhi.api import open_project
    from kezhi.cli import shown
    from kezhi.locales import text

    found = open_project(project).corrections.decisions(undone=undone)
    if as_json:
        shown.as_json(found)
        return
    if not found:
        out.print(t("nothing"))
        return
    names = ["decision_id", "verdict", "source", "table_name", "column_name", "rule", "text_key", "count", "author", "undone_by", "pending"]
    shown.as_table(found, names, {"verdict": lambda code: text(f"corrections.verdicts.{code}", language())})


def _shown(column: str, name: str, value: Any) -> Any:
    from kezhi.measure.masking import masked

    return masked(column, value) if name in ("before", "after") and column != "*" else value  # of a whole row they are places
