"""`kezhi insight habits|lenses|issues`: patterns of behaviour, four looks at it, and what hurts where."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kezhi.cli.options import Json, LangOption, Limit, ProjectDir
from kezhi.cli.words import language, out, t


class Habit(StrEnum):
    """Whom `habits --list` names."""

    ONLINE = "online"
    STORE = "store"
    BOTH = "both"
    FIXED_HOUR = "fixed_hour"
    RETIME = "retime"


def habits(
    who: Annotated[Habit | None, typer.Option("--list", help=t("insight.habits_list"))] = None,
    project: ProjectDir = Path(),
    limit: Limit = 20,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """How many prefer which place, keep to an hour, and should be written to at which; or the customers."""
    from kezhi.api import open_project
    from kezhi.cli import shown
    from kezhi.kit.engine import _, ibis
    from kezhi.measure.figures.groups import patterns

    table = shown.table_of(open_project(project), "behaviour_patterns")
    if who is not None:
        rule = {Habit.FIXED_HOUR: table.is_fixed_hour.fill_null(False), Habit.RETIME: table.is_to_retime}.get(
            who, table.place_preference == who
        )
        listed = table.filter(rule).order_by(ibis.desc(_.visits.fill_null(0)), ibis.desc("purchases"), "customer_id").limit(limit)
        rows = listed.to_pyarrow().to_pylist()
        columns = ("customer_id", "purchases", "online_share", "visits", "visits_without_purchase", "usual_hour", "usual_hour_share")
        shown.as_json(rows) if as_json else shown.as_table(rows, columns)
        return
    found = patterns(table)
    if as_json:
        shown.as_json(found)
        return
    out.print(t("insight.places", **{name: f"{found[name]:,}" for name in ("online", "store", "both", "placed")}))
    out.print(t("insight.hours", **{name: f"{found[name]:,}" for name in ("fixed_hour", "timed", "retime")}))
    shown.as_table(found["hours"], ("campaign_hour", "customers"))


def lenses(project: ProjectDir = Path(), as_json: Json = False, lang: LangOption = None) -> None:
    """The figures of the four lenses, and what is missing."""
    from kezhi.api import open_project
    from kezhi.cli import shown
    from kezhi.measure.words import code_word, topic_word

    opened = open_project(project)
    rows = shown.table_of(opened, "behaviour_lenses").order_by("position").to_pyarrow().to_pylist()
    if as_json:
        shown.as_json(rows)
        return
    for row in rows:
        head = code_word("report.lenses", row["lens"], language())
        if row["missing"]:
            out.print(t("insight.missing", lens=head, table=row["missing"]), markup=False)
        else:
            value = (
                "–"
                if row["value"] is None
                else f"{row['value']:.2f}"
                if row["figure"].endswith(("_buyer", "_user", "_rating"))
                else f"{row['value']:.1%}"
            )
            figure = code_word("report.lens_figures", row["figure"], language())
            if row["detail"]:
                figure += t("insight.detail", topic=topic_word(row["detail"], opened.settings, language()))
            out.print(t("insight.lens", lens=head, figure=figure, value=value, customers=f"{row['customers']:,}"), markup=False)


def issues(project: ProjectDir = Path(), limit: Limit = 20, as_json: Json = False, lang: LangOption = None) -> None:
    """What hurts where, the issue that touches most customers beyond the usual first."""
    from kezhi.api import open_project
    from kezhi.cli import shown
    from kezhi.measure.words import code_word

    opened = open_project(project)
    found = shown.table_of(opened, "product_issues")
    rows = found.order_by("rank").limit(limit).to_pyarrow().to_pylist()
    if as_json:
        shown.as_json(rows)
    elif not rows:
        out.print(t("insight.no_issues"))
    else:
        columns = ("rank", "product_id", "product_name", "issue", "customers", "hurt_customers", "rate", "base_rate")
        shares = [row | {"rate": f"{row['rate']:.1%}", "base_rate": f"{row['base_rate']:.1%}"} for row in rows]
        shown.as_table(shares, columns, {"issue": lambda code: code_word("report.issues", code, language())})
        if "feedback" not in opened.tables:
            out.print(t("insight.issues_rest"))
