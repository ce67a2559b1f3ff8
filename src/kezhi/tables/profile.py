"""What is known of each customer from what they did: features, RFM, stage, tags, the wide row."""

from __future__ import annotations

from kezhi.tables.shape import MONEY, POINTS, SHARE, WINDOWS_DAYS, Table, columns

FAVOURITES = ("category", "brand", "channel", "store", "weekday", "hour")


_WINDOWED = (
    ("orders", "int64", "Purchases."),
    ("net_amount", MONEY, "Purchases minus refunds."),
    ("average_order_value", MONEY, "Purchases minus their refunds, per purchase; null without one."),
    ("margin_amount", MONEY, "Net amount minus cost; null where a cost is unknown."),
    ("discount_share", SHARE, "Discount / gross amount of purchases, 0 to 1; null where not kept."),
    ("refunds", "int64", "Refunds."),
    ("refund_amount", MONEY, "Amount given back, at least 0."),
    ("active_days", "int64", "Days with a purchase."),
    ("categories", "int64", "Different categories bought."),
    ("events", "int64", "Events."),
)


FEATURES = Table(
    "features",
    "One row per customer: what the customer did before as_of.",
    columns(
        ("customer_id", "string", "The customer.", "!"),
        ("first_purchase_on", "date", "Day of the first purchase."),
        ("last_purchase_on", "date", "Day of the last purchase."),
        ("last_event_on", "date", "Day of the last event."),
        ("recency_days", "int64", "Calendar days from the last purchase to as_of, at least 1; null without one."),
        ("tenure_days", "int64", "Calendar days from the first purchase to as_of; null without one."),
        *(
            (
                f"{name}_{window}",
                kind,
                f"{doc[:-1]}, {'whole life' if days is None else f'last {days} days'}.",
                "!" if kind == "int64" or name in ("net_amount", "refund_amount") else "",
            )
            for window, days in WINDOWS_DAYS.items()
            for name, kind, doc in _WINDOWED
        ),
        ("gap_days_mean", "float64", "Mean days between purchase days; null with fewer than two."),
        ("gap_days_median", "float64", "Median days between purchase days."),
        ("gap_days_std", "float64", "Population standard deviation of the days between purchase days."),
        *(
            row
            for dimension in FAVOURITES
            for row in (
                (f"favourite_{dimension}", "string", f"The {dimension} with the most purchases (weekday 1 is Monday); ties by name."),
                (f"favourite_{dimension}_share", SHARE, "Share of the customer's purchases, 0 to 1."),
                (f"favourite_{dimension}_lift", "float64", "Share divided by the share among all customers' purchases."),
                (f"favourite_{dimension}_orders", "int64", "Purchases it rests on."),
            )
        ),
    ),
    ("customer_id",),
)


DECLARED_FEATURES = Table(
    "declared_features",
    "What the features of features.yaml say of each customer; no row where a feature is not known.",
    columns(
        ("customer_id", "string", "The customer.", "!"),
        ("feature", "string", "Name in features.yaml.", "!"),
        ("feature_number", "float64", "The value; null for a cross."),
        ("feature_text", "string", "The value of a cross; null for the others."),
    ),
    ("customer_id", "feature"),
)


FEATURE_COVERAGE = Table(
    "feature_coverage",
    "Of how many customers each feature of features.yaml is known, and how it lies.",
    columns(
        ("feature", "string", "Name in features.yaml.", "!"),
        ("kind", "string", "`ratio`, `cross`, `trend` or `window`.", "!"),
        ("formula", "string", "What it stands for, in the language of segments.", "!"),
        ("is_dated", "boolean", "All that it reads is known as of any earlier day: models may learn from it.", "!"),
        ("customers", "int64", "Customers.", "!"),
        ("known", "int64", "Customers of whom it is known.", "!"),
        ("known_share", SHARE, "Share of the customers, 0 to 1; null without any."),
        ("different", "int64", "Different values.", "!"),
        ("least", "float64", "Smallest value; null for a cross."),
        ("mean", "float64", "Mean of the known values; null for a cross."),
        ("most", "float64", "Greatest value; null for a cross."),
    ),
    ("feature",),
)


RFM = Table(
    "rfm",
    "Recency, frequency and money of every customer with an order before as_of.",
    columns(
        ("customer_id", "string", "The customer.", "!"),
        ("recency_days", "int64", "Calendar days from the last purchase to as_of, at least 1; null if there were only refunds."),
        ("frequency", "int64", "Purchases in the 365 days before as_of.", "!"),
        ("monetary", MONEY, "Purchases minus refunds in the 365 days before as_of.", "!"),
        ("r_score", "int64", "1 to 5; 5 is most recent.", "!"),
        ("f_score", "int64", "1 to 5.", "!"),
        ("m_score", "int64", "1 to 5.", "!"),
        ("rfm_group", "string", "One of the eight groups of `profile/rfm.py`.", "!"),
    ),
    ("customer_id",),
)


LIFECYCLE = Table(
    "lifecycle",
    "The stage each customer is in, and since when.",
    columns(
        ("customer_id", "string", "The customer.", "!"),
        ("stage", "string", "The first stage of kezhi.yaml whose rule holds.", "!"),
        ("since", "date", "First day in the stage, as far as known.", "!"),
        ("since_basis", "string", "`rule` (computed), `history` (kept from earlier runs) or `first_seen` (this run).", "!"),
        ("days_in_stage", "int64", "Calendar days from `since` to as_of.", "!"),
    ),
    ("customer_id",),
)


TAGS = Table(
    "tags",
    "Which tags of tags.yaml each customer holds, and since when.",
    columns(
        ("customer_id", "string", "The customer.", "!"),
        ("tag", "string", "Name in tags.yaml.", "!"),
        ("since", "date", "First day it holds, as far as known.", "!"),
        ("since_basis", "string", "`rule`, `history` or `first_seen`.", "!"),
        ("version", "int64", "Version of the definition.", "!"),
    ),
    ("customer_id", "tag"),
)


PROFILE = Table(
    "profile",
    "The wide row that a page, a tag or a segment reads: who, what they did, scores, stage and tags; no personal data.",
    columns(
        ("customer_id", "string", "The customer.", "!"),
        ("gender", "string", "`male` or `female`."),
        ("age_years", "int64", "Age on as_of."),
        ("province", "string", "Province."),
        ("city", "string", "City."),
        ("occupation", "string", "Occupation."),
        ("registered_on", "date", "Day of registration."),
        ("records", "int64", "Records that make the customer.", "!"),
        ("sources", "string", "The sources, comma separated.", "!"),
        *((c.name, c.type, c.doc, "!" if not c.nullable else "") for c in FEATURES.columns[1:]),
        *((c.name, c.type, c.doc) for c in RFM.columns[2:]),
        ("lifecycle_stage", "string", "Stage.", "!"),
        ("lifecycle_since", "date", "First day in the stage.", "!"),
        ("days_in_stage", "int64", "Calendar days in the stage.", "!"),
        ("member_level", "string", "Level of the newest membership; null for no member."),
        ("points_balance", POINTS, "Points that can be redeemed; null where no entries are known."),
        ("points_expiring", POINTS, "Of them those that lapse within `points.expiring_days`."),
        ("referrals", "int64", "Customers this one brought, by relations of kind referral before as_of; null where none are known."),
        ("tags", "string", "Tags, comma separated, in order; null without any."),
    ),
    ("customer_id",),
)
