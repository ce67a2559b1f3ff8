"""`kezhi insight sequences`: what customers buy after what."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kezhi.cli.options import Json, LangOption, Limit, ProjectDir
from kezhi.cli.words import out, t


def sequences(
    product: Annotated[str | None, typer.Option("--product", help=t("insight.sequence_product"))] = None,
    project: ProjectDir = Path(),
    limit: Limit = 20,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """The sequences with the highest lift, with the names of the products."""
    from kezhi.api import open_project
    from kezhi.cli import shown
    from kezhi.errors import WrongInput
    from kezhi.kit.engine import _
    from kezhi.locales import Phrase
    from kezhi.measure.figures.baskets import with_names

    opened = open_project(project)
    found = shown.table_of(opened, "product_sequences")
    goods = opened.table("products") if "products" in opened.tables else None
    if product is not None:
        ids = [product]
        if goods is not None:
            named = goods.filter((_.product_id == product) | (_.product_name == product)).product_id.to_pyarrow().to_pylist()
            if not named:
                raise WrongInput(problem=Phrase("baskets.no_product", product=product))
            ids = named
        found = found.filter(_.first_product_id.isin(ids))
    rows = with_names(found.order_by("sequence_no").limit(limit), goods)
    if as_json:
        shown.as_json(rows)
    elif not rows:
        out.print(t("insight.no_sequences"))
    else:
        told = [row | {"then_share": row["confidence"], "lift": f"{row['lift']:.2f}"} for row in rows]
        columns = ("first_product", "then_product", "customers", "first_customers", "then_share", "lift", "gap_days_mean")
        shown.as_table(told, columns)
