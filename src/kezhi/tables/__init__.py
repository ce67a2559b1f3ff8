"""
Every table that crosses a border between rooms: columns, types, units, key, one sentence each.

Two kinds stand here. `INPUTS` are what a user's files may be mapped to; after reading, all their fields
are text and three columns say where a row came from (`source`, `source_file`, `source_line`). `TABLES`
are what a run writes to the lake, typed and checked. Types are Ibis type names; money is
`decimal(18,2)` in the project's one currency; times are local business time without zone.
"""

from __future__ import annotations

from kezhi.tables import (
    behaviour,
    circles,
    departments,
    identity,
    leads,
    plans,
    points,
    predictions,
    prices,
    products,
    profile,
    records,
    risk,
    sales,
    segments,
    treatments,
    value,
    voices,
)
from kezhi.tables.behaviour import (
    BEHAVIOUR_LENSES,
    BEHAVIOUR_PATTERNS,
    BUYING_HABITS,
    CHANNEL_SWITCHES,
    EVENT_PATHS,
    EVENT_TRANSITIONS,
    RETENTION,
)
from kezhi.tables.circles import (
    CIRCLE_INTERESTS,
    CIRCLE_MEMBERS,
    CIRCLE_SPREAD,
    CIRCLES,
    CLEAN_RELATIONS,
    KEY_CUSTOMERS,
    RELATION_KINDS,
    RELATIONS,
    TIES,
)
from kezhi.tables.departments import FOR_MARKETING, FOR_PRODUCT_TEAM, FOR_SALES, FOR_SERVICE
from kezhi.tables.identity import (
    ANONYMOUS_LINKS,
    CUSTOMER_SCOPES,
    CUSTOMER_VALUES,
    CUSTOMERS,
    ENTITIES,
    ENTITY_LINKS,
    IDENTITY_CONFLICTS,
    IDENTITY_DECISIONS,
    IDENTITY_EVIDENCE,
    IDENTITY_FORMS,
    IDENTITY_HISTORY,
    IDENTITY_LINKS,
    IDENTITY_MATCHES,
    IDENTITY_MATCHING,
    IDENTITY_REVIEW,
    IDENTITY_TRADE_OFF,
    IDENTITY_WEIGHTS,
)
from kezhi.tables.inputs import (
    CUSTOMER_RECORDS_IN,
    EVENTS_IN,
    FEEDBACK_IN,
    INPUTS,
    MEMBERSHIPS_IN,
    ORDER_LINES_IN,
    ORDERS_IN,
    PLACE_VISITS_IN,
    POINT_ENTRIES_IN,
    PRODUCTS_IN,
    REFUNDS_IN,
    RELATIONS_IN,
    SALES_IN,
    TREATMENTS_IN,
    USAGE_IN,
    raw_schema,
)
from kezhi.tables.leads import CALLS, CONNECT_RATES, LEAD_SCORES, LEADS
from kezhi.tables.plans import BEST_PLAN, BEST_PLAN_MONTHS, BLOCKED_PLANS, CLEAN_USAGE, PLAN_REVIEW, PLANS, USAGE
from kezhi.tables.points import (
    CLEAN_MEMBERSHIPS,
    CLEAN_POINT_ENTRIES,
    MEMBERSHIPS,
    POINT_ENTRIES,
    POINT_KINDS,
    POINT_LOTS,
    POINTS_MONTHLY,
    POINTS_OF_CUSTOMERS,
)
from kezhi.tables.predictions import (
    CHURN,
    CLV,
    CLV_COHORTS,
    CLV_HISTORY,
    NEXT_PURCHASE,
    OFF_NET,
    RECOMMENDATIONS,
)
from kezhi.tables.prices import PRICE_ELASTICITY
from kezhi.tables.products import (
    AGE_ATTENTION,
    AGE_CATEGORY,
    ASSOCIATION_RULES,
    CUSTOMER_FIT,
    ITEMSETS,
    PRODUCT_FIT,
    PRODUCT_ISSUES,
    PRODUCT_VIEW,
)
from kezhi.tables.profile import DECLARED_FEATURES, FAVOURITES, FEATURE_COVERAGE, FEATURES, LIFECYCLE, PROFILE, RFM, TAGS
from kezhi.tables.records import (
    CLEAN_EVENTS,
    CLEAN_ORDERS,
    CORRECTIONS,
    CUSTOMER_RECORDS,
    EVENTS,
    LEDGER,
    ORDER_LINES,
    ORDERS,
    PRODUCTS,
    QUALITY,
    QUALITY_HISTORY,
    RECONCILIATION,
    REJECTS,
)
from kezhi.tables.risk import CHARGEBACKS, FRAUD_SCORES, RING_MEMBERS, RISK_CASES, RISK_GRADES, UNUSUAL_PAYMENTS
from kezhi.tables.sales import CATEGORY_SALES, COHORT_RETENTION, FORECAST_BACKTEST, FORECASTS, SALES_MONTHLY, SALES_SERIES
from kezhi.tables.segments import (
    CLUSTER_CHOICES,
    CLUSTER_FEATURES,
    CLUSTER_PROFILES,
    CLUSTERS,
    CUSTOMER_TAG_HISTORY,
    CUSTOMER_TAGS,
    LOOKALIKE_CANDIDATES,
    LOOKALIKE_CONTRAST,
    LOOKALIKE_MODELS,
    MARKET_SEGMENTS,
    NOTES,
    SEGMENT_HISTORY,
    SEGMENT_MEMBERS,
    SEGMENT_MOVEMENT,
    SEGMENTS,
    TAG_PROPAGATION,
)
from kezhi.tables.shape import MONEY, ORIGIN, POINTS, SHARE, TIMESTAMP, WINDOWS_DAYS, Column, Field, Input, Table
from kezhi.tables.treatments import CLEAN_TREATMENTS, TREATMENTS, UPLIFT, UPLIFT_CAMPAIGNS
from kezhi.tables.value import (
    AARRR,
    BAND_MOVEMENT,
    LIFECYCLE_TRANSITIONS,
    LOYALTY_PARTS,
    LOYALTY_TREND,
    MOVES,
    RFM_MIGRATION,
    SCORE,
    TIER_FORECAST_DAYS,
    TIER_PRICES,
    TIERS,
    VALUE,
    VALUE_DECILES,
)
from kezhi.tables.voices import (
    CLEAN_FEEDBACK,
    CLEAN_PLACE_VISITS,
    FEEDBACK,
    FEEDBACK_KINDS,
    FEEDBACK_TOPICS,
    FREQUENTED_PLACES,
    NEEDS,
    PLACE_VISITS,
    PRODUCT_CONCERNS,
    PRODUCT_CRITERIA,
    TOPIC_AGES,
)

