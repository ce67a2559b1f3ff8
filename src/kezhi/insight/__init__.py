"""Answers about groups of customers: months, categories, cohorts. Tables in, tables out."""

from kezhi.insight.cohorts import cohort_retention
from kezhi.insight.sales import category_sales, sales_monthly

__all__ = ["category_sales", "cohort_retention", "sales_monthly"]
