"""Leads: people who may become customers, the calls to them, who is worth one and when somebody picks up."""

from __future__ import annotations

from kezhi.tables.shape import MONEY, SHARE, TIMESTAMP, Table, columns

LEADS = Table(
    "leads",
    "One row per lead: somebody who may become a customer; the sixth table where names and phones stand.",
    columns(
        ("lead_id", "string", "`id_prefix` of the source and the source's own id.", "!"),
        ("source", "string", "The source.", "!"),
        ("created_at", TIMESTAMP, "When it came.", "!"),
        ("channel", "string", "Where it came from."),
        ("interest", "string", "What is asked for."),
        ("name", "string", "Name.", "p"),
        ("phone", "string", "Digits: 11 for a Chinese mobile, with area code for a landline.", "p"),
        ("number_quality", "string", "`mobile`, `landline`, `foreign`, `shared` (three leads or more gave it) or `missing`.", "!"),
        ("gender", "string", "`male` or `female`."),
        ("age_years", "int32", "Age."),
        ("city", "string", "City."),
        ("asked_before", "boolean", "Whether an offer was asked for before."),
        ("converted_at", TIMESTAMP, "When it became a customer; null before that."),
        ("premium_amount", MONEY, "What the customer then pays; null without."),
        ("flags", "string", "Codes of what looks wrong: `future_date`."),
    ),
    ("lead_id",),
)


CALLS = Table(
    "calls",
    "One row per attempt to call a lead.",
    columns(
        ("call_id", "string", "`id_prefix` of the source and its own id, or file and line.", "!"),
        ("source", "string", "The source.", "!"),
        ("lead_id", "string", "The lead.", "!"),
        ("called_at", TIMESTAMP, "When.", "!"),
        ("agent", "string", "Who called."),
        ("connected", "boolean", "Whether somebody picked up; null where it was not kept."),
        ("duration_seconds", "float64", "How long the call took; known only after it, so no score looks at it."),
        ("flags", "string", "Codes of what looks wrong: `future_date`."),
    ),
    ("call_id",),
)


CONNECT_RATES = Table(
    "connect_rates",
    "Share of calls that somebody took, by quality of the number, hour, weekday, both, and agent, with intervals.",
    columns(
        ("dimension", "string", "`all`, `number_quality`, `hour`, `weekday` (1 is Monday), `weekday_hour` or `agent`.", "!"),
        ("member", "string", "Its value; of `weekday_hour` as in `1-09`; `all` of all.", "!"),
        ("calls", "int64", "Calls.", "!"),
        ("connected_calls", "int64", "Of them, those that somebody took.", "!"),
        ("connect_rate", SHARE, "connected_calls / calls.", "!"),
        ("rate_low", SHARE, "Lower end of its 95% interval by Wilson.", "!"),
        ("rate_high", SHARE, "Upper end.", "!"),
        ("differs", "string", "`higher` or `lower` where the interval leaves out the rate of all, else `no`.", "!"),
    ),
    ("dimension", "member"),
)


LEAD_SCORES = Table(
    "lead_scores",
    "One row per open lead: the chance to convert, the premium to expect, and when to call.",
    columns(
        ("lead_id", "string", "The lead.", "!"),
        ("rank", "int64", "1 for the most premium expected.", "!"),
        ("conversion_probability", SHARE, "Chance to convert within horizon_days; of the channel where no model is used.", "!"),
        (
            "converted_premium_amount",
            MONEY,
            "Mean premium of those who converted with the same interest, drawn to that of all; null before any did.",
        ),
        ("expected_premium_amount", MONEY, "The product of both; null without a premium."),
        ("calls", "int64", "Calls so far.", "!"),
        ("connected_calls", "int64", "Of them, those that were taken.", "!"),
        ("connect_probability", SHARE, "Chance that a call at best_weekday and best_hour is taken; null with too few calls."),
        ("best_weekday", "int64", "Day of the week on which to call, 1 is Monday; null with too few calls."),
        ("best_hour", "int64", "Hour at which to call; null with too few calls."),
        ("reasons", "array<string>", "What moves the chance, in Chinese words.", "!"),
        ("reasons_en", "array<string>", "In English words.", "!"),
        ("model_version", "int64", "Of the model `leads` in the registry; null where the channel's rate is used."),
    ),
    ("lead_id",),
)
