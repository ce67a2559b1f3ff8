"""How the loyalty index of each customer went, and whose fell."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from kezhi.kit.engine import _, ibis, ir, typed
from kezhi.settings import LoyaltySettings
from kezhi.tables import LOYALTY_TREND, SCORE


def loyalty_trend(indices: Mapping[date, ir.Table], settings: LoyaltySettings) -> ir.Table:
    """
    The index of several days under each other.

    Args:
        indices: Day -> `profile.loyalty` of that day (the first not seen), at least one.
        settings: `fall_alert`, in points.

    Returns:
        `tables.LOYALTY_TREND`: a row per customer and day on which the customer had bought; the change is against
        the customer's own row before.
    """
    days = sorted(indices)
    parts = [indices[on].select("customer_id", "loyalty_index", day=ibis.literal(number)) for number, on in enumerate(days)]
    table = ibis.union(*parts, distinct=False) if len(parts) > 1 else parts[0]
    # a row per customer, not a window: that would put all rows in order
    wide = table.group_by("customer_id").aggregate(**{f"on_{n}": _.loyalty_index.max(where=_.day == n) for n in range(len(days))})
    made = []
    for number, on in enumerate(days):
        index = wide[f"on_{number}"]
        before = ibis.coalesce(ibis.null(SCORE), *(wide[f"on_{n}"] for n in reversed(range(number))))
        rows = wide.select("customer_id", loyalty_index=index, change=(index - before).cast(SCORE), period_on=ibis.literal(on, "date"))
        made.append(rows.filter(_.loyalty_index.notnull()))
    found = ibis.union(*made, distinct=False) if len(made) > 1 else made[0]
    found = found.mutate(is_alert=(-_.change.cast("float64") > float(settings.fall_alert)).fill_null(False))
    return typed(found, LOYALTY_TREND.types)
