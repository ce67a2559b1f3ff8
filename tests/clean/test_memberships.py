"""Memberships and bookings of points: read, refused with a reason, and given to customers."""

from __future__ import annotations

from raw_shop import cleaned, pick

PEOPLE = [{"record_id": one} for one in "abc"]


def booking(record, points, kind=None, at="2024-01-02", **more):
    return {"entry_id": None, "record_id": record, "points": points, "kind": kind, "booked_at": at, **more}


def test_bookings_are_read_and_those_without_meaning_refused(bench):
    """Of seven rows four are good: two by their word, one by its sign, one of a word nobody knows; three are refused."""
    made = cleaned(
        bench,
        customer_records=PEOPLE,
        point_entries=[
            booking("a", "100", "消费积分", expires_on="2025-12-31"),
            booking("a", "-30", "兑换"),
            booking("b", "-5"),
            booking("b", "7", "魔法"),
            booking("b", "0", "earn"),
            booking("", "5", "earn"),
            booking("b", "many", "earn"),
        ],
    )
    assert pick(made["clean_point_entries"], "record_id", "kind", "points") == [
        ("shop:a", "earn", 100), ("shop:a", "redeem", -30), ("shop:b", "adjust", 7), ("shop:b", "redeem", -5),
    ]  # fmt: skip
    assert pick(made["rejects"], "source_line", "reason") == [(6, "no_points"), (7, "missing_value"), (8, "unreadable_value")]
    assert "unknown_points_kind" in pick(made["corrections"], "rule")
    assert {row["entry_id"] for row in made["clean_point_entries"]} == {f"shop:point_entries.csv#{line}" for line in (2, 3, 4, 5)}


def test_a_source_without_signs_takes_off_what_is_redeemed(bench):
    made = cleaned(bench, customer_records=PEOPLE, point_entries=[booking("a", "100", "earn"), booking("a", "30", "redeem")])
    assert pick(made["clean_point_entries"], "kind", "points") == [("earn", 100), ("redeem", -30)]


def test_a_membership_keeps_its_newest_row_and_a_member_without_a_record_becomes_one(bench):
    made = cleaned(
        bench,
        customer_records=PEOPLE,
        memberships=[
            {"record_id": "a", "member_level": "银卡", "joined_on": "2023-01-01", "points_told": "10"},
            {"record_id": "a", "member_level": "金卡", "joined_on": "2023-01-01", "points_told": "12"},
            {"record_id": "z", "member_level": "普卡", "joined_on": "2023-05-01", "points_told": "0"},
        ],
    )
    assert pick(made["clean_memberships"], "record_id", "member_level", "points_told") == [("shop:a", "金卡", 12), ("shop:z", "普卡", 0)]
    assert "shop:z" in pick(made["customer_records"], "record_id")
