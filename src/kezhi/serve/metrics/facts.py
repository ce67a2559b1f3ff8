"""A metric in words, with its target; shared by the dictionary and the cockpit."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kezhi.errors import NotFound
from kezhi.locales import Phrase
from kezhi.measure.metrics import Dictionary
from kezhi.measure.metrics.trend import Aim, answerable, is_stock
from kezhi.measure.words import dimension_word
from kezhi.serve.kept import kept
from kezhi.serve.metrics.shapes import Dimension, MetricFacts, Target
from kezhi.serve.workspace import Workspace
from kezhi.store.records import MetricTarget


def dictionary_of(served: Workspace) -> Dictionary:
    """The built-in metrics and the project's own."""
    return kept(served, ("metrics",), lambda: Dictionary(served.settings.metrics))


def known_metric(served: Workspace, key: str) -> Dictionary:
    """
    The dictionary, which has *key*.

    Raises:
        NotFound: It has not.
    """
    dictionary = dictionary_of(served)
    if key not in dictionary.metrics:
        raise NotFound(what=Phrase("pages.problems.metric"), id=key)
    return dictionary


def targets(session: Session) -> dict[str, MetricTarget]:
    """All targets by metric."""
    return {one.metric: one for one in session.scalars(select(MetricTarget))}


def aim_of(target: MetricTarget | None) -> Aim | None:
    """The target as figures are compared with it."""
    return Aim(target.target, target.lower, target.upper) if target else None


def facts_of(dictionary: Dictionary, key: str, tables: Collection[str], target: MetricTarget | None, lang: str) -> MetricFacts:
    """What there is to say about *key*."""
    metric = dictionary[key]
    aim: Any = target and Target(
        target=target.target, lower=target.lower, upper=target.upper, owner=target.owner, changed_at=target.changed_at
    )
    return MetricFacts(
        key=key,
        name=metric.name(lang),
        means=metric.means(lang),
        formula=metric.formula,
        unit=metric.settings.unit,
        direction=metric.settings.direction,
        owner=metric.settings.owner,
        version=metric.settings.version,
        is_stock=is_stock(dictionary, key),
        is_answerable=answerable(dictionary, key, tables),
        dimensions=[Dimension(key=name, name=dimension_word(name, lang)) for name in metric.dimensions],
        target=aim,
    )
