"""Funnels: order, window and split, by hand and against a plain reference."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import rows, table

from kezhi.insight import funnel

START = datetime(2025, 1, 1)


def acts(*written: str) -> list[dict]:
    """`ann view 0 app`: who, what, on which day, where."""
    made = []
    for n, text in enumerate(written):
        who, what, day, *where = text.split()
        at = START + timedelta(days=float(day))
        customer = None if who == "-" else who
        made.append(
            {
                "event_id": f"e{n}",
                "customer_id": customer,
                "source": "app",
                "occurred_at": at,
                "event_name": what,
                "channel": (where or [None])[0],
            }
        )
    return made


def reached(written: list[dict], steps: list[str], bench=None, **options) -> list[int]:
    found = rows(funnel(table("events", written, bench), steps, **options), bench)
    return [row["customers"] for row in sorted(found, key=lambda row: row["step_no"])]


WAY = acts("ann view 0", "ann cart 1", "ann buy 2", "bo cart 0", "bo view 1", "bo buy 2", "cy view 0", "cy cart 0", "- view 0", "- cart 1")


def test_steps_count_in_their_order_only():
    """Bo puts into the cart before looking; Cy does both in one moment, which is no order."""
    assert reached(WAY, ["view", "cart", "buy"]) == [3, 1, 1]


def test_in_any_order_all_steps_so_far_were_done():
    assert reached(WAY, ["view", "cart", "buy"], ordered=False) == [3, 3, 2]


def test_a_later_start_may_be_the_one_that_comes_through():
    """Looked on day 0 and again on day 9, bought on day 10: within three days, by the second look."""
    again = acts("ann view 0", "ann view 9", "ann buy 10")
    assert reached(again, ["view", "buy"], within_days=3) == [1, 1]
    assert reached(again, ["view", "buy"], within_days=0.5) == [1, 0]
    assert reached(again, ["buy", "view"], ordered=False, within_days=1) == [1, 1]


def test_a_step_that_comes_twice_must_be_done_twice():
    assert reached(acts("ann view 0", "ann view 1", "bo view 0"), ["view", "view"]) == [2, 1]


def test_the_split_is_by_the_value_at_the_first_first_step():
    """Ann begins in the app and buys in the store; Bo begins nowhere known."""
    written = acts("ann view 0 app", "ann view 1 web", "ann buy 2 store", "bo view 0")
    found = rows(funnel(table("events", written), ["view", "buy"], by="channel"))
    assert [(row["channel"], row["step"], row["customers"], row["conversion_rate"]) for row in found] == [
        (None, "view", 1, 1.0), (None, "buy", 0, 0.0), ("app", "view", 1, 1.0), ("app", "buy", 1, 1.0),
    ]  # fmt: skip


def test_nobody_begins_and_nothing_is_divided():
    (found,) = rows(funnel(table("events", acts("ann view 0")), ["buy"]))
    assert (found["customers"], found["conversion_rate"], found["rate_low"]) == (0, None, None)


def depth(mine: list[tuple[int, str]], steps: list[str], ordered: bool, days: float | None) -> int:
    """How far one customer comes, by trying all choices of events."""
    best = 0
    for n in range(1, len(steps) + 1):
        for chosen in combinations(sorted(mine), n):
            names, span = [name for _, name in chosen], chosen[-1][0] - chosen[0][0]
            times = [at for at, _ in chosen]
            fits = (
                names == steps[:n] and len(set(times)) == n if ordered else sorted(names) == sorted(set(steps[:n])) and n == len(set(names))
            )
            if fits and (days is None or span <= days):
                best = n
    return best


EVENTS = st.lists(st.tuples(st.integers(0, 6), st.sampled_from("abc")), max_size=6, unique=True)


@settings(max_examples=40, deadline=None)
@given(st.lists(EVENTS, min_size=1, max_size=4), st.booleans(), st.sampled_from([None, 1, 3]))
def test_it_counts_as_trying_everything_would(people, ordered, days):
    written = [f"c{n} {what} {at}" for n, mine in enumerate(people) for at, what in mine]
    steps = ["a", "b", "c"]
    depths = [depth(mine, steps, ordered, days) for mine in people]
    expected = [sum(d >= n for d in depths) for n in (1, 2, 3)]
    assert reached(acts(*written), steps, ordered=ordered, within_days=days) == expected


@pytest.mark.spark
def test_spark_counts_the_same(spark_bench, bench):
    for options in ({}, {"ordered": False}, {"within_days": 1}):
        assert reached(WAY, ["view", "cart", "buy"], spark_bench, **options) == reached(WAY, ["view", "cart", "buy"], bench, **options)
