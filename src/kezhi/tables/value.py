"""What customers are worth and how they move: value, tiers, loyalty, moves between groups and stages."""

from __future__ import annotations

from kezhi.tables.shape import MONEY, SHARE, Table, columns

SCORE = "decimal(9, 2)"  # of 0 to 100; exact, so that parts add up to the whole


_COMPARED = (
    ("compared_with", "string", "`recomputed` (by the same function at the earlier day) or `snapshot` (as the last run had it).", "!"),
    ("from_on", "date", "The earlier day, the first not seen then.", "!"),
)


MOVES = Table(
    "moves",
    "Where each customer was at the earlier day and is now, by RFM group, stage and cut points: what the cells of the matrices hold.",
    columns(
        ("customer_id", "string", "The customer.", "!"),
        ("dimension", "string", "`rfm`, `lifecycle`, or `frequency`, `amount`, `average_order_value` between cut points.", "!"),
        *_COMPARED,
        ("from_state", "string", "Group, stage or band at the earlier day; `新出现` for who was not known then.", "!"),
        ("to_state", "string", "Group, stage or band now; `不再出现` for who was merged or removed since.", "!"),
        ("net_amount", MONEY, "Purchases minus refunds from the earlier day to as_of.", "!"),
        ("dwell_days", "int64", "Days spent in the stage that was left, where rules tell both ends; else null."),
    ),
    ("customer_id", "dimension", "compared_with"),
)


_CELL = (
    ("customers", "int64", "Customers who made the move.", "!"),
    ("share", SHARE, "Of those who were there at the earlier day, 0 to 1.", "!"),
    ("net_amount", MONEY, "What they spent from the earlier day to as_of, refunds taken off.", "!"),
)


RFM_MIGRATION = Table(
    "rfm_migration",
    "How customers moved between the eight RFM groups from an earlier day to as_of.",
    columns(
        *_COMPARED,
        ("from_group", "string", "RFM group at the earlier day; `新出现` for who was not known then.", "!"),
        ("to_group", "string", "RFM group now; `不再出现` for who was merged or removed since.", "!"),
        *_CELL,
    ),
    ("compared_with", "from_group", "to_group"),
)


BAND_MOVEMENT = Table(
    "band_movement",
    "How customers moved between cut points of purchases, money and order value in 365 days, from an earlier day to as_of.",
    columns(
        ("dimension", "string", "`frequency` (purchases), `amount` (net) or `average_order_value`.", "!"),
        *_COMPARED,
        (
            "from_band",
            "string",
            "Band at the earlier day, such as `2-3` or `500-2000`; `none` without a purchase in 365 days; `新出现`.",
            "!",
        ),
        ("to_band", "string", "Band now; `不再出现` for who was merged or removed since.", "!"),
        *_CELL,
    ),
    ("dimension", "compared_with", "from_band", "to_band"),
)


LIFECYCLE_TRANSITIONS = Table(
    "lifecycle_transitions",
    "How customers moved between lifecycle stages from an earlier day to as_of.",
    columns(
        *_COMPARED,
        ("from_stage", "string", "Stage at the earlier day; `新出现` for who was not known then.", "!"),
        ("to_stage", "string", "Stage now; `不再出现` for who was merged or removed since.", "!"),
        *_CELL,
        ("dwell_days_median", "float64", "Median days in the stage that was left, of those whose both ends are known; null without any."),
        ("is_expected_next", "boolean", "True for the stage that most of those who left went to; ties by name.", "!"),
    ),
    ("compared_with", "from_stage", "to_stage"),
)


LOYALTY_TREND = Table(
    "loyalty_trend",
    "The loyalty index of each customer at as_of and at earlier days, with alerts on falls.",
    columns(
        ("customer_id", "string", "The customer.", "!"),
        ("period_on", "date", "The day of the index, the first not seen.", "!"),
        ("loyalty_index", SCORE, "0 to 100.", "!"),
        ("change", SCORE, "Against the day before it in the table; null for the first."),
        ("is_alert", "boolean", "True when it fell by more points than `loyalty.fall_alert`.", "!"),
    ),
    ("customer_id", "period_on"),
)


LOYALTY_PARTS = ("regularity", "frequency", "tenure", "breadth", "refund_free")


