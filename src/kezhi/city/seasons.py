"""When people buy: three years of daily intensity with growth, weekends, shopping festivals and the lunar new year."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

START = date(2022, 7, 1)
END = date(2025, 7, 1)  # the first day without data
DAYS = (END - START).days
DAY_SECONDS = 86_400
LUNAR_NEW_YEARS = (date(2023, 1, 22), date(2024, 2, 10), date(2025, 1, 29))
GROWTH_PER_YEAR = 0.12
_MONTHS = (1.05, 0.85, 0.95, 0.95, 1.05, 1.05, 0.92, 0.92, 1.0, 1.08, 1.2, 1.15)
_WEEKDAYS = (0.86, 0.85, 0.88, 0.92, 1.08, 1.33, 1.28)


def intensity() -> np.ndarray:
    """Relative number of purchases on each day from START to END; the mean is 1."""
    days = [START + timedelta(days=number) for number in range(DAYS)]
    values: np.ndarray = np.array([_MONTHS[day.month - 1] * _WEEKDAYS[day.weekday()] * _festival(day) for day in days])
    values *= 1 + GROWTH_PER_YEAR * np.arange(DAYS) / 365
    result: np.ndarray = values / values.mean()
    return result


def _festival(day: date) -> float:
    for new_year in LUNAR_NEW_YEARS:
        before = (new_year - day).days
        if 2 <= before <= 18:
            return 1.7  # buying for the feast
        if -6 <= before <= 1:
            return 0.4  # shops are closed, people travel
    if day.month == 11 and day.day <= 11:
        return 4.5 if day.day == 11 else 1.4
    if day.month == 6 and 1 <= day.day <= 18:
        return 2.6 if day.day == 18 else 1.2
    if (day.month, day.day) == (12, 12):
        return 1.9
    return 1.35 if day.month == 10 and day.day <= 7 else 1.0


def epoch_seconds(day: date) -> int:
    """Seconds from 1970-01-01 to midnight of *day*."""
    return (day - date(1970, 1, 1)).days * DAY_SECONDS


def timestamps(seconds: np.ndarray) -> np.ndarray:
    """Seconds since START as local times with microseconds."""
    return ((seconds.astype(np.int64) + epoch_seconds(START)) * 1_000_000).astype("datetime64[us]")


def days(day_numbers: np.ndarray) -> np.ndarray:
    """Days since START (may be before it) as dates."""
    return (day_numbers.astype(np.int64) + (START - date(1970, 1, 1)).days).astype("datetime64[D]")
