"""Tiers: borders, the window, grace, distance, the end of a tier and its forecasts; against a plain reference."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shop import buy, give_back, random_shop
from support import only_row, rows, table

import kezhi
from kezhi import profile
from kezhi.api.simulation import changed, simulate
from kezhi.errors import WrongInput
from kezhi.profile.tier_prices import levels_at
from kezhi.settings import TierRule, TierSettings

AS_OF = date(2025, 6, 1)
RULES = TierSettings(
    levels=[
        TierRule(name="金", name_en="Gold", net_amount=1000, orders=10),
        TierRule(name="银", name_en="Silver", net_amount=300),
        TierRule(name="普通"),
    ]
)


def ago(days: int) -> date:
    return AS_OF - timedelta(days=days)


def tier(*orders, **changes):
    return only_row(kezhi.tiers(table("orders", orders), as_of=AS_OF, settings=RULES.model_copy(update=changes)))


@pytest.mark.parametrize(("net", "name"), [("1000", "金"), ("999.99", "银"), ("300", "银"), ("299.99", "普通")])
def test_a_tier_is_reached_at_its_amount_and_not_a_cent_below(net, name):
    assert tier(buy("1", "a", ago(5), Decimal(net)))["tier"] == name


def test_an_order_counts_for_365_days_and_then_the_tier_ends():
    """Bought 364 days ago: today is the last day but one of the window, in two days it is over."""
    found = tier(buy("1", "a", ago(364), 1000))
    assert (found["tier"], found["since"], found["expires_on"]) == ("金", ago(363), AS_OF + timedelta(days=2))
    assert (found["tier_in_30d"], found["tier_in_30d_idle"]) == ("普通", "普通")
    assert tier(buy("1", "a", ago(366), 1000))["tier"] == "普通"
    assert tier(buy("1", "a", ago(365), 1000))["expires_on"] == AS_OF + timedelta(days=1)


def test_a_grace_keeps_the_tier_so_many_days_longer():
    found = tier(buy("1", "a", ago(370), 1000), grace_days=10)
    assert (found["tier"], found["expires_on"]) == ("金", ago(370) + timedelta(days=366 + 10))
    assert tier(buy("1", "a", ago(376), 1000), grace_days=10)["tier"] == "普通"


def test_since_is_the_day_after_the_purchase_that_reached_it_or_the_end_of_a_better_one():
    found = tier(buy("1", "a", ago(200), 200), buy("2", "a", ago(100), 200))
    assert (found["tier"], found["since"]) == ("银", ago(99))
    found = tier(buy("1", "a", ago(400), 800), buy("2", "a", ago(300), 400))
    assert (found["tier"], found["since"]) == ("银", ago(400) + timedelta(days=366))  # gold until the 800 left the window


def test_the_distance_to_the_next_tier_is_what_is_lacking_of_each_condition():
    found = tier(buy("1", "a", ago(5), 400), buy("2", "a", ago(4), 100.5))
    assert (found["next_tier"], found["net_amount_to_next"], found["orders_to_next"]) == ("金", Decimal("499.50"), 8)
    best = tier(buy("1", "a", ago(5), 4000))
    assert (best["next_tier"], best["net_amount_to_next"], best["orders_to_next"]) == (None, None, None)


def test_a_refund_takes_the_tier_away():
    found = tier(buy("1", "a", ago(50), 1200), give_back("2", "a", ago(5), 500, of="1"))
    assert (found["tier"], found["net_amount"], found["since"]) == ("银", 700, ago(4))


def test_who_goes_on_buying_keeps_the_tier_that_who_stops_loses():
    """30 yuan every 10 days is gold for ever; 1,500 once is gold until it leaves the window."""
    steady = tier(*(buy(str(n), "a", ago(10 * n + 1), 30) for n in range(36)))
    assert (steady["tier"], steady["tier_in_90d"], steady["is_at_risk"]) == ("金", "金", False)
    sleeper = tier(buy("1", "a", ago(300), 1500))
    assert (sleeper["tier_in_60d"], sleeper["tier_in_90d"], sleeper["is_at_risk"]) == ("金", "普通", True)


def reference(days: list[tuple[int, int]], on: int, grace: int) -> str:
    """The best tier of any day from on - grace to on, each by plain sums over its 365 days."""
    names = ["普通"]
    for day in range(on - grace, on + 1):
        inside = [net for ago_, net in days if day - 365 <= -ago_ < day]
        names.append("金" if sum(inside) >= 1000 or len(inside) >= 10 else "银" if sum(inside) >= 300 else "普通")
    return next(name for name in ("金", "银", "普通") if name in names)


@given(
    st.lists(st.tuples(st.integers(1, 760), st.sampled_from([0, 100, 250, 300, 700])), min_size=1, max_size=14, unique_by=lambda d: d[0]),
    st.sampled_from([0, 7, 40]),
)
@settings(max_examples=25, deadline=None)
def test_tier_forecasts_and_end_agree_with_plain_sums_over_every_day(days, grace):
    found = tier(*(buy(str(n), "a", ago(back), net) for n, (back, net) in enumerate(days)), grace_days=grace)
    assert found["tier"] == reference(days, 0, grace)
    for ahead in (30, 60, 90):
        assert found[f"tier_in_{ahead}d_idle"] == reference(days, ahead, grace)
    order = ["普通", "银", "金"]
    if found["expires_on"] is None:
        assert found["tier"] == "普通"
    else:
        end = (found["expires_on"] - AS_OF).days
        assert reference(days, end - 1, grace) == found["tier"]
        assert order.index(reference(days, end, grace)) < order.index(found["tier"])
    begun = (found["since"] - AS_OF).days
    assert reference(days, begun, grace) == found["tier"]
    if begun > -max(back for back, _ in days) + 1:
        assert reference(days, begun - 1, grace) != found["tier"]


def ledger_of(seed, purchases=250):
    orders = table("orders", random_shop(seed, AS_OF, purchases=purchases)["orders"])
    return profile.ledger(orders, as_of=AS_OF).filter(lambda row: row.customer_id.notnull())


@pytest.mark.parametrize(("window", "grace"), [(365, 0), (90, 0), (90, 30), (30, 365)])
def test_tiers_of_a_random_shop_with_refunds_are_those_of_plain_sums_over_every_day(window, grace):
    """Day by day from the first purchase to past the last window: since when the tier is held, and the last day it can be."""
    rules = RULES.model_copy(update={"window_days": window, "grace_days": grace})
    ledger = ledger_of(window + grace)
    found = {row["customer_id"]: row for row in rows(profile.tiers(ledger, as_of=AS_OF, settings=rules))}
    changes = {}
    for row in rows(ledger):
        if row["is_purchase"] or row["is_netted"]:
            day = (row["ordered_at"].date() - AS_OF).days
            changes.setdefault(row["customer_id"], []).append((day, row["net_amount"], int(row["is_purchase"])))
    assert set(found) == set(changes)
    assert {"金", "银", "普通"} == {row["tier"] for row in found.values()}
    for customer, own in changes.items():
        first, last = min(own)[0] + 1, window + 1 + grace
        levels = []
        for day in range(first, last):
            net = sum(n for on, n, _bought in own if on < day <= on + window)
            orders = sum(bought for on, _net, bought in own if on < day <= on + window)
            levels.append(3 if net >= 1000 or orders >= 10 else 2 if net >= 300 else 1)
        held = {day: max(levels[max(0, day - first - grace) : day - first + 1]) for day in range(first, last)}
        row, level = found[customer], held[0]
        assert row["level"] == level
        since = 0
        while since - 1 in held and held[since - 1] == level:
            since -= 1
        assert (row["since"] - AS_OF).days == since
        assert row["expires_on"] == (None if level == 1 else AS_OF + timedelta(max(day for day in held if held[day] >= level) + 1))
        assert [row[f"tier_in_{n}d_idle"] for n in (30, 60, 90)] == [
            ["普通", "银", "金"][held.get(n, max(levels[n - first - grace :], default=1)) - 1] for n in (30, 60, 90)
        ]


def test_a_first_tier_below_which_there_is_nothing_to_ask_for_is_held_since_the_first_day():
    """A tier of 0 yuan takes everybody who did not give back more than was bought."""
    free = [TierRule(name="银", name_en="Silver", net_amount=0), TierRule(name="普通")]
    found = tier(buy("1", "a", ago(50), 10), levels=free)
    assert (found["tier"], found["since"], found["expires_on"]) == ("银", ago(49), None)
    assert tier(buy("1", "a", ago(50), 10), give_back("2", "a", ago(5), 20), levels=free)["tier"] == "普通"


@pytest.mark.parametrize(("window", "grace"), [(365, 0), (90, 0), (90, 30), (30, 365)])
def test_levels_at_several_prices_are_those_of_each_price_alone(window, grace, bench):
    """With refunds, sums that a tenth makes fractions of a cent, and levels of days that grace alone keeps."""
    rules = RULES.model_copy(update={"window_days": window, "grace_days": grace})
    ledger, prices = bench.settle(ledger_of(window * 2 + grace)), [-0.1, 0.0, 0.333, -0.75]
    together = {row["customer_id"]: row for row in rows(levels_at(ledger, prices, as_of=AS_OF, settings=rules))}
    seen = set()
    for n, price in enumerate(prices):
        alone = rows(profile.tiers(ledger, as_of=AS_OF, settings=rules, price_change=price, bench=bench))
        assert {row["customer_id"]: row["level"] for row in alone} == {
            row["customer_id"]: together.get(row["customer_id"], {f"level_{n}": 1})[f"level_{n}"] for row in alone
        }
        seen |= {(price, row["level"]) for row in alone}
    assert len(seen) >= 8  # levels differ between customers and prices


def test_a_dearer_threshold_moves_customers_down_and_everybody_is_counted_once():
    orders = table("orders", [buy("1", "a", ago(5), 1000), buy("2", "b", ago(5), 1300), buy("3", "c", ago(5), 10)])
    other = changed(RULES, ["gold.net_amount=1200", "金.orders=20"])
    moves = {(r["from_tier"], r["to_tier"]): r["customers"] for r in rows(simulate(orders, as_of=AS_OF, settings=RULES, other=other))}
    assert moves == {("金", "银"): 1, ("金", "金"): 1, ("普通", "普通"): 1}


def test_lower_prices_are_lower_sums():
    """At 5 % less, 1,000 becomes 950 and gold is gone; 1,052.64 becomes 1,000.01 and stays."""
    orders = table("orders", [buy("1", "a", ago(5), 1000), buy("2", "b", ago(5), "1052.64")])
    found = rows(simulate(orders, as_of=AS_OF, settings=RULES, other=RULES, price_change=-0.05))
    assert {(r["from_tier"], r["to_tier"]): r["customers"] for r in found} == {("金", "银"): 1, ("金", "金"): 1}


@pytest.mark.parametrize(
    "change", ["gould.orders=3", "金.colour=3", "金.orders", "金.orders=many", "金.net_amount=200", "orders=3", "普通.orders=1"]
)
def test_a_change_that_means_nothing_is_refused(change):
    with pytest.raises(WrongInput):
        changed(RULES, [change])


@pytest.mark.parametrize("change", [-1, -3, float("nan"), 11])
def test_a_price_change_that_no_price_can_make_is_refused(change):
    with pytest.raises(WrongInput, match="price change"):
        simulate(table("orders", []), as_of=AS_OF, settings=RULES, other=RULES, price_change=change)
