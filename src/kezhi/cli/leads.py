"""`kezhi leads`: whom to call first and when, and how often calls are taken."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kezhi.cli.options import Json, LangOption, Limit, ProjectDir
from kezhi.cli.words import language, out, t

app = typer.Typer(no_args_is_help=True)


class Dimension(StrEnum):
    """By what calls are told apart."""

    NUMBER_QUALITY = "number_quality"
    HOUR = "hour"
    WEEKDAY = "weekday"
    AGENT = "agent"


@app.command("list", help=t("leads.list"))
def list_(
    project: ProjectDir = Path(),
    channel: Annotated[str | None, typer.Option("--channel", help=t("leads.channel"))] = None,
    limit: Limit = 20,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """Open leads, the most premium expected first; name and phone stay in the table `leads`."""
    from kezhi.api import open_project
    from kezhi.cli import shown
    from kezhi.kit.engine import _
    from kezhi.measure.formats import Formats

    opened = open_project(project)
    facts = shown.table_of(opened, "leads").select("lead_id", "channel", "interest", "number_quality")
    table = shown.table_of(opened, "lead_scores").join(facts, "lead_id")
    chosen = table.filter(_.channel == channel) if channel else table
    rows = chosen.order_by("rank").limit(limit).to_pyarrow().to_pylist()
    if as_json:
        shown.as_json(rows)
        return
    formats = Formats(language(), opened.settings.currency)
    out.print(t("leads.count", leads=formats.number(chosen.count().to_pyarrow().as_py()), shown=len(rows)), markup=False)
    for row in rows:
        money = row["expected_premium_amount"]
        said = {"id": row["lead_id"], "channel": row["channel"] or "–", "interest": row["interest"] or "–",
                "chance": f"{row['conversion_probability']:.1%}", "money": "–" if money is None else formats.money(money)}  # fmt: skip
        out.print(t("leads.row", **said), markup=False)
        if row["best_hour"] is not None:
            slot = {
                "weekday": t(f"leads.weekdays.{row['best_weekday']}"),
                "hour": row["best_hour"],
                "chance": f"{row['connect_probability']:.0%}",
            }
            out.print("    " + t("leads.slot", **slot), markup=False)
        for reason in row["reasons_en" if language() == "en" else "reasons"]:
            out.print(f"    {reason}", markup=False)


@app.command("rates", help=t("leads.rates"))
def rates(
    project: ProjectDir = Path(),
    by: Annotated[Dimension, typer.Option("--by", help=t("leads.by"))] = Dimension.HOUR,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """How often calls are taken, with 95% intervals."""
    from kezhi.api import open_project
    from kezhi.cli import shown
    from kezhi.kit.engine import _
    from kezhi.locales import catalogue

    table = shown.table_of(open_project(project), "connect_rates")
    rows = table.filter(_.dimension.isin(["all", by.value])).order_by("dimension", "member").to_pyarrow().to_pylist()
    if as_json:
        shown.as_json(rows)
        return
    words = {**catalogue(language())["leads"]["values"]["number_quality"], "all": t("leads.all")}
    for row in rows:
        name = t(f"leads.weekdays.{row['member']}") if row["dimension"] == "weekday" else words.get(row["member"], row["member"])
        said = {"name": name, "rate": f"{row['connect_rate']:.1%}", "low": f"{row['rate_low']:.1%}", "high": f"{row['rate_high']:.1%}",
                "calls": f"{row['calls']:,}"}  # fmt: skip
        out.print(t("leads.rate_row", **said), markup=False)
