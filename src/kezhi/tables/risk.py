"""Who should be looked at: unusual payments, rings, cases, and what each grade allows."""

from __future__ import annotations

from kezhi.tables.shape import MONEY, SHARE, TIMESTAMP, Table, columns

UNUSUAL_PAYMENTS = Table(
    "unusual_payments",
    "Payments of the last days (settings: risk) far above what the customer, or all customers, usually pay.",
    columns(
        ("order_id", "string", "The order.", "!"),
        ("customer_id", "string", "The customer.", "!"),
        ("ordered_at", TIMESTAMP, "When it was ordered.", "!"),
        ("amount", MONEY, "Amount paid, above 0.", "!"),
        ("own_payments", "int64", "Payments of the customer, this one too.", "!"),
        ("own_usual", MONEY, "Median of the customer's amounts; null with too few payments."),
        ("own_z", "float64", "Robust spreads of log amounts above own_usual; null with too few payments."),
        ("peer_usual", MONEY, "Median of all amounts.", "!"),
        ("peer_z", "float64", "Robust spreads of log amounts above peer_usual.", "!"),
        ("score", "float64", "The larger of the two that pass their bound.", "!"),
        ("grade", "string", "Key of the highest grade whose least_score it reaches.", "!"),
        ("reasons", "array<string>", "Why, in Chinese words.", "!"),
        ("reasons_en", "array<string>", "In English words.", "!"),
    ),
    ("order_id",),
)


CHARGEBACKS = Table(
    "chargebacks",
    "One row per payment that was denied or proved to be fraud.",
    columns(
        ("order_id", "string", "The order.", "!"),
        ("source", "string", "The source.", "!"),
        ("known_at", TIMESTAMP, "When it became known: before that no model knows of it.", "!"),
        ("reason", "string", "Why it was denied."),
        ("denied_amount", MONEY, "The money denied."),
    ),
    ("order_id",),
)


FRAUD_SCORES = Table(
    "fraud_scores",
    "One row per payment of the last days (settings: fraud) of a source that tells of denied ones: the chance to be denied.",
    columns(
        ("order_id", "string", "The order.", "!"),
        ("customer_id", "string", "The customer.", "!"),
        ("ordered_at", TIMESTAMP, "When it was ordered.", "!"),
        ("amount", MONEY, "Amount paid, above 0.", "!"),
        ("fraud_probability", SHARE, "Chance to be denied.", "!"),
        ("is_suspicious", "boolean", "Whether a check pays: the chance is at least the card's threshold by cost.", "!"),
        ("reasons", "array<string>", "Why it is suspicious, in Chinese words; empty where it is not.", "!"),
        ("reasons_en", "array<string>", "In English words.", "!"),
        ("model_version", "int64", "Of the model `fraud` in the registry.", "!"),
    ),
    ("order_id",),
)


RING_MEMBERS = Table(
    "ring_members",
    "Customers who act together: tied by a device, a home, a bill or referrals, and each of one pattern far more often than others.",
    columns(
        ("ring_id", "string", "The ring: `ring:`, its pattern and the first of its customers.", "!"),
        ("customer_id", "string", "The member.", "!"),
        ("pattern", "string", "`refunds` (most is sent back) or `discounts` (most is bought at a deep discount).", "!"),
        ("purchases", "int64", "Purchases of the member within the window of the settings, those sent back too.", "!"),
        ("hits", "int64", "Of them, those that fit the pattern.", "!"),
        ("stake_amount", MONEY, "Money sent back, or taken off, by these.", "!"),
        ("ties", "int64", "Members tied to.", "!"),
        ("tied_by", "string", "What ties: `account`, `device`, `household`, `referral`, comma separated.", "!"),
    ),
    ("ring_id", "customer_id"),
)


RISK_CASES = Table(
    "risk_cases",
    "What should be looked at: customers with an unusual payment, a suspicious order or most of the money sent back, and rings; with grade and policy.",
    columns(
        ("case_id", "string", "`case:` and the customer, or the ring.", "!"),
        ("kind", "string", "`customer` or `ring`.", "!"),
        ("customer_id", "string", "The customer; of a ring the member with most money at stake.", "!"),
        ("member_ids", "array<string>", "The customers of a ring, in order; of a customer that one alone.", "!"),
        ("grade", "string", "Key of the highest grade whose least_score is reached.", "!"),
        ("policy", "string", "What the policy table of the settings says for the grade.", "!"),
        (
            "score",
            "float64",
            "The largest of: the most unusual payment, refund_share × refund_score, fraud_probability × fraud_score, a ring's distance from chance.",
            "!",
        ),
        ("stake_amount", MONEY, "Money at stake: of a ring sent back or taken off, of a customer the unusual payment; null without."),
        ("unusual_payments", "int64", "How many payments are unusual.", "!"),
        ("order_id", "string", "The most unusual payment; null without one."),
        ("amount", MONEY, "Its amount."),
        ("refunds", "int64", "Refunds within the window; of a ring, purchases sent back or bought at a deep discount.", "!"),
        ("refund_share", SHARE, "Money sent back / money paid within the window; null without a payment, and of a ring."),
        ("fraud_probability", SHARE, "Highest chance of a suspicious recent payment to be denied; null without one."),
        ("last_on", "date", "Day of the last payment or refund.", "!"),
        ("reasons", "array<string>", "Why, in Chinese words.", "!"),
        ("reasons_en", "array<string>", "In English words.", "!"),
    ),
    ("case_id",),
)


RISK_GRADES = Table(
    "risk_grades",
    "What the policy table allows each customer who is in a case; whoever is in none is not restricted.",
    columns(
        ("customer_id", "string", "The customer.", "!"),
        ("grade", "string", "Key of the highest grade whose least_score is reached.", "!"),
        ("score", "float64", "The highest of the customer's cases, rings too.", "!"),
        ("cases", "int64", "How many cases the customer is in.", "!"),
        ("kinds", "string", "Of the cases: `customer`, `ring`, comma separated.", "!"),
        ("policy", "string", "What the policy table of the settings says for the grade.", "!"),
        ("prepay", "boolean", "Whether goods leave only after payment.", "!"),
        ("order_limit_amount", MONEY, "The largest order allowed without a person's consent; null without a limit."),
        ("manual_check", "boolean", "Whether somebody looks at each order first.", "!"),
    ),
    ("customer_id",),
)
