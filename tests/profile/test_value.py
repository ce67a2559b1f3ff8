"""Value: costs that are known and costs that are not, ranks, growth, residual, and a score that adds up."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from pydantic import ValidationError
from shop import buy, give_back, random_shop
from support import only_row, rows, table

import kezhi
from kezhi.insight import value_deciles
from kezhi.kit.engine import _
from kezhi.profile import features, ledger, loyalty, loyalty_trend, value
from kezhi.settings import LoyaltySettings, ValueSettings
from kezhi.tables import LOYALTY_PARTS

AS_OF = date(2025, 6, 1)


def ago(days: int) -> date:
    return AS_OF - timedelta(days=days)


def worth(orders, **settings) -> dict[str, dict]:
    made = kezhi.value(table("orders", orders), as_of=AS_OF, settings=ValueSettings(**settings))
    return {row["customer_id"]: row for row in rows(made)}


def test_without_costs_value_is_unknown_and_the_score_ranks_by_revenue():
    found = worth([buy("1", "a", ago(5), 100), buy("2", "b", ago(5), 50)])
    assert (found["a"]["margin_amount"], found["a"]["value_amount"], found["a"]["costs_known"]) == (None, None, None)
    assert (found["a"]["score_basis"], found["a"]["revenue_rank"], found["b"]["revenue_rank"], found["a"]["margin_rank"]) == (
        "revenue",
        1,
        2,
        None,
    )
    assert found["a"]["value_score"] > found["b"]["value_score"]


def test_value_is_margin_minus_the_costs_that_are_known():
    """100 − 60 = 40 of margin; one refund handled for 3, won in the window for 5: 32. Contacts are not known."""
    orders = [buy("1", "a", ago(9), 120, cost_amount=72, channel="app"), give_back("2", "a", ago(5), 20, of="1", cost_amount=-12)]
    row = worth(orders, service_cost_per_refund=3, acquisition_cost_by_channel={"app": 5})["a"]
    assert (row["revenue_amount"], row["product_cost_amount"], row["margin_amount"]) == (100, 60, 40)
    assert (row["service_cost_amount"], row["contact_cost_amount"], row["acquisition_cost_amount"]) == (3, None, 5)
    assert (row["value_amount"], row["costs_known"]) == (32, "product,service,acquisition")


def test_who_was_won_before_the_window_costs_nothing_more_in_it_and_an_unknown_channel_is_not_known():
    orders = [buy("1", "a", ago(500), 10, channel="app", cost_amount=1), buy("2", "b", ago(5), 10, channel="shop", cost_amount=1)]
    found = worth(orders, acquisition_cost_by_channel={"app": 5})
    assert (found["a"]["acquisition_cost_amount"], found["b"]["acquisition_cost_amount"]) == (0, None)


def test_contacts_cost_what_the_settings_say_and_less_than_a_cent_each_adds_up():
    orders = table("orders", [buy("1", "a", ago(9), 10, cost_amount=4)])
    events = [{"event_id": str(n), "customer_id": "a", "source": "s", "occurred_at": ago(n + 1), "event_name": "sms"} for n in range(10)]
    events += [{"event_id": "x", "customer_id": "a", "source": "s", "occurred_at": AS_OF, "event_name": "sms"}]  # not seen yet
    known = features(orders.select("customer_id").distinct(), orders, None, None, None, as_of=AS_OF)
    seen = ledger(orders, as_of=AS_OF)
    made = value(known, seen, loyalty(known), table("moves", []), table("events", events), None, None, as_of=AS_OF,
                 settings=ValueSettings(contact_cost_per_event={"sms": 0.045}))  # fmt: skip
    row = only_row(made)
    assert (row["contact_cost_amount"], row["value_amount"]) == (Decimal("0.45"), Decimal("5.55"))


def test_the_rank_by_margin_shows_who_is_worth_more_than_revenue():
    """a sells most at no margin, b less at half: b is first by margin and rises by one."""
    found = worth([buy("1", "a", ago(5), 100, cost_amount=99), buy("2", "b", ago(5), 80, cost_amount=40), buy("3", "c", ago(5), 500)])
    assert [found[c]["margin_rank"] for c in "abc"] == [2, 1, None]
    assert [found[c]["rank_change"] for c in "abc"] == [-1, 1, None]
    assert [found[c]["revenue_rank"] for c in "abc"] == [2, 3, 1]


def test_growth_is_the_ratio_of_the_shrunken_daily_spending():
    """365 days of 1 yuan: m = 1. Twice as much lately: (180 + 90) / 180 against (275 + 90) / 365 = 1.5."""
    steady = [buy("1", "a", ago(365), 275), buy("2", "a", ago(10), 90)]
    found = worth(steady)["a"]["growth_ratio"]
    assert found == pytest.approx(1.0)
    faster = worth([buy("1", "a", ago(365), 185), buy("2", "a", ago(10), 180)])["a"]["growth_ratio"]
    assert faster == pytest.approx(((180 + 90) / 180) / ((185 + 90) / 365))
    assert worth([buy("1", "a", ago(179), 9)])["a"]["growth_ratio"] is None


def test_the_residual_is_what_the_group_went_on_to_spend_shrunken_to_the_company():
    """a and b were in one group 90 days ago, a spent 60 since and b nothing; c is of another and spent 30.

    With 2 customers of the mean 30 added: (60 + 60) / (2 + 2) = 30 and (30 + 60) / (1 + 2) = 30.
    """
    orders = [buy("1", "a", ago(100), 10), buy("2", "b", ago(100), 10), buy("3", "c", ago(100), 9000),
              buy("4", "a", ago(5), 60), buy("5", "c", ago(5), 30)]  # fmt: skip
    found = worth(orders, prior_customers=2)
    assert {c: row["residual_amount"] for c, row in found.items()} == {"a": 30, "b": 30, "c": 30}
    uneven = worth(orders, prior_customers=1e-9)
    assert (uneven["a"]["residual_amount"], uneven["c"]["residual_amount"]) == (30, 30)


def test_nobody_known_before_means_no_potential_and_its_weight_goes_to_the_others():
    row = worth([buy("1", "a", ago(5), 100)])["a"]
    assert (row["residual_amount"], row["potential_amount"], row["potential_contribution"]) == (None, None, 0)
    assert row["current_contribution"] == Decimal("71.42")  # an only customer is at 100: 0.5 / 0.7 of it


@pytest.mark.parametrize("seed", range(6))
def test_contributions_add_up_to_the_score_exactly_and_the_score_stays_in_bounds(seed):
    weights = {"current": 0.1 + seed, "potential": 1 / 3, "loyalty": seed / 7}
    made = kezhi.value(table("orders", random_shop(seed, AS_OF)["orders"]), as_of=AS_OF, settings=ValueSettings(weights=weights))
    found = rows(made)
    assert found
    for row in found:
        assert row["value_score"] == row["current_contribution"] + row["potential_contribution"] + row["loyalty_contribution"]
        assert 0 <= row["value_score"] <= 100
        known = [row[f"{part}_part"] for part in LOYALTY_PARTS if row[f"{part}_part"] is not None]
        assert all(0 <= part <= 100 for part in known)
        assert row["loyalty_index"] is None or min(known) <= row["loyalty_index"] <= max(known)


def test_the_loyalty_index_is_the_weighted_mean_of_its_parts():
    """Bought 60 and 10 days ago: gap 50, recency 10: regular. 2 of 4 orders, 60 of 120 days; no category is known."""
    orders = table("orders", [buy("1", "a", ago(60), 5), buy("2", "a", ago(10), 5), give_back("3", "a", ago(3), 2, of="2")])
    settings = LoyaltySettings(
        full_orders=4, full_tenure_days=120, weights={"regularity": 1, "frequency": 1, "tenure": 1, "breadth": 5, "refund_free": 1}
    )
    row = only_row(kezhi.loyalty(orders, as_of=AS_OF, settings=settings))
    parts = [row[f"{part}_part"] for part in LOYALTY_PARTS]
    assert parts == [100, 50, 50, None, Decimal("66.67")]
    assert row["loyalty_index"] == Decimal("66.67")  # (100 + 50 + 50 + 66.67) / 4


def test_a_fall_beyond_the_limit_is_an_alert_and_a_fall_up_to_it_is_none():
    def index(**values):
        parts = [{"customer_id": c, "loyalty_index": v} for c, v in values.items()]
        return table("value", parts).select("customer_id", "loyalty_index")

    trend = loyalty_trend({ago(90): index(a=60, b=60), AS_OF: index(a=45, b="44.99", c=3)}, LoyaltySettings(fall_alert=15))
    now = {r["customer_id"]: (r["change"], r["is_alert"]) for r in rows(trend.filter(_.period_on == AS_OF))}
    assert now == {"a": (-15, False), "b": (Decimal("-15.01"), True), "c": (None, False)}


def test_tenths_are_of_equal_size_and_their_revenue_adds_up():
    orders = [buy(str(n), f"c{n:02}", ago(5), 10 * (n + 1), cost_amount=1) for n in range(25)]
    found = rows(value_deciles(kezhi.value(table("orders", orders), as_of=AS_OF)).order_by("decile"))
    by_decile = sorted(found, key=lambda r: r["decile"])
    assert [r["decile"] for r in by_decile] == list(range(1, 11))
    assert {r["customers"] for r in by_decile} == {2, 3}
    assert sum(r["revenue_amount"] for r in by_decile) == sum(10 * (n + 1) for n in range(25))
    assert by_decile[-1]["cumulative_share"] == 1
    assert by_decile[0]["revenue_amount"] == 250 + 240 + 230


@pytest.mark.parametrize(
    "wrong",
    [{"bands": [{"name": "a", "at_least": 10}]}, {"bands": [{"name": "a", "at_least": 0}, {"name": "b", "at_least": 10}]},
     {"weights": {"current": 0, "potential": 0, "loyalty": 0}}, {"contact_cost_per_event": {"sms": -1}}, {"weights": {"love": 1}}],
)  # fmt: skip
def test_settings_that_would_band_or_weigh_nobody_are_refused(wrong):
    with pytest.raises(ValidationError):
        ValueSettings.model_validate(wrong)
