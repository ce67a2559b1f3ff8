"""What is known of an open lead and of a call before it is made, and what came of them."""

from __future__ import annotations

from datetime import date, timedelta

from kezhi.insight.connecting import connect_rate
from kezhi.kit.days import day, days_before, days_between, midnight, weekday
from kezhi.kit.engine import _, ibis, ir, ratio, typed
from kezhi.tables import CONNECT_RATES, MONEY

SIGNALS = (
    "channel", "interest", "gender", "age_years", "city", "asked_before", "number_quality", "created_weekday", "age_days",
    "calls", "connected_calls", "silent_days",
)  # fmt: skip
CALL_SIGNALS = ("number_quality", "hour", "weekday", "attempt")
MOST_ATTEMPTS = 3  # the third call and later ones are told as one


def lead_signals(leads: ir.Table, calls: ir.Table | None, *, as_of: date, open_days: int) -> ir.Table:
    """
    One row per lead that is open on *as_of*, from what happened before that day only.

    Args:
        leads: `tables.LEADS`.
        calls: `tables.CALLS`; none: nothing is known of calls. How long one took is not looked at: it is part of the answer.
        as_of: The first day not seen.
        open_days: A lead older than this is closed.

    Returns:
        lead_id and `SIGNALS`: created_weekday (1 is Monday), age_days and silent_days (since it came, and since the last call; null
        without one), calls, connected_calls.
    """
    began = leads.filter((_.created_at < midnight(as_of)) & (_.created_at >= midnight(days_before(as_of, open_days))))
    known = began.filter(_.converted_at.isnull() | (_.converted_at >= midnight(as_of)))
    if calls is None:
        counted = known.mutate(calls=ibis.literal(0, "int64"), connected_calls=ibis.literal(0, "int64"), last_on=ibis.null("date"))
    else:
        made = calls.filter(_.called_at < midnight(as_of))
        sums = made.group_by("lead_id").aggregate(calls=_.count(), connected_calls=_.connected.sum(), last_on=day(_.called_at.max()))
        counted = known.left_join(sums, "lead_id").drop("lead_id_right")
        counted = counted.mutate(calls=_.calls.fill_null(0), connected_calls=_.connected_calls.fill_null(0))
    return counted.mutate(
        created_weekday=weekday(counted.created_at).cast("int64"),
        age_days=days_between(day(counted.created_at), as_of),
        silent_days=days_between(counted.last_on, as_of),
    ).select("lead_id", *SIGNALS)


def conversions(leads: ir.Table, *, as_of: date, horizon_days: int) -> ir.Table:
    """lead_id and converted: whether the lead converted within horizon_days from *as_of* on."""
    until = as_of + timedelta(days=horizon_days)
    came = (leads.converted_at >= midnight(as_of)) & (leads.converted_at < midnight(until))
    return leads.select("lead_id", converted=came.fill_null(False))


def premiums(leads: ir.Table, *, as_of: date, drawn: float) -> ir.Table:
    """
    interest and converted_premium_amount: the mean premium of those who converted before *as_of*, drawn to that of all.

    Args:
        leads: `tables.LEADS`.
        as_of: The first day not seen.
        drawn: Conversions for which the mean of all counts.
    """
    paid = leads.filter((leads.converted_at < midnight(as_of)) & leads.premium_amount.notnull())
    paid = paid.mutate(interest=paid.interest.fill_null(""), money=paid.premium_amount.cast("float64"))
    every = paid.aggregate(overall=_.money.mean())
    own = (
        leads.select(interest=leads.interest.fill_null(""))
        .distinct()
        .left_join(paid.group_by("interest").aggregate(money=_.money.sum(), count=_.count()), "interest")
        .drop("interest_right")
        .cross_join(every)
    )
    mean = ratio(own.money.fill_null(0.0) + own.overall * drawn, own["count"].fill_null(0) + drawn)
    return own.select("interest", converted_premium_amount=mean.round(2).cast(MONEY))


def call_signals(calls: ir.Table, leads: ir.Table | None, *, before: date) -> ir.Table:
    """
    One row per call before *before* of which it is known whether it was taken.

    Returns:
        call_id, lead_id, called_at, agent, connected, number_quality (`missing` where no lead tells), hour and weekday (int64, 1 is
        Monday), attempt (the how many-th call of the lead, at most `MOST_ATTEMPTS`).
    """
    seen = calls.filter(_.called_at < midnight(before))
    place = ibis.row_number().over(group_by="lead_id", order_by=["called_at", "call_id"])
    counted = seen.mutate(attempt=ibis.least(place + 1, MOST_ATTEMPTS).cast("int64"))
    if leads is not None:
        counted = counted.left_join(leads.select("lead_id", "number_quality"), "lead_id").drop("lead_id_right")
    else:
        counted = counted.mutate(number_quality=ibis.null("string"))
    known = counted.filter(_.connected.notnull())
    return known.select(
        "call_id", "lead_id", "called_at", "agent", "connected", "attempt",
        number_quality=_.number_quality.fill_null("missing"),
        hour=_.called_at.hour().cast("int64"),
        weekday=weekday(_.called_at).cast("int64"),
    )  # fmt: skip


def connect_rates(signals: ir.Table) -> ir.Table:
    """`tables.CONNECT_RATES` of what `call_signals` gave."""
    hour = signals.hour.cast("string").lpad(2, "0")
    every = signals.mutate(weekday_hour=signals.weekday.cast("string") + "-" + hour, hour=hour)
    rates = connect_rate(every, ("number_quality", "hour", "weekday", "weekday_hour", "agent"))
    named = rates.mutate(
        member=ibis.ifelse(rates.dimension == "all", ibis.literal("all"), rates["value"].fill_null("")),
        connected_calls=rates.connected,
        rate_low=rates.low,
        rate_high=rates.high,
    )
    return typed(named.filter(named.calls > 0), CONNECT_RATES.types)
