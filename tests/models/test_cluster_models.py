"""Preparation, the number of clusters, their names, and whether they stay."""

from __future__ import annotations

import json

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from kezhi.errors import WrongInput
from kezhi.models.clusters.fitting import ClusterModel, Previous, fit_clusters
from kezhi.models.clusters.matching import match
from kezhi.models.clusters.preparing import prepare
from kezhi.models.clusters.telling import names

FEATURES = ["recency_days", "orders_365d", "net_amount_365d"]


def shop(rows: int = 600, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Regulars, occasional and lost buyers, a third each."""
    draws = np.random.default_rng(seed)
    kind = np.arange(rows) % 3
    recency = np.choose(kind, [10, 80, 300]) * np.exp(draws.normal(0, 0.1, rows))
    orders = np.choose(kind, [20, 5, 1]) * np.exp(draws.normal(0, 0.1, rows))
    money = np.choose(kind, [9000, 900, 90]) * np.exp(draws.normal(0, 0.1, rows))
    return np.column_stack([recency, orders, money]), kind


def earlier(model: ClusterModel) -> Previous:
    return Previous(model.features, model.clusters, model.names, model.names_en, model.own_centers().tolist())


def test_a_column_is_filled_with_its_median_and_scaled_by_its_quartiles():
    """1, 2, 3, 4, 5 and a null: median 3, quartiles 2 and 4; (5 − 3) / (2 / 1.349) = 1.349."""
    values = np.array([[1.0], [2.0], [3.0], [4.0], [5.0], [np.nan]])
    made = prepare(values, ["x"])
    assert made.logs == [False]
    assert made.fills == [3.0]
    scaled = made.scaled(values)
    assert scaled[5, 0] == 0.0
    assert scaled[4, 0] == pytest.approx(2 / (1.75 / 1.349), rel=0.2)
    assert made.unscaled(scaled)[:5, 0] == pytest.approx([1, 2, 3, 4, 5])


def test_a_long_tail_is_logged_and_a_giant_is_cut():
    values = np.exp(np.random.default_rng(0).normal(size=(500, 1)) * 2)
    values[0] = 1e12
    made = prepare(values, ["money"])
    assert made.logs == [True]
    assert np.abs(made.scaled(values)).max() == 4.0


def test_a_column_without_spread_is_left_out_and_none_with_it_refused():
    values = np.column_stack([np.arange(40.0), np.full(40, 7.0), np.full(40, np.nan)])
    assert prepare(values, ["a", "b", "c"]).features == ["a"]
    with pytest.raises(WrongInput, match="alike in b, c"):
        prepare(values[:, 1:], ["b", "c"])


def test_principal_axes_hold_the_share_of_variance_asked_for():
    """Two columns that are one, and one of its own: two axes hold all."""
    draws = np.random.default_rng(2)
    a, b = draws.normal(size=(2, 300))
    made = prepare(np.column_stack([a, a, b]), ["a", "again", "b"], pca_share=0.999)
    assert len(made.axes) == 2
    assert np.asarray(made.axes) @ np.asarray(made.axes).T == pytest.approx(np.eye(2))


@pytest.mark.parametrize("method", ["kmeans", "mixture"])
def test_three_kinds_of_buyers_are_found_without_being_told_how_many(method):
    values, truth = shop()
    model = fit_clusters(values, FEATURES, method=method)
    assert len(model.clusters) == 3
    assert adjusted_rand_score(truth, model.assign(values)[0]) > 0.99
    assert sum(model.sizes) == len(values)


def test_each_cluster_is_named_by_what_lifts_it_over_all():
    values, truth = shop()
    model = fit_clusters(values, FEATURES, k=3)
    labels, _ = model.assign(values)
    regulars = model.names_en[labels[0]]  # row 0 is a regular
    assert {"Buys often", "Spends much", "Came recently"} & set(regulars.split(", "))
    assert model.medians[labels[0]][1] == pytest.approx(np.median(values[truth == 0, 1]))
    assert len(set(model.names)) == 3


def test_alike_clusters_still_have_names_of_their_own():
    assert names([[1.0, 0.0, 0.0], [1.1, 0.0, 0.0], [0.0, 0.0, 0.0]], FEATURES, ["Gone quiet"], "en") == [
        "Gone quiet (1)", "Gone quiet (2)", "Average",
    ]  # fmt: skip


def test_clusters_found_again_keep_number_and_name():
    """Another sample, in which the former largest group is the smallest: the order changes, the names do not."""
    values, _truth = shop()
    before = fit_clusters(values, FEATURES, k=3)
    other, kind = shop(rows=900, seed=5)
    keep = (kind != 0) | (np.arange(900) % 2 == 0)
    after = fit_clusters(other[keep], FEATURES, k=3, previous=earlier(before))
    assert after.continues == [True] * 3
    assert after.clusters != before.clusters or after.sizes != before.sizes
    assert dict(zip(after.clusters, after.names, strict=True)) == dict(zip(before.clusters, before.names, strict=True))
    assert all(shift is not None and shift < 0.5 for shift in after.shifts)


def test_a_group_nobody_saw_before_gets_a_new_number_and_a_name_not_taken():
    values, _ = shop()
    before = fit_clusters(values, FEATURES, k=3)
    giants = np.column_stack([np.full(200, 5.0), np.full(200, 300.0), np.full(200, 4e6)]) * np.exp(
        np.random.default_rng(3).normal(0, 0.1, (200, 3))
    )
    after = fit_clusters(np.vstack([values, giants]), FEATURES, k=4, previous=earlier(before))
    fresh = [place for place, goes_on in enumerate(after.continues) if not goes_on]
    assert [after.clusters[place] for place in fresh] == [4]
    assert after.names[fresh[0]] not in before.names


def test_matching_takes_the_least_sum_of_distances_and_leaves_far_ones_alone():
    old = np.array([[0.0], [10.0], [20.0]])
    assert match(np.array([[19.0], [1.0], [100.0]]), old) == [(2, 1.0), (0, 1.0), (None, None)]


def test_a_model_kept_as_json_gives_the_same_clusters():
    values, _ = shop()
    for method in ("kmeans", "mixture"):
        model = fit_clusters(values, FEATURES, k=3, method=method, pca_share=0.95)
        again = ClusterModel.from_dict(json.loads(json.dumps(model.as_dict())))
        assert (again.assign(values)[0] == model.assign(values)[0]).all()
        assert again.as_dict() == model.as_dict()


def test_too_few_rows_and_unknown_methods_are_refused():
    values, _ = shop()
    with pytest.raises(WrongInput, match="29 customers would be chance"):
        fit_clusters(values[:29], FEATURES)
    with pytest.raises(WrongInput, match="no method dbscan"):
        fit_clusters(values, FEATURES, method="dbscan")
