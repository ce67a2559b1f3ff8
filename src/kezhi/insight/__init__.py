"""Answers about groups of customers: months, categories, cohorts, funnels, ways, habits, cross tables. Tables in, tables out."""

from kezhi.insight.cohorts import cohort_retention
from kezhi.insight.crosstabs import age_attention, age_category, crosstab
from kezhi.insight.funnels import funnel
from kezhi.insight.habits import buying_habits, channel_switches
from kezhi.insight.retention import KINDS, retention
from kezhi.insight.sales import category_sales, sales_monthly
from kezhi.insight.visits import paths, sessions, transitions

__all__ = [
    "KINDS",
    "age_attention",
    "age_category",
    "buying_habits",
    "category_sales",
    "channel_switches",
    "cohort_retention",
    "crosstab",
    "funnel",
    "paths",
    "retention",
    "sales_monthly",
    "sessions",
    "transitions",
]
