"""
Calendar days and months that mean the same on every engine.

A day begins at midnight of local business time. `as_of` is the first day *not* seen, so the last 30 days
are the days from `as_of` − 30 to the day before `as_of`.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from kezhi.kit.engine import ibis, ir

_TIMESTAMP = "timestamp(6)"


def midnight(day: date) -> ir.TimestampScalar:
    """The first moment of *day*: compare timestamps with this, which is far cheaper than taking their day."""
    return ibis.literal(datetime.combine(day, time.min), type=_TIMESTAMP)


def days_before(as_of: date, days: int) -> date:
    """The first day of the window of the last *days* days before *as_of*; the first day there is if it is longer."""
    return as_of - timedelta(days=min(days, as_of.toordinal() - 1))


def day(at: ir.TimestampValue) -> ir.DateValue:
    """The calendar day of a timestamp; null stays null."""
    return at.date()


def days_between(earlier: ir.DateValue | date, later: ir.DateValue | date) -> ir.IntegerValue:
    """Whole calendar days from *earlier* to *later* as int64, below 0 the other way round; null with a null."""
    days: ir.IntegerValue = _days(later) - _days(earlier)
    return days


def weekday(at: ir.TimestampValue) -> ir.IntegerValue:
    """Day of the week as in ISO 8601: Monday is 1, Sunday is 7."""
    return at.date().day_of_week.index() + 1


PERIOD_MONTHS = {"month": 1, "quarter": 3, "year": 12}
PERIODS = ("day", "week", *PERIOD_MONTHS)


def period_start(on: ir.DateValue, period: str) -> ir.DateValue:
    """First day of the day, week (from Monday), month, quarter or year that *on* lies in; null stays null."""
    return on if period == "day" else number_start(period_number(on, period), period)


def period_end(start: ir.DateValue, period: str) -> ir.DateValue:
    """First day after the period that begins on *start*."""
    return number_start(period_number(start, period) + 1, period)


def period_number(on: ir.DateValue | date, period: str) -> Any:
    """A number that grows by 1 from each period to the next (int64; of a date of Python, a plain int)."""
    if period in PERIOD_MONTHS:
        return month_number(on) // PERIOD_MONTHS[period]
    return (_days(on) + 3) // 7 if period == "week" else _days(on)


def number_start(number: ir.IntegerValue, period: str) -> ir.DateValue:
    """First day of the period that `period_number` gave *number*."""
    if period in PERIOD_MONTHS:
        return month_start(number * PERIOD_MONTHS[period])
    return _from_days(number * 7 - 3 if period == "week" else number)


def _from_days(number: ir.IntegerValue) -> ir.DateValue:
    # an engine gives a timestamp for a date and an interval where Ibis expects a date: the cast to a date alone would be left out
    return (ibis.date(1970, 1, 1) + number.cast("int32").as_interval("D")).cast(_TIMESTAMP).cast("date")


def month_number(on: ir.DateValue | date) -> Any:
    """Months since the year 0 (int64; of a date of Python, a plain int): the difference of two is the calendar months between them."""
    if isinstance(on, date):
        return on.year * 12 + on.month - 1
    return (on.year() * 12 + on.month() - 1).cast("int64")


def month_start(number: ir.IntegerValue) -> ir.DateValue:
    """First day of the month that `month_number` gave *number*."""
    return ibis.date((number // 12).cast("int32"), (number % 12 + 1).cast("int32"), 1)


def _days(on: ir.DateValue | date) -> Any:
    if isinstance(on, date):
        return (on - date(1970, 1, 1)).days  # a plain number: a literal cannot be combined with `_.column`
    return on.epoch_days().cast("int64")