# what the files of this folder define, in the order of their names
TABLES: dict[str, Table] = {
    table.name: table
    for room in (
        behaviour, circles, departments, identity, leads, plans, points, predictions, prices, products, profile, records, risk,
        sales, segments, treatments, value, voices,
    )
    for table in vars(room).values()
    if isinstance(table, Table)
}  # fmt: skip

__all__ = [
    "AARRR", "AGE_ATTENTION", "AGE_CATEGORY", "ANONYMOUS_LINKS", "ASSOCIATION_RULES", "BAND_MOVEMENT", "BEHAVIOUR_LENSES",
    "BEHAVIOUR_PATTERNS", "BEST_PLAN", "BEST_PLAN_MONTHS", "BLOCKED_PLANS", "BUYING_HABITS", "CALLS", "CATEGORY_SALES",
    "CHANNEL_SWITCHES", "CHARGEBACKS", "CHURN", "CIRCLES", "CIRCLE_INTERESTS", "CIRCLE_MEMBERS", "CIRCLE_SPREAD", "CLEAN_EVENTS",
    "CLEAN_FEEDBACK", "CLEAN_MEMBERSHIPS", "CLEAN_ORDERS", "CLEAN_PLACE_VISITS", "CLEAN_POINT_ENTRIES", "CLEAN_RELATIONS",
    "CLEAN_TREATMENTS", "CLEAN_USAGE", "CLUSTERS", "CLUSTER_CHOICES", "CLUSTER_FEATURES", "CLUSTER_PROFILES", "CLV", "CLV_COHORTS",
    "CLV_HISTORY", "COHORT_RETENTION", "CONNECT_RATES", "CORRECTIONS", "CUSTOMERS", "CUSTOMER_FIT", "CUSTOMER_RECORDS",
    "CUSTOMER_RECORDS_IN", "CUSTOMER_SCOPES", "CUSTOMER_TAGS", "CUSTOMER_TAG_HISTORY", "CUSTOMER_VALUES", "DECLARED_FEATURES",
    "ENTITIES", "ENTITY_LINKS", "EVENTS", "EVENTS_IN", "EVENT_PATHS", "EVENT_TRANSITIONS", "FAVOURITES", "FEATURES", "FEATURE_COVERAGE",
    "FEEDBACK", "FEEDBACK_IN", "FEEDBACK_KINDS", "FEEDBACK_TOPICS", "FORECASTS", "FORECAST_BACKTEST", "FOR_MARKETING",
    "FOR_PRODUCT_TEAM", "FOR_SALES", "FOR_SERVICE", "FRAUD_SCORES", "FREQUENTED_PLACES", "IDENTITY_CONFLICTS", "IDENTITY_DECISIONS",
    "IDENTITY_EVIDENCE", "IDENTITY_FORMS", "IDENTITY_HISTORY", "IDENTITY_LINKS", "IDENTITY_MATCHES", "IDENTITY_MATCHING",
    "IDENTITY_REVIEW", "IDENTITY_TRADE_OFF", "IDENTITY_WEIGHTS", "INPUTS", "ITEMSETS", "KEY_CUSTOMERS", "LEADS", "LEAD_SCORES",
    "LEDGER", "LIFECYCLE", "LIFECYCLE_TRANSITIONS", "LOOKALIKE_CANDIDATES", "LOOKALIKE_CONTRAST", "LOOKALIKE_MODELS", "LOYALTY_PARTS",
    "LOYALTY_TREND", "MARKET_SEGMENTS", "MEMBERSHIPS", "MEMBERSHIPS_IN", "MONEY", "MOVES", "NEEDS", "NEXT_PURCHASE", "NOTES", "OFF_NET",
    "ORDERS", "ORDERS_IN", "ORDER_LINES", "ORDER_LINES_IN", "ORIGIN", "PLACE_VISITS", "PLACE_VISITS_IN", "PLANS", "PLAN_REVIEW",
    "POINTS", "POINTS_MONTHLY", "POINTS_OF_CUSTOMERS", "POINT_ENTRIES", "POINT_ENTRIES_IN", "POINT_KINDS", "POINT_LOTS",
    "PRICE_ELASTICITY", "PRODUCTS", "PRODUCTS_IN", "PRODUCT_CONCERNS", "PRODUCT_CRITERIA", "PRODUCT_FIT", "PRODUCT_ISSUES",
    "PRODUCT_VIEW", "PROFILE", "QUALITY", "QUALITY_HISTORY", "RECOMMENDATIONS", "RECONCILIATION", "REFUNDS_IN", "REJECTS", "RELATIONS",
    "RELATIONS_IN", "RELATION_KINDS", "RETENTION", "RFM", "RFM_MIGRATION", "RING_MEMBERS", "RISK_CASES", "RISK_GRADES", "SALES_IN",
    "SALES_MONTHLY", "SALES_SERIES", "SCORE", "SEGMENTS", "SEGMENT_HISTORY", "SEGMENT_MEMBERS", "SEGMENT_MOVEMENT", "SHARE", "TABLES",
    "TAGS", "TAG_PROPAGATION", "TIERS", "TIER_FORECAST_DAYS", "TIER_PRICES", "TIES", "TIMESTAMP", "TOPIC_AGES", "TREATMENTS",
    "TREATMENTS_IN", "UNUSUAL_PAYMENTS", "UPLIFT", "UPLIFT_CAMPAIGNS", "USAGE", "USAGE_IN", "VALUE", "VALUE_DECILES", "WINDOWS_DAYS",
    "Column", "Field", "Input", "Table", "raw_schema",
]  # fmt: skip
