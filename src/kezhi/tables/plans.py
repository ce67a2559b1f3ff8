"""Usage, price plans and which fits best."""

from __future__ import annotations

from kezhi.tables.shape import MONEY, TIMESTAMP, Table, columns

_USED = (
    ("used_at", TIMESTAMP, "When.", "!"),
    ("kind", "string", "What was used.", "!"),
    ("quantity", "float64", "How much, at least 0, in the unit of the kind.", "!"),
    ("plan", "string", "The price plan at the time, where the file says it."),
    ("flags", "string", "Codes of what looks wrong: `future_date`."),
)


CLEAN_USAGE = Table(
    "clean_usage",
    "Metered use after cleaning, one row per kind, still with the source's idea of who used it.",
    columns(
        ("usage_id", "string", "`id_prefix` of the source and the source's own id, or file and line; a column's name after it.", "!"),
        ("record_id", "string", "Who used it.", "!"),
        ("account_id", "string", "Who pays; null is who used it."),
        ("source", "string", "The source.", "!"),
        *_USED,
    ),
    ("usage_id",),
)


USAGE = Table(
    "usage",
    "Metered use of customers, one row per record and kind.",
    columns(
        ("usage_id", "string", "The record.", "!"),
        ("customer_id", "string", "Who pays.", "!"),
        ("line_id", "string", "Who used it.", "!"),
        ("source", "string", "The source.", "!"),
        *_USED,
    ),
    ("usage_id",),
)


PLANS = Table(
    "plans",
    "The price plans that the project defines, the company's own and competitors'.",
    columns(
        ("plan", "string", "Key of the plan.", "!"),
        ("plan_name", "string", "Its name.", "!"),
        ("plan_name_en", "string", "Its English name."),
        ("company", "string", "The competitor who offers it; null for an own plan."),
        ("on_sale", "boolean", "Whether customers are advised to take it; counts for own plans.", "!"),
        ("monthly_fee", MONEY, "The fixed fee of a month.", "!"),
        ("offers", "int64", "Allowed sets of add-ons, none included.", "!"),
        ("definition", "string", "The whole definition, as JSON.", "!"),
    ),
    ("plan",),
)


BEST_PLAN = Table(
    "best_plan",
    "The own plan on sale, with add-ons, that would have cost each customer least in the months there is use of.",
    columns(
        ("customer_id", "string", "The customer, or who pays for several lines.", "!"),
        ("months", "int64", "Months with use.", "!"),
        ("current_plan", "string", "The present plan, with add-ons after a plus each; null when not known."),
        ("current_total", MONEY, "What the months cost with it."),
        ("best_plan", "string", "Key of the best plan.", "!"),
        ("best_add_ons", "string", "Keys of the add-ons that make it cheapest, comma separated; empty for none.", "!"),
        ("best_total", MONEY, "What the months would have cost.", "!"),
        ("compared_plan", "string", "What it is compared with: the present plan, else the cheapest other plan."),
        ("compared_total", MONEY, "What the months cost with that."),
        ("saving", MONEY, "compared_total - best_total; below 0 when the present plan, not on sale or a competitor's, is cheaper."),
        ("months_cheaper", "int64", "Months in which the best plan is the cheaper of the two.", "!"),
        ("regret", MONEY, "What it costs more in the months in which it is dearer, at least 0.", "!"),
        ("saving_low", MONEY, "Lower end of the 90% prediction interval of the saving in as many further months; null below two months."),
        ("saving_high", MONEY, "Upper end."),
        (
            "risk_band",
            "string",
            "`sure` (saving_low above 0), `likely` (cheaper in two of three months), `unsure`, `none` (no saving).",
            "!",
        ),
        (
            "margin_change",
            MONEY,
            "Change of the company's margin by the move; null when the plan, or the cost of a new customer, is unknown.",
        ),
        ("competitor", "string", "The competitor with the cheapest plan for the customer."),
        ("competitor_plan", "string", "That plan."),
        ("competitor_total", MONEY, "What the months would have cost there."),
        ("competitor_saving", MONEY, "best_total - competitor_total: above 0 where the competitor is cheaper than all that can be sold."),
        ("sentence_zh", "string", "All that in a sentence, in Chinese.", "!"),
        ("sentence_en", "string", "In English.", "!"),
    ),
    ("customer_id",),
)


BEST_PLAN_MONTHS = Table(
    "best_plan_months",
    "The two bills that `best_plan` compares, side by side in every month.",
    columns(
        ("customer_id", "string", "The customer.", "!"),
        ("month", "date", "First day of the month.", "!"),
        ("best_total", MONEY, "Bill of the best plan.", "!"),
        ("compared_total", MONEY, "Bill of the plan it is compared with."),
    ),
    ("customer_id", "month"),
)


BLOCKED_PLANS = Table(
    "blocked_plans",
    "Plans that must not be sold to a customer: the months would have cost more than with the present plan.",
    columns(
        ("customer_id", "string", "The customer.", "!"),
        ("plan", "string", "The plan that is blocked, without add-ons.", "!"),
        ("plan_total", MONEY, "What the months would have cost.", "!"),
        ("current_plan", "string", "The present plan.", "!"),
        ("current_total", MONEY, "What they cost.", "!"),
        ("extra_cost", MONEY, "plan_total - current_total, above 0.", "!"),
    ),
    ("customer_id", "plan"),
)


PLAN_REVIEW = Table(
    "plan_review",
    "Every plan, a competitor's too, against the months of all customers.",
    columns(
        ("plan", "string", "Key of the plan.", "!"),
        ("plan_name", "string", "Its name.", "!"),
        ("company", "string", "The competitor who offers it; null for an own plan."),
        ("eligible", "int64", "Customers who could have it.", "!"),
        ("mean_monthly_bill", MONEY, "Mean bill of their months with it, without add-ons.", "!"),
        ("customers", "int64", "Customers who have it.", "!"),
        ("current_monthly_bill", MONEY, "Mean bill of their months; null without customers."),
        ("current_total", MONEY, "What their months cost.", "!"),
        ("avoidable", MONEY, "Of it, what they would have saved with their best plans.", "!"),
        ("well_placed", "int64", "Of its customers, those whom no other plan on sale would cost less.", "!"),
        ("best_for", "int64", "Customers whose best plan it is, with add-ons or without.", "!"),
        ("blocked_for", "int64", "Customers to whom it must not be sold.", "!"),
        ("cheaper_than_best_for", "int64", "Customers for whom it is cheaper than all that can be sold: a competitor's strength.", "!"),
    ),
    ("plan",),
)
