"""The figures of a report, in the order of its appendix; name and meaning of each stand in `locales`, `report.figures`."""

from __future__ import annotations

FIGURES = (
    "customers", "buyers", "active_90d", "repeat_share", "purchases", "net_sales", "average_order_value", "refund_amount", "refund_share",
    "rows_in", "rows_out", "rows_rejected", "rows_merged", "corrections",
    "records", "linked_records", "multi_record_customers", "conflicts",
    "rfm_customers", "r_score", "f_score", "m_score", "customer_share", "monetary", "monetary_share", "monetary_mean",
    "stage", "tag", "category_net_amount", "month_customers", "new_customers", "retention_rate",
    "migration", "band_movement", "value_amount", "value_score", "loyalty_index", "revenue_share", "tier", "points_balance", "points_expiring", "transition", "aarrr_customers",
    "rule_lift", "rule_support", "rule_q_value", "product_sequence",
    "segment", "segment_entered", "segment_left",
    "cluster", "moved_share", "group_separation",
    "avoidable_amount", "best_plan", "blocked_sales", "offers", "forecast", "forecast_error", "clv",
    "anonymous_orders", "anonymous_lines", "anonymous_amount", "anonymous_share",
    "n_day_retention", "promotion_hunters", "margin_mix", "channel_switches", "age_category", "behaviour_patterns", "behaviour_lenses", "product_issues",
    "product_stage", "tied_buyer_share", "product_fit", "brand_affinity", "lookalike_auc", "market_score", "circle", "reach", "tag_confidence",
    "topic", "product_concern", "product_criteria", "need", "frequented_place", "circle_spread", "learned_tag", "position", "tier_price", "department_view", "uplift", "price_elasticity", "quality_share",
)  # fmt: skip

KEY_FIGURES = ("customers", "active_90d", "repeat_share", "purchases", "net_sales", "average_order_value", "refund_share", "corrections")

# those that the metric dictionary defines: name, meaning and value come from there and from nowhere else
METRICS = (
    "customers", "buyers", "active_90d", "repeat_share", "purchases", "net_sales", "average_order_value", "refund_amount", "refund_share",
    "anonymous_amount", "anonymous_share",
)  # fmt: skip

MONEY = {"net_sales", "average_order_value", "refund_amount", "anonymous_amount", "monetary"}
SHARES = {"repeat_share", "refund_share", "anonymous_share"}
