"""`kezhi insight topics|concerns|criteria|needs|places|spread`: what customers say and need, where they go, what spreads."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kezhi.cli.options import Json, LangOption, Limit, ProjectDir
from kezhi.cli.words import out, t

Category = Annotated[str | None, typer.Option("--category", help=t("insight.category"))]


def topics(project: ProjectDir = Path(), as_json: Json = False, lang: LangOption = None) -> None:
    """What people of an age are concerned with."""
    from kezhi.api import open_project
    from kezhi.cli import shown

    opened = open_project(project)
    found = shown.table_of(opened, "topic_ages").rename(all_rate="base_rate").order_by("age_band", "topic").to_pyarrow().to_pylist()
    found.sort(key=lambda row: (row["age_band"], -row["lift"], row["topic"]))
    shown.as_json(found) if as_json else shown.as_answer(found, opened.settings)


def concerns(category: Category = None, project: ProjectDir = Path(), as_json: Json = False, lang: LangOption = None) -> None:
    """What holds customers back, and what to answer."""
    from kezhi.api import open_project
    from kezhi.cli import shown
    from kezhi.kit.engine import _

    opened = open_project(project)
    table = shown.table_of(opened, "product_concerns")
    kept = table if category is None else table.filter(_.category == category)
    names = ("category", "topic", "concerned_customers", "rate", "all_rate", "example", "answer")
    found = kept.rename(all_rate="base_rate").order_by("category", "rank").to_pyarrow().to_pylist()
    shown.as_json(found) if as_json else shown.as_answer([{name: row[name] for name in names} for row in found], opened.settings)


def criteria(category: Category = None, project: ProjectDir = Path(), as_json: Json = False, lang: LangOption = None) -> None:
    """Who is right for a category."""
    from kezhi.api import open_project
    from kezhi.cli import shown
    from kezhi.kit.engine import _
    from kezhi.measure.figures.voices import criteria_of

    opened = open_project(project)
    table = shown.table_of(opened, "product_criteria")
    kept = table if category is None else table.filter(_.category == category)
    if as_json:
        shown.as_json(kept.order_by("category", "rank").to_pyarrow().to_pylist())
    else:
        shown.as_answer(criteria_of(kept), opened.settings)


def needs(
    customer: Annotated[str | None, typer.Argument(metavar="[CUSTOMER]", help=t("insight.needs_customer"))] = None,
    category: Category = None,
    project: ProjectDir = Path(),
    limit: Limit = 20,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """Who needs what, and whether a contact would be a service; or one customer."""
    from kezhi.api import open_project
    from kezhi.cli import shown
    from kezhi.kit.engine import _, ibis

    opened = open_project(project)
    table = shown.table_of(opened, "needs")
    kept = table if category is None else table.filter(_.category == category)
    if customer is not None:
        links = opened.table("identity_links").filter((_.customer_id == customer) | (_.record_id == customer)).select("customer_id")
        kept = kept.semi_join(links, "customer_id")
    order = [ibis.desc("verdict"), ibis.desc("said"), ibis.desc("shown_days"), "customer_id", "category"]
    found = kept.order_by(order).limit(limit).to_pyarrow().to_pylist()
    if as_json:
        shown.as_json(found)
    elif found:
        shown.as_answer(found, opened.settings)
    else:
        out.print(t("insight.no_needs"))


def places(project: ProjectDir = Path(), as_json: Json = False, lang: LangOption = None) -> None:
    """Where customers are often seen, and the tags told from it."""
    from kezhi.api import open_project
    from kezhi.cli import shown
    from kezhi.flow.report import source_of
    from kezhi.measure.figures.voices import places as places_of

    opened = open_project(project)
    shown.table_of(opened, "frequented_places")
    with source_of(opened.snapshot) as source:
        found = places_of(source) or {}
    if as_json:
        shown.as_json(found)
        return
    for rows in found.values():
        shown.as_answer(rows, opened.settings)


def spread(
    category: Category = None, project: ProjectDir = Path(), limit: Limit = 20, as_json: Json = False, lang: LangOption = None
) -> None:
    """How categories spread within circles, the most beyond what was to be expected first."""
    from kezhi.api import open_project
    from kezhi.cli import shown
    from kezhi.kit.engine import _, ibis

    opened = open_project(project)
    table = shown.table_of(opened, "circle_spread")
    kept = table if category is None else table.filter(_.category == category)
    order = [ibis.desc(_.followed_90d - _.expected_90d), "community", "category"]
    found = kept.order_by(order).limit(limit).to_pyarrow().to_pylist()
    shown.as_json(found) if as_json else shown.as_answer(found, opened.settings)
