"""What each department reads of a customer or product."""

from __future__ import annotations

from kezhi.tables.shape import MONEY, POINTS, SHARE, Table, columns

_FOR_EVERY = (
    ("customer_id", "string", "The customer.", "!"),
    ("lifecycle_stage", "string", "Stage."),
    ("rfm_group", "string", "RFM group; null without a purchase."),
    ("value_band", "string", "Band of value."),
    ("tier", "string", "Tier of the membership."),
    ("wants_no_contact", "boolean", "Asked within a year not to be contacted.", "!"),
)


FOR_SALES = Table(
    "for_sales",
    "What sales needs of each customer: worth, what to offer, where and when.",
    columns(
        *_FOR_EVERY,
        ("last_purchase_on", "date", "Day of the last purchase."),
        ("net_amount_365d", MONEY, "Net amount of 365 days."),
        ("favourite_category", "string", "Favourite category."),
        ("net_amount_to_next", MONEY, "What is lacking for the next tier."),
        ("churn_band", "string", "`high`, `medium`, `low` or `lost`."),
        ("need_category", "string", "Category of the newest open need; null where the offer is the first recommendation."),
        ("offer_product_id", "string", "The product to offer."),
        ("place_preference", "string", "`online`, `store` or `both`."),
        ("campaign_hour", "int64", "Hour at which to write, where visits keep to one without a purchase."),
    ),
    ("customer_id",),
)


FOR_SERVICE = Table(
    "for_service",
    "What service needs of each customer: standing, complaints, what was said last, what to do.",
    columns(
        *_FOR_EVERY,
        ("tier_at_risk", "boolean", "Whether the tier is about to fall."),
        ("refunds_365d", "int64", "Refunds of 365 days."),
        ("complaints_365d", "int64", "Complaints of 365 days; null where nothing was ever said."),
        ("last_said_on", "date", "Day of the last thing said."),
        ("last_sentiment", "string", "How it was meant."),
        ("last_words", "string", "Its words, numbers and mails blotted out."),
        ("churn_band", "string", "`high`, `medium`, `low` or `lost`."),
        ("play", "string", "What to do, as in `churn`."),
        ("points_expiring", POINTS, "Points that lapse soon."),
    ),
    ("customer_id",),
)


FOR_MARKETING = Table(
    "for_marketing",
    "What marketing needs of each customer: tastes, habits, points, and whether one may write.",
    columns(
        *_FOR_EVERY,
        ("tags", "string", "Rule tags, comma separated."),
        ("favourite_category", "string", "Favourite category."),
        ("favourite_channel", "string", "Favourite channel."),
        ("favourite_hour", "string", "Favourite hour of buying."),
        ("campaign_hour", "int64", "Hour at which to write, where visits keep to one without a purchase."),
        ("is_promotion_hunter", "boolean", "Waits for discounts; null below three purchases."),
        ("margin_kind", "string", "`high`, `low` or `mixed`."),
        ("churn_band", "string", "`high`, `medium`, `low` or `lost`."),
        ("points_balance", POINTS, "Points left."),
        ("points_expiring", POINTS, "Points that lapse soon."),
    ),
    ("customer_id",),
)


FOR_PRODUCT_TEAM = Table(
    "for_product_team",
    "What those who make products need of each: who buys it, how it goes, what hurts, what is said.",
    columns(
        ("product_id", "string", "The product.", "!"),
        ("product_name", "string", "Name."),
        ("category", "string", "Category.", "!"),
        ("stage", "string", "Stage of life.", "!"),
        ("buyers", "int64", "Buyers of 365 days.", "!"),
        ("repurchase_rate", SHARE, "Buyers who came back for it."),
        ("refund_rate", SHARE, "Refunded of sold."),
        ("margin_rate", SHARE, "Margin of net amount."),
        ("mean_rating", "float64", "Mean of ratings; null without any."),
        ("said", "int64", "Things said of it; null without any."),
        ("negative_share", SHARE, "Of them meant ill."),
        ("issue", "string", "Its worst issue, as in `product_issues`; null without one."),
        ("hurt_customers", "int64", "Customers it hurts."),
        ("concern", "string", "The topic that concerns most customers of its category."),
    ),
    ("product_id",),
)
