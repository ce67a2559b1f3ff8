"""The step that says who is about to leave: scores that rank, a champion that is kept, and sentences where nobody is scored."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from support import table

from kezhi import profile
from kezhi.flow.churn import churn, plays
from kezhi.flow.model_registry import ModelRegistry
from kezhi.flow.step import Inputs
from kezhi.flow.warehouse import Warehouse
from kezhi.models import evaluation as ev
from kezhi.models.churn.reasons import top_reasons
from kezhi.settings import ChurnSettings, EngineSettings, Settings

START, DAY = date(2023, 1, 1), date(2025, 1, 1)
DAYS = (DAY - START).days
FAST = ChurnSettings(methods=["logistic", "survival"], train_days=2)


def town(people: int = 400, seed: int = 1, *, days: int = DAYS) -> tuple[list[dict], list[dict], np.ndarray]:
    """Customers who buy every 10 to 30 days at random until six in ten leave; complaints of the last 80 days before; and who left."""
    draws = np.random.default_rng(seed)
    leaves = draws.random(people) < 0.6
    ends = np.where(leaves, draws.integers(days // 4, days, people), days)
    begin = datetime.combine(DAY - timedelta(days=days), datetime.min.time())
    orders, complaints = [], []
    for person in range(people):
        gap, at = draws.uniform(10, 30), draws.uniform(0, 30)
        while at < ends[person]:
            orders.append({"order_id": f"o{len(orders)}", "customer_id": f"c{person}", "source": "shop", "ordered_at": begin + timedelta(hours=int(at * 24)),
                           "net_amount": Decimal("20.00"), "channel": "app", "status": "paid", "order_kind": "purchase"})  # fmt: skip
            at += draws.exponential(gap)
        if leaves[person]:
            complaints += [{"event_id": f"e{person}-{n}", "customer_id": f"c{person}", "source": "app", "event_name": "complaint",
                            "occurred_at": begin + timedelta(days=max(0, int(ends[person]) - back))} for n, back in enumerate((80, 55, 30, 5))]  # fmt: skip
    return orders, complaints, leaves


def inputs(
    bench: Warehouse, orders: list[dict], models: Path | None, events: list[dict] | None = None, *, settings: ChurnSettings = FAST
) -> Inputs:
    bought = table("orders", orders, bench)
    people = table(
        "customers",
        [{"customer_id": one, "records": 1, "sources": "shop"} for one in sorted({row["customer_id"] for row in orders})],
        bench,
    )
    tables = {"orders": bought, "customers": people, "ledger": bench.settle(profile.counted(bought, as_of=DAY))}
    if events is not None:
        tables["events"] = table("events", events, bench)
    features = profile.features(people, bought, None, None, tables.get("events"), as_of=DAY, bench=bench)
    return Inputs(tables | {"features": bench.settle(features)}, Settings(churn=settings), DAY, DAY, {}, None, bench, models)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """One town scored, and run again on the same day with the registry of the first."""
    folder = tmp_path_factory.mktemp("churn")
    orders, complaints, leaves = town()
    with Warehouse(EngineSettings(memory_limit="2GB"), folder / "scratch") as bench:
        first = inputs(bench, orders, folder / "models", complaints)
        scored = {name: bench.arrow(found).to_pylist() for name, found in churn(first).items()}
        again = bench.arrow(churn(inputs(bench, orders, folder / "models", complaints))["churn"]).to_pylist()
        yield scored, again, leaves, ModelRegistry(folder / "models"), first


def test_those_who_left_are_lost_or_stand_before_those_who_stayed(made):
    """Measured 0.98: a customer who left is silent for longer than the own rhythm."""
    scored, _, leaves, _, _ = made
    left = [bool(leaves[int(row["customer_id"][1:])]) for row in scored["churn"]]
    score = [2.0 if row["state"] == "lost" else row["churn_probability"] for row in scored["churn"]]
    assert ev.auc(left, score) > 0.93


def test_every_row_is_sound_and_money_at_risk_is_chance_times_value(made):
    for row in made[0]["churn"]:
        if row["state"] == "lost":
            assert (row["churn_probability"], row["value_at_risk"], row["band"], row["play"], row["reasons"]) == (
                None,
                None,
                "lost",
                "win_back",
                [],
            )
            assert row["silent_days"] > row["horizon_days"]
        else:
            assert float(row["value_at_risk"]) == pytest.approx(row["churn_probability"] * float(row["value_amount"]), abs=0.006)
            assert row["band"] == ("high" if row["churn_probability"] >= 0.5 else "medium" if row["churn_probability"] >= 0.25 else "low")
            assert len(row["reasons"]) == len(row["reasons_en"]) == len(row["reason_features"]) <= 3
    lost = {row["customer_id"] for row in made[0]["churn"] if row["state"] == "lost"}
    assert {row["customer_id"] for row in made[0]["off_net"]} == lost
    assert all(row["lost_on"] <= DAY for row in made[0]["off_net"])


def test_the_champion_scores_the_same_again_and_what_was_seen_is_kept(made):
    scored, again, _, registry, _ = made
    assert sorted(map(str, again)) == sorted(map(str, scored["churn"]))
    card = registry.card("churn")
    assert (registry.versions("churn"), registry.champion("churn"), card.method) == ([1], 1, "logistic")
    assert [row["method"] for row in card.candidates] == ["baseline", "logistic", "survival"]
    assert card.judgement["metrics"]["log_loss"]["model"] < card.judgement["metrics"]["log_loss"]["baseline"]
    assert card.threshold["contact_cost"] == 10  # of settings that say nothing
    assert {"key": "churn.limits.cost", "fields": {"cost": "10.00", "rate": "10%"}} in card.limits
    seen = registry.records("churn", 1)
    assert [row["as_of"] for row in seen] == [DAY.isoformat()]
    assert seen[0]["score_psi"] >= 0


def test_where_silence_is_all_there_is_to_see_the_model_is_refused_and_its_card_says_why(bench, tmp_path):
    """Purchases without memory, leaving without a sign: nothing tells more than silence for the own rhythm."""
    given = inputs(bench, town()[0], tmp_path)
    assert churn(given) == {}
    assert "does not surely beat the simple rule" in given.notes[0].say("en")
    registry = ModelRegistry(tmp_path)
    assert (registry.champion("churn"), registry.card("churn").is_published) == (None, False)
    assert registry.card("churn").refusal["key"] == "churn.not_better"


def test_too_short_a_history_scores_nobody_and_says_so(bench, tmp_path):
    orders = town(30, days=60)[0]
    given = inputs(bench, orders, tmp_path)
    assert churn(given) == {}
    assert "days of history" in given.notes[0].say("en")


def test_too_few_customers_score_nobody_and_say_so(bench, tmp_path):
    orders = town(20)[0]
    given = inputs(bench, orders, tmp_path)
    assert churn(given) == {}
    assert "too few" in given.notes[0].say("en")
    assert "太少" in given.notes[0].say("zh")


def test_a_contract_without_events_scores_nobody(bench):
    given = inputs(bench, town(20)[0], None, settings=ChurnSettings(definition="contract"))
    assert churn(given) == {}
    assert len(given.notes) == 1


@pytest.mark.parametrize(
    ("band", "reasons", "worth", "expected"),
    [
        ("low", ["complaints_90d"], True, "none"),
        ("medium", [], False, "promotion"),
        ("high", ["silence_ratio", "complaints_rise"], True, "resolve_complaint"),
        ("medium", ["supplier_switches_365d"], False, "personal_contact"),
        ("high", ["silence_ratio"], True, "personal_contact"),
        ("high", ["login_ratio"], False, "value_added_service"),
        ("medium", ["silence_ratio"], True, "promotion"),
    ],
)
def test_the_play_is_tied_to_the_cause(band, reasons, worth, expected):
    found = top_reasons(["tenure_days", *reasons], lambda *_: [], np.array([[0.0, *np.linspace(2, 1, len(reasons))]]), most=3)
    assert found.features().to_pylist() == [reasons]
    assert plays(np.array([band]), found, np.array([worth])).tolist() == [expected]
