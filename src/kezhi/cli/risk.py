"""`kezhi risk list`: which customers should be looked at, why, and what the policy says."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kezhi.cli.options import Json, LangOption, Limit, ProjectDir
from kezhi.cli.words import language, out, t

app = typer.Typer(no_args_is_help=True)


@app.callback(help=t("risk.help"))
def _risk() -> None:
    """One verb so far; the callback keeps it a verb."""


@app.command("list", help=t("risk.list"))
def list_(
    project: ProjectDir = Path(),
    grade: Annotated[str | None, typer.Option("--grade", help=t("risk.grade"))] = None,
    limit: Limit = 20,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """The cases, the highest score first."""
    from kezhi.api import open_project
    from kezhi.cli import shown
    from kezhi.errors import WrongInput
    from kezhi.kit.engine import _, ibis
    from kezhi.locales import catalogue

    opened = open_project(project)
    table = shown.table_of(opened, "risk_cases")
    grades = [one.key for one in opened.settings.risk.grades]
    if grade is not None and grade not in grades:
        raise WrongInput(problem=t("risk.no_grade", grade=grade, known=", ".join(grades)))
    chosen = table.filter(_.grade == grade) if grade else table
    rows = chosen.order_by(ibis.desc("score"), "customer_id").limit(limit).to_pyarrow().to_pylist()
    if as_json:
        shown.as_json(rows)
        return
    words = catalogue(language())["risk"]
    out.print(t("risk.count", cases=f"{chosen.count().to_pyarrow().as_py():,}", shown=len(rows)), markup=False)
    for row in rows:
        said = {"id": row["customer_id"], "score": f"{row['score']:.1f}", "day": row["last_on"],
                "grade": words["grades"].get(row["grade"], row["grade"]), "policy": words["policies"].get(row["policy"], row["policy"])}  # fmt: skip
        out.print(t("risk.row", **said), markup=False)
        for reason in row["reasons_en" if language() == "en" else "reasons"]:
            out.print(f"    {reason}", markup=False)
