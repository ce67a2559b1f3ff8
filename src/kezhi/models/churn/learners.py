"""The three learners behind `ChurnModel`: each gives log-odds, contributions that tell what moved them, and bytes to keep."""

from __future__ import annotations

import json
from typing import Any, ClassVar, Protocol, Self

import numpy as np
import pyarrow as pa

from kezhi.errors import RunFailed
from kezhi.locales import Phrase
from kezhi.models.mixed_columns import MixedColumns
from kezhi.models.small_trees import shap_values

FOREST_TYPES = {"sklearn.tree._tree.Tree"}  # beyond what skops trusts by itself
EDGE = 1e-6  # probabilities end here before they become log-odds


def log_odds(probability: Any) -> Any:
    """ln(p / (1 − p)), with p kept off 0 and 1."""
    kept = np.clip(probability, EDGE, 1 - EDGE)
    return np.log(kept) - np.log1p(-kept)


def shares(odds: Any) -> Any:
    """The probability of log-odds."""
    return 1.0 / (1.0 + np.exp(-np.clip(odds, -35.0, 35.0)))


class Learner(Protocol):
    """What `ChurnModel` needs of a learner."""

    def fit(self, table: pa.Table, columns: MixedColumns, truth: Any, *, seed: int) -> Self: ...  # noqa: D102
    def odds(self, table: pa.Table, columns: MixedColumns) -> Any: ...  # noqa: D102
    def held_out_odds(self) -> Any | None: ...  # noqa: D102
    def contributions(self, table: pa.Table, columns: MixedColumns) -> Any: ...  # noqa: D102
    def to_bytes(self) -> bytes: ...  # noqa: D102
    def from_bytes(self, data: bytes) -> Self: ...  # noqa: D102


class BoostedTrees:
    """LightGBM: small trees, few columns each, kept in LightGBM's own text format; contributions are its SHAP values."""

    file = "model.txt"
    shape: ClassVar[dict[str, float]] = {"num_leaves": 6, "learning_rate": 0.05, "min_data_in_leaf": 30}

    def __init__(self, trees: int) -> None:
        self.trees = trees

    def fit(self, table: pa.Table, columns: MixedColumns, truth: Any, *, seed: int) -> Self:
        """Fit on the rows of *table*."""
        import lightgbm

        parameters = {
            "objective": "binary", "feature_fraction": 0.5,
            "bagging_fraction": 0.8, "bagging_freq": 1, "lambda_l2": 5.0, "cat_smooth": 10.0, "max_cat_to_onehot": 10, **self.shape,
            "seed": seed, "deterministic": True, "force_row_wise": True, "num_threads": 1, "verbose": -1, "feature_pre_filter": False,
        }  # fmt: skip
        data = lightgbm.Dataset(columns.codes(table), truth.astype(np.float64), categorical_feature=columns.categories, params=parameters)
        self.booster = lightgbm.train(parameters, data, num_boost_round=self.trees)
        return self

    def odds(self, table: pa.Table, columns: MixedColumns) -> Any:
        """Log-odds of each row."""
        return self.booster.predict(columns.codes(table), raw_score=True, num_threads=1) if table.num_rows else np.empty(0)

    def held_out_odds(self) -> Any | None:
        """None: it has none of its own."""
        return None

    def contributions(self, table: pa.Table, columns: MixedColumns) -> Any:
        """Rows x features; with the base they add up to the log-odds."""
        return shap_values(self.booster, columns.codes(table))

    def to_bytes(self) -> bytes:
        """LightGBM's text."""
        return self.booster.model_to_string().encode()

    def from_bytes(self, data: bytes) -> Self:
        """What `to_bytes` gave."""
        import lightgbm

        self.booster = lightgbm.Booster(model_str=data.decode())
        return self


