"""Kezhi from Python: projects, and table functions on frames of any kind."""

from __future__ import annotations

from typing import Any

from kezhi.api.alike import Alike, discriminants, lookalike, market
from kezhi.api.baskets import association_rules, frequent_itemsets, sequences
from kezhi.api.circles import circle_interests, communities, ego_graph, key_customers, prospects
from kezhi.api.clusters import Clusters, clusters
from kezhi.api.feature_scores import compare_features
from kezhi.api.frames import band_movement, cohort_retention, features, loyalty, metric, rfm, rfm_migration, sales_monthly, tiers, value
from kezhi.api.groups import Crosstab, channel_switches, crosstab, funnel, paths, retention, sessions, transitions
from kezhi.api.linkage import dedupe, link
from kezhi.api.patterns import behaviour_patterns, product_issues
from kezhi.api.payments import payment_features, unusual_payments
from kezhi.api.plans import best_plan, bills, blocked_plans, plan_review
from kezhi.api.points import points
from kezhi.api.project import Project, analyze, metrics_of, open_project
from kezhi.api.propagation import Propagated, propagate_tag
from kezhi.api.selling import connect_rate, price_elasticity
from kezhi.api.seven_p import seven_p
from kezhi.api.voices import circle_spread, feedback_topics, frequented_places, needs, product_concerns, topic_ages

__all__ = [
    "Alike",
    "Clusters",
    "Crosstab",
    "KMeans",
    "Project",
    "Propagated",
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
    "metrics_of",
    "needs",
    "open_project",
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
    """Estimators are loaded on first use: their compiler takes a second."""
    if name == "KMeans":
        from kezhi.models.clusters import KMeans

        return KMeans
    raise AttributeError(f"module 'kezhi.api' has no attribute {name!r}")
