"""`kezhi lifecycle transitions|list|aarrr|alerts`: how customers go through the stages, and whose loyalty fell."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kezhi.cli.options import Compared, ComparedWith, Json, LangOption, Limit, ProjectDir
from kezhi.cli.words import out, t

app = typer.Typer(no_args_is_help=True)


@app.command(help=t("lifecycle.transitions"))
def transitions(
    project: ProjectDir = Path(), compared: Compared = ComparedWith.RECOMPUTED, as_json: Json = False, lang: LangOption = None
) -> None:
    """The matrix, one row per cell, with dwell time and the expected next stage."""
    from kezhi.cli import moved, shown

    opened, rows = moved.cells(project, "lifecycle_transitions", compared)
    columns = ("from_stage", "to_stage", "customers", "share", "net_amount", "dwell_days_median", "is_expected_next")
    stage = shown.named(opened.settings.lifecycle)
    moved.show(
        sorted(rows, key=lambda row: row["from_stage"]), columns, {"from_stage": stage, "to_stage": stage}, compared, as_json=as_json
    )


@app.command("list", help=t("lifecycle.list"))
def list_(
    from_stage: Annotated[str, typer.Argument(metavar="FROM", help=t("lifecycle.from"))],
    to_stage: Annotated[str, typer.Argument(metavar="TO", help=t("lifecycle.to"))],
    project: ProjectDir = Path(),
    compared: Compared = ComparedWith.RECOMPUTED,
    limit: Limit = 20,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """The customers of one cell."""
    from kezhi.api import open_project
    from kezhi.cli.moved import moved

    names = [*(stage.name for stage in open_project(project).settings.lifecycle), "其他", "新出现", "不再出现"]
    moved(project, "lifecycle", from_stage, to_stage, names, ("report.moved",), compared=compared, limit=limit, as_json=as_json)


@app.command(help=t("lifecycle.aarrr"))
def aarrr(
    project: ProjectDir = Path(),
    stage: Annotated[str | None, typer.Option("--list", metavar="STAGE", help=t("lifecycle.aarrr_list"))] = None,
    limit: Limit = 20,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """The five stages counted, or the customers of one."""
    from kezhi.api import open_project
    from kezhi.cli import shown
    from kezhi.cli.words import language
    from kezhi.errors import WrongInput
    from kezhi.measure.words import code_word

    opened = open_project(project)
    rows = shown.table_of(opened, "aarrr").order_by("position").to_pyarrow().to_pylist()
    if stage is not None:
        rule = next((row["rule"] for row in rows if row["stage"] == stage), None)
        if rule is None:
            known = ", ".join(row["stage"] for row in rows if row["rule"] is not None)
            raise WrongInput(problem=t("lifecycle.no_stage", stage=stage, known=known))
        rows = opened.segment(rule).order_by("customer_id").limit(limit).to_pyarrow().to_pylist()
    if as_json:
        shown.as_json(rows)
    elif stage is not None:
        words = {"rfm_group": shown.group, "lifecycle_stage": shown.named(opened.settings.lifecycle)}
        shown.as_table(rows, ("customer_id", "rfm_group", "lifecycle_stage", "net_amount_life"), words)
    else:
        words = {"stage": lambda code: code_word("report.aarrr", code, language())}
        shown.as_table(rows, ("stage", "customers", "share", "step_share", "rule"), words)
        if any(row["rule"] is None for row in rows):
            out.print(t("lifecycle.no_data"))


@app.command(help=t("lifecycle.alerts"))
def alerts(project: ProjectDir = Path(), limit: Limit = 20, as_json: Json = False, lang: LangOption = None) -> None:
    """Whose loyalty fell by more than the settings allow since the day before, the steepest fall first."""
    from kezhi.api import open_project
    from kezhi.cli import shown
    from kezhi.kit.engine import _

    opened = open_project(project)
    fallen = shown.table_of(opened, "loyalty_trend").filter(_.is_alert & (_.period_on == opened.snapshot.as_of))
    rows = fallen.order_by("change", "customer_id").limit(limit).to_pyarrow().to_pylist()
    if as_json:
        shown.as_json(rows)
        return
    out.print(t("lifecycle.alerted", customers=f"{fallen.count().to_pyarrow().as_py():,}"))
    shown.as_table(rows, ("customer_id", "loyalty_index", "change"))
