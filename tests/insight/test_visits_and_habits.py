"""Visits and their ways, habits of buying, moves between channels, by hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from shop import buy, line
from support import rows, table

from kezhi.insight import buying_habits, channel_switches, paths, sessions, transitions
from kezhi.profile.purchases import counted

START = datetime(2025, 1, 1, 12)
AS_OF = date(2025, 6, 1)


def event(number: int, who: str | None, minute: float, what: str, session: str | None = None) -> dict:
    at = START + timedelta(minutes=minute)
    return {"event_id": f"e{number}", "customer_id": who, "source": "app", "occurred_at": at, "event_name": what, "session_id": session}


VISITS = [
    event(1, "ann", 0, "login"), event(2, "ann", 30, "view"), event(3, "ann", 60.5, "view"),
    event(4, "bo", 0, "login", "s"), event(5, "bo", 300, "view", "s"), event(6, "bo", 1, "search"),
    event(7, None, 0, "login"), event(8, None, 0, "login", "t"),
]  # fmt: skip


def test_a_pause_ends_a_visit_and_a_session_id_keeps_it_together():
    """30 minutes are still the same visit, half a minute more is not; nobody without a session is no visit."""
    found = {row["event_id"]: (row["visit_id"], row["visit_step"]) for row in rows(sessions(table("events", VISITS)))}
    assert found == {
        "e1": ("ann#1", 1), "e2": ("ann#1", 2), "e3": ("ann#2", 1), "e4": ("s", 1), "e5": ("s", 2), "e6": ("bo#1", 1), "e8": ("t", 1),
    }  # fmt: skip


def test_the_commonest_ways_come_first():
    found = rows(paths(sessions(table("events", VISITS))))
    assert [(row["path_no"], row["path"], row["visits"], row["customers"], row["share"]) for row in found] == [
        (1, "login > view", 2, 2, 0.4), (2, "login", 1, 0, 0.2), (3, "search", 1, 1, 0.2), (4, "view", 1, 1, 0.2),
    ]  # fmt: skip
    assert [row["path"] for row in rows(paths(sessions(table("events", VISITS)), steps=1, top=1))] == ["login"]


def test_what_follows_adds_up_to_one_for_each_event():
    found = {(row["from_event"], row["to_event"]): row["share"] for row in rows(transitions(sessions(table("events", VISITS))))}
    assert found["login", "view"] == pytest.approx(2 / 3)
    assert found["(start)", "login"] == pytest.approx(3 / 5)
    for event_name in {name for name, _ in found}:
        assert sum(share for (name, _), share in found.items() if name == event_name) == pytest.approx(1)


ORDERS = [
    *(buy(f"a{n}", "ann", f"2025-01-0{n + 1}", 90, gross_amount=100, channel=("app", "store", "app")[n]) for n in range(3)),
    *(buy(f"b{n}", "bo", f"2025-02-0{n + 1}", 50, gross_amount=50, channel="store") for n in range(3)),
    buy("c0", "cy", "2025-03-01", 10, discount_amount=5),
]
LINES = [
    *(line(f"a{n}", 1, "silk", 90, cost_amount=30) for n in range(3)),
    *(line(f"b{n}", 1, "rice", 50, cost_amount=45) for n in range(3)),
]


def habits() -> dict:
    bought = counted(table("orders", ORDERS), as_of=AS_OF)
    return {row["customer_id"]: row for row in rows(buying_habits(bought.filter(bought.is_purchase), table("order_lines", LINES)))}


def test_a_promotion_hunter_buys_nearly_always_at_a_discount():
    """Ann's discounts are not written, but gross and paid tell them; Cy has bought too little to say."""
    found = habits()
    assert [(c, row["discounted_share"], row["is_promotion_hunter"]) for c, row in found.items()] == [
        ("ann", 1.0, True), ("bo", 0.0, False), ("cy", 1.0, None),
    ]  # fmt: skip


def test_who_buys_what_earns_much_has_a_high_margin():
    """Silk earns two thirds, rice a tenth, all together 0.46; Cy's cost is unknown."""
    assert {c: (row["margin_kind"], row["high_margin_share"]) for c, row in habits().items()} == {
        "ann": ("high", 1.0), "bo": ("low", 0.0), "cy": (None, None),
    }  # fmt: skip


def test_moves_go_from_each_purchase_to_the_customers_next():
    bought = counted(table("orders", ORDERS), as_of=AS_OF)
    found = rows(channel_switches(bought.filter(bought.is_purchase)))
    assert [(r["from_channel"], r["to_channel"], r["moves"], r["customers"], r["is_switch"]) for r in found] == [
        ("app", "store", 1, 1, True), ("store", "app", 1, 1, True), ("store", "store", 2, 1, False),
    ]  # fmt: skip
