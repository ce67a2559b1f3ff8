"""The step that recommends: lists for the active, a card, a champion that is kept, and sentences where nothing is recommended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from support import module_bench, table

from kezhi import profile
from kezhi.flow.model_registry import ModelRegistry
from kezhi.flow.recommendations import Purchases, bought_lines, recommendations
from kezhi.flow.step import Inputs
from kezhi.flow.warehouse import Warehouse
from kezhi.kit.engine import ir
from kezhi.models.cards import say
from kezhi.models.recommendation import neural
from kezhi.settings import RecommendationSettings, Settings

DAY = date(2025, 1, 1)


def shop(people: int = 60, *, with_taste: bool = True) -> tuple[list[dict], list[dict]]:
    """20 purchases each in a year, of 30 products of the customer's taste (or of any 60, all alike)."""
    draws = np.random.default_rng(2)
    orders, lines = [], []
    for person in range(people):
        for _ in range(20):
            at = datetime.combine(DAY, datetime.min.time()) - timedelta(hours=int(draws.integers(24, 365 * 24)))
            number = f"o{len(orders)}"
            item = 30 * (person % 2) + int(draws.integers(0, 30)) if with_taste else int(draws.integers(0, 60))
            orders.append({"order_id": number, "customer_id": f"c{person:02}", "source": "shop", "ordered_at": at, "net_amount": Decimal("20.00"),
                           "status": "paid", "order_kind": "purchase"})  # fmt: skip
            lines.append({"order_id": number, "line_no": "1", "product_id": f"p{item:02}", "quantity": 1.0, "net_amount": Decimal("20.00")})
    return orders, lines


def inputs(bench: Warehouse, rows: tuple[list[dict], list[dict]], models: Path | None, **more) -> Inputs:
    tables = {
        "ledger": bench.settle(profile.counted(table("orders", rows[0], bench), as_of=DAY)),
        "order_lines": table("order_lines", rows[1], bench),
    }
    return Inputs(tables, Settings(recommendations=RecommendationSettings(**more)), DAY, DAY, {}, None, bench, models)


def in_order(bench: Warehouse, made: Mapping[str, ir.Table]) -> list[dict]:
    """Rows by customer and rank: the engine reads several row groups at once, in any order."""
    return bench.arrow(made["recommendations"].order_by("customer_id", "rank")).to_pylist()


bench = module_bench


def test_active_customers_get_ten_products_of_their_taste_and_a_card(bench, tmp_path):
    step = inputs(bench, shop(), tmp_path)
    rows = bench.arrow(recommendations(step)["recommendations"]).to_pylist()
    assert len(rows) == 600
    fitting = np.mean([(int(row["product_id"][1:]) >= 30) == bool(int(row["customer_id"][1:]) % 2) for row in rows])
    assert fitting > 0.95
    card = ModelRegistry(tmp_path).card("recommendations")
    assert card.is_published
    assert card.judgement["metrics"]["ndcg"]["low"] > card.judgement["metrics"]["ndcg"]["baseline"]
    assert not step.notes
    again = inputs(bench, shop(), tmp_path, top=3, max_per_category=5)
    shorter = bench.arrow(recommendations(again)["recommendations"])
    assert ModelRegistry(tmp_path).versions("recommendations") == [1]  # the champion's shares are kept
    assert shorter.num_rows == 180
    assert set(shorter["model_version"].to_pylist()) == {1}


def test_lists_no_better_than_what_is_popular_are_refused_in_a_sentence(bench, tmp_path):
    step = inputs(bench, shop(with_taste=False), tmp_path, repeat=False)
    assert recommendations(step) == {}
    assert "NDCG@10" in step.notes[0].say("en")
    assert ModelRegistry(tmp_path).champion("recommendations") is None
    assert not ModelRegistry(tmp_path).card("recommendations").is_published


