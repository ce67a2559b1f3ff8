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
    parts = [indices[on].select("customer_id", "loyalty_index", period_on=ibis.literal(on, "date")) for on in days]
    table = ibis.union(*parts, distinct=False) if len(parts) > 1 else parts[0]
    before = table.loyalty_index.lag().over(group_by="customer_id", order_by=["period_on", "customer_id"])
    table = table.mutate(change=(table.loyalty_index - before).cast(SCORE))
    table = table.mutate(is_alert=(-_.change.cast("float64") > float(settings.fall_alert)).fill_null(False))
    return typed(table, LOYALTY_TREND.types)
