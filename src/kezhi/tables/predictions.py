"""What models say of customers: leaving, worth to come, offers, risk."""

from __future__ import annotations

from kezhi.tables.shape import MONEY, SHARE, Table, columns

CHURN = Table(
    "churn",
    "One row per customer who ever bought (or acted, or had a contract): the chance to leave, what is at risk, why, and what to do.",
    columns(
        ("customer_id", "string", "The customer.", "!"),
        ("state", "string", "`active`, or `lost`: silent for longer than the horizon, or ended.", "!"),
        (
            "churn_probability",
            SHARE,
            "Chance of no purchase (or action; of the end of the contract) within horizon_days; null for the lost.",
        ),
        ("band", "string", "`high`, `medium`, `low` by the settings' bounds, or `lost`.", "!"),
        ("horizon_days", "int64", "Days of silence after which the customer counts as lost, by the customer's own rhythm.", "!"),
        ("silent_days", "int64", "Days since the last purchase or action; null for a contract without any."),
        ("silence_ratio", "float64", "silent_days / the customer's own mean gap, drawn to the company's; null without either."),
        ("value_amount", MONEY, "Purchases minus refunds of the last 365 days.", "!"),
        ("value_at_risk", MONEY, "churn_probability × value_amount, at least 0; null for the lost."),
        ("reason_features", "array<string>", "Up to three features that raise the chance, the strongest first.", "!"),
        ("reasons", "array<string>", "The same in Chinese words.", "!"),
        ("reasons_en", "array<string>", "The same in English words.", "!"),
        ("play", "string", "`personal_contact`, `promotion`, `value_added_service`, `resolve_complaint`, `win_back` or `none`.", "!"),
        ("extension_category", "string", "The category to extend the sale to, by `customer_fit`; null without one."),
        ("model_version", "int64", "Version of the model in the registry.", "!"),
    ),
    ("customer_id",),
)


OFF_NET = Table(
    "off_net",
    "One row per lost customer: since when, where to, why as far as the data tell, and the value lost.",
    columns(
        ("customer_id", "string", "The customer.", "!"),
        ("last_act_on", "date", "Day of the last purchase or action; null for a contract without any."),
        ("lost_on", "date", "First day the customer counted as lost, or day the contract ended.", "!"),
        ("cause", "string", "`supplier_switch`, `complaint`, `refund`, `channel_switch` or `unknown`: the first that is found.", "!"),
        ("left_to", "string", "Page of the last event about a rival in the year before; null when no event tells."),
        ("channel", "string", "Channel of the last purchase."),
        ("value_lost", MONEY, "Purchases minus refunds in the 365 days that end with the last act.", "!"),
    ),
    ("customer_id",),
)


RECOMMENDATIONS = Table(
    "recommendations",
    "The products to offer to each active customer next, best first, each with its reason.",
    columns(
        ("customer_id", "string", "The customer.", "!"),
        ("rank", "int64", "From 1, the best.", "!"),
        ("product_id", "string", "The product.", "!"),
        ("score", "float64", "0 to 1; compares products of one customer only.", "!"),
        (
            "reason_code",
            "string",
            "`repeat`, `bought_before`, `bought_together`, `same_kind`, `alike_customers`, `taste`, `season`, `popular`, `segment_popular` or `category_popular`.",
            "!",
        ),
        ("reason_product_id", "string", "The customer's own product that led to it; null without."),
        ("model_version", "int64", "Version of the model in the registry.", "!"),
    ),
    ("customer_id", "rank"),
)


CLV = Table(
    "clv",
    "One row per customer who ever bought: the chance to be still there, purchases and money expected, with an interval.",
    columns(
        ("customer_id", "string", "The customer.", "!"),
        ("purchases", "int64", "Days with a purchase so far.", "!"),
        ("probability_alive", SHARE, "Chance that the customer still buys at all.", "!"),
        ("expected_purchases", "float64", "Days with a purchase expected within horizon_days.", "!"),
        ("expected_spend", MONEY, "Money expected of one such day, refunds taken off; null where nobody's amounts tell."),
        ("clv", MONEY, "Money expected within horizon_days, discounted; null without expected_spend."),
        ("clv_low", MONEY, "Lower end of the interval of what may come."),
        ("clv_high", MONEY, "Upper end of the interval."),
        (
            "margin_clv",
            MONEY,
            "Margin (money minus the cost of the goods) expected in the same way; null where margin_state is not `told`.",
        ),
        ("margin_clv_low", MONEY, "Lower end of its interval."),
        ("margin_clv_high", MONEY, "Upper end of its interval."),
        (
            "margin_state",
            "string",
            "`told`, `cost_unknown` (a purchase or refund lacks its cost), `loss` (below 0 so far, of which the model knows nothing), "
            "`no_model` (too few customers with known costs).",
            "!",
        ),
        ("horizon_days", "int64", "How far ahead.", "!"),
        ("model_version", "int64", "Version of the model in the registry; 1 where none is kept.", "!"),
    ),
    ("customer_id",),
)


CLV_COHORTS = Table(
    "clv_cohorts",
    "Customers by the month of their first purchase: how many are expected to be there, and what is expected of them.",
    columns(
        ("cohort_month", "date", "First day of the month of the first purchase.", "!"),
        ("customers", "int64", "Customers.", "!"),
        ("alive_customers", "float64", "Customers expected to still buy: the sum of their chances.", "!"),
        ("net_amount", MONEY, "Money so far, refunds taken off.", "!"),
        ("expected_purchases", "float64", "Expected within the horizon of clv.", "!"),
        ("clv", MONEY, "Expected within the horizon of clv."),
        ("clv_low", MONEY, "Lower end of its interval: chance of each customer, and of the parameters. Null where the fit tells none."),
        ("clv_high", MONEY, "Upper end of it."),
        ("clv_per_customer", MONEY, "clv / customers."),
        ("margin_customers", "int64", "Customers whose margin_clv is told.", "!"),
        ("margin_clv", MONEY, "Their margin expected; null without one."),
        ("margin_clv_low", MONEY, "Lower end of its interval, as of clv."),
        ("margin_clv_high", MONEY, "Upper end of it."),
    ),
    ("cohort_month",),
)


CLV_HISTORY = Table(
    "clv_history",
    "What each customer was worth by what was known on earlier days, told with the parameters of today, so that what changed is the customer.",
    columns(
        ("customer_id", "string", "The customer; nobody stands here before the first purchase.", "!"),
        ("seen_on", "date", "The first day not seen.", "!"),
        ("probability_alive", SHARE, "As in clv, seen from that day.", "!"),
        ("expected_purchases", "float64", "As in clv, seen from that day.", "!"),
        ("clv", MONEY, "As in clv, seen from that day."),
    ),
    ("customer_id", "seen_on"),
)


NEXT_PURCHASE = Table(
    "next_purchase",
    "One row per customer who ever bought: the chance to buy soon, the likely day, and the category it is likely to be.",
    columns(
        ("customer_id", "string", "The customer.", "!"),
        ("probability_30d", SHARE, "Chance of a purchase within 30 days.", "!"),
        ("probability_90d", SHARE, "Chance of a purchase within 90 days.", "!"),
        ("likely_on", "date", "Day by which a purchase is as likely as not; null where it is never, or not within ten years."),
        ("category", "string", "The category most likely to be bought; null where the most popular one for all is as good."),
        ("category_probability", SHARE, "Its share of the customer's coming purchases."),
        ("model_version", "int64", "Version of the model `clv` in the registry; 1 where none is kept.", "!"),
    ),
    ("customer_id",),
)
