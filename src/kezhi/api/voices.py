"""What customers say and need and where they go, on frames of any kind."""

from __future__ import annotations

from datetime import date
from typing import Any

from kezhi import insight, profile
from kezhi.api.days import dated
from kezhi.api.frames import _like, _orders, _settled
from kezhi.api.groups import _events, _typed
from kezhi.api.kinds import as_ibis
from kezhi.insight import circles
from kezhi.insight.feedback import told
from kezhi.kit.days import midnight
from kezhi.kit.engine import _, ibis, ir
from kezhi.settings import FeedbackSettings, PlaceSettings
from kezhi.tables import FEEDBACK, ORDER_LINES, PLACE_VISITS, PRODUCTS, TIES


def feedback_topics(feedback: Any, products: Any = None, *, settings: FeedbackSettings | None = None) -> Any:
    """
    What each thing said is about and whether it is meant well: `tables.FEEDBACK_TOPICS`.

    Args:
        feedback: customer_id and said_at; kind (`tables.FEEDBACK_KINDS`), rating, words, chosen_for, product_id and
            feedback_id where they are there.
        products: product_id and category; None: no categories.
        settings: Topics, words and the scale of ratings; None is the standing choice.

    Raises:
        ColumnMissing: A needed column is not there.
    """
    chosen = settings or FeedbackSettings()
    return _like(feedback, insight.feedback_topics(_said(feedback, products, chosen), chosen).order_by("feedback_id", "topic", "aspect"))


def topic_ages(feedback: Any, customers: Any, *, settings: FeedbackSettings | None = None) -> Any:
    """
    What people of an age are concerned with: `tables.TOPIC_AGES`.

    Args:
        feedback: As for `feedback_topics`.
        customers: customer_id and age_years.
        settings: As for `feedback_topics`.
    """
    people = _typed("customers", customers, ("customer_id", "age_years"), {"customer_id": "string", "age_years": "int64"})
    chosen = settings or FeedbackSettings()
    topics = insight.feedback_topics(_said(feedback, None, chosen), chosen)
    return _like(feedback, insight.topic_ages(topics, people).order_by("age_band", "topic"))


def product_concerns(feedback: Any, products: Any, *, settings: FeedbackSettings | None = None) -> Any:
    """What holds customers back in each category, with the answers of the settings: `tables.PRODUCT_CONCERNS`; as for `feedback_topics`."""
    chosen = settings or FeedbackSettings()
    said = _said(feedback, products, chosen)
    found = insight.product_concerns(insight.feedback_topics(said, chosen), said, chosen)
    return _like(feedback, found.order_by("category", "rank"))


@dated
def needs(
    orders: Any,
    order_lines: Any,
    products: Any,
    *,
    feedback: Any = None,
    events: Any = None,
    as_of: date,
    settings: FeedbackSettings | None = None,
) -> Any:
    """
    What each customer needs, whether it was met, and whether a contact would be a service: `tables.NEEDS`.

    Args:
        orders: As for `rfm`, with order_id.
        order_lines: order_id, product_id and net_amount.
        products: product_id and category.
        feedback: As for `feedback_topics`; None: nobody said anything.
        events: customer_id, occurred_at, event_name and product_id; None: no deed shows anything.
        as_of: The first day not seen.
        settings: As for `feedback_topics`.

    Raises:
        ColumnMissing: A needed column is not there.
    """
    chosen = settings or FeedbackSettings()
    lines = _typed("order_lines", order_lines, ("order_id", "product_id", "net_amount"), ORDER_LINES.types)
    goods = _typed("products", products, ("product_id", "category"), PRODUCTS.types)
    bought = insight.bought_lines(profile.purchases(_orders(orders), as_of=as_of), lines, goods)
    seen = None if events is None else _events(events, ("product_id",)).filter(_.occurred_at < midnight(as_of))
    said = None if feedback is None else _said(feedback, products, chosen).filter(_.said_at < midnight(as_of))
    topics = None if said is None else insight.feedback_topics(said, chosen)
    found = insight.needs(said, topics, seen, bought, goods, None, chosen, as_of=as_of)
    return _like(orders, found.order_by("customer_id", "category"))


@dated
def frequented_places(visits: Any, *, as_of: date, settings: PlaceSettings | None = None) -> Any:
    """
    Where each customer is often seen: `tables.FREQUENTED_PLACES`.

    Args:
        visits: customer_id, visited_at and place_name; place_kind where it is there.
        as_of: The first day not seen.
        settings: Days and hours; None is the standing choice.

    Raises:
        ColumnMissing: A needed column is not there.
    """
    table = _typed("visits", visits, ("customer_id", "visited_at", "place_name"), PLACE_VISITS.types)
    found = profile.frequented_places(table, settings or PlaceSettings(), as_of=as_of)
    return _like(visits, found.order_by("customer_id", "rank"))


@dated
def circle_spread(members: Any, ties: Any, bought: Any, *, as_of: date) -> Any:
    """
    How categories spread within circles: `tables.CIRCLE_SPREAD`.

    Args:
        members: What `communities` gave; everybody else in *bought* counts among all customers.
        ties: from_customer_id and to_customer_id.
        bought: customer_id, ordered_at and category, one row per line.
        as_of: The first day not seen.

    Raises:
        ColumnMissing: A needed column is not there.
    """
    people = _typed(
        "members", members, ("customer_id", "community", "size"), {"customer_id": "string", "community": "int64", "size": "int64"}
    )
    ends = ("from_customer_id", "to_customer_id")
    edges = _typed("ties", ties, ends, TIES.types)
    lines = _typed(
        "bought",
        bought,
        ("customer_id", "ordered_at", "category"),
        {"customer_id": "string", "ordered_at": "timestamp(6)", "category": "string"},
    )
    everybody = people.select("customer_id").union(lines.select("customer_id"), distinct=True)
    return _like(
        members, circles.circle_spread(people, edges, lines, everybody, as_of=as_of, settle=_settled).order_by("community", "category")
    )


def _said(feedback: Any, products: Any, settings: FeedbackSettings) -> ir.Table:
    """*feedback* as `tables.FEEDBACK`."""
    table = _typed("feedback", feedback, ("customer_id", "said_at"), FEEDBACK.types)
    if "feedback_id" not in as_ibis(feedback).columns:
        order = ["customer_id", "said_at", "words", "chosen_for", "product_id", "rating"]
        table = table.mutate(feedback_id=ibis.row_number().over(order_by=order).cast("string"))
    table = table.mutate(kind=_.kind.fill_null("other"), source=ibis.literal("frame"))
    goods = None if products is None else _typed("products", products, ("product_id", "category"), PRODUCTS.types)
    return told(table.drop("sentiment", "category"), goods, settings)
