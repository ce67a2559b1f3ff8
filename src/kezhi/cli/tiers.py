"""`kezhi tiers show|list|simulate`: membership tiers, who is about to fall, and what other rules or prices would do."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from kezhi.cli.options import Json, LangOption, Limit, ProjectDir
from kezhi.cli.words import out, t

app = typer.Typer(no_args_is_help=True)


@app.command(help=t("tiers.show"))
def show(project: ProjectDir = Path(), as_json: Json = False, lang: LangOption = None) -> None:
    """Customers per tier now and in 30, 60 and 90 days."""
    from kezhi.api import open_project
    from kezhi.cli import shown
    from kezhi.kit.engine import _

    opened = open_project(project)
    table = shown.table_of(opened, "tiers")
    forecasts = [name for name in table.columns if name.startswith("tier_in_")]
    counts = {
        name: {row[name]: row["customers"] for row in table.group_by(name).aggregate(customers=_.count()).to_pyarrow().to_pylist()}
        for name in ("tier", *forecasts)
    }
    risky = {row["tier"]: row["n"] for row in table.filter(_.is_at_risk).group_by("tier").aggregate(n=_.count()).to_pyarrow().to_pylist()}
    levels = [level.name for level in opened.settings.tiers.levels]
    levels += sorted(set(counts["tier"]) - set(levels))
    rows = [
        {"tier": level, "customers": counts["tier"].get(level, 0), "at_risk": risky.get(level, 0)}
        | {name: counts[name].get(level, 0) for name in forecasts}
        for level in levels
    ]
    if as_json:
        shown.as_json(rows)
        return
    shown.as_table(rows, ("tier", "customers", "at_risk", *forecasts), {"tier": shown.named(opened.settings.tiers.levels)})
    out.print(t("tiers.idle"))


@app.command("list", help=t("tiers.list"))
def list_(
    tier: Annotated[str | None, typer.Argument(metavar="TIER", help=t("tiers.tier"))] = None,
    at_risk: Annotated[bool, typer.Option("--at-risk", help=t("tiers.at_risk"))] = False,
    project: ProjectDir = Path(),
    limit: Limit = 20,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """Customers with tier, distance to the next, and the day it ends."""
    from kezhi.api import open_project
    from kezhi.cli import shown
    from kezhi.errors import WrongInput
    from kezhi.kit.engine import _, ibis

    opened = open_project(project)
    table = shown.table_of(opened, "tiers")
    levels = opened.settings.tiers.levels
    if tier is not None:
        name = next((level.name for level in levels if tier.casefold() in (level.name.casefold(), level.name_en.casefold())), None)
        if name is None:
            raise WrongInput(problem=t("tiers.no_tier", tier=tier, known=", ".join(level.name for level in levels)))
        table = table.filter(_.tier == name)
    if at_risk:
        table = table.filter(_.is_at_risk)
    rows = table.order_by(ibis.desc("level"), ibis.desc("net_amount"), "customer_id").limit(limit).to_pyarrow().to_pylist()
    if as_json:
        shown.as_json(rows)
        return
    columns = (
        "customer_id",
        "tier",
        "since",
        "net_amount",
        "orders",
        "next_tier",
        "net_amount_to_next",
        "orders_to_next",
        "expires_on",
        "tier_in_90d",
    )
    shown.as_table(rows, columns, dict.fromkeys(("tier", "next_tier", "tier_in_90d"), shown.named(levels)))


@app.command(help=t("tiers.simulate"))
def simulate(
    changes: Annotated[list[str] | None, typer.Option("--set", metavar="TIER.FIELD=NUMBER", help=t("tiers.set"))] = None,
    price_change: Annotated[str, typer.Option("--price-change", metavar="PERCENT", help=t("tiers.price_change"))] = "0%",
    project: ProjectDir = Path(),
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """Customers per tier before and after."""
    from kezhi.api import open_project
    from kezhi.cli import shown
    from kezhi.errors import WrongInput

    try:
        change = float(price_change.strip().removesuffix("%")) / 100
    except ValueError as error:
        raise WrongInput(problem=t("tiers.no_percent", text=price_change)) from error
    opened = open_project(project)
    moves = opened.simulate_tiers(changes or [], price_change=change).to_pyarrow().to_pylist()
    before, after = Counter[str](), Counter[str]()
    for row in moves:
        before[row["from_tier"]] += row["customers"]
        after[row["to_tier"]] += row["customers"]
    rows = [
        {"tier": level.name, "before": before[level.name], "after": after[level.name], "difference": after[level.name] - before[level.name]}
        for level in opened.settings.tiers.levels
    ]
    if as_json:
        shown.as_json({"tiers": rows, "moves": sorted(moves, key=lambda row: (row["from_tier"], row["to_tier"]))})
        return
    shown.as_table(rows, ("tier", "before", "after", "difference"), {"tier": shown.named(opened.settings.tiers.levels)})
