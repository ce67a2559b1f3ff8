"""Sales to come, by series, with the months behind and the errors of the backtest."""

from __future__ import annotations

from collections import defaultdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request

from kezhi.kit.engine import _
from kezhi.measure.pages.forecasts import outlook
from kezhi.measure.words import code_word, known
from kezhi.serve.access import needs
from kezhi.serve.forecasts.shapes import Forecasts, Series, SeriesMonth
from kezhi.serve.language import language_of
from kezhi.serve.problems import answers
from kezhi.serve.read import has, small, tables_of
from kezhi.serve.workspace import workspace

router = APIRouter(prefix="/forecasts", tags=["insight"], responses=answers(409), dependencies=[needs("insight.read")])


@router.get("", operation_id="getForecasts")
def get_forecasts(
    request: Request,
    dimension: Annotated[str, Query(max_length=20, description="total, or one of the answer's dimensions")] = "total",
    metric: Literal["net_amount", "orders", "customers"] = "net_amount",
) -> Forecasts:
    """The coming months of every series of the dimension, the largest first; without a dimension of the company."""
    reader, lang = workspace(request).reader(), language_of(request)
    about: dict[str, Any] = {"dimension": dimension, "metric": metric, "snapshot": reader.snapshot.name, "as_of": reader.snapshot.as_of}
    notes = " ".join(reader.snapshot.notes("forecasts", lang))
    if not has(reader, "forecasts", "forecast_backtest", "sales_series"):
        return Forecasts(dimensions={}, items=[], why_not=notes or None, **about)
    tables = tables_of(reader)
    there = small(reader, "forecast dimensions", lambda: tables["forecast_backtest"].select("dimension").distinct().order_by("dimension"))
    mine = (_.dimension == dimension) & (_.metric == metric)
    rows = small(
        reader, ("outlook", dimension, metric), lambda: outlook(tables["forecasts"].filter(mine), tables["forecast_backtest"].filter(mine))
    )
    past = small(reader, ("sales_series", dimension, metric), lambda: tables["sales_series"].filter(mine).order_by("member", "month"))
    coming = small(reader, ("forecasts", dimension, metric), lambda: tables["forecasts"].filter(mine).order_by("member", "month"))
    known_months, coming_months = _by_member(past), _by_member(coming)
    words = "forecast.dimensions" if dimension == "total" else "report.categories"
    items = [
        Series(
            **{key: row[key] for key in Series.model_fields if key in row and key != "method"},
            name=code_word(words, row["member"], lang),
            method=known(f"cli.model.methods.{row['method']}", lang) or row["method"],
            past=known_months[row["member"]],
            coming=coming_months[row["member"]],
        )
        for row in rows
    ]
    named = {row["dimension"]: code_word("forecast.dimensions", row["dimension"], lang) for row in there}
    return Forecasts(dimensions=named, items=items, why_not=notes or None, **about)


def _by_member(rows: list[dict[str, Any]]) -> dict[str, list[SeriesMonth]]:
    found: dict[str, list[SeriesMonth]] = defaultdict(list)
    for row in rows:
        found[row["member"]].append(SeriesMonth(**{key: row[key] for key in SeriesMonth.model_fields if key in row}))
    return found
