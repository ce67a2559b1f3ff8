"""What separates labelled groups: linear discriminant analysis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.linalg import eigh

from kezhi.errors import WrongInput
from kezhi.locales import Phrase

FEWEST = 2  # rows of a group


@dataclass(frozen=True, slots=True)
class Discriminants:
    """
    Axes along which the groups are farthest apart for their spread.

    Attributes:
        groups: The labels, sorted.
        sizes: Rows of each.
        shares: Per axis, its share of the variance between groups.
        loadings: Axis by feature: correlation of the feature with the axis, −1 to 1; what the axis is made of.
        coefficients: Axis by feature, on the columns as they came.
        means: Group by axis: where the groups lie.
        accuracy: Share of the rows whose nearest group mean on all axes (its prior counted in) is their own group.
        base_accuracy: Share of the largest group: what a guess gets right.
    """

    groups: list[str]
    sizes: list[int]
    shares: list[float]
    loadings: list[list[float]]
    coefficients: list[list[float]]
    means: list[list[float]]
    accuracy: float
    base_accuracy: float


def discriminants(values: Any, labels: Any) -> Discriminants:
    """
    Fisher's linear discriminants of *labels* in *values*.

    Args:
        values: Rows x features, float64 without nulls.
        labels: A label per row.

    Raises:
        WrongInput: Fewer than two groups of two rows, or features of which one follows from the others.

    Source: Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, 4.3.
    """
    groups, place = np.unique(np.asarray(labels, dtype=str), return_inverse=True)
    sizes = np.bincount(place)
    if len(groups) < 2 or sizes.min() < FEWEST:
        raise WrongInput(problem=Phrase("clusters.few_groups", groups=", ".join(groups[:8])))
    points = np.asarray(values, dtype=np.float64)
    centers = np.stack([points[place == group].mean(axis=0) for group in range(len(groups))])
    within = (points - centers[place]).T @ (points - centers[place]) / (len(points) - len(groups))
    spread = np.sqrt(np.diag(within))
    if not (spread > 0).all() or np.linalg.cond(within / np.outer(spread, spread)) > 1e12:
        raise WrongInput(problem=Phrase("clusters.collinear"))
    away = centers - points.mean(axis=0)
    between = (away * (sizes / len(points))[:, None]).T @ away
    variances, axes = eigh(between, within)  # axes have variance 1 within groups
    order = np.argsort(variances)[::-1][: min(len(groups) - 1, points.shape[1])]
    chosen = axes[:, order]
    chosen = chosen * np.sign(chosen[np.abs(chosen * spread[:, None]).argmax(axis=0), np.arange(chosen.shape[1])])
    scores = (points - points.mean(axis=0)) @ chosen
    middle = away @ chosen
    nearness = ((scores[:, None] - middle[None]) ** 2).sum(axis=2) / 2 - np.log(sizes / len(points))
    held = np.maximum(variances[order], 0.0)
    loadings = [[float(np.corrcoef(points[:, feature], axis)[0, 1]) for feature in range(points.shape[1])] for axis in scores.T]
    return Discriminants(
        groups=[str(group) for group in groups],
        sizes=sizes.tolist(),
        shares=(held / held.sum() if held.sum() > 0 else held).tolist(),
        loadings=loadings,
        coefficients=chosen.T.tolist(),
        means=middle.tolist(),
        accuracy=float((nearness.argmin(axis=1) == place).mean()),
        base_accuracy=float(sizes.max() / len(points)),
    )