def test_more_customers_than_are_learned_from_have_lists_all_the_same(bench, tmp_path):
    rows = shop(people=240)
    step = inputs(bench, rows, tmp_path, most_customers=100)
    found = in_order(bench, recommendations(step))
    assert len(found) == 2400
    assert len({(row["customer_id"], row["rank"]) for row in found}) == 2400
    assert np.mean([(int(row["product_id"][1:]) >= 30) == bool(int(row["customer_id"][1:]) % 2) for row in found]) > 0.95
    card = ModelRegistry(tmp_path).card("recommendations")
    assert 1_000 < card.rows < 2_400  # a third of 4,800 lines
    assert any("3" in say(one, "en") for one in card.limits if one["key"] == "recommend.limits.drawn")
    assert card.parameters["validation"].get("user_user") is None
    again = in_order(bench, recommendations(inputs(bench, rows, tmp_path, most_customers=100)))
    assert again == found  # the champion's shares, the same customers drawn


def test_who_bought_only_what_the_drawn_customers_did_not_is_listed_what_is_popular(bench, tmp_path):
    """Each buys a product of their own in the last week, and ten of the 250 nothing else; 84 or so are learned from."""
    orders, lines = shop(people=240)
    for person in range(250):
        at = datetime.combine(DAY, datetime.min.time()) - timedelta(days=1 + person % 7)
        orders.append(orders[0] | {"order_id": f"own{person}", "customer_id": f"c{person:02}", "ordered_at": at})
        lines.append(lines[0] | {"order_id": f"own{person}", "product_id": f"own{person:03}"})
    for few in (1_000, 100):
        step = inputs(bench, (orders, lines), tmp_path / str(few), most_customers=few, active_days=7)
        found = in_order(bench, recommendations(step))
        assert len({row["customer_id"] for row in found}) == 250
    strangers = [row for row in found if int(row["customer_id"][1:]) >= 240]
    assert len(strangers) == 100
    assert {row["reason_code"] for row in strangers} <= {"popular", "season"}


def test_parts_of_customers_hold_each_once(bench):
    lines = bought_lines(*inputs(bench, shop(people=240), None).tables.values(), date(2020, 1, 1))
    drawn = Purchases(lines, RecommendationSettings(most_customers=100), bench)
    parts = [drawn.part(number) for number in range(drawn.parts)]
    people = [set(part["customer_id"].to_pylist()) for part in parts]
    assert (drawn.parts, sum(part.num_rows for part in parts)) == (3, 4800)
    assert sum(map(len, people)) == len(set.union(*people)) == 240
    assert min(map(len, people)) > 50


def test_too_few_customers_are_told(bench, tmp_path):
    step = inputs(bench, shop(people=5), tmp_path)
    assert recommendations(step) == {}
    assert "5" in step.notes[0].say("en")


def test_the_card_says_what_the_network_was_worth_and_auto_without_jax_is_as_before(bench, tmp_path, monkeypatch):
    pytest.importorskip("jax")
    step = inputs(bench, shop(), tmp_path, deep="auto", deep_width=16, deep_steps=100)
    assert recommendations(step)
    card = ModelRegistry(tmp_path).card("recommendations")
    assert "neural" in {row["method"] for row in card.candidates}
    told = card.limits[-1]
    share = next((row["weight"] for row in card.drivers if row["feature"] == "neural"), 0.0)
    assert told["key"] == ("recommend.limits.network_used" if share > 0 else "recommend.limits.network_out")
    assert told["fields"]["alone"] == f"{card.parameters['validation']['neural']:.3f}"
    for lang in ("en", "zh"):
        assert told["fields"]["blend"] in say(told, lang)
    monkeypatch.setattr(neural, "find_spec", lambda _: None)
    assert recommendations(inputs(bench, shop(), tmp_path, deep="auto", deep_width=16, deep_steps=100))
    registry = ModelRegistry(tmp_path)
    assert registry.versions("recommendations") == [1, 2]  # shares are chosen again, without the network
    assert "neural" not in registry.card("recommendations", 2).parameters["validation"]
    assert not any("network" in said["key"] for said in registry.card("recommendations", 2).limits)
