"""Who is about to leave: a calibrated probability per row of mixed columns, with reasons."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
import pyarrow as pa
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from kezhi.errors import WrongInput
from kezhi.locales import Phrase
from kezhi.models.churn.learners import LEARNERS, shares
from kezhi.models.churn.reasons import Reason, Reasons, top_reasons
from kezhi.models.mixed_columns import MixedColumns, arrow_columns, learn, mixed_columns

FOLDS = 3
FEWEST_TO_CALIBRATE = 30  # rows of each label
DRIVER_ROWS = 500  # rows that tell the drivers: a forest is asked once more for each feature
HEAD = "churn.json"


class ChurnModel(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no hints
    """
    The probability that a customer leaves, by LightGBM, logistic regression or a random forest.

    Columns are taken as they come: numbers, texts, yes and no, days; values may be missing. A text column that reads as
    numbers is one; a text of its own for each row, such as an id, and a column of one value tell nothing and are left out.

    Args:
        method: `lightgbm`, `logistic` or `random_forest`.
        calibrate: Fit a line through log-odds that were held out (three folds; the forest's own for a forest), so that a
            probability can be taken at its word. Left out with fewer than 30 rows of a label.
        trees: How many, where the method has trees.
        seed: Of all that is random; the same seed and rows give the same model.

    Attributes after `fit`:
        classes_: Both labels, sorted; columns of `predict_proba`. The second is the one that reasons speak of.
        feature_names_in_, n_features_in_: Columns that came.
        columns_: How each becomes numbers (`MixedColumns`).
        slope_, intercept_: Of the calibration; 1 and 0 without.
        drivers_: (feature, mean absolute contribution in log-odds), the strongest first.
    """

    learners: ClassVar[dict[str, Any]] = LEARNERS

    def __init__(self, method: str = "lightgbm", *, calibrate: bool = True, trees: int = 150, seed: int = 7) -> None:
        self.method = method
        self.calibrate = calibrate
        self.trees = trees
        self.seed = seed

    def fit(self, X: Any, y: Any) -> Self:
        """
        Fit on *X* (pandas, Polars, Arrow, Ibis, a mapping of lists, a matrix) and *y*, a label of two per row.

        Raises:
            WrongInput: Not two labels, a label missing, other lengths, no rows, an unknown method.
        """
        if self.method not in self.learners:
            raise WrongInput(problem=Phrase("churn.no_method", method=self.method, known=", ".join(self.learners)))
        if isinstance(self.trees, bool) or not isinstance(self.trees, (int, np.integer)) or self.trees < 1:
            raise WrongInput(problem=Phrase("churn.no_trees", trees=self.trees))
        table = arrow_columns(X)
        self.classes_, truth = _labels(y, table.num_rows)
        self.feature_names_in_ = np.asarray(table.column_names, dtype=object)
        self.n_features_in_ = table.num_columns
        self.columns_ = learn(table)
        self.learner_ = self._learned(table, self.columns_, truth)
        self.slope_, self.intercept_ = self._line(table, truth)
        some = np.linspace(0, table.num_rows - 1, min(table.num_rows, DRIVER_ROWS)).astype(np.int64)
        weights = np.abs(self.contributions(table.take(pa.array(some)))).mean(axis=0)
        order = np.argsort(-np.round(weights, 9), kind="stable")
        self.drivers_ = [(self.columns_.features[place], float(weights[place])) for place in order]
        return self

    def predict_proba(self, X: Any) -> Any:
        """
        Rows x 2: the probability of each of `classes_`.

        Raises:
            ColumnMissing: A column that `fit` saw is not there.
            WrongInput: A column of numbers holds words.
        """
        chance = shares(self.log_odds(X))
        return np.column_stack([1.0 - chance, chance])

    def predict(self, X: Any) -> Any:
        """The likelier label of each row."""
        return self.classes_[(self.log_odds(X) > 0).astype(np.int64)]

    def log_odds(self, X: Any) -> Any:
        """Calibrated log-odds of the second label, one per row."""
        check_is_fitted(self)
        return self.slope_ * np.asarray(self.learner_.odds(arrow_columns(X), self.columns_)) + self.intercept_

    def contributions(self, X: Any) -> Any:
        """Rows x `columns_.features`: what each feature adds to the calibrated log-odds."""
        check_is_fitted(self)
        return self.slope_ * self.learner_.contributions(arrow_columns(X), self.columns_)

    def reasons(self, X: Any, *, most: int = 3, rising_only: bool = False) -> list[list[Reason]]:
        """The strongest reasons of each row, in words by `Reason.say("zh")` and `say("en")`."""
        return self.top_reasons(X, most=most, rising_only=rising_only).by_row()

    def top_reasons(self, X: Any, *, most: int = 3, rising_only: bool = False) -> Reasons:
        """The strongest reasons of each row as columns: of many rows in a fraction of the time of `reasons`."""
        table = arrow_columns(X)

        def shown(name: str, rows: Any) -> list[Any]:
            return self.columns_.shown(table.select([name]).take(pa.array(rows)), name)

        return top_reasons(self.columns_.features, shown, self.contributions(table), most=most, rising_only=rising_only)

    def to_files(self) -> dict[str, bytes]:
        """The model as files that hold no code: JSON, LightGBM's text, or skops."""
        check_is_fitted(self)
        head = {
            "parameters": self.get_params(), "classes": self.classes_.tolist(), "columns": self.columns_.as_dict(),
            "feature_names": self.feature_names_in_.tolist(), "slope": self.slope_, "intercept": self.intercept_, "drivers": self.drivers_,
        }  # fmt: skip
        return {HEAD: json.dumps(head, ensure_ascii=False).encode(), self.learners[self.method].file: self.learner_.to_bytes()}

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> Self:
        """The model that `to_files` gave *files* of."""
        head = json.loads(files[HEAD])
        made = cls(**head["parameters"])
        made.classes_ = np.asarray(head["classes"])
        made.columns_ = mixed_columns(head["columns"])
        made.feature_names_in_ = np.asarray(head["feature_names"], dtype=object)
        made.n_features_in_ = len(head["feature_names"])
        made.slope_, made.intercept_ = head["slope"], head["intercept"]
        made.drivers_ = [(name, weight) for name, weight in head["drivers"]]
        learner = cls.learners[made.method]
        made.learner_ = learner(made.trees).from_bytes(files[learner.file])
        return made

    def _learned(self, table: pa.Table, columns: MixedColumns, truth: Any) -> Any:
        if not columns.features:
            raise WrongInput(problem=Phrase("churn.nothing_tells"))
        return self.learners[self.method](self.trees).fit(table, columns, truth, seed=self.seed)

    def _line(self, table: pa.Table, truth: Any) -> tuple[float, float]:
        """Slope and intercept of Platt's line through held-out log-odds (Platt 1999, Advances in Large Margin Classifiers)."""
        from sklearn.linear_model import LogisticRegression

        if not self.calibrate or min(truth.sum(), (~truth).sum()) < FEWEST_TO_CALIBRATE:
            return 1.0, 0.0
        odds = self.learner_.held_out_odds()
        if odds is None:
            odds = np.empty(len(truth))
            fold = _folds(truth, self.seed)
            for number in range(FOLDS):
                held = np.flatnonzero(fold == number)
                learner = self._learned(table.take(pa.array(np.flatnonzero(fold != number))), self.columns_, truth[fold != number])
                odds[held] = learner.odds(table.take(pa.array(held)), self.columns_)
        line = LogisticRegression(C=1e6).fit(odds[:, None], truth)
        slope = float(line.coef_[0, 0])
        # a line that falls would turn the ranking round: held-out rows then say that nothing was learned
        return (slope, float(line.intercept_[0])) if slope > 0 else (1.0, 0.0)


def _labels(y: Any, rows: int) -> tuple[Any, Any]:
    """Both labels, sorted, and where the second is."""
    values = y.to_pylist() if hasattr(y, "to_pylist") else np.asarray(y, dtype=object).reshape(-1).tolist()
    values = [value.item() if isinstance(value, np.generic) else value for value in values]
    if len(values) != rows:
        raise WrongInput(problem=Phrase("evaluation.lengths", labels=len(values), scores=rows))
    if any(value is None or value != value or str(value) == "<NA>" for value in values):
        raise WrongInput(problem=Phrase("churn.label_missing"))
    found = set(values)
    if len(found) != 2 or len({type(value) for value in found}) != 1:
        shown = ", ".join(sorted(str(value) for value in found)[:5])
        raise WrongInput(problem=Phrase("churn.labels", count=len(found), shown=shown or "–"))
    classes = sorted(found)
    truth = np.fromiter((value == classes[1] for value in values), dtype=bool, count=rows)
    return np.asarray(classes), truth


def _folds(truth: Any, seed: int) -> Any:
    """A fold for each row, both labels spread evenly."""
    order = np.random.default_rng(seed).permutation(len(truth))
    fold = np.empty(len(truth), dtype=np.int64)
    for rows in (order[truth[order]], order[~truth[order]]):
        fold[rows] = np.arange(len(rows)) % FOLDS
    return fold
