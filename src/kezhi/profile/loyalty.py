"""The loyalty index: regularity, frequency, tenure, breadth and purchases kept, each from 0 to 100."""

from __future__ import annotations

from kezhi.kit.engine import _, ibis, ir, ratio
from kezhi.profile.percentiles import score
from kezhi.settings import LoyaltySettings
from kezhi.tables import LOYALTY_PARTS, SCORE

DEFAULT = LoyaltySettings()
NEEDED = (
    "orders_life", "refunds_life", "orders_365d", "recency_days", "tenure_days", "gap_days_mean", "active_days_life", "categories_365d",
    "categories_life",
)  # fmt: skip


def loyalty(features: ir.Table, settings: LoyaltySettings = DEFAULT) -> ir.Table:
    """
    How loyal each customer is who has bought.

    regularity   100 while the last purchase is no longer ago than the customer's own mean gap between purchase
                 days, then 100 × gap / recency_days. Who bought on one day only has no gap: the mean over all
                 customers' gaps stands for it.
    frequency    100 × orders_365d / full_orders, at most 100
    tenure       100 × tenure_days / full_tenure_days, at most 100
    breadth      100 × categories_365d / full_categories, at most 100; null when no customer has a category
    refund_free  100 × purchases / (purchases + refunds), over the whole life

    The index is the mean of the parts that are known, by their weights. Our own composite: it is a measure to
    compare customers and days with, not a probability.

    Args:
        features: `tables.FEATURES`, or its columns `NEEDED` and customer_id.
        settings: Weights and the values at which a part is full.

    Returns:
        customer_id, <part>_part for `tables.LOYALTY_PARTS`, loyalty_index (all `tables.SCORE`): one row per
        customer with a purchase.
    """
    buyers = features.filter(_.orders_life > 0).select("customer_id", *NEEDED)
    # sums of whole numbers, so that the order of rows cannot change the mean
    gapped = buyers.mutate(gaps=_.active_days_life - 1, gap_sum=(_.gap_days_mean * (_.active_days_life - 1)).round().cast("int64"))
    company = gapped.aggregate(all_gaps=_.gaps.sum(), all_days=_.gap_sum.sum(), any_category=_.categories_life.max())
    table = buyers.cross_join(company)
    gap = ibis.coalesce(table.gap_days_mean, ratio(table.all_days, table.all_gaps))
    parts = {
        "regularity": _full(ratio(gap, table.recency_days)).fill_null(100.0),  # nobody came twice: nothing to compare with
        "frequency": _full(ratio(table.orders_365d, ibis.literal(settings.full_orders))),
        "tenure": _full(ratio(table.tenure_days, ibis.literal(settings.full_tenure_days))),
        "breadth": ibis.ifelse(table.any_category > 0, _full(ratio(table.categories_365d, ibis.literal(settings.full_categories))), None),
        "refund_free": _full(ratio(table.orders_life, table.orders_life + table.refunds_life)),
    }
    table = table.select("customer_id", **{f"{part}_part": score(parts[part]) for part in LOYALTY_PARTS})
    weights: dict[str, float] = {str(part): weight for part, weight in settings.weights.items()}
    weighed = [(table[f"{part}_part"], float(weights.get(part, 0.0))) for part in LOYALTY_PARTS]
    total, weight = ibis.literal(0.0), ibis.literal(0.0)
    for value, each in weighed:
        total = total + value.cast("float64").fill_null(0.0) * each
        weight = weight + ibis.ifelse(value.isnull(), 0.0, each)
    return table.mutate(loyalty_index=score(ratio(total, weight).fill_null(0.0)).cast(SCORE))


def _full(part: ir.FloatingValue) -> ir.FloatingValue:
    return ibis.least(part, 1.0) * 100.0
