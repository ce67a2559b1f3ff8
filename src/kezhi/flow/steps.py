"""
The steps of a run, in order: every arrow between rooms is a table named in tables.py, and is drawn here.

To add one: write a function from `Inputs` to named tables, and put a `Step` in `STEPS`.
"""

from __future__ import annotations

from kezhi.flow import churn, movement
from kezhi.flow.clv import clv
from kezhi.flow.company_steps import (
    DEPARTMENTS_READ,
    baskets_tables,
    best_plan_tables,
    criteria_tables,
    declared_plans_tables,
    departments_tables,
    feedback_tables,
    groups_tables,
    habits_tables,
    ledger_tables,
    market_tables,
    needs_tables,
    places_tables,
    products_tables,
    sales_tables,
    usage_tables,
)
from kezhi.flow.customer_steps import (
    circles_tables,
    clean_tables,
    clusters_tables,
    customer_tags_tables,
    entities_tables,
    features_tables,
    identity_tables,
    lookalike_tables,
    needs_of_circles,
    needs_of_points,
    notes_tables,
    points_tables,
    profile_tables,
    quality_tables,
    rfm_tables,
    segments_tables,
)
from kezhi.flow.declared import declared as declared_features
from kezhi.flow.forecasts import forecasts
from kezhi.flow.fraud import fraud
from kezhi.flow.leads import leads
from kezhi.flow.prices import prices
from kezhi.flow.recommendations import recommendations
from kezhi.flow.risk import risk
from kezhi.flow.separation import separation
from kezhi.flow.step import Step
from kezhi.flow.uplift import treatments, uplift

