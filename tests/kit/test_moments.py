"""Days and times from text."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from readings import check, readings

from kezhi.kit.engine import ibis
from kezhi.kit.moments import moment_reader
from kezhi.kit.reading import Reader
from kezhi.kit.zones import offset_seconds


def reader(kind: str = "timestamp", order: str = "ymd", zone: str = "Asia/Shanghai") -> Reader:
    return moment_reader(kind, lambda at: ibis.literal(order), lambda at, utc: offset_seconds(utc, zone))


# Shared with the test on Spark: what is read, by the order of day and month.
YMD = {
    "2024-01-05": ("2024-01-05 00:00:00", None),
    "2024-01-05 10:20": ("2024-01-05 10:20:00", None),
    "2024-01-05T10:20:30.123": ("2024-01-05 10:20:30.123", None),
    "2024-01-05 10:20:30.1234567": ("2024-01-05 10:20:30.123456", None),
    "2024-02-29": ("2024-02-29 00:00:00", None),
    "2024/1/5": ("2024-01-05 00:00:00", "date_format"),
    "2024.1.5 8:05": ("2024-01-05 08:05:00", "date_format"),
    "2024年1月5日": ("2024-01-05 00:00:00", "date_format"),
    "2024年1月5日8时5分9秒": ("2024-01-05 08:05:09", "date_format"),
    "2024年1月5日 下午3:05": ("2024-01-05 15:05:00", "date_format"),
    "2024-1-5 星期五 10:00": ("2024-01-05 10:00:00", "date_format"),
    "20240105": ("2024-01-05 00:00:00", "date_format"),
    "20240105080500": ("2024-01-05 08:05:00", "date_format"),
    "12/25/2024": ("2024-12-25 00:00:00", "date_format"),
    "25/12/2024 8:05": ("2024-12-25 08:05:00", "date_format"),
    "05/05/2024": ("2024-05-05 00:00:00", "date_format"),
    "5.1.2024": ("2024-01-05 00:00:00", "date_format"),
    "5-Jan-2024": ("2024-01-05 00:00:00", "date_format"),
    "Jan 5, 2024 3:05 PM": ("2024-01-05 15:05:00", "date_format"),
    "1/13/2024 12:05 AM": ("2024-01-13 00:05:00", "date_format"),
    "2024-01-01T00:00:00Z": ("2024-01-01 08:00:00", "time_zone"),
    "2024-01-01 00:00:00+08:00": ("2024-01-01 00:00:00", None),
    "2024-01-01T00:00:00.5-0500": ("2024-01-01 13:00:00.5", "time_zone"),
    "1990-07-01T00:00:00Z": ("1990-07-01 09:00:00", "time_zone"),  # China had summer time
    "1704067200": ("2024-01-01 08:00:00", "epoch_seconds"),
    "1704067200123": ("2024-01-01 08:00:00", "epoch_milliseconds"),
    "45292.5": ("2024-01-01 12:00:00", "excel_serial"),
    " 2024-01-05": ("2024-01-05 00:00:00", "blank_trimmed"),
    "２０２４－０１－０５": ("2024-01-05 00:00:00", "date_format"),
    "2023-02-29": (None, "impossible_date"),
    "2023-02-30": (None, "impossible_date"),
    "2023-13-01": (None, "impossible_date"),
    "2024-01-05 25:10": (None, "impossible_date"),
    "9999-12-31": (None, "impossible_date"),
    "01/02/2024": (None, "ambiguous_date"),
    "24-01-05": (None, "ambiguous_date"),
    "2024-01": (None, "unreadable_timestamp"),
    "2024-01-05 junk": (None, "unreadable_timestamp"),
    "abc": (None, "unreadable_timestamp"),
    "0000-00-00 00:00:00": (None, None),
    "NULL": (None, None),
}


def test_each_way_of_writing_a_moment_is_read_or_says_why_not():
    check(reader(), YMD)


@pytest.mark.spark
def test_spark_reads_moments_as_duckdb_does(spark_bench):
    check(reader(), YMD, spark_bench)


def test_the_order_of_day_and_month_decides_what_is_ambiguous():
    check(
        reader(order="mdy"), {"01/02/2024": ("2024-01-02 00:00:00", "date_format"), "1/2/24 8:26": ("2024-01-02 08:26:00", "date_format")}
    )
    check(reader("date", "dmy"), {"01/02/2024": ("2024-02-01", "date_format"), "32000": ("1987-08-11", "excel_serial")})


def test_the_hour_before_and_after_a_change_of_summer_time():
    """New York moved from 2:00 to 3:00 on 2024-03-10 and from 2:00 to 1:00 on 2024-11-03."""
    check(
        reader(zone="America/New_York"),
        {
            "2024-03-10T06:59:59Z": ("2024-03-10 01:59:59", "time_zone"),
            "2024-03-10T07:00:00Z": ("2024-03-10 03:00:00", "time_zone"),
            "2024-11-03T05:59:59Z": ("2024-11-03 01:59:59", "time_zone"),
            "2024-11-03T06:00:00Z": ("2024-11-03 01:00:00", "time_zone"),
        },
    )


@settings(max_examples=6, deadline=None)
@given(st.lists(st.datetimes(datetime(1975, 1, 1), datetime(2060, 1, 1)), min_size=20, max_size=60))
def test_universal_time_becomes_the_wall_clock_of_the_zone_database(moments: list[datetime]):
    whole = [moment.replace(microsecond=0, tzinfo=UTC) for moment in moments]
    texts = [moment.strftime("%Y-%m-%dT%H:%M:%SZ") for moment in whole]
    expected = [moment.astimezone(ZoneInfo("Europe/Berlin")).strftime("%Y-%m-%d %H:%M:%S") for moment in whole]
    assert [value for value, _ in readings(reader(zone="Europe/Berlin"), texts)] == expected


@settings(max_examples=6, deadline=None)
@given(st.lists(st.dates(date(1800, 1, 1), date(2199, 12, 31)), min_size=20, max_size=60))
def test_a_day_survives_every_way_of_writing_it(days: list[date]):
    ways = ["{y:04}-{m:02}-{d:02}", "{y}/{m}/{d}", "{y}年{m}月{d}日", "{y:04}{m:02}{d:02}", "{y}.{m}.{d} 00:00:00"]
    texts = [way.format(y=day.year, m=day.month, d=day.day) for day in days for way in ways]
    assert [value for value, _ in readings(reader("date"), texts)] == [day.isoformat() for day in days for _ in ways]


def test_every_day_number_of_four_centuries_is_a_day_or_impossible():
    """Days 1 to 31 of each month of some years, against the standard library's calendar."""
    texts = [
        f"{year}-{month:02}-{day:02}" for year in (1800, 1900, 2000, 2023, 2024, 2100) for month in range(1, 13) for day in range(1, 32)
    ]

    def real(text: str) -> bool:
        year, month, day = map(int, text.split("-"))
        return (date(year, month, 1) + timedelta(days=day - 1)).month == month

    assert [value is not None for value, _ in readings(reader("date"), texts)] == [real(text) for text in texts]
