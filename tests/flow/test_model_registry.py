"""Versions, champion and cards of a project's models; training tables that cannot see the future."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from kezhi.errors import WrongInput
from kezhi.flow import training
from kezhi.flow.model_registry import KEPT, ModelRegistry
from kezhi.flow.training import cut_offs, fingerprint, past, training_table
from kezhi.flow.warehouse import Warehouse
from kezhi.kit.engine import _, ibis
from kezhi.models.cards import ModelCard, card_of, said, say
from kezhi.models.leakage import leaks
from kezhi.settings import EngineSettings


def card(**given) -> ModelCard:
    about = {name: said("churn.unknown") for name in ("population", "definition", "baseline")}
    return ModelCard(**({"name": "churn", "method": "logistic", "as_of": "2025-01-01"} | about | given))


def test_a_card_survives_json_and_reads_in_both_languages():
    made = card(refusal=said("evaluation.lengths", labels=2, scores=said("churn.unknown")))
    assert card_of(made.as_dict() | {"of_a_later_version": 1}) == made
    assert say(made.refusal, "en") == "2 labels came with unknown rows: one for each is needed."
    assert "未知" in say(made.refusal, "zh")


def test_a_challenger_is_kept_and_serves_only_when_promoted(tmp_path: Path):
    registry = ModelRegistry(tmp_path)
    first, second = registry.add(card(), {"model.txt": b"one"}), registry.add(card(seed=8), {"model.txt": b"two"})
    assert (first.version, second.version, registry.champion("churn")) == (1, 2, None)
    registry.promote("churn", 1)
    assert (registry.champion("churn"), registry.card("churn").seed, registry.card("churn", 2).seed) == (1, 7, 8)
    assert registry.files("churn") == {"model.txt": b"one"}
    registry.retire("churn")
    assert (registry.champion("churn"), registry.names()) == (None, ["churn"])


def test_a_published_version_serves_while_it_is_young_and_a_refused_one_ends_that(tmp_path: Path):
    registry, of = ModelRegistry(tmp_path), {"settings": {"seed": 7}}

    def young(day: str, **settings) -> int | None:
        asked = {"as_of": dt.date.fromisoformat(day), "retrain_days": 30, "settings": {"seed": 7} | settings}
        found = registry.young("churn", **asked)
        return None if found is None else found.version

    assert young("2025-01-01") is None
    assert registry.publish(card(is_published=True, parameters=of), {}).version == registry.champion("churn") == 1
    assert [young(day) for day in ("2024-12-31", "2025-01-01", "2025-01-30", "2025-01-31")] == [None, 1, 1, None]
    assert young("2025-01-01", seed=8) is None
    assert registry.publish(card(is_published=False, parameters=of), {}).version == 2
    assert (registry.champion("churn"), young("2025-01-01")) == (None, None)


def test_somebody_may_choose_a_version_that_is_proven_and_can_be_read_again(tmp_path: Path):
    registry = ModelRegistry(tmp_path)
    for proven, files in ((True, {"model.txt": b"1"}), (True, {"model.txt": b"2"}), (False, {"model.txt": b"3"}), (True, {})):
        registry.add(card(is_published=proven), files)
    registry.promote("churn", 2)
    assert registry.choose("churn", 1).version == registry.champion("churn") == 1
    for version, why in ((3, "did not beat"), (4, "every run"), (9, "no model churn 9")):
        with pytest.raises(WrongInput, match=why):
            registry.choose("churn", version)
    assert registry.champion("churn") == 1


def test_the_champion_outlives_many_challengers(tmp_path: Path):
    registry = ModelRegistry(tmp_path)
    registry.promote("churn", registry.add(card(), {}).version)
    for _number in range(KEPT + 3):
        registry.add(card(), {})
    assert registry.champion("churn") == 1
    assert len(registry.versions("churn")) == KEPT + 1


def test_a_version_that_died_while_written_is_not_there(tmp_path: Path):
    registry = ModelRegistry(tmp_path)
    (tmp_path / "churn" / ".1-abcd").mkdir(parents=True)
    assert registry.names() == []
    with pytest.raises(WrongInput, match="churn"):
        registry.card("churn")
    registry.add(card(), {})
    with pytest.raises(WrongInput, match="7"):
        registry.card("churn", 7)


def test_judging_lies_after_all_that_training_saw():
    days = cut_offs(dt.date(2024, 1, 1), dt.date(2025, 7, 1), horizon_days=120, history_days=180, every_days=30, most=4)
    assert days.judge == dt.date(2025, 3, 3)
    assert days.train[0] + dt.timedelta(days=120) == days.judge
    assert all((day - dt.date(2024, 1, 1)).days >= 180 for day in days.train)
    assert cut_offs(dt.date(2025, 1, 1), dt.date(2025, 7, 1), horizon_days=120, history_days=30, every_days=30, most=4) is None


@pytest.fixture
def bench(tmp_path: Path):
    with Warehouse(EngineSettings(), tmp_path) as made:
        yield made


def shop(bench: Warehouse) -> dict:
    """Customer c<n> bought n times before 1 June; the odd ones buy on 2 June, for an amount that gives them away."""
    early = [(f"c{n}", dt.datetime(2025, 5, k), "1.00") for n in range(1, 7) for k in range(1, n + 1)]
    late = [(f"c{n}", dt.datetime(2025, 6, 2), "999.00") for n in (1, 3, 5)]
    rows = [
        {"order_id": f"o{k}", "customer_id": c, "ordered_at": at, "net_amount": float(net)} for k, (c, at, net) in enumerate(early + late)
    ]
    orders = bench.keep(pa.Table.from_pylist(rows).schema, pa.Table.from_pylist(rows).to_batches())
    people = pa.table({"customer_id": [f"c{n}" for n in range(1, 7)], "left_for": ["rival"] * 6})
    return {"orders": orders, "customers": bench.keep(people.schema, people.to_batches())}


def test_a_feature_function_cannot_see_what_comes_after(bench: Warehouse):
    """It asks for the largest amount ever, which the order of 2 June would give away: on 1 June it is 1 for all."""
    tables, day = shop(bench), dt.date(2025, 6, 1)

    def greedy(seen, _on):
        assert seen["customers"].columns == ("customer_id",)
        return seen["orders"].group_by("customer_id").aggregate(largest=_.net_amount.max(), orders=_.count())

    def came(on):
        later = tables["orders"].filter(_.ordered_at >= ibis.literal(dt.datetime(on.year, on.month, on.day)))
        flags = later.group_by("customer_id").aggregate(bought=_.count())
        return tables["customers"].left_join(flags, "customer_id").select("customer_id", label=_.bought.notnull())

    made = training_table(tables, [day], features=greedy, labels=came, bench=bench, most_rows=100, seed=7)
    assert set(made["largest"].to_pylist()) == {1.0}
    assert dict(zip(made["customer_id"].to_pylist(), made["label"].to_pylist(), strict=True)) == {f"c{n}": n % 2 == 1 for n in range(1, 7)}
    few = training_table(tables, [day], features=greedy, labels=came, bench=bench, most_rows=3, seed=7)
    assert few.num_rows == 3
    assert fingerprint(few) != fingerprint(made)
    assert fingerprint(made) == fingerprint(training_table(tables, [day], features=greedy, labels=came, bench=bench, most_rows=100, seed=7))


def test_a_fingerprint_is_of_the_values_and_not_of_how_they_lie(monkeypatch):
    monkeypatch.setattr(training, "SLICE", 3)
    told = ["", "a", None, "a\x1fb", "c"] * 2
    table = pa.table({"text": told, "day": [dt.date(2025, 1, day) for day in range(1, 11)], "share": [0.1 + 0.2, None] * 5})
    cut = pa.concat_tables([table.slice(0, 4), table.slice(4)])
    assert fingerprint(table) == fingerprint(cut) == fingerprint(table.set_column(2, "share", [[0.3, None] * 5]))
    others = [table.slice(1), table.select(["day", "text", "share"]), table.set_column(0, "text", [["a", "", *told[2:]]])]
    assert len({fingerprint(one) for one in (table, *others)}) == 4


def test_what_is_not_dated_is_not_handed_on(bench: Warehouse):
    assert sorted(past(shop(bench) | {"profile": None}, dt.date(2025, 6, 1))) == ["customers", "orders"]


def test_a_planted_future_column_is_named():
    draws = np.random.default_rng(1)
    label = draws.random(400) < 0.3
    table = pa.table({"honest": draws.normal(size=400) + label, "days_until_return": np.where(label, 999.0, draws.integers(1, 90, 400)),
                      "state": np.where(label, "cancelled", "open")})  # fmt: skip
    assert [leak.column for leak in leaks(table, label)] == ["days_until_return", "state"]
