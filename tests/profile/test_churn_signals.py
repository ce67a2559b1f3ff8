"""Horizons and signs of leaving on tables one can check by hand; who left, where to and why."""

from __future__ import annotations

import math
from datetime import date, timedelta
from hashlib import md5

import pytest
from support import only_row, rows, table

from kezhi import profile
from kezhi.profile.churn_signals import NEEDED
from kezhi.profile.rhythm import horizons
from kezhi.settings import ChurnSettings

DAY = date(2025, 6, 1)


def bought(*deeds: tuple[str, int, str, str]) -> list[dict]:
    """customer, days before DAY, channel, amount; each an order of its own."""
    return [
        {
            "order_id": f"o{number:03}",
            "customer_id": customer,
            "source": "shop",
            "ordered_at": f"{DAY - timedelta(days=ago)} 10:00:00",
            "net_amount": amount,
            "channel": channel,
            "status": "paid",
            "order_kind": "purchase",
        }
        for number, (customer, ago, channel, amount) in enumerate(deeds)
    ]


def done(*deeds: tuple[str, int, str, str | None]) -> list[dict]:
    return [
        {
            "event_id": f"e{n}",
            "customer_id": c,
            "source": "app",
            "occurred_at": f"{DAY - timedelta(days=ago)} 09:00:00",
            "event_name": what,
            "page": page,
        }
        for n, (c, ago, what, page) in enumerate(deeds)
    ]


def signals(bench, orders: list[dict], events: list[dict] | None = None, **settings) -> list[dict]:
    bought_ = table("orders", orders, bench)
    people = bench.settle(bought_.select("customer_id").distinct())
    acts = None if events is None else table("events", events, bench)
    features = bench.settle(
        profile.features(people, bought_, None, None, acts, as_of=DAY, bench=bench, needed=NEEDED).select("customer_id", *NEEDED)
    )
    channels = profile.last_channels(profile.purchases(bought_, as_of=DAY))
    made = profile.churn_signals(features, channels, acts, as_of=DAY, settings=ChurnSettings(**settings), most_days=180)
    return sorted(rows(made, bench), key=lambda row: row["customer_id"])


def test_the_horizon_is_three_own_gaps_drawn_to_the_companys(bench):
    """
    a: gaps of 10 and 10; b: one gap of 40; the company's mean gap is 60 / 3 = 20. Two gaps of it are added:
    a (20 + 40) / 4 = 15, b (40 + 40) / 3 = 26.67; c has none: 20. −ln 0.05 = 2.996: 45, 80, 60 days.
    """
    found = signals(
        bench, bought(*[("a", ago, "s", "1") for ago in (30, 20, 10)], *[("b", ago, "s", "1") for ago in (45, 5)], ("c", 7, "s", "1"))
    )
    assert [row["own_gap_days"] for row in found] == [15.0, pytest.approx(26.666667), 20.0]
    assert [row["horizon_days"] for row in found] == [45, 80, 60]
    assert found[0]["silence_ratio"] == pytest.approx(10 / 15, abs=1e-6)
    assert math.ceil(-math.log(0.05) * 15) == 45


def test_a_fixed_number_of_days_and_bounds_hold_for_all(bench):
    shop = bought(("a", 30, "s", "1"), ("a", 29, "s", "1"), ("b", 5, "s", "1"))
    assert {row["horizon_days"] for row in signals(bench, shop, fixed_days=77)} == {77}
    acts = [("a", 4, 1.0, 2)]
    assert only_row(horizons_of(acts, least_days=33))["horizon_days"] == 33
    assert only_row(horizons_of(acts, definition="contract"))["horizon_days"] == 90


def test_with_one_purchase_in_all_nobody_has_a_rhythm_and_the_longest_horizon_holds():
    found = only_row(horizons_of([("a", 4, None, 1)]))
    assert (found["own_gap_days"], found["horizon_days"], found["silence_ratio"]) == (None, 180, None)


def horizons_of(acts: list[tuple], **settings):
    from kezhi.kit.engine import ibis

    made = ibis.memtable([dict(zip(("customer_id", "silent_days", "gap_days_mean", "active_days"), row, strict=True)) for row in acts],
                         schema={"customer_id": "string", "silent_days": "int64", "gap_days_mean": "float64", "active_days": "int64"})  # fmt: skip
    return horizons(made, ChurnSettings(**settings), most_days=180)