class Logistic:
    """Logistic regression on scaled columns, kept as JSON; a contribution is coefficient × (value − mean)."""

    file = "model.json"

    def __init__(self, trees: int) -> None:  # noqa: ARG002  # it has none
        self.coefficients: Any = np.empty(0)

    def fit(self, table: pa.Table, columns: MixedColumns, truth: Any, *, seed: int) -> Self:
        """Fit on the rows of *table*."""
        from sklearn.linear_model import LogisticRegression

        design, _ = columns.design(table)
        fitted = LogisticRegression(C=1.0, max_iter=2000, random_state=seed).fit(design, truth)
        self.coefficients, self.base, self.means = fitted.coef_[0], float(fitted.intercept_[0]), design.mean(axis=0)
        return self

    def odds(self, table: pa.Table, columns: MixedColumns) -> Any:
        """Log-odds of each row."""
        return columns.design(table)[0] @ self.coefficients + self.base

    def held_out_odds(self) -> Any | None:
        """None: it has none of its own."""
        return None

    def contributions(self, table: pa.Table, columns: MixedColumns) -> Any:
        """Rows x features, the columns of a feature added up."""
        design, owners = columns.design(table)
        parts = (design - self.means) * self.coefficients
        made = np.zeros((table.num_rows, len(columns.features)))
        np.add.at(made.T, owners, parts.T)
        return made

    def to_bytes(self) -> bytes:
        """Coefficients, base and means as JSON."""
        return json.dumps({"coefficients": self.coefficients.tolist(), "base": self.base, "means": self.means.tolist()}).encode()

    def from_bytes(self, data: bytes) -> Self:
        """What `to_bytes` gave."""
        kept = json.loads(data)
        self.coefficients, self.base, self.means = np.asarray(kept["coefficients"]), kept["base"], np.asarray(kept["means"])
        return self


class Forest:
    """Random forest, kept by skops; a contribution is what changes when the feature is set to its usual value."""

    file = "model.skops"

    def __init__(self, trees: int) -> None:
        self.trees = trees

    def fit(self, table: pa.Table, columns: MixedColumns, truth: Any, *, seed: int) -> Self:
        """Fit on the rows of *table*."""
        from sklearn.ensemble import RandomForestClassifier

        design, owners = columns.design(table)
        self.forest = RandomForestClassifier(
            self.trees, min_samples_leaf=10, max_features=0.3, oob_score=bool(self.trees >= 50), random_state=seed, n_jobs=1
        ).fit(design, truth)
        self.usual, self.owners = np.median(design, axis=0), owners
        return self

    def odds(self, table: pa.Table, columns: MixedColumns) -> Any:
        """Log-odds of each row."""
        return self._odds(columns.design(table)[0])

    def held_out_odds(self) -> Any | None:
        """Log-odds of the rows it was fitted on, each from the trees that did not see it; None with few trees."""
        found = getattr(self.forest, "oob_decision_function_", None)
        return None if found is None or np.isnan(found).any() else log_odds(found[:, 1])

    def contributions(self, table: pa.Table, columns: MixedColumns) -> Any:
        """Rows x features; one more look at the rows for each feature."""
        design, _ = columns.design(table)
        whole = self._odds(design)
        made = np.zeros((table.num_rows, len(columns.features)))
        for place in range(len(columns.features)):
            made[:, place] = whole - self._odds(np.where(self.owners == place, self.usual, design))
        return made

    def to_bytes(self) -> bytes:
        """The forest in skops' format, with the usual values."""
        import skops.io

        return skops.io.dumps({"forest": self.forest, "usual": self.usual, "owners": self.owners})

    def from_bytes(self, data: bytes) -> Self:
        """
        What `to_bytes` gave.

        Raises:
            RunFailed: The file names types that no forest has; nothing of it was run.
        """
        import skops.io

        named = skops.io.get_untrusted_types(data=data)
        if set(named) - FOREST_TYPES:
            raise RunFailed(step="models", problem=Phrase("registry.untrusted", file=self.file))
        kept = skops.io.loads(data, trusted=named)
        self.forest, self.usual, self.owners = kept["forest"], kept["usual"], kept["owners"]
        return self

    def _odds(self, design: Any) -> Any:
        return log_odds(self.forest.predict_proba(design)[:, 1]) if len(design) else np.empty(0)


LEARNERS: dict[str, Any] = {"lightgbm": BoostedTrees, "logistic": Logistic, "random_forest": Forest}
