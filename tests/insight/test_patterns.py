"""Places, hours and visits without a purchase; what hurts where; four lenses: all by hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pandas as pd
import pytest
from shop import buy, give_back, line
from support import rows, table

import kezhi
from kezhi.errors import ColumnMissing
from kezhi.insight import behaviour_lenses, behaviour_patterns, buying_habits
from kezhi.profile.purchases import counted
from kezhi.settings import PatternSettings

AS_OF = date(2025, 6, 1)


def came(who: str, hour: int, day: int, name: str = "view", product: str | None = None) -> dict:
    at = datetime(2025, 4, 1, hour) + timedelta(days=day)
    return {"event_id": f"{who}{day}{hour}{name}{product}", "customer_id": who, "source": "app", "occurred_at": at, "event_name": name,
            "product_id": product}  # fmt: skip


ORDERS = [
    *(buy(f"a{n}", "ann", f"2025-04-{n + 1:02d} 20:30", 10, channel="App 商城") for n in range(3)),
    *(buy(f"b{n}", "bo", f"2025-02-{n + 1:02d}", 10, channel="门店") for n in range(3)),
    buy("c1", "cy", "2025-02-01", 10, channel="agent"),
]
EVENTS = [
    *(came("ann", 20, day) for day in range(10)),  # she buys on the first three of these days
    *(came("bo", 23 + day % 2 if day % 2 == 0 else 0, day) for day in range(8)),  # around midnight, and never buys on the day
    *(came("di", 3 * day, day) for day in range(8)),  # at any hour
]


@pytest.fixture(scope="module")
def found():
    made = kezhi.behaviour_patterns(table("orders", ORDERS), table("events", EVENTS), as_of=AS_OF)
    return {row["customer_id"]: row for row in rows(made)}


def test_online_or_store_needs_three_purchases_in_a_known_place(found):
    assert {who: row["place_preference"] for who, row in found.items()} == {"ann": "online", "bo": "store", "cy": None, "di": None}
    assert (found["ann"]["online_share"], found["bo"]["online_share"], found["cy"]["online_share"]) == (1.0, 0.0, None)


def test_an_hour_goes_round_midnight_and_who_never_buys_then_is_to_be_written_to(found):
    """bo comes at 23 and at 0, four times each: the earlier of the equal hours is 0, with 23 beside it."""
    bo = found["bo"]
    assert (bo["visits"], bo["usual_hour_visits"], bo["visits_without_purchase"]) == (8, 8, 8)
    assert bo["usual_hour"] in (23, 0)
    assert (bo["is_fixed_hour"], bo["is_to_retime"], bo["campaign_hour"]) == (True, True, bo["usual_hour"])


def test_who_buys_on_three_days_of_ten_need_not_be_written_to_at_another_hour(found):
    ann = found["ann"]
    assert (ann["usual_hour"], ann["usual_hour_visits"], ann["usual_hour_visits_without_purchase"]) == (20, 10, 7)
    assert (ann["is_fixed_hour"], ann["is_to_retime"], ann["campaign_hour"]) == (True, False, None)
    assert found["di"]["is_fixed_hour"] is False
    assert found["cy"]["is_fixed_hour"] is None  # never seen visiting


def test_without_events_nothing_is_said_of_hours_and_empty_frames_give_no_rows():
    orders = pd.DataFrame({"customer_id": ["a"], "ordered_at": pd.to_datetime(["2025-01-01"]), "net_amount": [1.0], "channel": [None]})
    (row,) = kezhi.behaviour_patterns(orders, as_of=AS_OF).to_dict("records")
    assert (row["purchases"], row["is_to_retime"]) == (1, False)
    assert pd.isna(row["visits"])
    assert len(kezhi.behaviour_patterns(orders.iloc[:0], as_of=AS_OF)) == 0
    with pytest.raises(ColumnMissing, match="occurred_at"):
        kezhi.behaviour_patterns(orders, orders[["customer_id"]], as_of=AS_OF)


def test_the_product_that_comes_back_more_than_others_leads_the_list():
    """Of 40 buyers of each of four products 16 give back the lamp and 1 the cup: 17 of 160 is the base."""
    orders, lines = [], []
    for n in range(40):
        for product in ("lamp", "cup", "pot", "pan"):
            orders.append(buy(f"{product}{n}", f"c{n}", "2025-03-01", 10))
            lines.append(line(f"{product}{n}", 1, product, 10))
    for product, times in (("lamp", 16), ("cup", 1)):
        for n in range(times):
            orders.append(give_back(f"r{product}{n}", f"c{n}", "2025-03-09", 5, of=f"{product}{n}"))
            lines.append(line(f"r{product}{n}", 1, product, -5))
    found = rows(kezhi.product_issues(table("orders", orders), table("order_lines", lines), as_of=AS_OF))
    (lamp,) = found
    assert (lamp["rank"], lamp["product_id"], lamp["issue"]) == (1, "lamp", "given_back")
    assert (lamp["customers"], lamp["hurt_customers"], lamp["rate"], lamp["base_rate"]) == (40, 16, 0.4, 17 / 160)
    assert lamp["excess_customers"] == pytest.approx(16 - 40 * 17 / 160)


def test_a_cart_left_counts_once_and_a_purchase_on_the_day_or_later_ends_it():
    """Of 30 who put the lamp in the cart nobody buys; of 30 with the cup and 60 with the pot all do, some days later."""
    acts, orders, lines = [], [], []
    for product, people in (("lamp", 30), ("cup", 30), ("pot", 60)):
        for n in range(people):
            acts += [came(f"c{n}", 10, day, "add_to_cart", product) for day in (1, 2)]
            if product != "lamp":
                orders.append(buy(f"{product}{n}", f"c{n}", "2025-04-02" if n % 2 else "2025-04-20", 10))
                lines.append(line(f"{product}{n}", 1, product, 10))
    found = rows(kezhi.product_issues(table("orders", orders), table("order_lines", lines), table("events", acts), as_of=AS_OF))
    assert [(row["product_id"], row["issue"], row["customers"], row["hurt_customers"]) for row in found] == [
        ("lamp", "left_in_cart", 30, 30)
    ]


def test_the_lenses_say_what_is_missing(bench):
    ledger = table("ledger", rows(counted(table("orders", ORDERS), as_of=AS_OF)))
    purchases, refunds = ledger.filter(ledger.is_purchase), ledger.filter(ledger.is_refund)
    patterns = behaviour_patterns(purchases, None, PatternSettings())
    found = rows(behaviour_lenses(refunds, buying_habits(purchases, None), patterns, None))
    assert {(row["lens"], row["missing"]) for row in found if row["missing"]} == {
        ("use", "events"), ("attitude", "feedback"), ("feedback", "feedback"),
    }  # fmt: skip
    per_buyer = next(row for row in found if row["figure"] == "purchases_per_buyer")
    assert (per_buyer["value"], per_buyer["customers"]) == (pytest.approx(7 / 3), 3)
