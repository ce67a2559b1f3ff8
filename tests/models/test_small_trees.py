"""SHAP values of small trees, looked up: those of the library for every kind of split and of value."""

from __future__ import annotations

import lightgbm
import numpy as np
import pytest

from kezhi.models.small_trees import MOST_SPLITS, shap_values


def rows(number: int, seed: int, *, with_gaps: bool) -> np.ndarray:
    """Three numbers, one of them with few values around 0, and two categories; a tenth is missing."""
    draws = np.random.default_rng(seed)
    codes = np.column_stack(
        [
            draws.normal(size=number), draws.integers(-2, 3, number), draws.lognormal(size=number), draws.integers(0, 6, number),
            draws.integers(0, 15, number),
        ]
    ).astype(np.float64)  # fmt: skip
    if with_gaps:
        codes[draws.random(codes.shape) < 0.1] = np.nan
    return codes


def grown(codes: np.ndarray, leaves: int, objective: str) -> lightgbm.Booster:
    draws = np.random.default_rng(3)
    seen = np.nan_to_num(codes, nan=0.7)
    score = seen[:, 0] * seen[:, 1] + seen[:, 2] - (seen[:, 3] % 2) * 2 + (seen[:, 4] % 3) + draws.normal(size=len(codes))
    target = score > np.median(score) if objective == "binary" else score
    parameters = {"objective": objective, "num_leaves": leaves, "min_data_in_leaf": 20, "bagging_fraction": 0.8, "bagging_freq": 1,
                  "max_cat_to_onehot": 10, "min_data_per_group": 10, "seed": 1, "num_threads": 1, "verbose": -1}  # fmt: skip
    return lightgbm.train(parameters, lightgbm.Dataset(codes, target.astype(float), categorical_feature=[3, 4]), num_boost_round=40)


def of_library(booster: lightgbm.Booster, codes: np.ndarray) -> np.ndarray:
    return booster.predict(codes, pred_contrib=True, num_threads=1)[:, :-1]


@pytest.mark.parametrize("objective", ["binary", "regression"])
@pytest.mark.parametrize("leaves", [2, 4, 6, MOST_SPLITS + 1, MOST_SPLITS + 6])
@pytest.mark.parametrize("with_gaps", [True, False])
def test_values_are_those_of_the_library(leaves, objective, with_gaps):
    """Also of values that were never missing when the trees grew, of categories never seen, and after reading back."""
    booster = grown(rows(1500, 1, with_gaps=with_gaps), leaves, objective)
    later = rows(800, 2, with_gaps=True)
    later[:5, 3:] = 99.0
    theirs = of_library(booster, later)
    assert np.abs(theirs).max() > 0.1
    assert np.abs(shap_values(booster, later) - theirs).max() < 1e-9
    read = lightgbm.Booster(model_str=booster.model_to_string())
    assert np.abs(shap_values(read, later) - theirs).max() < 1e-9


def test_small_trees_are_never_walked(monkeypatch):
    """The library is not asked; both kinds of splits stand in the trees."""
    booster = grown(rows(1500, 1, with_gaps=True), 6, "binary")
    kinds = set(booster.trees_to_dataframe()["decision_type"].dropna())
    assert kinds == {"<=", "=="}
    later = rows(50, 2, with_gaps=True)
    theirs = of_library(booster, later)
    monkeypatch.setattr(booster, "predict", lambda *_, **__: pytest.fail("walked"))
    assert np.abs(shap_values(booster, later) - theirs).max() < 1e-9


def test_larger_trees_are_walked(monkeypatch):
    """A table of all cases doubles with each split."""
    booster = grown(rows(1500, 1, with_gaps=True), MOST_SPLITS + 2, "binary")
    monkeypatch.setattr(booster, "predict", lambda codes, **_: np.ones((len(codes), 6)))
    assert np.array_equal(shap_values(booster, rows(9, 2, with_gaps=True)), np.ones((9, 5)))


def test_no_rows_and_a_model_that_learned_nothing():
    codes = rows(100, 1, with_gaps=True)
    assert shap_values(grown(codes, 6, "binary"), codes[:0]).shape == (0, 5)
    booster = lightgbm.train({"objective": "regression", "verbose": -1}, lightgbm.Dataset(codes, np.ones(100)), num_boost_round=3)
    assert np.array_equal(shap_values(booster, codes), np.zeros((100, 5)))


def test_zero_that_counts_as_missing_is_left_to_the_library():
    codes = rows(1500, 1, with_gaps=True)
    target = codes[:, 1] == 0
    parameters = {"objective": "binary", "num_leaves": 4, "zero_as_missing": True, "verbose": -1}
    booster = lightgbm.train(parameters, lightgbm.Dataset(codes, target.astype(float)), num_boost_round=10)
    assert np.array_equal(shap_values(booster, codes), of_library(booster, codes))
