"""Kezhi from Python: projects, and table functions on frames of any kind."""

from kezhi.api.frames import cohort_retention, features, metric, rfm, sales_monthly
from kezhi.api.project import Project, analyze, metrics_of, open_project

__all__ = ["Project", "analyze", "cohort_retention", "features", "metric", "metrics_of", "open_project", "rfm", "sales_monthly"]
