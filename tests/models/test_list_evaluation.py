"""Measures of lists against hand and scikit-learn, and the blend against single members on a market with tastes."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from scipy.sparse import csr_matrix
from sklearn.metrics import ndcg_score
from test_recommender import market

from kezhi.models.evaluation.recommendations import list_measures, resampled_mean, time_split
from kezhi.models.recommendation import judge_lists, read_interactions
from kezhi.models.recommendation.blending import split


def test_ndcg_is_that_of_scikit_learn():
    draws = np.random.default_rng(4)
    relevant = draws.random((40, 25)) < 0.2
    relevant[:, 0] = True
    scores = draws.random((40, 25))
    found = list_measures(np.argsort(-scores, axis=1)[:, :10], csr_matrix(relevant.astype(float)))
    assert found["ndcg"].mean() == pytest.approx(ndcg_score(relevant, scores, k=10))


def test_recall_coverage_and_novelty_by_hand():
    """Two of three later products stand in a list of 2; one of four products is offered to the other, who bought it."""
    truth = csr_matrix(np.array([[1, 1, 1, 0], [1, 0, 0, 0], [0, 0, 0, 0]]))
    found = list_measures(np.array([[0, 1], [0, -1], [3, -1]]), truth, buyers=np.array([4, 2, 1, 1]))
    assert found["users"].tolist() == [0, 1]
    assert found["recall"].tolist() == [1.0, 1.0]
    assert found["ndcg"].tolist() == [1.0, 1.0]
    assert found["coverage"] == 0.5
    assert found["novelty"].tolist() == [1.5, 1.0]  # shares 1/2 and 1/4: 1 and 2 bits


def test_an_interval_holds_the_mean_and_nothing_has_none():
    found = resampled_mean(np.arange(100.0))
    assert found.low < found.value == 49.5 < found.high
    assert resampled_mean([]) == (None, None, None)
    assert time_split(range(11)) == 8.0


def test_the_blend_beats_what_is_popular_where_customers_have_tastes():
    judged = judge_lists(read_interactions(market()))
    assert judged.beats_popular
    assert judged.measures["blend"]["ndcg"].value > judged.measures["popular"]["ndcg"].value + 0.1
    assert judged.users == 60


def test_a_list_that_loses_to_what_everybody_buys_again_is_told():
    rows = [(user, product, day) for user in range(80) for day in range(20) for product in (user % 8, user % 8 + 8)]
    bought = pa.table(dict(zip(("customer_id", "product_id", "at"), map(list, zip(*rows, strict=True)), strict=True)))
    judged = judge_lists(read_interactions(bought), parameters={"method": "popular", "repeat": True})
    assert judged.loses_to_repeat
    assert not judged.beats_popular
    blended = judge_lists(read_interactions(bought), parameters={"repeat": True})
    assert blended.beats_popular
    assert not blended.loses_to_repeat


def test_one_day_parts_all_and_customers_who_come_once_are_parted_each():
    earlier, later, cut = split(read_interactions(market()), 7)
    assert earlier.day.max() < cut <= later.day.min()
    once = pa.table({"customer_id": np.repeat(np.arange(40), 5), "product_id": np.tile(np.arange(5), 40), "at": np.arange(200)})
    earlier, later, _ = split(read_interactions(once), 7)
    assert later.item.tolist() == [4] * 40
    assert np.bincount(earlier.user).tolist() == [4] * 40