STEPS: tuple[Step, ...] = (
    Step(
        "clean",
        clean_tables,
        needs=("read_files",),
        uses=("read_owners",),
        makes=(
            "rejects", "corrections", "reconciliation", "quality", "customer_records", "products", "clean_orders", "order_lines", "clean_events",
            "clean_usage", "clean_relations", "clean_memberships", "clean_point_entries", "clean_feedback", "clean_place_visits",
            "clean_treatments", "leads", "calls", "chargebacks", "anonymous_links",
        ),
    ),
    Step("quality", quality_tables, needs=("quality",), makes=("quality_history",)),
    Step(
        "identity",
        identity_tables,
        needs=("customer_records",),
        uses=("clean_orders", "clean_events", "clean_relations", "store_decisions"),
        makes=(
            "identity_links", "identity_conflicts", "identity_matches", "identity_weights", "identity_forms",
            "identity_matching", "identity_trade_off", "identity_decisions", "identity_history", "identity_review", "identity_evidence", "customers", "customer_values", "orders", "events", "relations",
        ),
    ),
    Step("ledger", ledger_tables, needs=("orders",), makes=("ledger",)),
    Step("features", features_tables, needs=("customers", "orders", "ledger"), uses=("order_lines", "products", "events"), makes=("features",)),
    Step("rfm", rfm_tables, needs=("orders", "features"), makes=("rfm",)),
    Step(
        "points",
        points_tables,
        needs=("identity_links",),
        uses=("clean_memberships", "clean_point_entries"),
        makes=("memberships", "point_entries", "point_lots", "points", "points_monthly"),
        also_needs=needs_of_points,
    ),
    Step(
        "declared",
        declared_features,
        needs=("customers", "features", "rfm", "orders"),
        uses=("points", "order_lines", "products", "events"),
        makes=("declared_features", "feature_coverage"),
    ),
    Step(
        "profile",
        profile_tables,
        needs=("customers", "features", "rfm"),
        uses=("points", "declared_features", "relations"),
        makes=("lifecycle", "tags", "profile"),
    ),
    Step(
        "sales",
        sales_tables,
        needs=("ledger",),
        uses=("order_lines", "products"),
        makes=("sales_monthly", "category_sales", "cohort_retention"),
    ),
    Step(
        "movement",
        movement.movement,
        needs=("customers", "orders", "ledger", "features", "rfm", "lifecycle", "profile"),
        uses=("order_lines", "products", "events"),
        makes=("moves", "rfm_migration", "band_movement", "lifecycle_transitions", "loyalty_trend", "value", "value_deciles", "aarrr"),
    ),
    Step("tiers", movement.tiers, needs=("ledger",), makes=("tiers", "tier_prices")),
    Step(
        "groups",
        groups_tables,
        needs=("ledger", "profile"),
        uses=("order_lines", "events", "products"),
        makes=(
            "retention", "channel_switches", "buying_habits", "age_category", "event_paths", "event_transitions", "age_attention",
        ),
    ),
    Step(
        "feedback",
        feedback_tables,
        needs=("clean_feedback", "identity_links", "profile"),
        uses=("products",),
        makes=("feedback", "feedback_topics", "topic_ages", "product_concerns"),
    ),
    Step("places", places_tables, needs=("clean_place_visits", "identity_links"), makes=("place_visits", "frequented_places")),
    Step(
        "habits",
        habits_tables,
        needs=("ledger", "buying_habits"),
        uses=("order_lines", "events", "products", "feedback", "feedback_topics"),
        makes=("behaviour_patterns", "behaviour_lenses", "product_issues"),
    ),
    Step("baskets", baskets_tables, needs=("ledger", "order_lines"), makes=("itemsets", "association_rules", "product_sequences")),
    Step("notes", notes_tables, needs=("store_notes", "identity_links"), makes=("notes",)),
    Step(
        "customer_tags",
        customer_tags_tables,
        needs=("profile", "tags", "orders", "customers", "customer_records", "identity_links"),
        makes=("customer_tags", "customer_tag_history", "tag_propagation"),
        uses=("ledger", "order_lines", "products", "events", "notes", "place_visits"),
    ),
    Step(
        "segments",
        segments_tables,
        needs=("profile",),
        uses=("ledger", "orders", "order_lines", "products", "events", "declared_features"),
        makes=("segments", "segment_members", "segment_history", "segment_movement"),
    ),
    Step(
        "clusters",
        clusters_tables,
        needs=("profile",),
        makes=("clusters", "cluster_profiles", "cluster_features", "cluster_choices"),
    ),
    Step("separation", separation, needs=("profile",), uses=("clusters",), makes=("group_separation",)),
    Step(
        "circles",
        circles_tables,
        needs=("profile",),
        uses=("relations", "ledger", "order_lines", "products"),
        makes=("ties", "circle_members", "circles", "circle_interests", "key_customers", "circle_spread"),
        also_needs=needs_of_circles,
    ),
    Step(
        "products",
        products_tables,
        needs=("ledger", "order_lines", "profile"),
        uses=("products", "clusters", "circle_members", "ties"),
        makes=("product_view", "product_fit", "customer_fit"),
    ),
    Step(
        "churn",
        churn.churn,
        needs=("customers", "orders", "ledger", "features"),
        uses=("order_lines", "products", "events", "customer_fit"),
        makes=("churn", "off_net"),
    ),
    Step("recommendations", recommendations, needs=("ledger", "order_lines"), uses=("products",), makes=("recommendations",)),
    Step(
        "clv",
        clv,
        needs=("ledger", "orders"),
        uses=("order_lines", "products"),
        makes=("clv", "clv_cohorts", "clv_history", "next_purchase"),
    ),
    Step(
        "forecasts",
        forecasts,
        needs=("ledger",),
        uses=("profile", "order_lines", "products"),
        makes=("sales_series", "forecasts", "forecast_backtest"),
    ),
    Step(
        "needs",
        needs_tables,
        needs=("ledger", "order_lines", "products"),
        uses=("feedback", "feedback_topics", "events", "recommendations"),
        makes=("needs",),
    ),
    Step("criteria", criteria_tables, needs=("product_fit", "profile"), uses=("product_concerns",), makes=("product_criteria",)),
    Step("treatments", treatments, needs=("clean_treatments", "identity_links"), makes=("treatments",)),
    Step(
        "uplift",
        uplift,
        needs=("treatments", "identity_links", "customers", "orders", "ledger", "features"),
        uses=("events",),
        makes=("uplift_campaigns", "uplift"),
    ),
    Step("prices", prices, needs=("ledger", "order_lines", "profile"), uses=("products",), makes=("price_elasticity",)),
    Step("usage", usage_tables, needs=("clean_usage", "identity_links"), makes=("usage",)),
    Step(
        "entities",
        entities_tables,
        needs=("customer_records", "identity_links"),
        uses=("relations", "usage"),
        makes=("entities", "entity_links", "customer_scopes"),
    ),
    Step("fraud", fraud, needs=("chargebacks", "orders"), makes=("fraud_scores",)),
    Step(
        "risk",
        risk,
        needs=("ledger", "orders"),
        uses=("entity_links", "relations", "fraud_scores"),
        makes=("unusual_payments", "risk_cases", "ring_members", "risk_grades"),
    ),
    Step("leads", leads, needs=("leads",), uses=("calls",), makes=("connect_rates", "lead_scores")),
    Step("plans", declared_plans_tables, needs=(), makes=("plans",)),
    Step("best_plan", best_plan_tables, needs=("usage", "plans"), makes=("best_plan", "best_plan_months", "blocked_plans", "plan_review")),
    Step("market", market_tables, needs=("profile",), uses=("clusters",), makes=("market_segments",)),
    Step(
        "lookalike",
        lookalike_tables,
        needs=("profile", "ledger", "order_lines", "products"),
        makes=("lookalike_models", "lookalike_contrast", "lookalike_candidates"),
    ),
    Step(
        "departments",
        departments_tables,
        needs=("profile",),
        uses=DEPARTMENTS_READ,
        makes=("for_sales", "for_service", "for_marketing", "for_product_team"),
    ),
)  # fmt: skip


# What every report, page and later step stands on; the others are each company's choice.
FOUNDATION = ("clean", "identity", "ledger", "features", "rfm", "profile", "sales")


def depends_on(name: str) -> set[str]:
    """Step *name* and every step that reads, directly or not, a table it makes."""
    found = {name}
    made: set[str] = set()
    for step in STEPS:
        if step.name in found or made & {*step.needs, *step.uses}:
            found.add(step.name)
            made |= set(step.makes)
    return found