VALUE = Table(
    "value",
    "What each customer with an order is worth: revenue, costs, value, ranks, potential, loyalty, the combined score and its band.",
    columns(
        ("customer_id", "string", "The customer.", "!"),
        ("revenue_amount", MONEY, "Purchases minus refunds in the window of `value.window`.", "!"),
        ("product_cost_amount", MONEY, "Cost of the goods; null where one is unknown."),
        ("margin_amount", MONEY, "Revenue minus cost of the goods; null where one is unknown."),
        ("service_cost_amount", MONEY, "Refunds and service events times their cost; null without a cost in the settings."),
        ("contact_cost_amount", MONEY, "Contacts times their cost; null without a cost in the settings."),
        ("acquisition_cost_amount", MONEY, "Cost of winning the customer, when that was in the window; null when not known."),
        ("value_amount", MONEY, "Margin minus the costs that are known; null where the margin is."),
        ("costs_known", "string", "The costs in value_amount, comma separated; null when none is known."),
        ("revenue_rank", "int64", "1 is most revenue; of customers who bought in the window."),
        ("margin_rank", "int64", "1 is most margin; of customers who bought in the window and whose margin is known."),
        (
            "rank_change",
            "int64",
            "Rank by revenue minus rank by margin among those same customers; above 0: worth more than revenue shows.",
        ),
        (
            "growth_ratio",
            "float64",
            "Spending per day of the last 90 days against days 91 to 365, both shrunken; null with less than 180 days.",
        ),
        (
            "residual_amount",
            MONEY,
            "Expected net amount of the next `history.days`, by what customers of the same RFM group spent; null without history.",
        ),
        ("potential_amount", MONEY, "residual_amount times growth_ratio; null without history."),
        ("share_of_wallet", SHARE, "Spending of 365 days in categories with a benchmark / the benchmarks; null without a benchmark."),
        *((f"{part}_part", SCORE, f"Part of the loyalty index: {part}, 0 to 100; null where no data tell.") for part in LOYALTY_PARTS),
        ("loyalty_index", SCORE, "0 to 100: mean of its parts by the weights of the settings; null before the first purchase."),
        ("score_basis", "string", "What the current part of the score ranks: `value`, or `revenue` where the margin is not known.", "!"),
        ("current_contribution", SCORE, "Points of the score that come from current value.", "!"),
        ("potential_contribution", SCORE, "Points that come from potential_amount.", "!"),
        ("loyalty_contribution", SCORE, "Points that come from the loyalty index.", "!"),
        ("value_score", SCORE, "0 to 100: the sum of the three contributions.", "!"),
        ("value_band", "string", "Band of `value.bands`.", "!"),
    ),
    ("customer_id",),
)


VALUE_DECILES = Table(
    "value_deciles",
    "Customers who bought in the window of `value.window`, in ten groups of equal size from most to least revenue.",
    columns(
        ("decile", "int64", "1 is the tenth with most revenue.", "!"),
        ("customers", "int64", "Customers.", "!"),
        ("revenue_amount", MONEY, "Their revenue.", "!"),
        ("revenue_share", SHARE, "Of all revenue of these customers; null when that is 0."),
        ("cumulative_share", SHARE, "Of this and all higher tenths."),
        ("margin_amount", MONEY, "Their margin; null where one is unknown."),
    ),
    ("decile",),
)


AARRR = Table(
    "aarrr",
    "Customers in the five stages acquisition, activation, retention, revenue, referral.",
    columns(
        ("position", "int64", "1 to 5.", "!"),
        ("stage", "string", "`acquisition`, `activation`, `retention`, `revenue` or `referral`.", "!"),
        ("rule", "string", "The expression over the profile; null where no data tell."),
        ("customers", "int64", "Customers for whom it holds; null without a rule."),
        ("share", SHARE, "Of the customers of the first stage; null without a rule."),
        ("step_share", SHARE, "Of the customers of the stage before, those who are in this one too; null where one has no rule."),
    ),
    ("stage",),
)


TIER_FORECAST_DAYS = (30, 60, 90)


TIERS = Table(
    "tiers",
    "The membership tier of each customer, how far the next is, and what becomes of it.",
    columns(
        ("customer_id", "string", "The customer.", "!"),
        ("tier", "string", "Name in `tiers.levels`.", "!"),
        ("level", "int64", "1 is the lowest tier.", "!"),
        ("since", "date", "First day in the tier, by the rules of today.", "!"),
        ("net_amount", MONEY, "Purchases minus refunds in the window.", "!"),
        ("orders", "int64", "Purchases in the window.", "!"),
        ("next_tier", "string", "The tier above; null in the highest."),
        ("net_amount_to_next", MONEY, "What is lacking for it; null where it asks for no amount."),
        ("orders_to_next", "int64", "Purchases lacking for it; null where it asks for none."),
        ("expires_on", "date", "First day in a lower tier if nothing more is bought; null in the lowest and in one that asks for nothing."),
        *(
            (f"tier_in_{n}d", "string", f"Tier in {n} days if the customer goes on at the rate of the last `tiers.rate_days`.", "!")
            for n in TIER_FORECAST_DAYS
        ),
        *((f"tier_in_{n}d_idle", "string", f"Tier in {n} days if nothing more is bought.", "!") for n in TIER_FORECAST_DAYS),
        ("is_at_risk", "boolean", "True when the tier in 90 days, at the customer's own rate, is lower.", "!"),
    ),
    ("customer_id",),
)


TIER_PRICES = Table(
    "tier_prices",
    "What lower prices, as in a price war, would have made of the tiers, had as much been bought.",
    columns(
        ("price_change", "float64", "Change of all prices: -0.1 is 10% lower.", "!"),
        ("level", "int64", "1 for the lowest tier.", "!"),
        ("tier", "string", "Its name.", "!"),
        ("customers", "int64", "Customers who hold it.", "!"),
        ("falling_customers", "int64", "Of them, who would hold a lower one.", "!"),
        ("then_customers", "int64", "Customers who would hold it.", "!"),
    ),
    ("price_change", "level"),
)
