"""Price elasticities, with what another price would do."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from kezhi.flow.prices import CROSSED, word_of
from kezhi.kit.engine import _, ibis
from kezhi.locales import text
from kezhi.measure.attributes import attribute_name
from kezhi.models.price_changes import simulated
from kezhi.serve.access import needs
from kezhi.serve.language import language_of
from kezhi.serve.prices.shapes import PriceRow, Prices, PriceSum
from kezhi.serve.problems import answers
from kezhi.serve.read import has, small, tables_of
from kezhi.serve.workspace import workspace

router = APIRouter(prefix="/prices", tags=["insight"], responses=answers(409), dependencies=[needs("insight.read")])
OWN = ("category", "total")
BY = "category, total, a segment of the answer's dimensions, or category and segment as in category_rfm_group"


@router.get("", operation_id="getPrices")
def get_prices(
    request: Request,
    by: Annotated[str, Query(max_length=40, description=BY)] = "category",
    change: Annotated[float, Query(ge=-0.5, le=0.5, description="Share by which all prices change in the simulation")] = 0.05,
) -> Prices:
    """How sales react to prices by category or segment, the largest first, and what a change of all prices would do."""
    reader, lang = workspace(request).reader(), language_of(request)
    made = {
        "by": by,
        "change": change,
        "mind": text("cli.prices.mind", lang),
        "snapshot": reader.snapshot.name,
        "as_of": reader.snapshot.as_of,
    }
    if not has(reader, "price_elasticity"):
        return Prices(dimensions={}, items=[], total=None, **made)
    table = tables_of(reader)["price_elasticity"]
    every = small(reader, "prices", lambda: table.order_by(ibis.desc("net_amount"), "dimension", _.member))
    found = [row for row in every if row["dimension"] == by]
    told = simulated(found, {row["member"]: change for row in found}) if change else []
    then = {row["member"]: row for row in told}
    # of several members the last row adds them up
    total = told[-1] if told and told[-1]["price_change"] is None else None
    names = {name: _dimension_name(name, lang) for name in dict.fromkeys(row["dimension"] for row in every)}
    items = []
    for row in found:
        one = then.get(row["member"], {})
        items.append(
            PriceRow(
                **{key: row[key] for key in PriceRow.model_fields if key in row and key not in ("net_amount", "sentence")},
                name=word_of(by, row["member"], lang), net_amount=float(row["net_amount"]),
                sentence=row["sentence_en" if lang == "en" else "sentence"], is_told=one.get("is_told", False),
                revenue_change=one.get("change"), **{key: one.get(key) for key in ("revenue", "revenue_low", "revenue_high")},
            )
        )  # fmt: skip
    sums = None if total is None else PriceSum(revenue_change=total["change"], **{k: total[k] for k in PriceSum.model_fields if k in total})
    return Prices(dimensions=names, items=items, total=sums, **made)


def _dimension_name(name: str, lang: str) -> str:
    if name in OWN:
        return text(f"prices.dimensions.{name}", lang)
    if name.startswith(CROSSED):
        return text("prices.dimensions.both", lang, segment=attribute_name(name.removeprefix(CROSSED), lang))
    return attribute_name(name, lang)
