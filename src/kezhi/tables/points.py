"""Memberships and points."""

from __future__ import annotations

from kezhi.tables.shape import MONEY, POINTS, SHARE, TIMESTAMP, Table, columns

POINT_KINDS = ("earn", "redeem", "expire", "adjust")


_MEMBERSHIP = (
    ("record_id", "string", "The record of the member.", "!"),
    ("source", "string", "The source.", "!"),
    ("member_level", "string", "The level held; null when not told."),
    ("joined_on", "date", "Since when a member."),
    ("expires_on", "date", "The last day of the membership; null: none."),
    ("points_told", POINTS, "The balance of points as the system tells it."),
)


_POINT_ENTRY = (
    ("entry_id", "string", "`id_prefix` of the source and its own id, or file and line.", "!"),
    ("record_id", "string", "Whose.", "!"),
    ("source", "string", "The source.", "!"),
    ("booked_at", TIMESTAMP, "When.", "!"),
    ("kind", "string", "`earn`, `redeem`, `expire` or `adjust`.", "!"),
    ("points", POINTS, "How many; below 0 for what is taken off.", "!"),
    ("expires_on", "date", "The last day on which they can be redeemed; null: never."),
    ("order_id", "string", "The order they belong to, by the source's own id."),
    ("flags", "string", "Codes of what looks wrong: `future_date`."),
)


CLEAN_MEMBERSHIPS = Table(
    "clean_memberships", "Memberships after cleaning, before records become customers.", columns(*_MEMBERSHIP), ("record_id",)
)


CLEAN_POINT_ENTRIES = Table(
    "clean_point_entries", "Bookings of points after cleaning, before records become customers.", columns(*_POINT_ENTRY), ("entry_id",)
)


MEMBERSHIPS = Table(
    "memberships",
    "One row per membership, with the customer; a customer may hold several.",
    columns(*_MEMBERSHIP, ("customer_id", "string", "The customer.", "!")),
    ("record_id",),
)


POINT_ENTRIES = Table(
    "point_entries",
    "One row per booking of points, with the customer.",
    columns(*_POINT_ENTRY, ("customer_id", "string", "The customer.", "!")),
    ("entry_id",),
)


POINT_LOTS = Table(
    "point_lots",
    "What became of each booking that gave points, up to as_of: redeemed are first those that lapse first.",
    columns(
        ("entry_id", "string", "The booking.", "!"),
        ("customer_id", "string", "The customer.", "!"),
        ("booked_on", "date", "The day.", "!"),
        ("expires_on", "date", "The last day on which they can be redeemed; null: never."),
        ("points", POINTS, "How many it gave, above 0.", "!"),
        ("used_points", POINTS, "Of them taken off by later bookings.", "!"),
        ("lapsed_points", POINTS, "Of them lapsed before as_of without a booking.", "!"),
        ("left_points", POINTS, "points - used_points - lapsed_points.", "!"),
    ),
    ("entry_id",),
)


POINTS_OF_CUSTOMERS = Table(
    "points",
    "The points of each customer with a membership or a booking before as_of: earned, redeemed, lapsed, and what is left.",
    columns(
        ("customer_id", "string", "The customer.", "!"),
        ("member_level", "string", "Level of the newest membership; null where none is told."),
        ("joined_on", "date", "First day of the earliest membership."),
        ("earned_points", POINTS, "Earned, what was taken back for refunds off.", "!"),
        ("redeemed_points", POINTS, "Redeemed, what was given back off.", "!"),
        ("expired_points", POINTS, "Expired: booked so, or lapsed without a booking.", "!"),
        ("adjusted_points", POINTS, "Adjusted, either way.", "!"),
        ("points_balance", POINTS, "earned - redeemed - expired + adjusted; below 0 where more was taken than was there.", "!"),
        ("points_expiring", POINTS, "Of the balance what lapses within `points.expiring_days` from as_of.", "!"),
        ("next_expiry_on", "date", "The last day of the points that lapse next; null for none."),
        ("earned_points_365d", POINTS, "Earned in the last 365 days.", "!"),
        ("redeemed_points_365d", POINTS, "Redeemed in the last 365 days.", "!"),
        ("redemption_rate", SHARE, "redeemed_points / earned_points; null without any earned."),
        ("last_earned_on", "date", "Last day of earning."),
        ("last_redeemed_on", "date", "Last day of redeeming."),
        ("points_told", POINTS, "The balance that the systems tell; null where none does."),
        ("told_gap", POINTS, "points_told - points_balance: not 0 where bookings and balance disagree."),
        ("liability_amount", MONEY, "Balance above 0 × `points.value_per_point`; null without that setting."),
    ),
    ("customer_id",),
)


POINTS_MONTHLY = Table(
    "points_monthly",
    "Points by calendar month before as_of: earned, redeemed, expired, adjusted, and the balance of all at its end.",
    columns(
        ("month", "date", "First day of the month.", "!"),
        ("earned_points", POINTS, "Earned, what was taken back off.", "!"),
        ("redeemed_points", POINTS, "Redeemed, what was given back off.", "!"),
        ("expired_points", POINTS, "Expired or lapsed.", "!"),
        ("adjusted_points", POINTS, "Adjusted, either way.", "!"),
        ("balance_points", POINTS, "Balance of all customers at the end of the month, or before as_of.", "!"),
        ("earning_customers", "int64", "Customers who earned.", "!"),
        ("redeeming_customers", "int64", "Customers who redeemed.", "!"),
        ("is_complete", "boolean", "False for the month of as_of, unless that is its first day.", "!"),
    ),
    ("month",),
)
