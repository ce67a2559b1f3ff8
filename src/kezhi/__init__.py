"""
Kezhi (客知): from a company's scattered customer records to known customers.

    import kezhi
    p = kezhi.open("my-company")
    p.run()
    p.segment("rfm_group = '重要价值客户'").to_pandas()
    kezhi.rfm(orders, as_of=date(2025, 7, 1))
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = [
    "KMeans",
    "analyze",
    "association_rules",
    "band_movement",
    "behaviour_patterns",
    "best_plan",
    "bills",
    "blocked_plans",
    "channel_switches",
    "circle_interests",
    "circle_spread",
    "clusters",
    "cohort_retention",
    "communities",
    "compare_features",
    "connect_rate",
    "crosstab",
    "dedupe",
    "discriminants",
    "ego_graph",
    "features",
    "feedback_topics",
    "frequent_itemsets",
    "frequented_places",
    "funnel",
    "key_customers",
    "link",
    "lookalike",
    "loyalty",
    "market",
    "metric",
    "needs",
    "open",
    "paths",
    "payment_features",
    "plan_review",
    "points",
    "price_elasticity",
    "product_concerns",
    "product_issues",
    "propagate_tag",
    "prospects",
    "retention",
    "rfm",
    "rfm_migration",
    "sales_monthly",
    "sequences",
    "sessions",
    "seven_p",
    "tiers",
    "topic_ages",
    "transitions",
    "unusual_payments",
    "value",
]


def __getattr__(name: str) -> Any:
    """Load on first use, so that `kezhi --help` does not wait for the engine."""
    if name not in __all__:
        raise AttributeError(f"module 'kezhi' has no attribute {name!r}")
    return getattr(import_module("kezhi.api"), "open_project" if name == "open" else name)
