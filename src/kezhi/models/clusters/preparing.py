"""Columns made comparable before distances are taken: nulls, skew, scale, outliers, and on request fewer axes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from kezhi.errors import WrongInput
from kezhi.locales import Phrase

SKEWED = 1.0  # a column of at least 0 with more skewness than this is taken as log(1 + x)
FARTHEST = 4.0  # scaled values end here, so that a few giants do not become clusters of their own
NORMAL_IQR = 1.349  # of a normal distribution with standard deviation 1


@dataclass(frozen=True, slots=True)
class Preparation:
    """
    How rows become points; made by `prepare`, kept as JSON by `as_dict`.

    Attributes:
        features: Columns that are used, in order; those without spread were left out.
        fills: What stands for a null: the median.
        logs: Whether a column is taken as log(1 + x).
        centers, scales: Median, and interquartile range / 1.349 (standard deviation where that is 0), after the log.
        axes: Principal axes, one row each; empty without PCA.
        means: Means that the axes begin from; empty without PCA.
    """

    features: list[str]
    fills: list[float]
    logs: list[bool]
    centers: list[float]
    scales: list[float]
    axes: list[list[float]]
    means: list[float]

    def scaled(self, values: Any) -> Any:
        """*values* (rows x features, NaN for null) filled, logged, scaled and cut at 4: float64."""
        filled = np.where(np.isnan(values), np.asarray(self.fills), values)
        logs = np.asarray(self.logs)
        logged = np.where(logs, np.log1p(np.maximum(filled, 0.0)), filled)
        return np.clip((logged - np.asarray(self.centers)) / np.asarray(self.scales), -FARTHEST, FARTHEST)

    def project(self, scaled: Any) -> Any:
        """Scaled rows on the principal axes; the rows themselves without PCA."""
        return (scaled - np.asarray(self.means)) @ np.asarray(self.axes).T if self.axes else scaled

    def unscaled(self, scaled: Any) -> Any:
        """Scaled values in the columns' own units."""
        logged = np.asarray(scaled) * np.asarray(self.scales) + np.asarray(self.centers)
        logs = np.asarray(self.logs)
        return np.where(logs, np.expm1(np.where(logs, logged, 0.0)), logged)

    def as_dict(self) -> dict[str, Any]:
        """All of it as plain data; `Preparation(**data)` is the same object again."""
        return asdict(self)


def prepare(values: Any, features: list[str], *, pca_share: float | None = None) -> Preparation:
    """
    Learn a `Preparation`.

    Args:
        values: Rows x features, float64, NaN for null.
        features: Names of the columns.
        pca_share: Keep as many principal axes as hold this share of the variance, above 0 to 1; None is no PCA.

    Raises:
        WrongInput: No column has two different values.
    """
    kept, columns = [], []
    for name, column in zip(features, np.asarray(values, dtype=np.float64).T, strict=True):
        known = column[~np.isnan(column)]
        if len(known) and known.min() < known.max():
            fill = float(np.median(known))
            filled = np.where(np.isnan(column), fill, column)
            log = bool(known.min() >= 0 and _skewness(known) > SKEWED)
            taken = np.log1p(filled) if log else filled
            low, middle, high = np.quantile(taken, [0.25, 0.5, 0.75])
            kept.append(name)
            columns.append((fill, log, float(middle), float((high - low) / NORMAL_IQR if high > low else taken.std())))
    if not kept:
        raise WrongInput(problem=Phrase("clusters.no_spread", features=", ".join(features)))
    fills, logs, centers, scales = (list(part) for part in zip(*columns, strict=True))
    plain = Preparation(kept, fills, logs, centers, scales, [], [])
    if pca_share is None:
        return plain
    scaled = plain.scaled(np.asarray(values, dtype=np.float64)[:, [features.index(name) for name in kept]])
    means = scaled.mean(axis=0)
    variances, axes = np.linalg.eigh(np.cov(scaled - means, rowvar=False).reshape(len(kept), len(kept)))
    order = np.argsort(variances)[::-1]
    shares = np.cumsum(variances[order]) / variances.sum()
    held = axes[:, order[: int(np.searchsorted(shares, pca_share - 1e-12)) + 1]].T
    held = held * np.sign(held[np.arange(len(held)), np.abs(held).argmax(axis=1)])[:, None]  # one sign, whatever the machine
    return Preparation(kept, fills, logs, centers, scales, held.tolist(), means.tolist())


def _skewness(values: Any) -> float:
    away = values - values.mean()
    return float((away**3).mean() / (away**2).mean() ** 1.5)
