"""Answers about groups of customers: months, categories, cohorts. Tables in, tables out."""

from kezhi.insight.baskets import basket_lines, baskets, sequences
from kezhi.insight.cohorts import cohort_retention
from kezhi.insight.sales import category_sales, sales_monthly

__all__ = ["basket_lines", "baskets", "category_sales", "cohort_retention", "sales_monthly", "sequences"]
