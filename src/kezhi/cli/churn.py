"""`kezhi churn list`, `kezhi churn lost`: who is about to leave and what to do, and who left, where to and why."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from kezhi.cli.options import Json, LangOption, Limit, ProjectDir
from kezhi.cli.words import language, out, t

app = typer.Typer(no_args_is_help=True)


class Band(StrEnum):
    """How likely somebody leaves."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@app.command("list", help=t("churn.list"))
def list_(
    project: ProjectDir = Path(),
    customer: Annotated[str | None, typer.Option("--customer", metavar="ID", help=t("churn.customer"))] = None,
    band: Annotated[Band | None, typer.Option("--band", help=t("churn.band"))] = None,
    limit: Limit = 20,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """The early-warning list: who has most at risk first."""
    from kezhi.api import open_project
    from kezhi.cli import shown
    from kezhi.errors import WrongInput
    from kezhi.kit.engine import _, ibis

    table = _table(open_project(project), "churn")
    if customer is not None:
        rows = table.filter(_.customer_id == customer).to_pyarrow().to_pylist()
        if not rows:
            raise WrongInput(problem=t("churn.no_customer", id=customer))
    else:
        chosen = table.filter(_.band == band) if band else table.filter(_.band.isin(["high", "medium"]))
        rows = (
            chosen.order_by(ibis.desc("value_at_risk"), ibis.desc("churn_probability"), "customer_id").limit(limit).to_pyarrow().to_pylist()
        )
    if as_json:
        shown.as_json(rows)
        return
    if customer is None:
        counts = {row["band"]: row["customers"] for row in table.group_by("band").aggregate(customers=_.count()).to_pyarrow().to_pylist()}
        out.print(t("churn.counts", **{name: f"{counts.get(name, 0):,}" for name in ("high", "medium", "low", "lost")}), markup=False)
    for row in rows:
        say = {"id": row["customer_id"], "days": row["horizon_days"], "silent": row["silent_days"] if row["silent_days"] is not None else "–",
               "band": t(f"churn.bands.{row['band']}")}  # fmt: skip
        if row["state"] == "lost":
            out.print(t("churn.lost_row", **say), markup=False)
        else:
            out.print(t("churn.row", chance=f"{row['churn_probability']:.0%}", money=f"{row['value_at_risk']:,}", **say), markup=False)
        for reason in row["reasons_en" if language() == "en" else "reasons"]:
            out.print(f"    {reason}", markup=False)
        if row["play"] != "none":
            out.print("    " + t("churn.play", play=t(f"churn.plays.{row['play']}")), markup=False)
        if row["extension_category"] is not None and row["state"] == "active":
            out.print("    " + t("churn.extension", category=row["extension_category"]), markup=False)


@app.command(help=t("churn.lost"))
def lost(project: ProjectDir = Path(), limit: Limit = 20, as_json: Json = False, lang: LangOption = None) -> None:
    """Who left, where to, why and the value lost: sums by cause and rival, then the dearest customers."""
    from kezhi.api import open_project
    from kezhi.cli import shown
    from kezhi.kit.engine import _, ibis

    table = _table(open_project(project), "off_net")
    sums = {"customers": _.count(), "value_lost": _.value_lost.sum()}
    causes = table.group_by("cause").aggregate(**sums).order_by(ibis.desc("value_lost"), "cause").to_pyarrow().to_pylist()
    rivals = table.filter(_.left_to.notnull()).group_by("left_to").aggregate(**sums)
    rivals = rivals.order_by(ibis.desc("value_lost"), "left_to").to_pyarrow().to_pylist()
    dearest = table.order_by(ibis.desc("value_lost"), "customer_id").limit(limit).to_pyarrow().to_pylist()
    if as_json:
        shown.as_json({"causes": causes, "rivals": rivals, "customers": dearest})
        return
    for row in causes:
        out.print(
            t("churn.cause", cause=t(f"churn.causes.{row['cause']}"), customers=f"{row['customers']:,}", money=f"{row['value_lost']:,}"),
            markup=False,
        )
    for row in rivals:
        out.print(t("churn.rival", rival=row["left_to"], customers=f"{row['customers']:,}", money=f"{row['value_lost']:,}"), markup=False)
    for row in dearest:
        say = {
            "id": row["customer_id"],
            "day": row["lost_on"],
            "cause": t(f"churn.causes.{row['cause']}"),
            "money": f"{row['value_lost']:,}",
        }
        out.print("  " + t("churn.gone", **say), markup=False)


def _table(project: Any, name: str) -> Any:
    """The table, or the reason why the last run made none."""
    from kezhi.cli import shown
    from kezhi.errors import WrongInput

    notes = project.snapshot.notes("churn", language())
    if name not in project.tables and notes:
        raise WrongInput(problem=" ".join(notes))
    return shown.table_of(project, name)
