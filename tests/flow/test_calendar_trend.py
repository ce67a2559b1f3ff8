"""The days that the loyalty trend looks at, by calendar."""

from __future__ import annotations

from datetime import date

from kezhi.flow.movement import _starts


def test_quarters_begin_before_the_day_and_the_day_itself_is_not_one_of_them():
    assert _starts(date(2025, 7, 1), "quarter", 3) == [date(2025, 4, 1), date(2025, 1, 1), date(2024, 10, 1)]
    assert _starts(date(2025, 7, 2), "quarter", 2) == [date(2025, 7, 1), date(2025, 4, 1)]
    assert _starts(date(2025, 1, 15), "month", 2) == [date(2025, 1, 1), date(2024, 12, 1)]
