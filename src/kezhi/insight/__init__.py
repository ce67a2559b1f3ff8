"""Answers about groups of customers: months, categories, cohorts. Tables in, tables out."""

from kezhi.insight.aarrr import aarrr
from kezhi.insight.bands import band_movement, bands, named_bands
from kezhi.insight.baskets import basket_lines, baskets, product_sequences, sequences
from kezhi.insight.cohorts import cohort_retention
from kezhi.insight.concentration import value_deciles
from kezhi.insight.concerns import concerns_raised, product_concerns, raised_topics, topic_ages
from kezhi.insight.connecting import connect_rate
from kezhi.insight.criteria import product_criteria
from kezhi.insight.crosstabs import age_attention, age_category, crosstab
from kezhi.insight.departments import department_views
from kezhi.insight.feedback import feedback, feedback_topics
from kezhi.insight.fit import customer_fit, product_fit
from kezhi.insight.funnels import actions, funnel
from kezhi.insight.habits import buying_habits, channel_switches
from kezhi.insight.issues import product_issues
from kezhi.insight.lenses import behaviour_lenses
from kezhi.insight.market import market_segments
from kezhi.insight.migration import lifecycle_transitions, moves, pairs, rfm_migration
from kezhi.insight.needs import needs
from kezhi.insight.patterns import behaviour_patterns
from kezhi.insight.prices import money_of_year, price_points
from kezhi.insight.products import bought_lines, product_view
from kezhi.insight.retention import KINDS, retention
from kezhi.insight.risk_cases import ring_cases, risk_cases, risk_grades
from kezhi.insight.sales import category_sales, sales_monthly
from kezhi.insight.series import sales_series
from kezhi.insight.spending import spending
from kezhi.insight.unusual_payments import unusual_payments
from kezhi.insight.visits import paths, sessions, transitions

__all__ = [
    "KINDS",
    "aarrr",
    "actions",
    "age_attention",
    "age_category",
    "band_movement",
    "bands",
    "basket_lines",
    "baskets",
    "behaviour_lenses",
    "behaviour_patterns",
    "bought_lines",
    "buying_habits",
    "category_sales",
    "channel_switches",
    "cohort_retention",
    "concerns_raised",
    "connect_rate",
    "crosstab",
    "customer_fit",
    "department_views",
    "feedback",
    "feedback_topics",
    "funnel",
    "lifecycle_transitions",
    "market_segments",
    "money_of_year",
    "moves",
    "named_bands",
    "needs",
    "pairs",
    "paths",
    "price_points",
    "product_concerns",
    "product_criteria",
    "product_fit",
    "product_issues",
    "product_sequences",
    "product_view",
    "raised_topics",
    "retention",
    "rfm_migration",
    "ring_cases",
    "risk_cases",
    "risk_grades",
    "sales_monthly",
    "sales_series",
    "sequences",
    "sessions",
    "spending",
    "topic_ages",
    "transitions",
    "unusual_payments",
    "value_deciles",
]
