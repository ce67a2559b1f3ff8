"""Answers about groups of customers: months, categories, cohorts. Tables in, tables out."""

from kezhi.insight.aarrr import aarrr
from kezhi.insight.cohorts import cohort_retention
from kezhi.insight.concentration import value_deciles
from kezhi.insight.migration import lifecycle_transitions, moves, rfm_migration
from kezhi.insight.sales import category_sales, sales_monthly

__all__ = [
    "aarrr",
    "category_sales",
    "cohort_retention",
    "lifecycle_transitions",
    "moves",
    "rfm_migration",
    "sales_monthly",
    "value_deciles",
]
