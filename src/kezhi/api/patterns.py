"""Patterns of behaviour and issues of products, on frames of any kind."""

from __future__ import annotations

from datetime import date
from typing import Any

from kezhi import insight, profile
from kezhi.api.days import dated
from kezhi.api.frames import _like, _orders
from kezhi.api.groups import _events, _typed
from kezhi.kit.days import midnight
from kezhi.kit.engine import _
from kezhi.settings import PatternSettings
from kezhi.tables import ORDER_LINES, PRODUCTS


@dated
def behaviour_patterns(orders: Any, events: Any = None, *, as_of: date, settings: PatternSettings | None = None) -> Any:
    """
    Where and when each customer buys and visits, and who should be written to at another hour: `tables.BEHAVIOUR_PATTERNS`.

    Args:
        orders: As for `rfm`, with channel.
        events: customer_id, occurred_at, event_name, session_id where it is there; None: nothing is known of visits.
        as_of: The first day not seen.
        settings: Words of channels, and when a habit is one; None is the standing choice.

    Raises:
        ColumnMissing: A needed column is not there.
    """
    bought = profile.purchases(_orders(orders), as_of=as_of)
    visits = None if events is None else insight.sessions(_events(events).filter(_.occurred_at < midnight(as_of)))
    return _like(orders, insight.behaviour_patterns(bought, visits, settings or PatternSettings()).order_by("customer_id"))


@dated
def product_issues(orders: Any, order_lines: Any, events: Any = None, products: Any = None, *, as_of: date) -> Any:
    """
    What hurts where: `tables.PRODUCT_ISSUES`, ranked.

    Args:
        orders: As for `rfm`; refunds need lines of their own in *order_lines*.
        order_lines: order_id and product_id.
        events: customer_id, occurred_at, event_name, product_id; None: only what was given back is known.
        products: product_id, with product_name and category where they are there.
        as_of: The first day not seen.

    Raises:
        ColumnMissing: A needed column is not there.
    """
    table = _orders(orders)
    lines = _typed("order_lines", order_lines, ("order_id", "product_id"), ORDER_LINES.types)
    acts = None if events is None else _events(events, ("product_id",)).filter(_.occurred_at < midnight(as_of))
    goods = None if products is None else _typed("products", products, ("product_id",), PRODUCTS.types)
    purchases, refunds = profile.purchases(table, as_of=as_of), profile.refunds(table, as_of=as_of)
    return _like(orders, insight.product_issues(purchases, refunds, lines, acts, goods).order_by("rank"))
