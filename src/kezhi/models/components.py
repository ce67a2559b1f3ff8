"""Principal components: the few directions in which most of the spread of many numbers lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from kezhi.errors import WrongInput
from kezhi.locales import Phrase


@dataclass(frozen=True, slots=True)
class Components:
    """
    What `principal_components` found.

    Attributes:
        shares: Per component, its share of the variance of all scaled columns; the largest first.
        loadings: Component by column: correlation of the column with the component, −1 to 1; the largest is above 0.
        scores: Row by component, of the rows that were given.
    """

    shares: list[float]
    loadings: list[list[float]]
    scores: Any


def principal_components(values: Any, *, most: int | None = None) -> Components:
    """
    Components of the columns scaled to mean 0 and variance 1.

    Args:
        values: Rows x columns, float64 without nulls.
        most: At most so many components; None is all.

    Raises:
        WrongInput: Fewer than two rows, or a column that never varies.

    Source: Jolliffe, Principal Component Analysis (2nd), chapter 2, by singular values of the scaled columns.
    """
    points = np.asarray(values, dtype=np.float64)
    if len(points) < 2 or not (points.std(axis=0) > 0).all():
        raise WrongInput(problem=Phrase("features.flat"))
    scaled = (points - points.mean(axis=0)) / points.std(axis=0)
    left, sizes, axes = np.linalg.svd(scaled, full_matrices=False)
    kept = min(most or len(sizes), len(sizes))
    variances = sizes**2 / len(points)
    loadings = axes[:kept] * np.sqrt(variances[:kept])[:, None]
    signs = np.sign(loadings[np.arange(kept), np.abs(loadings).argmax(axis=1)])
    return Components(
        shares=(variances / variances.sum())[:kept].tolist(),
        loadings=(loadings * signs[:, None]).tolist(),
        scores=left[:, :kept] * sizes[:kept] * signs,
    )
