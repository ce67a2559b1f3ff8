"""Kezhi from Python: projects, and table functions on frames of any kind."""

from kezhi.api.frames import cohort_retention, features, loyalty, rfm, rfm_migration, sales_monthly, tiers, value
from kezhi.api.project import Project, analyze, open_project

__all__ = [
    "Project",
    "analyze",
    "cohort_retention",
    "features",
    "loyalty",
    "open_project",
    "rfm",
    "rfm_migration",
    "sales_monthly",
    "tiers",
    "value",
]
