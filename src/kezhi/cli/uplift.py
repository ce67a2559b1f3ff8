"""`kezhi uplift campaigns|list`: what campaigns did, and whom the next one would move."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kezhi.cli.options import Json, LangOption, Limit, ProjectDir
from kezhi.cli.words import language, out, t

if TYPE_CHECKING:
    from kezhi.settings import Settings

app = typer.Typer(no_args_is_help=True)


class Group(StrEnum):
    """How a customer answers to a treatment."""

    PERSUADABLE = "persuadable"
    SURE_THING = "sure_thing"
    LOST_CAUSE = "lost_cause"
    SLEEPING_DOG = "sleeping_dog"


@app.command(help=t("uplift.campaigns"))
def campaigns(project: ProjectDir = Path(), as_json: Json = False, lang: LangOption = None) -> None:
    """Every campaign with its average effect, whether customers differ in it, and why it is not used where it is not."""
    from kezhi.api import open_project
    from kezhi.cli import shown
    from kezhi.kit.engine import ibis

    opened = open_project(project)
    table = shown.table_of(opened, "uplift_campaigns")
    rows = table.order_by(ibis.desc("assigned_on"), "campaign", "arm").to_pyarrow().to_pylist()
    if as_json:
        shown.as_json(rows)
        return
    for row in rows:
        out.print(campaign_line(row, opened.settings), markup=False)
        if row["effect"] is not None:
            effect = {name: _points(row[name], row["outcome"]) for name in ("effect", "effect_low", "effect_high")}
            out.print("    " + t("uplift.effect", **effect), markup=False)
        if row["is_published"]:
            numbers = {name: f"{row[name]:.3f}" for name in ("qini", "qini_low", "qini_high")}
            out.print("    " + t("uplift.published", model=row["model"], **numbers), markup=False)
        else:
            out.print("    " + row["refusal_en" if language() == "en" else "refusal"], markup=False)


@app.command("list", help=t("uplift.list"))
def list_(
    project: ProjectDir = Path(),
    campaign: Annotated[str | None, typer.Option("--campaign", help=t("uplift.campaign"))] = None,
    group: Annotated[Group | None, typer.Option("--group", help=t("uplift.group"))] = None,
    customer: Annotated[str | None, typer.Option("--customer", metavar="ID", help=t("uplift.customer"))] = None,
    limit: Limit = 20,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """The persuadables (or another group) of a campaign, the most moved first; or what is told of one customer."""
    from kezhi.api import open_project
    from kezhi.cli import shown
    from kezhi.errors import WrongInput
    from kezhi.kit.engine import _

    opened = open_project(project)
    table, known = shown.table_of(opened, "uplift"), shown.table_of(opened, "uplift_campaigns")
    about = known.to_pyarrow().to_pylist()
    if campaign is not None:
        if campaign not in {row["campaign"] for row in about}:
            names = ", ".join(sorted({row["campaign"] for row in about})) or "–"
            raise WrongInput(problem=t("uplift.no_campaign", campaign=campaign, known=names))
        refused = [row for row in about if row["campaign"] == campaign]
        if not any(row["is_published"] for row in refused):
            raise WrongInput(problem=refused[0]["refusal_en" if language() == "en" else "refusal"])
        table = table.filter(_.campaign == campaign)
    if customer is not None:
        table = table.filter(_.customer_id == customer)
        limit = len(about)
    elif group is not None or not as_json:
        table = table.filter(_.uplift_group == (group or Group.PERSUADABLE).value)
    rows = table.order_by("campaign", "arm", "rank").limit(limit).to_pyarrow().to_pylist()
    if customer is not None and not rows:
        raise WrongInput(problem=t("uplift.no_customer", id=customer))
    if as_json:
        shown.as_json(rows)
        return
    if not rows:
        out.print(t("uplift.nobody"), markup=False)
    for row in rows:
        say = {name: _points(row[name], row["outcome"]) for name in ("uplift", "low", "high")}
        group_word = t(f"uplift.groups.{row['uplift_group']}")
        out.print(t("uplift.row", id=row["customer_id"], campaign=row["campaign"], arm=row["arm"], group=group_word, **say), markup=False)
        for reason in row["reasons_en" if language() == "en" else "reasons"]:
            out.print(f"    {reason}", markup=False)


@app.command(help=t("uplift.export"))
def export(
    path: Annotated[Path, typer.Option("--out", "-o", help=t("segment.out"))],
    project: ProjectDir = Path(),
    campaign: Annotated[str | None, typer.Option("--campaign", help=t("uplift.campaign"))] = None,
    group: Annotated[Group, typer.Option("--group", help=t("uplift.group"))] = Group.PERSUADABLE,
    lang: LangOption = None,
) -> None:
    """All persuadables (or another group) as CSV or Parquet by the ending of the file, those moved most first."""
    from kezhi.api import open_project
    from kezhi.cli.files import write_rows

    table = open_project(project).persuadables(campaign, group=group.value)
    reasons = "reasons_en" if language() == "en" else "reasons"
    lists = {name: table[name].join("; ") for name, kind in table.schema().items() if kind.is_array()}  # a cell of CSV holds no list
    said = table.mutate(**lists | {"reasons": lists[reasons]}).drop("reasons_en")
    write_rows(said.order_by("campaign", "arm", "rank"), path)


def campaign_line(row: dict[str, Any], settings: Settings) -> str:
    """A campaign, its arm and how many were in it."""
    from kezhi.measure.words import event_word

    outcome = row["outcome"]
    named = t(f"uplift.outcomes.{outcome}") if outcome in ("purchase", "net_amount") else event_word(outcome, settings, language())
    say = {name: row[name] for name in ("campaign", "arm", "assigned_on", "window_days")}
    return t("uplift.head", outcome=named, treated=f"{row['treated']:,}", controls=f"{row['controls']:,}", **say)


def _points(value: float | None, outcome: str) -> str:
    """A share in percentage points, money as it is."""
    if value is None:
        return "–"
    return f"{value:+,.2f}" if outcome == "net_amount" else t("uplift.points", value=f"{100 * value:+.1f}")
