"""Points: what is left, what lapsed and what will, by hand and by laws."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import only_row, rows, table

import kezhi
from kezhi import profile
from kezhi.errors import ColumnMissing, WrongInput
from kezhi.profile.point_lots import lots_of
from kezhi.settings import PointSettings

AS_OF = date(2025, 6, 1)


def entries(*given_):
    """(day, points[, expires_on[, kind]]) of customer a."""
    padded = [(*one, None, None)[:4] for one in given_]
    return pa.table(
        {
            "customer_id": ["a"] * len(padded),
            "booked_at": [one[0] for one in padded],
            "points": pa.array([one[1] for one in padded], pa.int64()),
            "expires_on": pa.array([None if one[2] is None else date.fromisoformat(one[2]) for one in padded], pa.date32()),
            "kind": pa.array([one[3] for one in padded], pa.string()),
        }
    )


def balance(*given_, **more):
    return kezhi.points(entries(*given_), as_of=AS_OF, **more).to_pylist()[0]


def test_what_lapses_first_is_redeemed_first():
    """100 that never lapse, 50 until April: 30 are redeemed of the 50, 20 lapse, 100 are left."""
    made = balance(("2025-01-01", 100), ("2025-02-01", 50, "2025-04-30"), ("2025-03-01", -30))
    assert (made["earned_points"], made["redeemed_points"], made["expired_points"], made["points_balance"]) == (150, 30, 20, 100)
    assert made["redemption_rate"] == pytest.approx(0.2)


def test_points_redeemed_before_others_came_do_not_use_those():
    """The 50 of February could not pay for January: they lapse whole, and 50 of the first 100 are left."""
    made = balance(("2025-01-01", 100), ("2025-01-15", -50), ("2025-02-01", 50, "2025-02-20"))
    assert (made["points_balance"], made["expired_points"]) == (50, 50)


def test_the_last_day_still_counts_and_the_next_day_does_not():
    assert balance(("2025-01-01", 10, "2025-05-31"))["points_balance"] == 0
    made = balance(("2025-01-01", 10, "2025-06-01"), settings=PointSettings(expiring_days=1, value_per_point=0.01))
    assert (made["points_balance"], made["points_expiring"], made["next_expiry_on"]) == (10, 10, AS_OF)
    assert made["liability_amount"] == Decimal("0.10")
    assert balance(("2025-01-01", 10, "2025-06-02"), settings=PointSettings(expiring_days=1))["points_expiring"] == 0
    assert balance(("2025-01-01", 10, "2025-01-31"), ("2025-01-31", -10))["expired_points"] == 0


def test_a_source_that_books_what_expires_is_believed():
    """10 of January lapse in March and the system books it on 1 March: they are counted once; of the others 5 lapse unbooked, and stay."""
    made = balance(("2025-01-01", 10, "2025-02-28"), ("2025-03-01", -10, None, "expire"), ("2025-03-02", 5, "2025-04-01"))
    assert (made["expired_points"], made["points_balance"]) == (10, 5)


def test_more_redeemed_than_there_was_is_taken_off_what_comes():
    assert balance(("2025-01-01", -30), ("2025-01-02", 100, "2025-02-01"))["expired_points"] == 70
    assert balance(("2025-01-02", -30))["points_balance"] == -30
    assert balance(("2025-01-02", 5), ("2025-06-01", 100))["points_balance"] == 5  # the day itself is not seen


def test_what_makes_no_sense_is_refused():
    with pytest.raises(ColumnMissing, match="booked_at"):
        kezhi.points(pa.table({"customer_id": ["a"], "points": [1]}), as_of=AS_OF)
    with pytest.raises(WrongInput, match="row 1: 'x' is no amount"):
        kezhi.points(pa.table({"customer_id": ["a"], "booked_at": ["2025-01-01"], "points": ["x"]}), as_of=AS_OF)


booked = st.lists(
    st.tuples(st.integers(0, 150), st.integers(-50, 50).filter(bool), st.none() | st.integers(0, 200)), min_size=1, max_size=25
)


def by_walking(given_):
    """Day by day with lots in a list: the plain way."""
    start, lots, owed, lapsed = date(2025, 1, 1), [], 0, 0
    ordered = sorted(given_, key=lambda one: (one[0], -one[1]))
    for today in range((AS_OF - start).days):
        lapsed += sum(lot[1] for lot in lots if lot[0] is not None and lot[0] < today)
        lots = [lot for lot in lots if lot[0] is None or lot[0] >= today]
        for _, points, ends in [one for one in ordered if one[0] == today]:
            if points > 0:
                paid = min(owed, points)
                owed -= paid
                lots.append([ends, points - paid])
                continue
            need = -points
            for lot in sorted(lots, key=lambda lot: 10**9 if lot[0] is None else lot[0]):
                taken = min(need, lot[1])
                lot[1] -= taken
                need -= taken
            owed += need
    last = (AS_OF - start).days
    lapsed += sum(lot[1] for lot in lots if lot[0] is not None and lot[0] < last)
    return sum(lot[1] for lot in lots if lot[0] is None or lot[0] >= last) - owed, lapsed


@settings(max_examples=100, deadline=None)
@given(booked)
def test_what_is_left_is_what_walking_day_by_day_finds(given_):
    """The loop alone, on rows as `lot_rows` gives them."""
    start = date(2025, 1, 1)
    moved = [(day, points, None if ends is None or points < 0 else day + ends) for day, points, ends in given_]
    ordered = sorted(moved, key=lambda one: (one[0], -one[1]))
    made = lots_of(
        pa.table(
            {
                "customer_id": ["a"] * len(ordered),
                "entry_id": [str(number) for number in range(len(ordered))],
                "expires_on": pa.array([None if ends is None else start + timedelta(days=ends) for _, _, ends in ordered], pa.date32()),
                "booked_on": [start + timedelta(days=day) for day, _, _ in ordered],
                "hundredths": [points * 100 for _, points, _ in ordered],
                "lapses": [True] * len(ordered),
                "place": list(range(len(ordered))),
            }
        ),
        as_of=AS_OF,
    )[0].to_pylist()
    left, lapsed = by_walking(moved)
    assert sum(row["lapsed_points"] for row in made) == lapsed
    assert sum(points for _, points, _ in moved) - lapsed == left
    assert all(row["used_points"] + row["lapsed_points"] + row["left_points"] == row["points"] for row in made)
    assert all(row["left_points"] >= 0 for row in made)


def test_months_and_customers_agree(bench):
    """Two customers, a lapse in the month after the last day; the balance of the last month is that of all customers."""
    clean = [
        {"entry_id": "1", "record_id": "r", "source": "m", "booked_at": "2025-01-05", "kind": "earn", "points": "100", "expires_on": "2025-02-28"},
        {"entry_id": "2", "record_id": "s", "source": "m", "booked_at": "2025-01-06", "kind": "earn", "points": "40"},
        {"entry_id": "3", "record_id": "r", "source": "m", "booked_at": "2025-02-06", "kind": "redeem", "points": "-30"},
    ]  # fmt: skip
    links = [{"record_id": r, "customer_id": c, "source": "m", "linked_by": "alone"} for r, c in (("r", "c1"), ("s", "c2"), ("t", "c1"))]
    told = [
        {"record_id": "r", "source": "m", "member_level": "gold", "joined_on": "2024-01-01", "points_told": "70"},
        {"record_id": "t", "source": "m", "member_level": "silver", "joined_on": "2023-01-01"},
    ]
    own = table("identity_links", links, bench)
    booked_ = profile.owned(table("clean_point_entries", clean, bench), own, "point_entries")
    members = profile.owned(table("clean_memberships", told, bench), own, "memberships")
    lots = profile.point_lots(booked_, as_of=AS_OF, bench=bench)
    found = {row["customer_id"]: row for row in rows(profile.points(members, booked_, lots, as_of=AS_OF, settings=PointSettings()), bench)}
    assert (found["c1"]["points_balance"], found["c1"]["expired_points"], found["c1"]["told_gap"]) == (0, 70, 70)
    assert (found["c1"]["member_level"], found["c1"]["joined_on"]) == ("gold", date(2023, 1, 1))
    assert found["c2"]["points_balance"] == 40
    months = rows(profile.points_monthly(booked_, lots, as_of=AS_OF), bench)
    shown = [(row["month"].month, row["earned_points"], row["redeemed_points"], row["expired_points"], row["balance_points"]) for row in sorted(months, key=lambda r: r["month"])]  # fmt: skip
    assert shown == [(1, 140, 0, 0, 140), (2, 0, 30, 0, 110), (3, 0, 0, 70, 40)]
    only = profile.points(members, None, None, as_of=AS_OF, settings=PointSettings())
    assert only_row(only, bench)["points_balance"] == 0
