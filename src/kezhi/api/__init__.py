"""Kezhi from Python: projects, and table functions on frames of any kind."""

from kezhi.api.frames import cohort_retention, features, rfm, sales_monthly
from kezhi.api.project import Project, analyze, open_project

__all__ = ["Project", "analyze", "cohort_retention", "features", "open_project", "rfm", "sales_monthly"]
