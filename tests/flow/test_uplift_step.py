"""The step that says what campaigns do: who counts, what counts, when it is known, and when nothing is claimed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from scipy import stats
from support import module_bench, rows, table

from kezhi import profile
from kezhi.flow.campaigns import FEATURES, assigned, people, told
from kezhi.flow.model_registry import ModelRegistry
from kezhi.flow.step import Inputs
from kezhi.flow.uplift import uplift
from kezhi.settings import Settings, UpliftSettings

DAY = date(2025, 1, 1)
SENT = datetime(2024, 10, 1, 12)


bench = module_bench


def send(who: str, arm: str, *, at: datetime = SENT, campaign: str = "春", chance: bool = True) -> dict:
    return {"treatment_id": f"{campaign}{who}{arm}{at}", "record_id": who, "customer_id": who, "source": "app", "campaign": campaign,
            "arm": arm, "assigned_at": at, "is_randomised": chance, "cost": Decimal("0.50")}  # fmt: skip


def buy(who: str, at: datetime, amount: int = 10) -> dict:
    return {"order_id": f"{who}{at}{amount}", "customer_id": who, "source": "app", "ordered_at": at, "net_amount": Decimal(amount),
            "gross_amount": Decimal(amount), "status": "paid", "order_kind": "purchase" if amount > 0 else "refund"}  # fmt: skip


def inputs(bench, sent: Iterable[dict], bought: Iterable[dict], models=None, **settings) -> Inputs:
    """With features as of today."""
    sent = list(sent)
    known = sorted({row["customer_id"] for row in sent})
    customers = table("customers", [{"customer_id": who, "records": 1, "sources": "app"} for who in known], bench)
    orders = table("orders", bought, bench)
    links = [
        {"record_id": who, "customer_id": who, "source": "app", "linked_by": "itself", "method": "exact", "records": 1} for who in known
    ]
    tables = {
        "treatments": table("treatments", sent, bench),
        "identity_links": table("identity_links", links, bench),
        "customers": customers,
        "orders": orders,
        "ledger": bench.settle(profile.counted(orders, as_of=DAY)),
        "features": bench.settle(profile.features(customers, orders, None, None, None, as_of=DAY, bench=bench, needed=FEATURES)),
    }
    return Inputs(tables, Settings(uplift=UpliftSettings(**settings)), DAY, DAY, {}, None, bench, models)


def test_only_what_came_within_the_window_counts_and_only_of_whom_it_is_over(bench):
    """Of the treated a (bought on day 3) and b (before, and on day 31) count; c was in both arms, d's window is not over."""
    given = inputs(
        bench,
        [send("a", "券"), send("b", "券"), send("c", "券"), send("c", "对照"), send("d", "券", at=datetime(2024, 12, 20)), send("e", "Control")],
        [buy("a", SENT + timedelta(days=3)), buy("b", SENT - timedelta(hours=1)), buy("b", SENT + timedelta(days=31)), buy("d", datetime(2024, 12, 21))],
    )  # fmt: skip
    everyone = people(given)
    seen = assigned(given, everyone)
    assert [(row["customer_id"], row["outcome"]) for row in rows(seen, bench)] == [("a", 1.0), ("b", 0.0), ("e", 0.0)]
    (one,) = told(given, everyone, bench.arrow(seen))
    assert (one["treated_rows"], one["treated_mean"], one["control_rows"], one["control_mean"], one["mixed"]) == (2, 0.5, 1, 0.0, 1)
    assert one["cost"] == Decimal("0.5")


def test_money_counts_with_refunds_taken_off_where_the_settings_say_so(bench):
    given = inputs(
        bench,
        [send("a", "券"), send("e", "对照")],
        [buy("a", SENT + timedelta(days=3), 80), buy("a", SENT + timedelta(days=5), -30)],
        outcomes={"春": "net_amount"},
    )
    assert [row["outcome"] for row in rows(assigned(given, people(given)), bench)] == [50.0, 0.0]


