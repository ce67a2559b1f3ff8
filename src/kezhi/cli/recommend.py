"""`kezhi recommend CUSTOMER`: what to offer to a customer next, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from kezhi.cli.options import Json, LangOption, ProjectDir
from kezhi.cli.words import language, out, t


def recommend(
    customer_id: Annotated[str, typer.Argument(metavar="CUSTOMER", help=t("recommend.customer"))],
    project: ProjectDir = Path(),
    limit: Annotated[int, typer.Option("--limit", min=1, help=t("recommend.limit"))] = 10,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """The list of the last run; for a customer without one, what the served model offers to strangers."""
    from kezhi.api import open_project
    from kezhi.cli import shown

    rows = recommended(open_project(project), customer_id, limit)
    if as_json:
        shown.as_json(rows)
        return
    for row in rows:
        name = f"{row['product_name']} ({row['product_id']})" if row["product_name"] else row["product_id"]
        out.print(f"{row['rank']:>3}  {name}  {row['score']:.3f}", markup=False)
        out.print(f"     {row['reason_en' if language() == 'en' else 'reason']}", markup=False)


def recommended(project: Any, customer_id: str, limit: int) -> list[dict[str, Any]]:
    """
    Rows of `recommendations` of a customer, with product_name, category, reason and reason_en.

    Raises:
        NoSnapshot: The last run made none.
        WrongInput: It made none for a reason that it told, or there is no such customer.
    """
    from kezhi.cli import shown
    from kezhi.errors import WrongInput
    from kezhi.kit.engine import _
    from kezhi.locales import text

    notes = project.snapshot.notes("recommendations", language())
    if "recommendations" not in project.tables and notes:
        raise WrongInput(problem=" ".join(notes))
    table = shown.table_of(project, "recommendations")
    rows = table.filter(_.customer_id == customer_id).order_by("rank").limit(limit).to_pyarrow().to_pylist()
    if not rows:
        if not project.table("customers").filter(_.customer_id == customer_id).count().to_pyarrow().as_py():
            raise WrongInput(problem=t("recommend.unknown", id=customer_id))
        rows = _of_model(project, customer_id, limit)
    needed = {row["product_id"] for row in rows} | {row["reason_product_id"] for row in rows}
    known: dict[str, dict[str, Any]] = {}
    if "products" in project.tables:
        found = project.table("products").select("product_id", "product_name", "category")
        wanted = [one for one in needed if one is not None]
        known = {row["product_id"]: row for row in found.filter(_.product_id.isin(wanted)).to_pyarrow().to_pylist()}
    for row in rows:
        of = known.get(row["product_id"], {})
        led = row["reason_product_id"]
        name = known.get(led, {}).get("product_name") or led or ""
        row |= {"product_name": of.get("product_name"), "category": of.get("category")}
        row |= {
            key: text(f"recommend.reasons.{row['reason_code']}", lang, product=name)
            for key, lang in (("reason", "zh"), ("reason_en", "en"))
        }
    return list(rows)


def _of_model(project: Any, customer_id: str, limit: int) -> list[dict[str, Any]]:
    """What the served model offers to a customer who did not buy lately; it may have learned from others only."""
    import pyarrow.compute as pc

    from kezhi.flow.model_registry import ModelRegistry
    from kezhi.flow.recommendations import bought_lines
    from kezhi.kit.days import days_before
    from kezhi.kit.engine import _
    from kezhi.models import Recommender

    registry = ModelRegistry(project.folder / ".kezhi" / "models")
    version = registry.champion("recommendations")
    if version is None:
        return []
    model = Recommender.from_files(registry.files("recommendations", version))
    if pc.index(model.users_, customer_id).as_py() < 0:
        since = days_before(project.snapshot.as_of, project.settings.recommendations.history_days)
        lines = bought_lines(project.table("ledger"), project.table("order_lines"), since)
        model = model.of(lines.filter(_.customer_id == customer_id).to_pyarrow())
    found = model.recommend([customer_id], limit).drop_columns(["reason", "reason_en"]).to_pylist()
    return [row | {"model_version": version} for row in found]
