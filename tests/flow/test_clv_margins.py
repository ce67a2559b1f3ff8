"""Lifetime value in margin, and the intervals of cohorts."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from clv_shop import inputs, ledger, shop
from support import module_bench, rows

from kezhi import profile
from kezhi.flow.clv import clv
from kezhi.flow.model_registry import ModelRegistry

bench = module_bench


def test_margins_are_those_of_rows_with_a_cost_and_null_where_one_lacks_it(bench):
    """Margin 12 + 18 - 4 over two purchases is 13, in the last 15 days 18 - 4 = 14, later 24; one cost missing leaves the mean unknown."""
    first = date(2024, 10, 1)
    at = [
        ("a", first, 20),
        ("a", first + timedelta(days=30), 30),
        ("a", first + timedelta(days=31), -10),
        ("a", first + timedelta(days=50), 40),
    ]
    costs = {20: Decimal(8), 30: Decimal(12), -10: Decimal(-6), 40: Decimal(16)}

    def counted(known):
        days = profile.purchase_days(ledger(bench, at, known))
        (found,) = rows(profile.purchase_counts(days, as_of=first + timedelta(days=40), horizon_days=15), bench)
        return [found[name] for name in ("margin_value", "recent_margin", "later_margin")]

    assert counted(lambda _who, amount: costs[amount]) == [13.0, 14.0, 24.0]
    assert counted(lambda _who, amount: None if amount == 20 else costs[amount]) == [None, 14.0, 24.0]
    assert counted(lambda _who, amount: None if amount == 40 else costs[amount]) == [13.0, 14.0, None]


def test_the_value_in_margin_is_the_share_of_the_money_that_is_earned_and_says_why_it_is_not_told(bench, tmp_path):
    """Goods cost 60% of every price, of one customer nobody knows what, and of another more than was paid."""

    def cost(who: str, amount: int) -> Decimal | None:
        return None if who == "c001" else Decimal(2 * amount) if who == "c002" else Decimal(amount) * Decimal("0.6")

    made = {row["customer_id"]: row for row in bench.arrow(clv(inputs(bench, shop(), tmp_path, cost))["clv"]).to_pylist()}
    assert (made["c001"]["margin_state"], made["c001"]["margin_clv"]) == ("cost_unknown", None)
    assert (made["c002"]["margin_state"], made["c002"]["margin_clv"], made["c002"]["margin_clv_high"]) == ("loss", None, None)
    told = [row for row in made.values() if row["margin_state"] == "told"]
    assert len(told) == len(made) - 2
    assert all(0 <= row["margin_clv_low"] <= row["margin_clv_high"] for row in told)
    assert sum(float(row["margin_clv"]) for row in told) == pytest.approx(0.4 * sum(float(row["clv"]) for row in told), rel=0.01)
    wide = [sum(float(row[f"{name}_high"] - row[f"{name}_low"]) for row in told) for name in ("clv", "margin_clv")]
    assert wide[1] == pytest.approx(0.4 * wide[0], rel=0.05)
    card = ModelRegistry(tmp_path).card("clv")
    assert "margin_mae" in card.judgement["metrics"]
    without = bench.arrow(clv(inputs(bench, shop(), None))["clv"])
    assert set(without["margin_state"].to_pylist()) == {"no_model"}
    assert without["margin_clv"].null_count == without.num_rows
    money = {row["customer_id"]: (row["clv"], row["clv_low"], row["clv_high"]) for row in without.to_pylist()}
    assert money == {row["customer_id"]: (row["clv"], row["clv_low"], row["clv_high"]) for row in made.values()}  # costs move no money


def test_cohorts_have_an_interval_that_the_kept_champion_tells_again_and_none_where_the_fit_tells_no_error(bench, tmp_path):
    """Customers who spend on different levels have parameters with errors; where all spend alike, the model of amounts has no maximum."""
    differing = [(who, on, amount * (1 + int(who[1:]) % 7)) for who, on, amount in shop()]
    first, again = (
        bench.arrow(clv(inputs(bench, differing, tmp_path))["clv_cohorts"]).sort_by("cohort_month").to_pylist() for _time in range(2)
    )
    assert all(row["clv_low"] < row["clv"] < row["clv_high"] for row in first)
    assert again == first
    alike = bench.arrow(clv(inputs(bench, shop(), None))["clv_cohorts"])
    assert alike["clv_low"].null_count == alike["clv_high"].null_count == alike.num_rows


def test_the_margin_of_a_cohort_has_an_interval_as_wide_as_that_of_the_money_it_is_a_share_of(bench):
    """Goods cost 60% of every price; of one customer nobody knows what, and a run without costs tells no interval."""
    differing = [(who, on, amount * (1 + int(who[1:]) % 7)) for who, on, amount in shop()]

    def cost(who: str, amount: int) -> Decimal | None:
        return None if who == "c001" else Decimal(amount) * Decimal("0.6")

    cohorts = bench.arrow(clv(inputs(bench, differing, None, cost))["clv_cohorts"]).to_pylist()
    assert sum(row["customers"] - row["margin_customers"] for row in cohorts) == 1
    assert all(row["margin_clv_low"] < row["margin_clv"] < row["margin_clv_high"] for row in cohorts)
    wide = [sum(float(row[f"{name}_high"] - row[f"{name}_low"]) for row in cohorts) for name in ("clv", "margin_clv")]
    assert wide[1] == pytest.approx(0.4 * wide[0], rel=0.05)
    without = bench.arrow(clv(inputs(bench, differing, None))["clv_cohorts"])
    assert without["margin_clv_low"].null_count == without["margin_clv_high"].null_count == without.num_rows
