"""What holds of every bill and every best plan, whatever the plans and the use; and the engine against a plain reference."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction
from itertools import combinations

import pyarrow as pa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import kezhi

FEW = settings(
    max_examples=5, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=[HealthCheck.too_slow]
)  # an example bills a crowd; to shrink one takes minutes
quantities = st.decimals(min_value=0, max_value=2000, places=3)
prices = st.decimals(min_value=0, max_value=5, places=3)


@st.composite
def charges(draw, *, rounds: bool = True):
    """A charge with growing tiers."""
    made: dict = {"included": draw(st.integers(0, 500))}
    bounds = sorted(draw(st.sets(st.integers(1, 900), max_size=2)))
    each = [draw(prices) for _ in range(len(bounds) + 1)]
    made["tiers"] = [{"up_to": bound, "price": price} for bound, price in zip(bounds, each, strict=False)] + [{"price": each[-1]}]
    if rounds and draw(st.booleans()):
        made["rounding"] = {"per": draw(st.sampled_from(["record", "month"])), "unit": draw(st.sampled_from([1, 0.1, 7])), "mode": "up"}
    if draw(st.booleans()):
        made["cap"] = draw(st.integers(0, 900))
    return made


@st.composite
def offers(draw):
    """Two to four plans, each with two add-ons."""
    plans = [
        {"key": f"p{number}", "monthly_fee": draw(st.integers(0, 300)), "charges": {"minutes": draw(charges())}, "add_ons": ["x", "y"]}
        for number in range(draw(st.integers(2, 4)))
    ]
    return {
        "plans": plans,
        "add_ons": [
            {"key": "x", "monthly_fee": draw(st.integers(0, 50)), "included": {"minutes": draw(st.integers(0, 300))}},
            {"key": "y", "monthly_fee": draw(st.integers(0, 50)), "price": {"minutes": draw(prices)}},
        ],
    }


def crowd(uses: list[list[Decimal]]) -> pa.Table:
    """One customer per list, one record of the same month per quantity."""
    rows = [(number, quantity) for number, use in enumerate(uses) for quantity in use]
    return pa.table(
        {"customer_id": [row[0] for row in rows], "month": ["2025-01"] * len(rows), "minutes": pa.array([float(row[1]) for row in rows])}
    )


def totals(usage: pa.Table, plan: dict) -> list[Decimal]:
    return kezhi.bills(usage, [{"key": "p", **plan}])["total"].to_pylist()


def up(value: Fraction, unit: Fraction) -> Fraction:
    return -((-value) // unit) * unit


def by_hand(use: list[Decimal], fee: int, charge: dict) -> Decimal:
    """The same bill in fractions, as the guide describes it."""
    amounts = [Fraction(quantity) for quantity in use]
    rounding = charge.get("rounding")
    unit = Fraction(str(rounding["unit"])) if rounding else Fraction(1)
    if rounding and rounding["per"] == "record":
        amounts = [up(amount, unit) for amount in amounts]
    total = sum(amounts, Fraction(0))
    if rounding and rounding["per"] == "month":
        total = up(total, unit)
    over, start, money = max(total - charge["included"], Fraction(0)), Fraction(0), Fraction(0)
    for tier in charge["tiers"]:
        end = Fraction(tier["up_to"]) if "up_to" in tier else over
        money += max(min(over, end) - start, Fraction(0)) * Fraction(tier["price"])
        start = max(start, end)
    cents = (money * 100 + Fraction(1, 2)) // 1
    paid = Decimal(int(cents)) / 100
    return (min(paid, Decimal(charge["cap"])) if "cap" in charge else paid).quantize(Decimal("0.01"), ROUND_FLOOR) + fee


@FEW
@given(st.lists(st.lists(quantities, min_size=1, max_size=4), min_size=1, max_size=20), st.integers(0, 99), charges())
def test_the_engine_bills_as_fractions_do(uses, fee, charge):
    assert [by_hand(use, fee, charge) for use in uses] == totals(crowd(uses), {"monthly_fee": fee, "charges": {"minutes": charge}})


@FEW
@given(st.lists(quantities, min_size=2, max_size=30), charges())
def test_more_use_never_costs_less_with_graduated_tiers(uses, charge):
    made = totals(crowd([[use] for use in sorted(uses)]), {"charges": {"minutes": charge}})
    assert made == sorted(made)


@FEW
@given(st.lists(st.tuples(quantities, quantities), min_size=1, max_size=20), st.sampled_from([1, 0.1, 60]), prices)
def test_a_call_split_in_two_never_costs_less_when_each_call_is_rounded_up(splits, unit, price):
    plan = {"charges": {"minutes": {"price": price, "rounding": {"per": "record", "unit": unit}}}}
    whole, split = totals(crowd([[a + b] for a, b in splits]), plan), totals(crowd([[a, b] for a, b in splits]), plan)
    assert all(one <= two for one, two in zip(whole, split, strict=True))


@settings(FEW, max_examples=3)
@given(st.lists(st.lists(quantities, min_size=1, max_size=3), min_size=1, max_size=15), offers())
def test_the_best_plan_costs_least_of_all_and_has_an_add_on_only_where_that_lowers_the_bill(uses, plans):
    usage = crowd(uses)
    bills = kezhi.bills(usage, plans, add_ons=True).to_pylist()
    each = {(row["customer_id"], row["plan"], row["add_ons"]): row["total"] for row in bills}
    sets = [",".join(chosen) for size in range(3) for chosen in combinations(["x", "y"], size)]
    for row in kezhi.best_plan(usage, plans, current="p0").to_pylist():
        who, chosen = row["customer_id"], row["best_add_ons"]
        assert row["best_total"] == min(total for (customer, _, _), total in each.items() if customer == who)
        assert row["best_total"] == each[who, row["best_plan"], chosen]
        fewer = [other for other in sets if other != chosen and set(filter(None, other.split(","))) < set(filter(None, chosen.split(",")))]
        assert all(each[who, row["best_plan"], other] > row["best_total"] for other in fewer)
        assert row["saving"] == each[who, "p0", ""] - row["best_total"] >= 0
