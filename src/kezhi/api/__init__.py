"""Kezhi from Python: projects, and table functions on frames of any kind."""

from __future__ import annotations

from typing import Any

from kezhi.api.alike import Alike, discriminants, lookalike, market
from kezhi.api.frames import cohort_retention, features, rfm, sales_monthly
from kezhi.api.groups import Clusters, clusters
from kezhi.api.project import Project, analyze, open_project

__all__ = [
    "Alike",
    "Clusters",
    "KMeans",
    "Project",
    "analyze",
    "clusters",
    "cohort_retention",
    "discriminants",
    "features",
    "lookalike",
    "market",
    "open_project",
    "rfm",
    "sales_monthly",
]


def __getattr__(name: str) -> Any:
    """Estimators are loaded on first use: their compiler takes a second."""
    if name == "KMeans":
        from kezhi.models.clusters import KMeans

        return KMeans
    raise AttributeError(f"module 'kezhi.api' has no attribute {name!r}")