def test_nobody_is_looked_at_from_a_day_after_the_assignment(bench):
    """Thirty days of assignments and four cut-offs: each is looked at from at most a quarter of them before, never from later."""
    sent = [send(f"c{number:02}", "券" if number % 2 else "对照", at=SENT + timedelta(days=number)) for number in range(30)]
    given = inputs(bench, sent, [buy("c00", SENT)])
    looked = {row["customer_id"]: row["looked_on"] for row in rows(assigned(given, people(given)), bench)}
    early = [(SENT.date() + timedelta(days=number) - looked[f"c{number:02}"]).days for number in range(30)]
    assert min(early) == 0
    assert max(early) < 8
    assert len(set(looked.values())) == 4


def shop(bench, tmp_path, *, moved: float, chance: bool = True, arms: tuple[str, str] = ("券", "对照")) -> Inputs:
    """600 customers, half of whom bought often: *moved* of those buy because of the campaign, and 5% of all anyway."""
    draws = np.random.default_rng(3)
    sent, bought = [], []
    for number in range(600):
        who, often, treated = f"c{number:03}", number % 2 == 0, bool(draws.random() < 0.5)
        sent.append(send(who, arms[0] if treated else arms[1], chance=chance))
        bought += [buy(who, SENT - timedelta(days=int(day))) for day in draws.integers(1, 300, 12 if often else 2)]
        if draws.random() < 0.05 + (moved if often and treated else 0.0):
            bought.append(buy(who, SENT + timedelta(days=int(draws.integers(1, 29)), hours=1)))
        # what comes after the window, and who it comes of, tells nothing
        bought += [buy(who, SENT + timedelta(days=40 + day)) for day in range(5 if treated else 0)]
    return inputs(bench, sent, bought, tmp_path)


def test_who_is_moved_is_found_from_what_was_known_before(bench, tmp_path):
    """Those who bought often are moved by half; purchases after the campaign, of the treated alone, must not be seen in fitting."""
    made = uplift(shop(bench, tmp_path, moved=0.5))
    (one,) = rows(made["uplift_campaigns"], bench)
    assert (one["is_published"], one["refusal"], one["model_version"]) == (True, None, 1)
    assert one["effect"] == pytest.approx(0.25, abs=0.07)
    assert one["effect_low"] < 0.25 < one["effect_high"]
    assert one["cost_per_outcome"] == pytest.approx(0.5 / one["effect"])
    card = ModelRegistry(tmp_path).card(one["model"])
    assert card.limits
    assert card.judgement["qini_curve"]
    found = rows(made["uplift"], bench)
    assert sorted(row["rank"] for row in found) == list(range(1, 601))
    assert {row["uplift_group"] for row in found if row["low"] > 0} == {"persuadable"}
    again = uplift(shop(bench, tmp_path, moved=0.5))
    assert ModelRegistry(tmp_path).versions(one["model"]) == [1]
    assert rows(again["uplift"], bench) == found
    later = replace(shop(bench, tmp_path, moved=0.5), as_of=DAY + timedelta(days=7))
    uplift(later)
    [seen] = ModelRegistry(tmp_path).records(one["model"], 1)
    assert (seen["as_of"], seen["rows"], seen["auc"]) == ("2025-01-08", 600, None)
    assert set(seen["feature_psi"]) <= set(FEATURES)
    assert seen["score_psi"] is not None


def test_a_customer_is_told_the_same_whoever_shares_the_batch(bench, tmp_path, monkeypatch):
    whole = rows(uplift(shop(bench, tmp_path, moved=0.5))["uplift"], bench)
    read = bench.batches
    monkeypatch.setattr(bench, "batches", lambda table: (part.slice(at, 7) for part in read(table) for at in range(0, part.num_rows, 7)))
    assert rows(uplift(shop(bench, tmp_path, moved=0.5))["uplift"], bench) == whole


def test_a_campaign_that_moves_all_alike_is_told_to_be_flat_and_scores_nobody(bench, tmp_path):
    made = uplift(shop(bench, tmp_path, moved=0.0))
    (one,) = rows(made["uplift_campaigns"], bench)
    assert not one["is_published"]
    assert "hardly differ" in one["refusal_en"]
    assert rows(made["uplift"], bench) == []


