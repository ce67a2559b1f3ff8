"""T-, X- and R-learners on LightGBM: small trees, so that a few thousand rows do not invent differences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from kezhi.models.small_trees import shap_values

METHODS = ("t", "x", "r")
LEAST_IN_LEAF, LEAF_SHARE = 20, 1 / 21  # rows of an arm in a leaf: a tree on few rows follows chance


class ArmTrees:
    """
    The learned trees of one method: mean outcome per arm, and what the method adds.

    Args:
        method: `t` (difference of two outcome models), `x` or `r`.
        leaves: Of a tree; 2 means that no two columns act together.
        trees: How many in each model.
        binary: Whether the outcome is a yes or no.
        categories: Places of the columns that are categories.
        seed: Of rows and columns drawn.

    Source: Künzel, Sekhon, Bickel, Yu (2019), PNAS 116, 4156-4165 (T, X); Nie, Wager (2021), Biometrika 108, 299-319 (R).
    """

    def __init__(self, method: str, leaves: int, trees: int, binary: bool, categories: list[int], seed: int) -> None:
        self.method, self.leaves, self.trees, self.binary = method, leaves, trees, binary
        self.categories, self.seed = categories, seed
        self.boosters: dict[str, Any] = {}

    def fit(self, codes: Any, treated: Any, outcome: Any, propensity: Any) -> ArmTrees:
        """Fit on rows of `MixedColumns.codes`, with the chance of each row to have been treated."""
        kind = "binary" if self.binary else "regression"
        for name, arm in (("control", ~treated), ("treated", treated)):
            self.boosters[name] = self._grown(codes[arm], outcome[arm], kind)
        if self.method == "x":
            gained = outcome[treated] - _predicted(self.boosters["control"], codes[treated])
            missed = _predicted(self.boosters["treated"], codes[~treated]) - outcome[~treated]
            self.boosters["effect_treated"] = self._grown(codes[treated], gained, "regression")
            self.boosters["effect_control"] = self._grown(codes[~treated], missed, "regression")
        if self.method == "r":
            half = np.random.default_rng(self.seed).permutation(len(outcome)) % 2 == 0
            usual = np.empty(len(outcome))
            for held in (half, ~half):
                usual[held] = _predicted(self._grown(codes[~held], outcome[~held], kind), codes[held])
            away = treated - propensity
            self.boosters["effect"] = self._grown(codes, (outcome - usual) / away, "regression", weight=away**2)
        return self

    def outcomes(self, codes: Any) -> tuple[Any, Any]:
        """Mean outcome of each row without and with the treatment."""
        return _predicted(self.boosters["control"], codes), _predicted(self.boosters["treated"], codes)

    def effects(self, codes: Any, propensity: Any) -> Any:
        """Effect on each row."""
        if self.method == "r":
            return _predicted(self.boosters["effect"], codes)
        if self.method == "x":
            found = [_predicted(self.boosters[name], codes) for name in ("effect_control", "effect_treated")]
            return propensity * found[0] + (1 - propensity) * found[1]
        without, given = self.outcomes(codes)
        return given - without

    def contributions(self, codes: Any, propensity: float) -> Any:
        """Rows x features: what each feature adds to the effect, or, of a T-learner on a yes or no, to the difference of log-odds."""

        def of(name: str) -> Any:
            return shap_values(self.boosters[name], codes)

        if self.method == "r":
            return of("effect")
        if self.method == "x":
            return propensity * of("effect_control") + (1 - propensity) * of("effect_treated")
        return of("treated") - of("control")

    def to_files(self) -> dict[str, bytes]:
        """The trees in LightGBM's own text, by name."""
        return {f"{name}.txt": booster.model_to_string().encode() for name, booster in self.boosters.items()}

    def from_files(self, read: Callable[[str], bytes], names: list[str]) -> ArmTrees:
        """What `to_files` gave."""
        import lightgbm

        self.boosters = {name: lightgbm.Booster(model_str=read(f"{name}.txt").decode()) for name in names}
        return self

    def _grown(self, codes: Any, target: Any, objective: str, weight: Any = None) -> Any:
        import lightgbm

        if objective == "binary" and (target.min() == target.max()):
            objective = "regression"  # one label only: LightGBM's log-odds would be infinite
        parameters = {
            "objective": objective, "num_leaves": self.leaves, "learning_rate": 0.05, "lambda_l2": 50.0, "feature_fraction": 0.7,
            "min_data_in_leaf": max(LEAST_IN_LEAF, int(len(target) * LEAF_SHARE)), "bagging_fraction": 0.8, "bagging_freq": 1,
            "seed": self.seed, "deterministic": True, "force_row_wise": True, "num_threads": 1, "verbose": -1, "feature_pre_filter": False,
        }  # fmt: skip
        data = lightgbm.Dataset(codes, target, weight=weight, categorical_feature=self.categories, params=parameters)
        return lightgbm.train(parameters, data, num_boost_round=self.trees)


def _predicted(booster: Any, codes: Any) -> Any:
    return np.asarray(booster.predict(codes, num_threads=1)) if len(codes) else np.empty(0)
