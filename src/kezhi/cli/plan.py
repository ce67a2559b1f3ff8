"""`kezhi plan list|best|blocked|bills`: price plans replayed over customers' own months."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kezhi.cli.options import Json, LangOption, Limit, ProjectDir
from kezhi.cli.shown import as_json as print_json
from kezhi.cli.shown import as_table, table_of
from kezhi.cli.words import language, out, t

app = typer.Typer(no_args_is_help=True)
Customer = Annotated[str | None, typer.Option("--customer", help=t("plan.customer"))]


@app.command("list", help=t("plan.list"))
def list_(project: ProjectDir = Path(), as_json: Json = False, lang: LangOption = None) -> None:
    """Every plan against all customers' months."""
    from kezhi.api import open_project

    found = table_of(open_project(project), "plan_review").order_by("plan").to_pyarrow().to_pylist()
    if as_json:
        print_json(found)
        return
    shown = (
        "plan",
        "plan_name",
        "company",
        "customers",
        "current_monthly_bill",
        "mean_monthly_bill",
        "avoidable",
        "best_for",
        "blocked_for",
    )
    as_table(found, shown)


@app.command(help=t("plan.best"))
def best(
    project: ProjectDir = Path(), customer: Customer = None, limit: Limit = 20, as_json: Json = False, lang: LangOption = None
) -> None:
    """Whom another plan would save most, in a sentence each."""
    from kezhi.api import open_project
    from kezhi.kit.engine import _, ibis

    opened = open_project(project)
    table = table_of(opened, "best_plan")
    rows = table.filter(_.customer_id == customer) if customer else table
    found = rows.order_by(ibis.desc(_.saving.fill_null(0)), "customer_id").limit(limit).to_pyarrow().to_pylist()
    if as_json:
        print_json(found)
        return
    if not found:
        out.print(t("plan.nobody"))
    for row in found:
        out.print(f"{row['customer_id']}  {row[f'sentence_{language()}']}", markup=False)
        if row["risk_band"] != "none":
            words = t(
                "plan.risk",
                band=t(f"plan.bands.{row['risk_band']}"),
                low=_money(row["saving_low"]),
                high=_money(row["saving_high"]),
                regret=_money(row["regret"]),
            )
            out.print(f"    {words}", markup=False)
        if row["competitor_saving"] is not None and row["competitor_saving"] > 0:
            words = t("plan.rival", competitor=row["competitor"], plan=row["competitor_plan"], saving=_money(row["competitor_saving"]))
            out.print(f"    {words}", markup=False)


@app.command(help=t("plan.blocked"))
def blocked(
    project: ProjectDir = Path(), customer: Customer = None, limit: Limit = 20, as_json: Json = False, lang: LangOption = None
) -> None:
    """Which plans must not be sold to whom."""
    from kezhi.api import open_project
    from kezhi.kit.engine import _, ibis

    table = table_of(open_project(project), "blocked_plans")
    rows = table.filter(_.customer_id == customer) if customer else table
    found = rows.order_by(ibis.desc("extra_cost"), "customer_id", "plan").limit(limit).to_pyarrow().to_pylist()
    if as_json:
        print_json(found)
        return
    as_table(found, ("customer_id", "plan", "plan_total", "current_plan", "current_total", "extra_cost"))
    total = rows.count().to_pyarrow().as_py()
    out.print(t("plan.blocked_total", blocked=f"{total:,}", customers=f"{rows.customer_id.nunique().to_pyarrow().as_py():,}"))


@app.command(help=t("plan.bills"))
def bills(
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER", help=t("plan.customer"))],
    project: ProjectDir = Path(),
    plan: Annotated[str | None, typer.Option("--plan", help=t("plan.only"))] = None,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """The bills of one customer, month by month and plan by plan, with their parts."""
    from kezhi.api import open_project
    from kezhi.api.project_plans import project_bills

    found = project_bills(open_project(project), customer, plan)
    if as_json:
        print_json(found)
        return
    as_table(found, ("month", "plan", "fee", "usage_charge", "discount", "top_up", "total"))


def _money(amount: object) -> str:
    return "–" if amount is None else f"{amount:,.2f}"
