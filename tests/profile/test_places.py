"""Frequented places and commuters, by hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from support import rows, table

import kezhi
from kezhi.profile import place_tags
from kezhi.settings import PlaceSettings

AS_OF = date(2025, 6, 30)  # a Monday
MONDAY = datetime(2025, 6, 2)


def came(who: str, place: str, at: datetime, kind: str | None = None) -> dict:
    return {"visit_id": f"{who}{place}{at}", "record_id": who, "customer_id": who, "source": "app", "visited_at": at, "place_name": place, "place_kind": kind}  # fmt: skip


def test_days_count_and_not_visits_and_what_is_older_than_a_year_does_not():
    """Four days at the gym, one of them twice; three at the bar are too few; the cinema was two years ago."""
    gym = [came("ann", "力健", MONDAY + timedelta(days=day), "健身房") for day in range(4)] + [
        came("ann", "力健", MONDAY + timedelta(hours=9), "健身房")
    ]
    bar = [came("ann", "小酒馆", MONDAY + timedelta(days=day), "酒吧") for day in range(3)]
    old = [came("ann", "影城", MONDAY - timedelta(days=700 + day), "影院") for day in range(9)]
    (row,) = rows(kezhi.frequented_places(table("place_visits", gym + bar + old), as_of=AS_OF))
    assert (row["rank"], row["place_name"], row["days"], row["share"], row["last_on"]) == (1, "力健", 4, 4 / 7, date(2025, 6, 5))


def test_a_commuter_passes_a_station_at_rush_hours_of_workdays(bench):
    """Of 20 days asked, bo has 20 workdays at 8; cy as many at noon; di 14 workdays and 6 days of weekends."""
    every = [MONDAY - timedelta(days=back) for back in range(60)]
    workdays = [day for day in every if day.weekday() < 5]
    weekend = [day for day in every if day.weekday() >= 5]
    rides = [came("bo", "地铁站", day.replace(hour=8)) for day in workdays[:20]]
    rides += [came("cy", "地铁站", day.replace(hour=12)) for day in workdays[:20]]
    rides += [came("di", "地铁站", day.replace(hour=8)) for day in workdays[:14] + weekend[:6]]
    golf = [came("di", "East Golf Club", day.replace(hour=15)) for day in weekend[:5]]
    found = [row for part in place_tags(table("place_visits", rides + golf), PlaceSettings(), as_of=AS_OF) for row in rows(part)]
    assert {(row["customer_id"], row["family"], row["tag"], row["evidence"]) for row in found} == {
        ("bo", "life_stage", "commuter", 20), ("di", "place", "高尔夫", 5),
    }  # fmt: skip
    assert {row["confidence"] for row in found} == {20 / 26, 5 / 11}