def test_without_a_draw_or_a_control_group_no_effect_is_claimed(bench, tmp_path):
    chosen = rows(uplift(shop(bench, tmp_path, moved=0.5, chance=False))["uplift_campaigns"], bench)
    assert [(row["effect"], row["is_published"]) for row in chosen] == [(None, False)]
    both = rows(uplift(shop(bench, tmp_path, moved=0.5, arms=("甲", "乙")))["uplift_campaigns"], bench)
    assert [(row["arm"], row["effect"]) for row in both] == [("乙", None), ("甲", None)]
    assert all("control" in row["refusal_en"] for row in both)


def test_a_draw_that_what_was_known_before_tells_is_no_draw(bench, tmp_path):
    """Said to be by chance, but those who had bought often were treated."""
    sent = [send(f"c{number:03}", "券" if number % 3 else "对照") for number in range(300)]
    bought = [buy(f"c{number:03}", SENT - timedelta(days=day + 1)) for number in range(300) for day in range(9 if number % 3 else 1)]
    (one,) = rows(uplift(inputs(bench, sent, bought, tmp_path))["uplift_campaigns"], bench)
    assert (one["effect"], one["is_published"]) == (None, False)
    assert "no fair draw" in one["refusal_en"]


def test_a_campaign_among_customers_who_are_all_alike_is_refused_and_the_others_are_told(bench, tmp_path):
    """Nobody of the one had bought before: no column tells anything. The run used to end there, without a snapshot."""
    draws = np.random.default_rng(3)
    sent = [send(f"n{number:03}", "券" if number % 2 else "对照", campaign="新客") for number in range(120)]
    bought = [buy(f"n{number:03}", SENT + timedelta(days=3)) for number in range(0, 120, 5)]
    for number in range(200):
        sent.append(send(f"c{number:03}", "券" if number % 2 else "对照"))
        bought += [buy(f"c{number:03}", SENT - timedelta(days=int(day))) for day in draws.integers(1, 300, 1 + number % 7)]
        bought += [buy(f"c{number:03}", SENT + timedelta(days=9))] if number % 3 else []
    told = {row["campaign"]: row for row in rows(uplift(inputs(bench, sent, bought, tmp_path))["uplift_campaigns"], bench)}
    assert (
        told["新客"]["refusal_en"]
        == "No model of who is moved: No column tells anything: each has one value only, or another for every row."
    )
    assert told["新客"]["refusal"].startswith("没有谁受影响的模型：没有任何列带来信息")
    assert (told["新客"]["is_published"], told["新客"]["effect"]) == (False, 0.0)
    assert told["春"]["qini"] is not None


def test_three_against_three_is_told_with_an_interval_that_knows_how_few_they_are(bench):
    """All three with the coupon bought, none of the others: 100 points, from 21 on (Newcombe), not from 100 to 100."""
    sent = [send(f"c{number}", "券" if number < 3 else "对照") for number in range(6)]
    (one,) = rows(
        uplift(inputs(bench, sent, [buy(f"c{number}", SENT + timedelta(days=3)) for number in range(3)]))["uplift_campaigns"], bench
    )
    assert (one["effect"], one["effect_low"], one["effect_high"]) == pytest.approx((1.0, 0.2059, 1.0), abs=1e-4)
    assert "too few" in one["refusal_en"]
    spent = [buy(f"c{number}", SENT + timedelta(days=3), amount) for number, amount in enumerate((30, 50, 90, 10, 15, 20))]
    (one,) = rows(uplift(inputs(bench, sent, spent, outcome="net_amount"))["uplift_campaigns"], bench)
    expected = stats.ttest_ind([30, 50, 90], [10, 15, 20], equal_var=False).confidence_interval()
    assert (one["effect"], one["effect_low"], one["effect_high"]) == pytest.approx((125 / 3, expected.low, expected.high))
