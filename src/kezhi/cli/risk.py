"""`kezhi risk`: who should be looked at and why, rings too, and what the policy allows each grade."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kezhi.cli.options import Json, LangOption, Limit, ProjectDir
from kezhi.cli.words import language, out, t

app = typer.Typer(no_args_is_help=True)
KINDS = ("customer", "ring")


@app.callback(help=t("risk.help"))
def _risk() -> None:
    """Verbs below."""


@app.command("list", help=t("risk.list"))
def list_(
    project: ProjectDir = Path(),
    grade: Annotated[str | None, typer.Option("--grade", help=t("risk.grade"))] = None,
    kind: Annotated[str | None, typer.Option("--kind", help=t("risk.kind"))] = None,
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
    if kind is not None and kind not in KINDS:
        raise WrongInput(problem=t("risk.no_kind", kind=kind, known=", ".join(KINDS)))
    chosen = table.filter(_.grade == grade) if grade else table
    chosen = chosen.filter(_.kind == kind) if kind else chosen
    rows = chosen.order_by(ibis.desc("score"), "case_id").limit(limit).to_pyarrow().to_pylist()
    if as_json:
        shown.as_json(rows)
        return
    words = catalogue(language())["risk"]
    out.print(t("risk.count", cases=f"{chosen.count().to_pyarrow().as_py():,}", shown=len(rows)), markup=False)
    for row in rows:
        said = {"id": row["customer_id"] if row["kind"] == "customer" else t("risk.ring", id=row["customer_id"], others=len(row["member_ids"]) - 1), "score": f"{row['score']:.1f}", "day": row["last_on"],
                "grade": words["grades"].get(row["grade"], row["grade"]), "policy": words["policies"].get(row["policy"], row["policy"])}  # fmt: skip
        out.print(t("risk.row", **said), markup=False)
        for reason in row["reasons_en" if language() == "en" else "reasons"]:
            out.print(f"    {reason}", markup=False)


@app.command("policy", help=t("risk.policy"))
def policy(project: ProjectDir = Path(), as_json: Json = False, lang: LangOption = None) -> None:
    """What each grade allows, and how many customers have it."""
    from kezhi.api import open_project
    from kezhi.cli import shown
    from kezhi.kit.engine import _
    from kezhi.measure.formats import Formats
    from kezhi.measure.policies import policy_rows

    opened = open_project(project)
    held = shown.table_of(opened, "risk_grades").group_by("grade").aggregate(customers=_.count()).to_pyarrow().to_pylist()
    rows = policy_rows(opened.settings, {row["grade"]: row["customers"] for row in held}, language())
    if as_json:
        shown.as_json(rows)
        return
    formats = Formats(language(), opened.settings.currency)
    for row in rows:
        said = {
            "grade": row["grade_name"],
            "least": f"{row['least_score']:g}",
            "customers": formats.number(row["customers"]),
            "policy": row["policy"],
        }
        out.print(t("risk.policy_row", **said), markup=False)
        out.print(f"    {row['allowed']}", markup=False)
