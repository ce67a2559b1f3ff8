"""Which features tell a target: filter, wrapper and embedded methods side by side, and a warning for those that know the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from scipy.stats import chi2

from kezhi.errors import WrongInput
from kezhi.locales import Phrase
from kezhi.models.evaluation.ranking import auc
from kezhi.models.leakage import leaks
from kezhi.models.mixed_columns import learn

BINS = 10
FEWEST = 10  # rows of each label
STEP = 10  # a tenth of the features that are left is taken away at once
ALL_TOLD = 0.9  # of what there is to know of the target: a feature that tells so much, if only by what is missing, knows it


@dataclass(frozen=True, slots=True)
class FeatureScore:
    """
    How one feature stands, by each method.

    Attributes:
        feature: Its name.
        correlation: Pearson's with the target, missing values at the median; None for a category.
        mutual_information: With the target, in nats, in ten bins of a number (missing is one more) or by category.
        chi_square, p_value: Of the same table; p_value for a single test, not for the best of many.
        auc: Of the feature alone, at least 0.5.
        filter_rank: By mutual information; 1 is the best.
        wrapper_rank: 1 is the one that a logistic regression gives up last, taken away in turn (recursive elimination, a tenth at once).
        lasso_weight: Sum of its absolute weights in a logistic regression with an L1 penalty, on scaled columns; 0 is left out.
        tree_share: Share of the gain of all splits of boosted trees.
        embedded_rank: By lasso_weight and tree_share, the mean of both ranks.
        mean_rank: Of filter, wrapper and embedded.
        is_leak: It tells the target almost alone; take it out unless it is surely known when the target is asked for.
    """

    feature: str
    correlation: float | None
    mutual_information: float
    chi_square: float
    p_value: float
    auc: float
    filter_rank: int
    wrapper_rank: int
    lasso_weight: float
    tree_share: float
    embedded_rank: int
    mean_rank: float
    is_leak: bool


def feature_scores(table: pa.Table, truth: Any, *, seed: int = 7) -> list[FeatureScore]:
    """
    Every feature of *table* that tells something at all, the best mean rank first.

    Args:
        table: One row per case, mixed columns as they come.
        truth: Two labels, one per row.
        seed: Of the trees.

    Raises:
        WrongInput: Fewer than ten rows of a label, or no column with two values.

    Source: Guyon, Elisseeff (2003), An introduction to variable and feature selection, JMLR 3, 1157-1182.
    """
    labels = np.asarray(truth).astype(bool)
    if min(labels.sum(), (~labels).sum()) < FEWEST:
        raise WrongInput(problem=Phrase("features.few", ones=int(labels.sum()), zeros=int((~labels).sum()), needed=FEWEST))
    columns = learn(table)
    if not columns.features:
        raise WrongInput(problem=Phrase("features.none"))
    codes, (design, owners) = columns.codes(table), columns.design(table)
    leaking = {leak.column for leak in leaks(table, labels)}
    alone = [_alone(codes[:, place], labels, is_category=place in columns.categories) for place in range(len(columns.features))]
    lasso, trees = _lasso(design, owners, labels), _trees(codes, columns.categories, labels, seed)
    by_filter = _ranks(np.array([one["mutual_information"] for one in alone]))
    by_wrapper = _eliminated(design, owners, labels)
    by_embedded = _ranks(-(_ranks(lasso) + _ranks(trees)).astype(float))
    found = [
        FeatureScore(
            feature=name,
            **alone[place],
            filter_rank=int(by_filter[place]),
            wrapper_rank=int(by_wrapper[place]),
            lasso_weight=float(lasso[place]),
            tree_share=float(trees[place]),
            embedded_rank=int(by_embedded[place]),
            mean_rank=float(by_filter[place] + by_wrapper[place] + by_embedded[place]) / 3,
            is_leak=name in leaking or alone[place]["mutual_information"] >= ALL_TOLD * _entropy(labels),
        )
        for place, name in enumerate(columns.features)
    ]
    return sorted(found, key=lambda one: (one.mean_rank, one.feature))


def _alone(values: Any, labels: Any, *, is_category: bool) -> dict[str, Any]:
    """What the feature tells by itself."""
    known = np.isfinite(values)
    if is_category:
        bins = np.where(known, values, -1.0)
    else:
        edges = np.unique(np.quantile(values[known], np.arange(1, BINS) / BINS, method="inverted_cdf"))
        bins = np.where(known, np.searchsorted(edges, values, side="left"), -1)
    _kinds, place = np.unique(bins, return_inverse=True)
    counts = np.stack([np.bincount(place, weights=labels == label) for label in (True, False)])
    expected = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0) / counts.sum()
    told = np.where(counts > 0, counts * np.log(np.where(counts > 0, counts, 1.0) / expected), 0.0)
    statistic = float(((counts - expected) ** 2 / expected).sum())
    filled = (counts[0] / counts.sum(axis=0))[place] if is_category else np.where(known, values, np.median(values[known]))
    area = auc(labels, filled) or 0.5
    return {
        "correlation": None if is_category or not filled.std() > 0 else float(np.corrcoef(filled, labels)[0, 1]),
        "mutual_information": max(float(told.sum() / counts.sum()), 0.0),
        "chi_square": statistic,
        "p_value": float(chi2.sf(statistic, max(counts.shape[1] - 1, 1))),
        "auc": max(area, 1 - area),
    }


def _entropy(labels: Any) -> float:
    """What there is to know of the labels, in nats."""
    share = float(labels.mean())
    return -share * float(np.log(share)) - (1 - share) * float(np.log(1 - share))


def _lasso(design: Any, owners: Any, labels: Any) -> Any:
    """Absolute weights under an L1 penalty, summed per feature."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(l1_ratio=1.0, C=0.1, solver="liblinear", random_state=0).fit(design, labels)
    return np.bincount(owners, np.abs(model.coef_[0]))


def _trees(codes: Any, categories: list[int], labels: Any, seed: int) -> Any:
    """Share of each feature of the gain of all splits."""
    from lightgbm import LGBMClassifier

    model = LGBMClassifier(
        n_estimators=60, num_leaves=15, min_child_samples=10, random_state=seed, n_jobs=1, deterministic=True, verbosity=-1,
        importance_type="gain",
    )  # fmt: skip
    gain = model.fit(codes, labels, categorical_feature=categories).feature_importances_.astype(float)
    return gain / gain.sum() if gain.sum() > 0 else gain


def _eliminated(design: Any, owners: Any, labels: Any) -> Any:
    """The rank of each feature: the first that a logistic regression can do without is the last."""
    from sklearn.linear_model import LogisticRegression

    left = list(range(int(owners.max()) + 1))
    ranks = np.zeros(len(left), dtype=int)
    while left:
        chosen = np.isin(owners, left)
        model = LogisticRegression(C=0.1, max_iter=200).fit(design[:, chosen], labels)
        weights = np.bincount(owners[chosen], np.abs(model.coef_[0]), len(ranks))
        for worst in sorted(left, key=lambda place: (weights[place], -place))[: max(1, len(left) // STEP)]:
            ranks[worst] = len(left)
            left.remove(worst)
    return ranks


def _ranks(values: Any) -> Any:
    """1 for the largest; equals share the best of their places."""
    return np.searchsorted(np.sort(-values), -values) + 1
