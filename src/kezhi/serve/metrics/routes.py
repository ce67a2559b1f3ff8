"""The metric dictionary: its list, what it answers, and what the figures are aimed at."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request

from kezhi.errors import WrongInput
from kezhi.kit.days import PERIODS
from kezhi.kit.engine import ibis
from kezhi.locales import Phrase
from kezhi.measure.metrics import Question, query
from kezhi.measure.words import dimension_word, value_word
from kezhi.serve.access import Who, needs
from kezhi.serve.language import language_of
from kezhi.serve.metrics.facts import dictionary_of, facts_of, known_metric, targets
from kezhi.serve.metrics.shapes import Dimension, MetricAnswer, MetricFacts, MetricList, MetricRow, TargetIn
from kezhi.serve.problems import answers
from kezhi.serve.read import tables_of
from kezhi.serve.workspace import rows, workspace
from kezhi.store.records import MetricTarget, utc_now

router = APIRouter(prefix="/metrics", tags=["metrics"], responses=answers(404, 409))
READS = [needs("metrics.read")]
Writes = Annotated[Who, needs("metrics.write")]
MOST_ROWS = 2000


@router.get("", operation_id="listMetrics", dependencies=READS)
def list_metrics(request: Request) -> MetricList:
    """All metrics, in the order of the dictionary."""
    served, lang = workspace(request), language_of(request)
    reader, dictionary = served.reader(), dictionary_of(served)
    with served.store.reading() as session:
        aims = targets(session)
    tables = reader.snapshot.tables
    items = [facts_of(dictionary, metric.key, tables, aims.get(metric.key), lang) for metric in dictionary]
    return MetricList(items=items, periods=list(PERIODS), snapshot=reader.snapshot.name, as_of=reader.snapshot.as_of)


@router.get("/{key}", operation_id="queryMetric", dependencies=READS)
def query_metric(
    request: Request,
    key: str,
    by: Annotated[list[str] | None, Query(max_length=3, description="Dimensions of the metric to split by")] = None,
    period: Annotated[str | None, Query(max_length=20, description=f"One of {', '.join(PERIODS)}; none: one figure")] = None,
    since: Annotated[date | None, Query(description="The first day seen")] = None,
    until: Annotated[date | None, Query(description="The first day not seen")] = None,
    where: Annotated[
        str | None, Query(max_length=2000, description="Only customers for whom this expression over the profile holds")
    ] = None,
) -> MetricAnswer:
    """The figures of one metric; without periods the largest groups first, at most 2000 rows."""
    served, lang = workspace(request), language_of(request)
    reader, dictionary = served.reader(), known_metric(served, key)
    tables, groups = tables_of(reader), tuple(dict.fromkeys(by or ()))
    with served.store.reading() as session:
        target = session.get(MetricTarget, key)
    asked = query(
        dictionary, tables, [key], Question(groups, period, since, until, (where or "").strip() or None), as_of=reader.snapshot.as_of
    )
    if groups and not period:
        asked = asked.order_by([ibis.desc(key, nulls_first=False), *groups])
    found = rows(reader, asked.limit(MOST_ROWS + 1))
    return MetricAnswer(
        metric=facts_of(dictionary, key, tables, target, lang),
        by=[Dimension(key=name, name=dimension_word(name, lang)) for name in groups],
        period=period,
        rows=[
            MetricRow(
                period_start=row.get("period_start"),
                is_complete=row.get("is_complete"),
                groups=[row[name] for name in groups],
                group_names=[value_word(name, row[name], served.settings, lang) for name in groups],
                value=row[key],
            )
            for row in found[:MOST_ROWS]
        ],
        is_cut=len(found) > MOST_ROWS,
        snapshot=reader.snapshot.name,
        as_of=reader.snapshot.as_of,
    )


@router.put("/{key}/target", operation_id="setTarget")
def set_target(request: Request, who: Writes, key: str, asked: TargetIn) -> MetricFacts:
    """Say what the metric should come to, and between which bounds it may lie."""
    served = workspace(request)
    dictionary = known_metric(served, key)
    if asked.lower is not None and asked.upper is not None and asked.lower > asked.upper:
        raise WrongInput(problem=Phrase("pages.problems.bounds"))
    with served.store.session() as session:
        one = session.get(MetricTarget, key) or MetricTarget(metric=key)
        one.target, one.lower, one.upper = asked.target, asked.lower, asked.upper
        one.owner, one.changed_at = who.account.login, utc_now()
        session.add(one)
        who.noted(session, "metric.target", key, **asked.model_dump())
    return facts_of(dictionary, key, served.reader().snapshot.tables, one, language_of(request))


@router.delete("/{key}/target", operation_id="removeTarget", status_code=204)
def remove_target(request: Request, who: Writes, key: str) -> None:
    """Aim at nothing any more; nothing happens where there was no target."""
    served = workspace(request)
    known_metric(served, key)
    with served.store.session() as session:
        one = session.get(MetricTarget, key)
        if one is not None:
            session.delete(one)
            who.noted(session, "metric.target_removed", key)
