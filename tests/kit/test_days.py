"""Days, windows and months: calendar arithmetic that does not depend on the engine."""

from datetime import date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import rows

from kezhi.kit.days import day, days_before, days_between, midnight, month_number, month_start, weekday
from kezhi.kit.engine import _, ibis, ir

LEAP_SUNDAY = datetime(2024, 2, 29, 23, 59, 59, 999_999)


def moments(*at: datetime | None) -> ir.Table:
    return ibis.memtable(pa.table({"at": pa.array(at, pa.timestamp("us"))}))


def described(table: ir.Table) -> ir.Table:
    return table.select(
        "at",
        day=day(table.at),
        until_march=days_between(day(table.at), date(2024, 3, 1)),
        since_march=days_between(date(2024, 3, 1), day(table.at)),
        weekday=weekday(table.at).cast("int64"),
        month=month_start(month_number(day(table.at))),
        is_seen=table.at < midnight(date(2024, 3, 1)),
    )


EXPECTED = [
    {"at": None, "day": None, "until_march": None, "since_march": None, "weekday": None, "month": None, "is_seen": None},
    {
        "at": datetime(1969, 12, 31, 23, 0),
        "day": date(1969, 12, 31),
        "until_march": 19_784,
        "since_march": -19_784,
        "weekday": 3,
        "month": date(1969, 12, 1),
        "is_seen": True,
    },
    {
        "at": LEAP_SUNDAY,
        "day": date(2024, 2, 29),
        "until_march": 1,
        "since_march": -1,
        "weekday": 4,
        "month": date(2024, 2, 1),
        "is_seen": True,
    },
    {
        "at": datetime(2024, 3, 3),
        "day": date(2024, 3, 3),
        "until_march": -2,
        "since_march": 2,
        "weekday": 7,
        "month": date(2024, 3, 1),
        "is_seen": False,
    },
]


def test_days_and_months_are_those_of_the_calendar():
    """A leap day, a Sunday, a time before 1970 and no time at all."""
    assert EXPECTED == rows(described(moments(LEAP_SUNDAY, None, datetime(2024, 3, 3), datetime(1969, 12, 31, 23))))


@pytest.mark.spark
def test_spark_has_the_same_calendar(spark_bench):
    path = spark_bench.scratch / "moments.parquet"
    pq.write_table(moments(LEAP_SUNDAY, None, datetime(2024, 3, 3), datetime(1969, 12, 31, 23)).to_pyarrow(), path)
    assert EXPECTED == rows(described(spark_bench.read(path)), spark_bench)


@given(st.lists(st.dates(date(1800, 1, 1), date(2200, 1, 1)), min_size=1, max_size=30), st.dates(date(1800, 1, 1), date(2200, 1, 1)))
def test_days_between_are_those_that_python_counts(days, other):
    table = ibis.memtable(pa.table({"on": pa.array(days, pa.date32())}))
    found = table.select(
        n=days_between(table.on, other), month=month_start(month_number(table.on)), weekday=weekday(table.on.cast("timestamp"))
    )
    expected = [{"n": (other - d).days, "month": d.replace(day=1), "weekday": d.isoweekday()} for d in days]
    assert expected == found.to_pyarrow().to_pylist()


def test_a_window_ends_before_as_of():
    """The last 30 days before 31 January are the 1st to the 30th; a window longer than the calendar begins with it."""
    assert date(2025, 1, 1) == days_before(date(2025, 1, 31), 30)
    assert date(1, 1, 1) == days_before(date(2025, 1, 31), 10**6)


def test_months_are_counted_across_years():
    assert 14 == month_number(date(2025, 2, 1)) - month_number(date(2023, 12, 31))


def test_days_can_be_asked_of_a_column_that_is_not_bound_yet():
    table = moments(datetime(2024, 2, 28, 12))
    assert [{"n": 2}] == rows(table.select(n=days_between(_.at.date(), date(2024, 3, 1))))