def test_each_sign_has_a_name(bench):
    """
    Buys once in the last 90 days after six times in the 210 before: usual would be 6 × 90 / 210; logs in once in 30
    days after four times in the 60 before; two complaints after one; three of six earlier purchases elsewhere.
    """
    shop = bought(*[("a", ago, "store" if ago > 200 else "app", "10") for ago in (300, 250, 220, 180, 150, 120, 40)])
    acts = done(
        *[("a", ago, "login", None) for ago in (10, 40, 50, 60, 70)], *[("a", ago, "complaint", None) for ago in (5, 20, 100)],
        ("a", 9, "supplier_switch", "rival.example"),
    )  # fmt: skip
    row = signals(bench, shop, acts)[0]
    assert row["frequency_ratio"] == pytest.approx(1 / (6 * 90 / 210), abs=1e-6)
    assert row["login_ratio"] == pytest.approx(0.5)
    assert (row["complaints_90d"], row["complaints_rise"]) == (2.0, 1.0)
    assert row["channel_switch_share"] == pytest.approx(0.5)
    assert row["supplier_switches_365d"] == 1.0


def test_of_purchases_in_one_second_the_last_is_the_one_with_the_greatest_hash_of_its_id():
    """Ids 000 to 002 at 40 days, at 10 o'clock; of three channels the one whose id has the greatest MD5 is the last, the other two differ."""
    shop = bought(("a", 40, "app", "1"), ("a", 40, "store", "1"), ("a", 40, "phone", "1"), ("a", 41, "mail", "1"), ("b", 3, "app", "1"))
    shop[1]["ordered_at"] += ".900000"  # parts of a second do not tell the order
    last = max(shop[:3], key=lambda row: md5(row["order_id"].encode()).hexdigest())
    found = {row["customer_id"]: row for row in rows(profile.last_channels(profile.purchases(table("orders", shop), as_of=DAY)))}
    assert found["a"]["last_channel"] == last["channel"]
    assert found["a"]["channel_switch_share"] == pytest.approx(3 / 3)
    assert (found["b"]["last_channel"], found["b"]["channel_switch_share"]) == ("app", None)


def test_without_a_channel_a_purchase_is_neither_last_nor_counted():
    """Of app, store, store and one without a channel, the newest: the last is store, and one of the two before it is another."""
    shop = bought(("a", 30, "app", "1"), ("a", 20, "store", "1"), ("a", 10, "store", "1"), ("a", 5, None, "1"))
    found = only_row(profile.last_channels(profile.purchases(table("orders", shop), as_of=DAY)))
    assert found == {"customer_id": "a", "last_channel": "store", "channel_switch_share": 0.5}


def test_without_events_their_signs_are_null_and_one_purchase_switches_nothing(bench):
    row = signals(bench, bought(("a", 5, "app", "10")))[0]
    assert (row["login_ratio"], row["complaints_90d"], row["channel_switch_share"], row["gap_days_std"]) == (None, None, None, None)


def test_an_active_business_counts_actions_and_a_contract_ends_by_an_event(bench):
    shop = bought(("a", 100, "s", "1"), ("b", 100, "s", "1"))
    acts = done(("a", 30, "view", None), ("a", 3, "view", None), ("b", 60, "contract_ended", None))
    active = {row["customer_id"]: row for row in signals(bench, shop, acts, definition="activity")}
    assert (active["a"]["silent_days"], active["b"]["silent_days"]) == (3.0, 60.0)
    held = {row["customer_id"]: row for row in signals(bench, shop, acts, definition="contract")}
    assert (held["a"]["ended_on"], held["b"]["ended_on"]) == (None, DAY - timedelta(days=60))


def test_who_left_where_to_and_why():
    """a went to a rival, b complained, c gave the last purchase back, d changed the channel, e left without a sign."""
    shop = bought(
        *[(who, ago, "s", "100") for who in "abce" for ago in (300, 200)],
        ("d", 400, "s", "5"),
        ("d", 300, "s", "5"),
        ("d", 200, "app", "7"),
    )
    refund = {"order_id": "r1", "customer_id": "c", "source": "shop", "ordered_at": f"{DAY - timedelta(days=195)} 10:00:00", "net_amount": "-30",
              "status": "paid", "order_kind": "refund", "refund_of": "o005"}  # fmt: skip
    ledger = profile.counted(table("orders", [*shop, refund]), as_of=DAY)
    acts = table(
        "events", done(("a", 190, "port_out", "old.example"), ("a", 180, "port_out", "rival.example"), ("b", 210, "complaint", None))
    )
    from kezhi.kit.engine import ibis

    lost = ibis.memtable(
        [{"customer_id": who, "last_act_on": DAY - timedelta(days=200), "lost_on": DAY - timedelta(days=100)} for who in "abcde"]
    )
    lost = lost.join(profile.last_channels(profile.bought(ledger)), "customer_id")
    found = {row["customer_id"]: row for row in rows(profile.off_net(lost, ledger, acts, as_of=DAY, settings=ChurnSettings()))}
    assert [found[who]["cause"] for who in "abcde"] == ["supplier_switch", "complaint", "refund", "channel_switch", "unknown"]
    assert (found["a"]["left_to"], found["b"]["left_to"], found["d"]["channel"]) == ("rival.example", None, "app")
    assert [float(found[who]["value_lost"]) for who in "acd"] == [200.0, 170.0, 17.0]
