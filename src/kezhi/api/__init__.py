"""Kezhi from Python: projects, and table functions on frames of any kind."""

from kezhi.api.baskets import association_rules, frequent_itemsets, sequences
from kezhi.api.frames import cohort_retention, features, rfm, sales_monthly
from kezhi.api.project import Project, analyze, open_project

__all__ = [
    "Project", "analyze", "association_rules", "cohort_retention", "features", "frequent_itemsets", "open_project", "rfm",
    "sales_monthly", "sequences",
]  # fmt: skip
