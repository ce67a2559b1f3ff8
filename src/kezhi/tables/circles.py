"""Relations and the circles they make."""

from __future__ import annotations

from kezhi.tables.shape import MONEY, SHARE, TIMESTAMP, Table, columns

RELATION_KINDS = ("household", "device", "referral", "call", "other", "co_purchase")


_RELATION_COLUMNS = (
    ("relation_id", "string", "File and line it came from.", "!"),
    ("source", "string", "The source.", "!"),
    ("from_record_id", "string", "One person, a record; who called or referred.", "!"),
    ("to_record_id", "string", "The other person, a record.", "!"),
    ("kind", "string", "`household`, `device`, `referral`, `call` or `other`.", "!"),
    ("weight", "float64", "How often or how strongly, above 0; 1 when the source does not tell.", "!"),
    ("related_at", TIMESTAMP, "When it was, or since when it is; null when not told."),
)


CLEAN_RELATIONS = Table(
    "clean_relations",
    "One row per relation of two records, before records become customers.",
    columns(*_RELATION_COLUMNS),
    ("relation_id",),
)


RELATIONS = Table(
    "relations",
    "One row per relation, with the two customers; both are the same where two records proved to be one person.",
    columns(
        *_RELATION_COLUMNS,
        ("from_customer_id", "string", "The customer of from_record_id.", "!"),
        ("to_customer_id", "string", "The customer of to_record_id.", "!"),
    ),
    ("relation_id",),
)


TIES = Table(
    "ties",
    "One row per two customers who are related in any way before as_of.",
    columns(
        ("from_customer_id", "string", "The customer whose id comes first.", "!"),
        ("to_customer_id", "string", "The other.", "!"),
        ("weight", "float64", "Over the kinds: kind weight × log2(1 + sum of weights); above 0.", "!"),
        ("kinds", "string", "What ties them, comma separated, in alphabetical order.", "!"),
    ),
    ("from_customer_id", "to_customer_id"),
)


CIRCLE_MEMBERS = Table(
    "circle_members",
    "One row per customer with a tie: the circle, and how the customer stands in the whole net.",
    columns(
        ("customer_id", "string", "The customer.", "!"),
        ("community", "int64", "Number of the circle; 1 is the largest.", "!"),
        ("size", "int64", "Customers in the circle.", "!"),
        ("degree", "int64", "Customers tied to.", "!"),
        ("degree_inside", "int64", "Of them, those of the same circle.", "!"),
        ("strength", "float64", "Sum of the weights of these ties.", "!"),
    ),
    ("customer_id",),
)


CIRCLES = Table(
    "circles",
    "One row per circle: how close it is, who stands at its head, what it buys; net and buyers as in `profile`.",
    columns(
        ("community", "int64", "Number of the circle.", "!"),
        ("customers", "int64", "Customers in it.", "!"),
        ("ties_inside", "int64", "Ties between two of them.", "!"),
        ("density", SHARE, "ties_inside / possible ties; null for one customer."),
        ("modularity_part", "float64", "What it adds to the modularity of all circles, which is the sum.", "!"),
        ("head_customer_id", "string", "The member with the most strength inside; of equals the first.", "!"),
        ("buyers", "int64", "Members who have bought.", "!"),
        ("net_amount_365d", MONEY, "Purchases minus refunds of the members in 365 days.", "!"),
        ("main_interest", "string", "The category of rank 1 in `circle_interests`; null without one."),
    ),
    ("community",),
)


CIRCLE_INTERESTS = Table(
    "circle_interests",
    "Categories that a larger part of a circle bought in 365 days than of all customers with a tie.",
    columns(
        ("community", "int64", "Number of the circle.", "!"),
        ("category", "string", "Category.", "!"),
        ("rank", "int64", "1 for the highest lift_low.", "!"),
        ("customers", "int64", "Members who bought it.", "!"),
        ("members", "int64", "Members of the circle.", "!"),
        ("share", SHARE, "customers / members.", "!"),
        ("base_share", SHARE, "The same of all customers with a tie.", "!"),
        ("lift", "float64", "share / base_share, above 1.", "!"),
        ("lift_low", "float64", "The lift at the lower end of the 95% interval (Wilson) of share.", "!"),
    ),
    ("community", "category"),
)


KEY_CUSTOMERS = Table(
    "key_customers",
    "The customers to win first: the highest PageRank, in the order of how far a word from them goes.",
    columns(
        ("customer_id", "string", "The customer.", "!"),
        ("rank", "int64", "1 for the farthest reach.", "!"),
        ("community", "int64", "Number of the circle.", "!"),
        ("degree", "int64", "Customers tied to.", "!"),
        ("strength", "float64", "Sum of the weights of these ties.", "!"),
        ("pagerank", "float64", "Weighted, damping 0.85; sums to 1 over all customers with a tie.", "!"),
        ("reach", "float64", "Customers who hear on average of what begins here, this one included (independent cascade).", "!"),
    ),
    ("customer_id",),
)


CIRCLE_SPREAD = Table(
    "circle_spread",
    "How a category spread within a circle: who bought first, and how many followed against what the rest of the customers would make likely.",
    columns(
        ("community", "int64", "The circle.", "!"),
        ("category", "string", "The category.", "!"),
        ("members", "int64", "Members of the circle.", "!"),
        ("first_customer_id", "string", "Who bought it first.", "!"),
        ("first_on", "date", "That day.", "!"),
        ("followed_30d", "int64", "Other members whose first purchase of it came within 30 days from that day.", "!"),
        ("followed_90d", "int64", "Within 90 days.", "!"),
        ("followed_365d", "int64", "Within 365 days.", "!"),
        ("buyers", "int64", "Members who bought it before as_of, the first too.", "!"),
        ("tied_followers", "int64", "Of the buyers after the first, those tied to a member who had bought on an earlier day.", "!"),
        (
            "expected_90d",
            "float64",
            "Other members that would have followed within 90 days at the rate of all customers in the same days.",
            "!",
        ),
        ("lift_90d", "float64", "followed_90d / expected_90d; null where none was expected."),
        ("open_members", "int64", "Members who have not bought and are tied to a buyer: whom to talk to next.", "!"),
    ),
    ("community", "category"),
)
