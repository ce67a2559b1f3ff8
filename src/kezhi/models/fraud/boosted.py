"""Boosted trees for a label that is rare: small leaves may hold a few frauds, and several draws are averaged."""

from __future__ import annotations

from typing import Any

import numpy as np

from kezhi.models.small_trees import shap_values

DRAWS = 4  # one in a hundred is fraud: which rows a draw leaves out moves the top of the list


class RareTrees:
    """LightGBM with fine bins and leaves of a few rows; the chance is the mean of `DRAWS` models."""

    def __init__(self, trees: int) -> None:
        self.trees = trees
        self.boosters: list[Any] = []

    def fit(self, codes: Any, truth: Any, categories: list[int], *, seed: int) -> RareTrees:
        """Fit on rows of `MixedColumns.codes`."""
        import lightgbm

        for number in range(DRAWS):
            parameters = {
                "objective": "binary", "num_leaves": 6, "learning_rate": 0.05, "min_data_in_leaf": 5, "min_sum_hessian_in_leaf": 0.1,
                "max_bin": 1000, "feature_fraction": 0.5, "bagging_fraction": 0.8, "bagging_freq": 1, "lambda_l2": 1.0,
                "seed": seed + number, "deterministic": True, "force_row_wise": True, "num_threads": 1, "verbose": -1,
                "feature_pre_filter": False,
            }  # fmt: skip
            data = lightgbm.Dataset(codes, truth.astype(np.float64), categorical_feature=categories, params=parameters)
            self.boosters.append(lightgbm.train(parameters, data, num_boost_round=self.trees))
        return self

    def read(self, texts: list[bytes]) -> RareTrees:
        """The models that LightGBM wrote as *texts*."""
        import lightgbm

        self.boosters = [lightgbm.Booster(model_str=text.decode()) for text in texts]
        return self

    def chances(self, codes: Any) -> Any:
        """The chance of each row."""
        if not len(codes):
            return np.empty(0)
        return np.mean([booster.predict(codes, num_threads=1) for booster in self.boosters], axis=0)

    def contributions(self, codes: Any) -> Any:
        """Rows x features: mean log-odds that each feature adds."""
        return np.mean([shap_values(booster, codes) for booster in self.boosters], axis=0)
