"""Kezhi from Python: projects, and table functions on frames of any kind."""

from kezhi.api.baskets import association_rules, frequent_itemsets, sequences
from kezhi.api.circles import circle_interests, communities, ego_graph, key_customers, prospects
from kezhi.api.frames import cohort_retention, features, loyalty, metric, rfm, rfm_migration, sales_monthly, tiers, value
from kezhi.api.groups import Crosstab, channel_switches, crosstab, funnel, paths, retention, sessions, transitions
from kezhi.api.project import Project, analyze, metrics_of, open_project

__all__ = [
    "Crosstab",
    "Project",
    "analyze",
    "association_rules",
    "channel_switches",
    "circle_interests",
    "cohort_retention",
    "communities",
    "crosstab",
    "ego_graph",
    "features",
    "frequent_itemsets",
    "funnel",
    "key_customers",
    "loyalty",
    "metric",
    "metrics_of",
    "open_project",
    "paths",
    "prospects",
    "retention",
    "rfm",
    "rfm_migration",
    "sales_monthly",
    "sequences",
    "sessions",
    "tiers",
    "transitions",
    "value",
]
