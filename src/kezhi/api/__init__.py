"""Kezhi from Python: projects, and table functions on frames of any kind."""

from kezhi.api.baskets import association_rules, frequent_itemsets, sequences
from kezhi.api.circles import circle_interests, communities, ego_graph, key_customers, prospects
from kezhi.api.frames import cohort_retention, features, rfm, sales_monthly
from kezhi.api.project import Project, analyze, open_project

__all__ = [
    "Project",
    "analyze",
    "association_rules",
    "circle_interests",
    "cohort_retention",
    "communities",
    "ego_graph",
    "features",
    "frequent_itemsets",
    "key_customers",
    "open_project",
    "prospects",
    "rfm",
    "sales_monthly",
    "sequences",
]
