"""`kezhi value`: what customers are worth: bands, concentration, and who is worth more than revenue shows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kezhi.cli.options import Json, LangOption, Limit, ProjectDir
from kezhi.cli.words import out, t


def value(
    project: ProjectDir = Path(),
    customer: Annotated[str | None, typer.Option("--customer", metavar="ID", help=t("value.customer"))] = None,
    band: Annotated[str | None, typer.Option("--band", metavar="BAND", help=t("value.band"))] = None,
    limit: Limit = 20,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """Bands, tenths and the best customers; or one band, or all there is to know of one customer's value."""
    from kezhi.api import open_project
    from kezhi.cli import shown
    from kezhi.errors import WrongInput
    from kezhi.kit.engine import _, ibis

    opened = open_project(project)
    table = shown.table_of(opened, "value")
    if customer is not None:
        found = table.filter(_.customer_id == customer).to_pyarrow().to_pylist()
        if not found:
            raise WrongInput(problem=t("value.unknown", id=customer))
        if as_json:
            shown.as_json(found[0])
            return
        for name, worth in found[0].items():
            out.print(f"{name}: {t('value.not_known') if worth is None else worth}", markup=False)
        return
    names = {name: one.name for one in opened.settings.value.bands for name in (one.name, one.name_en) if name}
    if band is not None and band not in names:
        raise WrongInput(problem=t("value.no_band", band=band, known=", ".join(names)))
    chosen = table if band is None else table.filter(_.value_band == names[band])
    best = chosen.order_by(ibis.desc("value_score"), ibis.desc("revenue_amount"), "customer_id").limit(limit).to_pyarrow().to_pylist()
    bands = table.group_by("value_band").aggregate(
        customers=_.count(), revenue_amount=_.revenue_amount.sum(), margin_known=_.margin_amount.count(), value_amount=_.value_amount.sum()
    )
    order = [one.name for one in opened.settings.value.bands]
    counted = sorted(bands.to_pyarrow().to_pylist(), key=lambda row: order.index(row["value_band"]) if row["value_band"] in order else 99)
    deciles = shown.table_of(opened, "value_deciles").order_by("decile").to_pyarrow().to_pylist()
    if as_json:
        shown.as_json({"bands": counted, "deciles": deciles, "customers": best})
        return
    if band is None:
        shown.as_table(
            counted,
            ("value_band", "customers", "revenue_amount", "margin_known", "value_amount"),
            {"value_band": shown.named(opened.settings.value.bands)},
        )
        shown.as_table(deciles, ("decile", "customers", "revenue_amount", "revenue_share", "cumulative_share"))
    columns = (
        "customer_id",
        "value_score",
        "current_contribution",
        "potential_contribution",
        "loyalty_contribution",
        "revenue_amount",
        "value_amount",
        "rank_change",
    )
    shown.as_table(best, columns)
