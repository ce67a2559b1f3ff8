"""`kezhi lookalike`, `kezhi market`, `kezhi product`, `kezhi fit`: whom to go for, and with what."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from kezhi.cli.options import Json, LangOption, ProjectDir
from kezhi.cli.query import rounded
from kezhi.cli.words import language, out, t

Limit = Annotated[int, typer.Option("--limit", min=1, help=t("lookalike.limit"))]
SHOWN = 12
REASONS = (("own_lift", "own"), ("gender_lift", "gender"), ("age_band_lift", "age"))


def lookalike(
    expression: Annotated[str, typer.Argument(metavar="EXPR", help=t("lookalike.expression"))],
    project: ProjectDir = Path(),
    limit: Limit = 20,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """Contrast buyers with all, and score the others."""
    from kezhi.api import open_project
    from kezhi.api.project_alike import lookalike_of_project

    found = lookalike_of_project(open_project(project), expression)
    contrast = found.contrast.to_pyarrow().slice(0, limit).to_pylist()
    people = found.candidates.limit(limit).to_pyarrow().to_pylist()
    if as_json:
        facts = {"buyers": found.buyers, "auc": found.model.auc, "auc_low": found.model.auc_low, "contrast": contrast, "candidates": people,
                 "better_than_chance": found.model.better_than_chance, "calibration": found.model.calibration,
                 "weights": found.model.weights, "left_out": found.left_out}  # fmt: skip
        typer.echo(json.dumps(facts, ensure_ascii=False, default=str, indent=1))
        return
    out.print(
        t("lookalike.buyers", buyers=f"{found.buyers:,}", auc=f"{found.model.auc:.3f}", low=f"{found.model.auc_low:.3f}"), markup=False
    )
    if not found.model.better_than_chance:
        out.print(t("lookalike.chance"), markup=False)
    for row in [row for row in contrast if row["is_sure"]][:SHOWN]:
        words = t("lookalike.row", attribute=row["attribute"], value=row["value"], lift=f"{row['lift']:.2f}", rate=f"{row['buying_rate']:.1%}",
                  low=f"{row['low']:.1%}", high=f"{row['high']:.1%}", customers=f"{row['customers']:,}")  # fmt: skip
        out.print("  " + words, markup=False)
    for row in people:
        out.print(f"{row['customer_id']}  {row['score']:.3f}", markup=False)


def market(
    by: Annotated[str, typer.Option("--by", help=t("market.by"))] = "rfm_group",
    weights: Annotated[str | None, typer.Option("--weights", help=t("market.weights"))] = None,
    project: ProjectDir = Path(),
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """Rank the segments by how attractive they are."""
    from kezhi.api import market as rank
    from kezhi.api import open_project
    from kezhi.measure.answers import cell
    from kezhi.measure.formats import Formats

    opened = open_project(project)
    profile = opened.table("profile")
    if by == "cluster" and "clusters" in opened.tables:
        profile = profile.join(opened.table("clusters").select("customer_id", cluster="cluster_name"), "customer_id")
    found = rank(profile, by=by, weights=_weights(weights)).to_pyarrow().to_pylist()
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, default=str, indent=1))
        return
    formats = Formats(language(), opened.settings.currency)
    for row in found:
        segment = cell(by, row["segment"], formats, opened.settings)
        category = cell("category", row["category"], formats, opened.settings)
        points = "  ".join(f"{t(f'market.{name}')} {row[f'{name}_points']:.1f}" for name in ("size", "growth", "value", "margin"))
        out.print(f"{row['score']:5.1f}  {segment}  {row['customers']:,}  ({points})", markup=False)
        levels = {name: "–" if row[name] is None else f"{row[name]:.2f}" for name in ("price_level", "frequency_level")}
        out.print("       " + t("market.position", category=category, channel=row["channel"], **levels), markup=False)


def product(
    product_id: Annotated[str, typer.Argument(metavar="ID", help=t("product.id"))],
    project: ProjectDir = Path(),
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """One product: who buys it, how it goes, whom its category suits, what goes with it."""
    from kezhi.api import open_project
    from kezhi.kit.engine import _, ibis
    from kezhi.measure.words import code_word, value_word

    opened = open_project(project)
    view = opened.table("product_view").filter(_.product_id == product_id).to_pyarrow().to_pylist()
    if not view:
        _unknown(product_id)
    fits = opened.table("product_fit").filter(_.category == view[0]["category"]).order_by(ibis.desc("lift"), "group_kind", "group_value")
    facts: dict[str, Any] = {"product": view[0], "suits": fits.limit(5).to_pyarrow().to_pylist(), "goes_with": []}
    if "association_rules" in opened.tables:
        rules = opened.table("association_rules")
        mine = rules.filter(rules.antecedent.contains(product_id))
        order = [ibis.desc("lift"), ibis.desc("support"), "rule_no"]
        first = mine.mutate(place=ibis.row_number().over(group_by="consequent", order_by=order)).filter(_.place == 0).drop("place")
        facts["goes_with"] = first.order_by(order).limit(5).to_pyarrow().to_pylist()  # of each product its best rule
    if as_json:
        typer.echo(json.dumps(facts, ensure_ascii=False, default=str, indent=1))
        return
    said, settings = language(), opened.settings
    facts["product"]["stage"] = code_word("report.product_stages", facts["product"]["stage"], said)
    for name, value in facts["product"].items():
        if value is not None:
            out.print(f"  {name}: {rounded(value)}", markup=False)
    for row in facts["suits"]:
        rates = {name: f"{row[name]:.1%}" for name in ("buying_rate", "base_rate")}
        who = {
            "kind": code_word("report.group_kinds", row["group_kind"], said),
            "value": value_word(row["group_kind"], row["group_value"], settings, said),
        }
        out.print("  " + t("product.suits", **who, lift=f"{row['lift']:.2f}", **rates), markup=False)
    for row in facts["goes_with"]:
        out.print("  " + t("product.goes_with", items=", ".join(row["consequent"]), lift=f"{row['lift']:.2f}"), markup=False)


def fit(
    customer_id: Annotated[str, typer.Argument(metavar="ID", help=t("fit.id"))],
    project: ProjectDir = Path(),
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """The categories that suit a customer, with reasons, and the best-selling products of each."""
    from kezhi.api import open_project
    from kezhi.kit.engine import _, ibis

    opened = open_project(project)
    found = opened.table("customer_fit").filter(_.customer_id == customer_id).order_by("rank").to_pyarrow().to_pylist()
    if not found:
        _unknown(customer_id)
    view = opened.table("product_view")
    for row in found:
        alive = (
            view.filter((view.category == row["category"]) & (view.stage != "衰退")).order_by(ibis.desc("buyers"), "product_id").limit(3)
        )
        row["products"] = alive.select("product_id", "product_name", "buyers", "repurchase_rate").to_pyarrow().to_pylist()
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, default=str, indent=1))
        return
    for row in found:
        out.print(f"{row['rank']}  {row['category']}  {row['score']:.3f}", markup=False)
        out.print("   " + t("fit.base", rate=f"{row['base_rate']:.1%}", orders=row["bought_orders"]), markup=False)
        for column, word in REASONS:
            if row[column] is not None:
                out.print("   " + t(f"fit.{word}", lift=f"{row[column]:.2f}"), markup=False)
        if row["brand"] is not None:
            out.print("   " + t("fit.brand", brand=row["brand"], orders=row["brand_orders"], lift=f"{row['brand_lift']:.2f}"), markup=False)
        if row["products"]:
            out.print(
                "   " + t("fit.products", products=", ".join(one["product_name"] or one["product_id"] for one in row["products"])),
                markup=False,
            )


def _unknown(one: str) -> None:
    from kezhi.errors import WrongInput

    raise WrongInput(problem=t("fit.unknown", id=one))


def _weights(text: str | None) -> dict[str, float] | None:
    """`size=0.5,value=0.5` as a dictionary; None stays None."""
    from kezhi.errors import WrongInput

    if text is None:
        return None
    try:
        return {name.strip(): float(value) for name, value in (part.split("=") for part in text.split(","))}
    except ValueError as error:
        raise WrongInput(problem=t("market.not_weights", text=text)) from error
