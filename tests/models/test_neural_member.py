"""The neural member of the recommender: it learns what comes next, stands for the blend, is kept as arrays, and is missed in words."""

from __future__ import annotations

import sys

import numpy as np
import pyarrow as pa
import pytest

from kezhi.errors import ExtraMissing, WrongInput
from kezhi.models import Recommender
from kezhi.models.recommendation import neural, read_interactions
from kezhi.models.recommendation.members import decayed

PRODUCTS = 40


def steps(people: int = 120, length: int = 8, seed: int = 5) -> pa.Table:
    """Each goes from product to the next one on a ring of 40, from anywhere: only the latest tells what comes next."""
    starts = np.random.default_rng(seed).integers(0, PRODUCTS, people)
    who, day = np.repeat(np.arange(people), length), np.tile(np.arange(length), people)
    return pa.table({"customer_id": who, "product_id": (starts[who] + day) % PRODUCTS, "at": day})


@pytest.fixture(scope="module")
def walker() -> Recommender:
    pytest.importorskip("jax")
    return Recommender("neural", repeat=False, deep_width=32, deep_steps=600).fit(steps())


def first_offers(model: Recommender) -> float:
    """Share of customers whose first offer is the next product on the ring."""
    table = steps()
    ends = dict(zip(table["customer_id"].to_pylist(), table["product_id"].to_pylist(), strict=True))
    rows = model.recommend(n=1).to_pylist()
    return float(np.mean([row["product_id"] == (ends[row["customer_id"]] + 1) % PRODUCTS for row in rows]))


def test_the_network_learns_what_comes_next(walker):
    """By chance 1 in 32 products not had; by what goes together the one before the first is as near as the one after the last."""
    assert first_offers(walker) > 0.9
    assert first_offers(Recommender("item_item", repeat=False).fit(steps())) < 0.8
    assert set(walker.recommend(n=3)["reason_code"].to_pylist()) == {"taste"}


def test_the_same_rows_in_any_order_give_the_same_network_which_is_kept_without_code(walker):
    shuffled = steps().take(pa.array(np.random.default_rng(1).permutation(steps().num_rows)))
    again = Recommender("neural", repeat=False, deep_width=32, deep_steps=600).fit(shuffled)
    for name, part in walker.learned_.network.arrays().items():
        assert np.array_equal(part, again.learned_.network.arrays()[name]), name
    files = walker.to_files()
    assert not any(data.startswith(b"\x80") for data in files.values())  # no pickle
    assert Recommender.from_files(files).recommend(n=5).equals(walker.recommend(n=5))


def test_a_kept_network_answers_without_jax(walker, monkeypatch):
    files, lists = walker.to_files(), walker.recommend(n=5)
    monkeypatch.setitem(sys.modules, "jax", None)
    assert Recommender.from_files(files).recommend(n=5).equals(lists)


def test_the_scores_are_those_of_the_formula(walker):
    """The likeliest product has 1, any other exp(its logit - that of the first); what was had is not offered."""
    network, history = walker.learned_.network, walker.history_
    logits = network.taste(history, np.array([3])) @ network.out + network.shift
    rows = walker.recommend([3], 5).to_pylist()
    for row in rows:
        assert row["score"] == pytest.approx(min(np.exp(logits[0, row["product_id"]] - logits.max()), 1.0), abs=1e-4)
    assert np.allclose(network.taste(history, np.array([5, 3]))[1:], network.taste(history, np.arange(120))[3:4], atol=1e-6)
    own = history.item[history.user == 3]
    assert not {row["product_id"] for row in rows} & set(own.tolist())


def test_the_blend_takes_the_network_where_it_is_better_and_only_where_it_was_asked_for():
    pytest.importorskip("jax")
    deep = Recommender(repeat=False, deep="auto", deep_width=32, deep_steps=600).fit(steps())
    plain = Recommender(repeat=False).fit(steps())
    assert deep.weights_["neural"] > 0.2
    assert deep.validation_["neural"] > max(value for name, value in plain.validation_.items() if name != "blend")
    assert plain.weights_["neural"] == 0.0
    assert "neural" not in plain.validation_
    assert len(plain.learned_.network.products) == 0


def test_without_jax_it_is_said_what_to_install_and_the_others_go_on(monkeypatch):
    monkeypatch.setitem(sys.modules, "jax", None)
    monkeypatch.setattr(neural, "find_spec", lambda _: None)
    with pytest.raises(ExtraMissing, match=r"kezhi\[deep\]"):
        Recommender("neural").fit(steps())
    with pytest.raises(ExtraMissing):
        Recommender(deep=True).fit(steps())
    auto = Recommender(deep="auto", repeat=False).fit(steps(people=40))
    assert auto.recommend(n=1).equals(Recommender(repeat=False).fit(steps(people=40)).recommend(n=1))


def test_too_few_customers_and_wrong_parameters():
    with pytest.raises(WrongInput):
        Recommender(deep="often").fit(steps())
    with pytest.raises(WrongInput):
        Recommender(deep_width=0).fit(steps())
    pytest.importorskip("jax")
    few = Recommender("neural", repeat=False).fit(steps(people=19))
    assert len(few.learned_.network.products) == 0
    assert few.recommend([0], 1).num_rows == 1  # what is popular


def test_later_rows_are_counted_by_hand():
    """a: tea on day 1, rice and soy on day 2, tea again on day 5; b once. Rows stand by customer, product, day."""
    table = {"customer_id": ["a", "a", "a", "a", "b"], "product_id": ["tea", "rice", "soy", "tea", "tea"], "at": [1, 2, 2, 5, 3]}
    history = read_interactions(table)
    assert history.later().tolist() == [1, 1, 3, 0, 0]
    weights = decayed(history, 6.0, 1.0, "latest")[1]
    assert weights.tolist() == pytest.approx([0.1 + 0.9 * 2**-0.2, 0.1 + 0.9 * 2**-0.2, 1.0, 1.0])
    assert decayed(history, 6.0, 1.0, "even")[1].tolist() == [1, 1, 1, 1]
    untimed = read_interactions({"customer_id": ["a", "a"], "product_id": ["tea", "soy"]})
    assert untimed.later().tolist() == [0, 0]
    assert read_interactions({"customer_id": [], "product_id": []}).later().tolist() == []
