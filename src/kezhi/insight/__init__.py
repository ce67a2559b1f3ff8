"""Answers about groups of customers: months, categories, cohorts. Tables in, tables out."""

from kezhi.insight.cohorts import cohort_retention
from kezhi.insight.fit import customer_fit, product_fit
from kezhi.insight.products import bought_lines, product_view
from kezhi.insight.sales import category_sales, sales_monthly

__all__ = ["bought_lines", "category_sales", "cohort_retention", "customer_fit", "product_fit", "product_view", "sales_monthly"]
