"""Retention three ways, by hand and against laws."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from shop import buy, give_back, random_shop
from support import rows, table

from kezhi.insight import KINDS, retention
from kezhi.profile.purchases import purchases

AS_OF = date(2025, 4, 1)
ORDERS = [
    buy("o1", "ann", "2025-01-31", 10),
    buy("o2", "ann", "2025-02-01", 20),
    buy("o3", "ann", "2025-03-05", 40),
    give_back("r3", "ann", "2025-03-06", 15, "o3"),
    buy("o4", "bo", "2025-01-02", 5),
    buy("o5", "bo", "2025-03-31", 5),
    buy("o6", "cy", "2025-03-20", 5),
    buy("o7", None, "2025-01-02", 5),
]


def kept(kind: str, *columns: str, period: str = "month", bench=None, orders=ORDERS) -> list[tuple]:
    bought = purchases(table("orders", orders, bench), as_of=AS_OF)
    found = rows(retention(bought, as_of=AS_OF, kind=kind, period=period), bench)
    names = columns or ("cohort_on", "period_no", "customers", "active_customers")
    return sorted(tuple(str(row[c]) if c == "cohort_on" else row[c] for c in names) for row in found)


def test_classic_retention_goes_by_the_calendar():
    """Ann buys on the last of January and the first of February: that is the next month."""
    assert kept("classic") == [
        ("2025-01-01", 0, 2, 2), ("2025-01-01", 1, 2, 1), ("2025-01-01", 2, 2, 2), ("2025-03-01", 0, 1, 1),
    ]  # fmt: skip


def test_rolling_retention_counts_who_came_then_or_later():
    """Bo skips February and comes in March: still there in February."""
    assert [row[3] for row in kept("rolling")] == [2, 2, 2, 1]


def test_n_day_retention_has_a_clock_for_each_customer_and_counts_only_who_lived_through():
    """Ann has lived 60 days, her second purchase is in her first 30 and the third on day 33; Bo has lived 89; Cy 12."""
    assert kept("n_day", "cohort_on", "period_no", "customers", "active_customers", "is_complete") == [
        ("2025-01-01", 0, 2, 2, True),
        ("2025-01-01", 1, 2, 1, True),
    ]


def test_money_is_what_the_cohort_bought_less_what_it_gave_back():
    assert kept("classic", "period_no", "orders", "net_amount")[:4:3] == [(0, 1, 5), (2, 2, 30)]


@pytest.mark.parametrize(("period", "periods"), [("day", 60), ("week", 10), ("quarter", 1), ("year", 1)])
def test_periods_run_from_the_cohort_to_the_last_day_seen(period, periods):
    """The cohort of 31 January has 60 days, and 10 weeks from Monday the 27th, the last begun on 31 March; that of the quarter has one."""
    found = [row for row in kept("classic", period=period) if row[0] in ("2025-01-31", "2025-01-27", "2025-01-01")]
    cohort = max(row[0] for row in found)
    assert len([row for row in found if row[0] == cohort]) == periods


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", KINDS)
def test_laws_of_retention(seed, kind):
    """Everybody is there at first; a rate lies in its interval, in 0 to 1; rolling never rises and is never below classic."""
    orders = random_shop(seed, AS_OF)["orders"]
    found = kept(kind, "cohort_on", "period_no", "customers", "active_customers", "rate_low", "retention_rate", "rate_high", orders=orders)
    for _, number, customers, active, low, rate, high in found:
        assert 0 <= low <= rate <= high <= 1
        assert active <= customers
        assert number > 0 or rate == 1
    if kind == "rolling":
        classic = {row[:2]: row[3] for row in kept("classic", orders=orders)}
        assert all(row[3] >= classic[row[:2]] for row in found)
        assert all(a[3] >= b[3] for a, b in pairwise(found) if a[0] == b[0])


@pytest.mark.spark
def test_spark_keeps_the_same_customers(spark_bench, bench):
    for kind in KINDS:
        for period in ("week", "quarter"):
            assert kept(kind, period=period, bench=spark_bench) == kept(kind, period=period, bench=bench)
