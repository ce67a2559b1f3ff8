"""Fraud by rules, anomaly and, where there are labels, boosted trees: a chance per row, with reasons in words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Self

import numpy as np
import pyarrow as pa
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from kezhi.errors import ColumnMissing, WrongInput
from kezhi.locales import Phrase
from kezhi.models.cards import ModelCard, said
from kezhi.models.churn.estimator import _labels
from kezhi.models.churn.learners import shares
from kezhi.models.evaluation.judging import Judgement, beats_baseline, judge
from kezhi.models.fraud.anomaly import FILE, SPREADS, Anomaly
from kezhi.models.fraud.boosted import RareTrees
from kezhi.models.fraud.reasons import FraudReason
from kezhi.models.fraud.rules import Rule
from kezhi.models.mixed_columns import MixedColumns, arrow_columns, learn, mixed_columns

HEAD, TREES = "fraud.json", "fraud-trees-{number}.txt"
LEAST = 0.05  # a smaller contribution in log-odds is not worth a word
FEWEST = 10  # rows to learn what is usual from


class FraudModel(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no hints
    """
    The chance that a row is fraud.

    With labels: LightGBM, and the rules. Without: how unusual the row is (isolation forest, and the farthest number in robust
    spreads), as the share of rows that are less so, and the rules. Columns are taken as by `ChurnModel`.

    Args:
        rules: `Rule` or mappings of its attributes; each raises the chance of the rows for which it holds.
        trees: How many, of the boosted ones; the isolation forest has 100.
        contamination: Without labels, the share of rows that `predict` calls suspicious.
        seed: Of all that is random.

    Attributes after `fit`:
        classes_: Both labels, sorted (0 and 1 without labels); columns of `predict_proba`. The second is the fraud.
        has_labels_: Whether there were labels.
        columns_, feature_names_in_, n_features_in_.
        drivers_: (feature, mean absolute contribution in log-odds), the strongest first; empty without labels.
        line_: Slope and intercept that make a chance of how unusual a row is; None without labels.
    """

    def __init__(
        self, rules: Sequence[Rule | Mapping[str, Any]] = (), *, trees: int = 100, contamination: float = 0.01, seed: int = 7
    ) -> None:
        self.rules = rules
        self.trees = trees
        self.contamination = contamination
        self.seed = seed

    def fit(self, X: Any, y: Any = None) -> Self:
        """
        Fit on *X* (any table) and, where it is known, *y* (two labels; None for a row that nobody has judged).

        Raises:
            WrongInput: Not two labels, another length, too few rows, no column that tells anything, a rule or parameter
                that makes no sense.
            ColumnMissing: A rule names a column that is not there.
        """
        if isinstance(self.trees, bool) or not isinstance(self.trees, (int, np.integer)) or self.trees < 1:
            raise WrongInput(problem=Phrase("churn.no_trees", trees=self.trees))
        if not isinstance(self.contamination, (int, float)) or not 0 < self.contamination < 1:
            raise WrongInput(problem=Phrase("uplift.share", name="contamination", value=self.contamination))
        self.rules_ = [rule if isinstance(rule, Rule) else _rule(rule) for rule in self.rules]
        table = arrow_columns(X)
        if table.num_rows < FEWEST:
            raise WrongInput(problem=Phrase("fraud.few", rows=table.num_rows, needed=FEWEST))
        self.feature_names_in_ = np.asarray(table.column_names, dtype=object)
        self.n_features_in_ = table.num_columns
        self.columns_ = learn(table)
        if not self.columns_.features:
            raise WrongInput(problem=Phrase("churn.nothing_tells"))
        self._rule_hits(table)
        self.anomaly_ = Anomaly().fit(table, self.columns_, trees=100, seed=self.seed)
        self.has_labels_ = y is not None
        self.boosted_: RareTrees | None = None
        self.line_: tuple[float, float] | None = None
        self.classes_, self.drivers_, self.rows_, self.positives_ = np.array([0, 1]), [], table.num_rows, 0
        if self.has_labels_:
            judged, values = _judged(y, table.num_rows)
            known = table.filter(pa.array(judged))
            self.classes_, truth = _labels(values, known.num_rows)
            codes = self.columns_.codes(known)
            self.boosted_ = RareTrees(self.trees).fit(codes, truth, self.columns_.categories, seed=self.seed)
            self.rows_, self.positives_ = len(truth), int(truth.sum())
            self.line_ = _line(self.anomaly_.scores(known, self.columns_), truth)
            some = np.linspace(0, len(codes) - 1, min(len(codes), 500)).astype(np.int64)
            weights = np.abs(self.boosted_.contributions(codes[some])).mean(axis=0)
            order = np.argsort(-np.round(weights, 9), kind="stable")
            self.drivers_ = [(self.columns_.features[place], float(weights[place])) for place in order]
        return self

    def predict_proba(self, X: Any) -> Any:
        """
        Rows x 2: the chance of each of `classes_`; without labels the second is the share of rows less unusual.

        Raises:
            ColumnMissing: A column that `fit` saw is not there.
            WrongInput: A column of numbers holds words.
        """
        check_is_fitted(self)
        table = arrow_columns(X)
        if self.boosted_ is None:
            chance = self.anomaly_.shares(self.anomaly_.scores(table, self.columns_))
        else:
            chance = self.boosted_.chances(self.columns_.codes(table))
        chance = 1.0 - (1.0 - chance) * self._rule_spares(table)
        return np.column_stack([1.0 - chance, chance])

    def predict(self, X: Any) -> Any:
        """The label of each row: fraud from a chance of a half on, or, without labels, the `contamination` most unusual."""
        bound = 0.5 if self.has_labels_ else 1.0 - self.contamination
        return self.classes_[(self.predict_proba(X)[:, 1] >= bound).astype(np.int64)]

    def score_samples(self, X: Any) -> Any:
        """How usual each row is: the lower, the more anomalous, as scikit-learn's outlier detectors; labels play no part."""
        check_is_fitted(self)
        return -self.anomaly_.scores(arrow_columns(X), self.columns_)

    def reasons(self, X: Any, *, most: int = 3) -> list[list[FraudReason]]:
        """The strongest reasons of each row: rules that hold, then what labels taught, then what is unusual."""
        check_is_fitted(self)
        table = arrow_columns(X)
        found: list[list[FraudReason]] = [[] for _ in range(table.num_rows)]
        for rule, hits in zip(self.rules_, self._rule_hits(table), strict=True):
            values = _shown(self.columns_, table, rule.column)
            for row in np.flatnonzero(hits):
                found[row].append(FraudReason("rule", rule.column, values[row], rule.chance, None, rule.name("zh"), rule.name("en")))
        if self.boosted_ is not None:
            added = self.boosted_.contributions(self.columns_.codes(table))
            self._add(found, table, added, self.columns_.features, most, lambda size: size >= LEAST, kind="learned")
        distances = self.anomaly_.distances(table, self.columns_)
        self._add(found, table, distances, self.anomaly_.numbers, most, lambda size: abs(size) >= SPREADS, kind="unusual")
        return [one[:most] for one in found]

    def card(self, X: Any, y: Any, *, as_of: str = "", name: str = "fraud") -> ModelCard:
        """
        The card, judged on rows that `fit` did not see against the anomaly alone; refused where it is not surely better.

        With labels the anomaly is made a chance on the rows of `fit`, so that both are chances. Without, both are shares: what
        counts is the order alone, and the card tells nothing of chances.
        """
        check_is_fitted(self)
        table = arrow_columns(X)
        _, truth = _labels(y, table.num_rows)
        scores, ours = self.anomaly_.scores(table, self.columns_), self.predict_proba(table)[:, 1]
        if self.line_ is None:
            judgement = _of_order(judge(truth, ours, self.anomaly_.shares(scores), seed=self.seed))
            is_better = (judgement.auc_gain["low"] or 0.0) > 0
        else:
            judgement = judge(truth, ours, shares(self.line_[0] * scores + self.line_[1]), seed=self.seed)
            is_better = beats_baseline(judgement)
        return ModelCard(
            name=name, method="lightgbm" if self.has_labels_ else "isolation_forest", as_of=as_of, counted="rows",
            population=said("fraud.card.population"), definition=said("fraud.card.definition"), baseline=said("fraud.card.baseline"),
            rows=self.rows_, positives=self.positives_, features=self.columns_.features,
            parameters={"trees": self.trees, "rules": [rule.written for rule in self.rules_]}, judgement=judgement.as_dict(),
            drivers=[{"feature": feature, "weight": weight} for feature, weight in self.drivers_],
            limits=[said("fraud.card.late"), said("fraud.card.unusual")], seed=self.seed, is_published=is_better,
            refusal=None if is_better else said("fraud.refused"),
        )  # fmt: skip

    def to_files(self) -> dict[str, bytes]:
        """The model as files that hold no code: JSON, LightGBM's text, skops."""
        check_is_fitted(self)
        head = {
            "parameters": {**self.get_params(), "rules": [rule.as_dict() for rule in self.rules_]}, "columns": self.columns_.as_dict(),
            "feature_names": self.feature_names_in_.tolist(), "classes": self.classes_.tolist(), "drivers": self.drivers_,
            "rows": self.rows_, "positives": self.positives_, "line": self.line_, "boosters": 0 if self.boosted_ is None else len(self.boosted_.boosters),
        }  # fmt: skip
        files = {HEAD: json.dumps(head, ensure_ascii=False).encode(), FILE: self.anomaly_.to_bytes()}
        for number, booster in enumerate(self.boosted_.boosters if self.boosted_ else ()):
            files[TREES.format(number=number)] = booster.model_to_string().encode()
        return files

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> Self:
        """The model that `to_files` gave *files* of."""
        head = json.loads(files[HEAD])
        made = cls(**head["parameters"])
        made.rules_ = [_rule(rule) for rule in head["parameters"]["rules"]]
        made.columns_ = mixed_columns(head["columns"])
        made.feature_names_in_ = np.asarray(head["feature_names"], dtype=object)
        made.n_features_in_ = len(head["feature_names"])
        made.classes_, made.has_labels_ = np.asarray(head["classes"]), bool(head["boosters"])
        made.drivers_ = [(feature, weight) for feature, weight in head["drivers"]]
        made.rows_, made.positives_ = head["rows"], head["positives"]
        line = head.get("line")  # absent of a model of an earlier release
        made.line_ = None if line is None else (float(line[0]), float(line[1]))
        made.anomaly_ = Anomaly().from_bytes(files[FILE])
        made.boosted_ = None
        if made.has_labels_:
            made.boosted_ = RareTrees(made.trees).read([files[TREES.format(number=number)] for number in range(head["boosters"])])
        return made

    def _rule_hits(self, table: pa.Table) -> list[Any]:
        for rule in self.rules_:
            if rule.column not in table.column_names:
                raise ColumnMissing(table="X", missing=[rule.column], present=sorted(table.column_names), hint="")
        return [rule.holds(_shown(self.columns_, table, rule.column)) for rule in self.rules_]

    def _rule_spares(self, table: pa.Table) -> Any:
        """The chance of each row to be no fraud by the rules alone."""
        spared = np.ones(table.num_rows)
        for rule, hits in zip(self.rules_, self._rule_hits(table), strict=True):
            spared *= np.where(hits, 1.0 - rule.chance, 1.0)
        return spared

    def _add(
        self, found: list[list[FraudReason]], table: pa.Table, sizes: Any, names: list[str], most: int, counts: Any, *, kind: str
    ) -> None:
        """Add the largest of each row's *sizes* to *found*, as far as they count."""
        strength = np.abs(sizes) if kind == "unusual" else sizes
        order = np.argsort(-np.round(strength, 9), axis=1, kind="stable")[:, :most]
        shown = {name: self.columns_.shown(table, name) for name in names}
        center = dict(zip(self.anomaly_.numbers, self.anomaly_.center, strict=True))
        logged = {plan.name for plan in self.columns_.plans if plan.log}
        for row, places in enumerate(order):
            taken = {reason.feature for reason in found[row]}
            for place in places:
                name, size = names[place], float(sizes[row, place])
                if name in taken or not counts(size):
                    continue
                usual = float(np.expm1(center[name]) if name in logged else center[name]) if kind == "unusual" else None
                found[row].append(FraudReason(kind, name, shown[name][row], size, usual))


