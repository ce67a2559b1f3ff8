"""K-Means: small cases by hand, laws, and scikit-learn beside it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.cluster import KMeans as Reference
from sklearn.metrics import adjusted_rand_score

import kezhi
from kezhi.errors import WrongInput
from kezhi.models.clusters.kmeans import KMeans


def blobs(rows: int = 600, width: int = 4, k: int = 3, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    draws = np.random.default_rng(seed)
    labels = draws.integers(k, size=rows)
    return labels[:, None] * 6.0 + draws.normal(size=(rows, width)), labels


def test_two_pairs_on_a_line_have_their_means_as_centers():
    """0, 2 and 10, 14: means 1 and 12; squared distances 1 + 1 + 4 + 4 = 10."""
    found = KMeans(2).fit([[0.0], [2.0], [10.0], [14.0]])
    assert sorted(found.cluster_centers_.ravel()) == [1.0, 12.0]
    assert found.inertia_ == 10.0
    assert found.labels_[0] == found.labels_[1] != found.labels_[2] == found.labels_[3]
    assert list(found.predict([[3.0], [9.0]])) == [found.labels_[0], found.labels_[2]]


def test_separated_groups_are_found_again():
    points, truth = blobs()
    assert adjusted_rand_score(truth, KMeans(3).fit_predict(points)) == 1.0


@pytest.mark.parametrize("seed", range(3))
def test_inertia_is_within_a_thousandth_of_the_best_of_ten_starts_of_scikit_learn(seed):
    """Overlapping groups, more rows than the starts look at: the goal of issue 3."""
    draws = np.random.default_rng(seed)
    points = (draws.normal(size=(8, 12))[draws.integers(8, size=20_000)] * 1.5 + draws.normal(size=(20_000, 12))).astype(np.float32)
    ours = KMeans(8, random_state=seed).fit(points)
    best = Reference(8, n_init=10, random_state=seed).fit(points)
    assert ours.inertia_ <= best.inertia_ * 1.001


def test_the_inertia_is_that_of_the_labels_and_centers_given_back():
    points, _ = blobs(k=4)
    found = KMeans(5).fit(points)
    assert found.inertia_ == pytest.approx(((points - found.cluster_centers_[found.labels_]) ** 2).sum())
    assert (found.labels_ == found.transform(points).argmin(axis=1)).all()


@settings(deadline=None, max_examples=25)
@given(st.integers(1, 6), st.integers(0, 5), st.integers(30, 120))
def test_no_row_is_nearer_to_another_center_and_no_cluster_is_empty(k, seed, rows):
    points = np.random.default_rng(seed).normal(size=(rows, 2))
    found = KMeans(k, random_state=seed, n_init=2).fit(points)
    assert (found.predict(points) == found.labels_).all()
    assert sorted(set(found.labels_)) == list(range(k))


def test_the_same_seed_gives_the_same_centers_and_clone_keeps_the_parameters():
    points, _ = blobs(k=5)
    one = kezhi.KMeans(4, random_state=3, n_init=2)
    other = clone(one)
    assert other is not one
    assert other.get_params() == one.get_params()
    assert (one.fit(points).cluster_centers_ == other.fit(points).cluster_centers_).all()


def test_many_rows_with_threads_give_what_few_rows_without_give():
    """60,000 rows pass the bound for threads; each row's label is that of the rows taken alone."""
    points, _ = blobs(rows=60_000)
    found = KMeans(3).fit(points)
    assert (found.predict(points[:1000]) == found.labels_[:1000]).all()


@pytest.mark.parametrize(
    ("points", "k"), [([[1.0], [1.0], [2.0]], 3), ([[1.0], [2.0]], 3), ([[1.0], [float("nan")]], 1), ([1.0, 2.0], 1), ([[1.0]], 0)]
)
def test_what_cannot_be_clustered_is_refused(points, k):
    with pytest.raises(WrongInput):
        KMeans(k).fit(points)


def test_other_columns_than_fitted_on_are_refused():
    points, _ = blobs()
    with pytest.raises(WrongInput, match="2 columns came"):
        KMeans(2).fit(points).predict(points[:, :2])
