"""Kezhi from Python: projects, and table functions on frames of any kind."""

from kezhi.api.frames import cohort_retention, features, loyalty, metric, rfm, rfm_migration, sales_monthly, tiers, value
from kezhi.api.groups import Crosstab, channel_switches, crosstab, funnel, paths, retention, sessions, transitions
from kezhi.api.project import Project, analyze, metrics_of, open_project

__all__ = [
    "Crosstab",
    "Project",
    "analyze",
    "channel_switches",
    "cohort_retention",
    "crosstab",
    "features",
    "funnel",
    "loyalty",
    "metric",
    "metrics_of",
    "open_project",
    "paths",
    "retention",
    "rfm",
    "rfm_migration",
    "sales_monthly",
    "sessions",
    "tiers",
    "transitions",
    "value",
]