def _shown(columns: MixedColumns, table: pa.Table, name: str) -> list[Any]:
    plan = next((plan for plan in columns.plans if plan.name == name and plan.kind == "number"), None)
    return columns.shown(table, name) if plan else [None if value is None else value for value in table[name].to_pylist()]


def _line(scores: Any, truth: Any) -> tuple[float, float]:
    """Slope and intercept of the log-odds of fraud along *scores*, as Platt (1999) calibrates."""
    from sklearn.linear_model import LogisticRegression

    center, scale = float(scores.mean()), float(scores.std()) or 1.0
    made = LogisticRegression(solver="newton-cholesky").fit(((scores - center) / scale)[:, None], truth)
    slope = float(made.coef_[0, 0]) / scale
    return slope, float(made.intercept_[0]) - slope * center


def _of_order(judgement: Judgement) -> Judgement:
    """What of *judgement* holds of scores that are no chances."""
    kept = {name: judgement.metrics[name] for name in ("auc", "average_precision")}
    return replace(judgement, metrics=kept, calibration=[], loss_gain={})


def _judged(y: Any, rows: int) -> tuple[Any, list[Any]]:
    """Which rows have a label, and those labels."""
    values = y.to_pylist() if hasattr(y, "to_pylist") else np.asarray(y, dtype=object).reshape(-1).tolist()
    if len(values) != rows:
        raise WrongInput(problem=Phrase("evaluation.lengths", labels=len(values), scores=rows))
    known = np.array([not (value is None or value != value or str(value) == "<NA>") for value in values], dtype=bool)
    return known, [value for value, is_known in zip(values, known, strict=True) if is_known]


def _rule(given: Any) -> Rule:
    try:
        return Rule(**given)
    except TypeError as error:
        raise WrongInput(problem=Phrase("fraud.no_rule", rule=str(given), known="column, comparison, value, chance")) from error
