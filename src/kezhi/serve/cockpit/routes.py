"""The cockpit: pinned figures with trend, target and bounds."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from sqlalchemy import delete, select

from kezhi.errors import WrongInput
from kezhi.flow.reader import Reader
from kezhi.locales import Phrase
from kezhi.measure.metrics import Dictionary, Question, query
from kezhi.measure.metrics.trend import Trend, answerable, is_stock, stock_of, trend_of, trend_rows
from kezhi.serve.access import Who, needs
from kezhi.serve.cockpit.shapes import Cockpit, Figure, Pins, Point
from kezhi.serve.language import language_of
from kezhi.serve.metrics.facts import aim_of, dictionary_of, facts_of, known_metric, targets
from kezhi.serve.problems import answers
from kezhi.serve.read import small, tables_of
from kezhi.serve.workspace import Workspace, workspace
from kezhi.store.records import SavedView

router = APIRouter(prefix="/cockpit", tags=["cockpit"], responses=answers(404, 409))
PAGE = "cockpit"
DEFAULT = (
    "net_sales", "purchases", "average_order_value", "buying_customers", "new_customers", "repurchase_rate", "margin_rate",
    "refund_share", "discount_rate", "customers", "active_90d", "key_customer_share",
)  # fmt: skip


@router.get("", operation_id="getCockpit")
def get_cockpit(
    request: Request,
    who: Annotated[Who, needs("metrics.read")],
    period: Annotated[Literal["week", "month", "quarter", "year"], Query(description="Of the trends")] = "month",
) -> Cockpit:
    """The pinned figures over the last complete periods."""
    served, lang = workspace(request), language_of(request)
    reader, dictionary = served.reader(), dictionary_of(served)
    with served.store.reading() as session:
        aims = targets(session)
    pinned = _pinned(served, who)
    tables = tables_of(reader)
    # a metric of the default whose tables are absent says nothing; one that was pinned on purpose says why it is empty
    keys = [key for key in pinned or DEFAULT if key in dictionary.metrics and (pinned or answerable(dictionary, key, tables))]
    able = [key for key in keys if answerable(dictionary, key, tables)]
    stocks = [key for key in able if is_stock(dictionary, key)]
    flows = [key for key in able if key not in stocks]
    now = _now(reader, dictionary, stocks, tables)
    past = _past(reader, dictionary, flows, tables, period)
    figures = []
    for key in keys:
        metric, aim = dictionary[key], aim_of(aims.get(key))
        if key in flows:
            trend = trend_of(metric, past, period=period, as_of=reader.snapshot.as_of, aim=aim)
        else:
            trend = stock_of(metric, now.get(key), aim)
        figures.append(_figure(facts_of(dictionary, key, tables, aims.get(key), lang), trend))
    return Cockpit(figures=figures, period=period, is_default=not pinned, snapshot=reader.snapshot.name, as_of=reader.snapshot.as_of)


@router.put("/pins", operation_id="pinFigures")
def pin_figures(request: Request, who: Annotated[Who, needs("account.own")], asked: Pins) -> Pins:
    """Pin these metrics to one's own cockpit, in this order."""
    served, user = workspace(request), who.account.user_id
    if len(set(asked.metrics)) < len(asked.metrics):
        raise WrongInput(problem=Phrase("pages.problems.repeated"))
    for key in asked.metrics:
        known_metric(served, key)
    with served.store.session() as session:
        session.execute(delete(SavedView).where(SavedView.user_id == user, SavedView.page == PAGE))
        for place, key in enumerate(asked.metrics):
            session.add(SavedView(user_id=user, page=PAGE, name=key, state={"metric": key, "place": place}))
        who.noted(session, "cockpit.pinned", who.account.login, metrics=asked.metrics)
    return asked


def _pinned(served: Workspace, who: Who) -> list[str]:
    """What the user pinned, in order; none: nothing."""
    with served.store.reading() as session:
        views = session.scalars(select(SavedView).where(SavedView.user_id == who.account.user_id, SavedView.page == PAGE))
        found = [(view.state.get("place", 0), view.name, str(view.state.get("metric", view.name))) for view in views]
    return [key for _, _, key in sorted(found)]


def _now(reader: Reader, dictionary: Dictionary, keys: list[str], tables: dict[str, Any]) -> dict[str, Any]:
    if not keys:
        return {}
    found = small(reader, ("now", *keys), lambda: query(dictionary, tables, keys, Question(), as_of=reader.snapshot.as_of))
    return found[0]


def _past(reader: Reader, dictionary: Dictionary, keys: list[str], tables: dict[str, Any], period: str) -> list[dict[str, Any]]:
    if not keys:
        return []
    asked = ("past", period, *keys)
    return small(reader, asked, lambda: trend_rows(dictionary, tables, keys, period=period, as_of=reader.snapshot.as_of))


def _figure(facts: Any, trend: Trend) -> Figure:
    return Figure(
        metric=facts,
        value=trend.value,
        period_on=trend.period_on,
        before=trend.before,
        change=trend.change,
        verdict=trend.verdict,
        standing=trend.standing,
        points=[Point(on=on, value=value) for on, value in trend.points],
    )
