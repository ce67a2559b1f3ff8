"""What customers do over time: retention, paths, switches, habits, patterns."""

from __future__ import annotations

from kezhi.tables.shape import MONEY, SHARE, Table, columns

RETENTION = Table(
    "retention",
    "Of the customers who first bought in a month, how many were there n months later, three ways, with 95% intervals.",
    columns(
        ("kind", "string", "`classic` (in that calendar month), `rolling` (then or later), `n_day` (each one's own 30 days).", "!"),
        ("cohort_on", "date", "First day of the period of the first purchase.", "!"),
        ("period_no", "int64", "Periods since then; 0 is the period itself.", "!"),
        ("customers", "int64", "Customers of the cohort who are seen through the period.", "!"),
        ("active_customers", "int64", "Of them, those who were there.", "!"),
        ("orders", "int64", "Purchases of the cohort in the period.", "!"),
        ("net_amount", MONEY, "Their money, given back taken off.", "!"),
        ("retention_rate", SHARE, "active_customers / customers.", "!"),
        ("rate_low", SHARE, "Lower end of Wilson's 95% interval.", "!"),
        ("rate_high", SHARE, "Upper end.", "!"),
        ("is_complete", "boolean", "False while as_of cuts the period short, for n_day while part of the cohort is still in it.", "!"),
    ),
    ("kind", "cohort_on", "period_no"),
)


EVENT_PATHS = Table(
    "event_paths",
    "The commonest beginnings of visits.",
    columns(
        ("path_no", "int64", "1 is the commonest; ties by the text.", "!"),
        ("path", "string", "Names of events with ` > ` between, at most five.", "!"),
        ("visits", "int64", "Visits that begin so.", "!"),
        ("customers", "int64", "Different customers.", "!"),
        ("share", SHARE, "Of all visits.", "!"),
    ),
    ("path",),
)


EVENT_TRANSITIONS = Table(
    "event_transitions",
    "What follows what within visits.",
    columns(
        ("from_event", "string", "Name of an event; `(start)` for the beginning of a visit.", "!"),
        ("to_event", "string", "The next one; `(end)` when the visit ends.", "!"),
        ("transitions", "int64", "How often.", "!"),
        ("share", SHARE, "Of all that follows from_event.", "!"),
    ),
    ("from_event", "to_event"),
)


CHANNEL_SWITCHES = Table(
    "channel_switches",
    "From which channel to which customers go between one purchase and the next.",
    columns(
        ("from_channel", "string", "Channel of a purchase.", "!"),
        ("to_channel", "string", "Channel of the customer's next.", "!"),
        ("moves", "int64", "How often.", "!"),
        ("customers", "int64", "Different customers.", "!"),
        ("share", SHARE, "Of all moves from from_channel.", "!"),
        ("is_switch", "boolean", "True when the two differ.", "!"),
    ),
    ("from_channel", "to_channel"),
)


BUYING_HABITS = Table(
    "buying_habits",
    "How each customer buys: at discounts, and goods that earn much or little.",
    columns(
        ("customer_id", "string", "The customer.", "!"),
        ("orders", "int64", "Purchases.", "!"),
        ("discount_known_orders", "int64", "Purchases that keep their discount, or whose gross amount tells it.", "!"),
        ("discounted_orders", "int64", "Purchases at a discount.", "!"),
        ("discounted_share", SHARE, "discounted_orders / discount_known_orders; null without any."),
        ("is_promotion_hunter", "boolean", "At least 80% at a discount; null below three purchases whose discount is known."),
        ("costed_amount", MONEY, "Money of lines with a known cost."),
        ("high_margin_amount", MONEY, "Part of it on products that earn at least the company's margin rate."),
        ("high_margin_share", SHARE, "high_margin_amount / costed_amount."),
        ("margin_kind", "string", "`high` (two thirds on such products), `low` (a third at most), `mixed`; null below three purchases."),
    ),
    ("customer_id",),
)


BEHAVIOUR_PATTERNS = Table(
    "behaviour_patterns",
    "Where and when each customer buys and visits, and who should be written to at another hour.",
    columns(
        ("customer_id", "string", "The customer.", "!"),
        ("purchases", "int64", "Purchases.", "!"),
        ("online_purchases", "int64", "Of them in a channel that is one of `online_channels` of the settings.", "!"),
        ("store_purchases", "int64", "Of them in one of `store_channels`.", "!"),
        ("online_share", SHARE, "online_purchases / (online_purchases + store_purchases); null without any."),
        ("place_preference", "string", "`online` or `store` (at least two thirds), `both`; null below three such purchases."),
        ("visits", "int64", "Visits; null where no visit is known."),
        ("visits_without_purchase", "int64", "Visits on a day on which nothing was bought anywhere."),
        ("usual_hour", "int64", "Hour (0 to 23) around which, one hour more or less, most visits begin."),
        ("usual_hour_visits", "int64", "Visits that begin around it."),
        ("usual_hour_share", SHARE, "usual_hour_visits / visits."),
        ("usual_hour_lift", "float64", "The share divided by that of all visits around the same hour."),
        ("usual_hour_visits_without_purchase", "int64", "Of those visits, the ones without a purchase on their day."),
        ("is_fixed_hour", "boolean", "Whether visits keep to the usual hour; null below `least_visits`."),
        ("is_to_retime", "boolean", "Visits at a fixed hour, nearly always without a purchase: a campaign should come at that hour.", "!"),
        ("campaign_hour", "int64", "That hour; null for the others."),
    ),
    ("customer_id",),
)


BEHAVIOUR_LENSES = Table(
    "behaviour_lenses",
    "Four looks at customers' behaviour: purchase, use, attitude, feedback; each with its figures or the table that is missing.",
    columns(
        ("lens", "string", "`purchase`, `use`, `attitude` or `feedback`.", "!"),
        ("position", "int64", "Order of the figures.", "!"),
        ("figure", "string", "Code of the figure; `missing` where a table is.", "!"),
        ("detail", "string", "The topic, where the figure is about one."),
        ("value", "float64", "A share or a number per customer; null where nobody can be judged."),
        ("customers", "int64", "Customers it rests on.", "!"),
        ("missing", "string", "The table that would show more: `events` or `feedback`."),
    ),
    ("lens", "position"),
)
