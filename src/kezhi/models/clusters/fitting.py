"""A fitted clustering: preparation, centers, numbers and names in one object that can be kept as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np

from kezhi.errors import WrongInput
from kezhi.locales import Phrase
from kezhi.models.clusters.choosing import Choice, choose
from kezhi.models.clusters.kmeans import KMeans
from kezhi.models.clusters.matching import match
from kezhi.models.clusters.preparing import Preparation, prepare
from kezhi.models.clusters.telling import names

FEWEST_ROWS = 30
METHODS = ("kmeans", "mixture")


@dataclass(frozen=True, slots=True)
class Previous:
    """Clusters found earlier, that new ones may continue; `centers` in the features' own units."""

    features: list[str]
    clusters: list[int]
    names: list[str]
    names_en: list[str]
    centers: list[list[float]]


@dataclass(frozen=True, slots=True)
class ClusterModel:
    """
    What `fit_clusters` found. All lists over clusters are in one order.

    Attributes:
        method: `kmeans` or `mixture`.
        seed: Of every random draw.
        preparation: How rows become points.
        clusters: Number of each cluster, from 1; a cluster that goes on keeps its number.
        names, names_en: What each is called.
        centers: Mean of the scaled features of its rows, cluster by feature.
        points: Center among the points (on the principal axes with PCA).
        weights, covariances: Of a mixture; empty for K-Means.
        continues: Whether it continues a cluster found before.
        shifts: How far its center moved since, in scaled units; None for a new one.
        medians, base_medians: Medians of the features, of the cluster's rows and of all rows; nulls left out.
        differences: Cluster mean minus mean of all, in standard deviations of all, cluster by feature.
        sizes: Rows of each among those the fit looked at.
        choices: What was measured for each k; empty when k was given.
    """

    method: str
    seed: int
    preparation: Preparation
    clusters: list[int]
    names: list[str]
    names_en: list[str]
    centers: list[list[float]]
    points: list[list[float]]
    weights: list[float]
    covariances: list[list[list[float]]]
    continues: list[bool]
    shifts: list[float | None]
    medians: list[list[float | None]]
    base_medians: list[float | None]
    differences: list[list[float]]
    sizes: list[int]
    choices: list[Choice]

    @property
    def features(self) -> list[str]:
        """The features that are used, in order."""
        return self.preparation.features

    def assign(self, values: Any) -> tuple[Any, Any]:
        """
        Place in `clusters` of each row, and its distance to the center of it among the points.

        Args:
            values: Rows x `features`, float64, NaN for null.
        """
        points = self.preparation.project(self.preparation.scaled(values))
        centers = np.asarray(self.points)
        if not self.weights:
            nearest = KMeans(len(centers))
            nearest.cluster_centers_, nearest.n_features_in_ = centers, centers.shape[1]
            return nearest.nearest(points)
        labels = _densest(points, centers, self.weights, self.covariances)
        return labels, np.sqrt(((points - centers[labels]) ** 2).sum(axis=1))

    def own_centers(self) -> Any:
        """`centers` in the features' own units."""
        return self.preparation.unscaled(self.centers)

    def as_dict(self) -> dict[str, Any]:
        """All of it as plain data for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """The model that `as_dict` gave *data* of."""
        choices = [Choice(**choice) for choice in data["choices"]]
        return cls(**{**data, "preparation": Preparation(**data["preparation"]), "choices": choices})


def fit_clusters(
    values: Any,
    features: list[str],
    *,
    k: int | None = None,
    k_min: int = 2,
    k_max: int = 8,
    seed: int = 7,
    method: str = "kmeans",
    pca_share: float | None = None,
    previous: Previous | None = None,
) -> ClusterModel:
    """
    Find groups of alike rows.

    Args:
        values: Rows x *features*, float64, NaN for null; the same rows in the same order give the same model.
        features: Names of the columns; those without spread are left out.
        k: Number of clusters; None chooses by stability and silhouette between *k_min* and *k_max*.
        k_min: Least k to try.
        k_max: Largest k to try.
        seed: Of every random draw.
        method: `kmeans`, or `mixture` of Gaussians with full covariances.
        pca_share: See `prepare`.
        previous: Clusters that the new ones may continue.

    Raises:
        WrongInput: Fewer than 30 rows, no column with spread, more clusters than different rows, unknown method.
    """
    if len(values) < FEWEST_ROWS:
        raise WrongInput(problem=Phrase("clusters.too_few", rows=len(values), needed=FEWEST_ROWS))
    if method not in METHODS:
        raise WrongInput(problem=Phrase("clusters.no_method", method=method, methods=", ".join(METHODS)))
    if k is not None and k < 1:
        raise WrongInput(problem=Phrase("clusters.too_many", k=k, rows=len(values)))
    preparation = prepare(values, features, pca_share=pca_share)
    used = np.asarray(values, dtype=np.float64)[:, [features.index(name) for name in preparation.features]]
    scaled = preparation.scaled(used)
    points = preparation.project(scaled)
    count, choices = (k, []) if k else choose(points, k_min=k_min, k_max=k_max, seed=seed)
    weights: list[float] = []
    covariances: list[list[list[float]]] = []
    if method == "kmeans":
        fitted = KMeans(count, random_state=seed).fit(points)
        labels, middle = fitted.labels_, fitted.cluster_centers_
    else:
        middle, weights, covariances = _mixture(points, count, seed)
        labels = _densest(points, middle, weights, covariances)
    there = [place for place in range(len(middle)) if (labels == place).any()]  # a component of a mixture may win no row
    order = sorted(there, key=lambda place: (-int((labels == place).sum()), place))
    spread = np.where(scaled.std(axis=0) > 0, scaled.std(axis=0), 1.0)
    centers = np.stack([scaled[labels == place].mean(axis=0) for place in order])
    differences = ((centers - scaled.mean(axis=0)) / spread).tolist()
    numbers, continues, shifts, zh, en = _called(centers, differences, preparation, previous)
    return ClusterModel(
        method=method,
        seed=seed,
        preparation=preparation,
        clusters=numbers,
        names=zh,
        names_en=en,
        centers=centers.tolist(),
        points=np.asarray(middle)[order].tolist(),
        weights=[weights[place] for place in order] if weights else [],
        covariances=[covariances[place] for place in order] if weights else [],
        continues=continues,
        shifts=shifts,
        medians=[_medians(used[labels == place]) for place in order],
        base_medians=_medians(used),
        differences=differences,
        sizes=[int((labels == place).sum()) for place in order],
        choices=choices,
    )


def _called(
    centers: Any, differences: list[list[float]], preparation: Preparation, previous: Previous | None
) -> tuple[list[int], list[bool], list[float | None], list[str], list[str]]:
    """Number, whether it goes on, shift and the two names of each cluster."""
    old = None
    if previous is not None and set(preparation.features) <= set(previous.features):
        columns = [previous.features.index(name) for name in preparation.features]
        old = preparation.scaled(np.asarray(previous.centers, dtype=np.float64)[:, columns])
    matched = match(centers, old) if old is not None else [(None, None)] * len(centers)
    highest = max(previous.clusters, default=0) if previous else 0
    numbers: list[int] = []
    for found, _shift in matched:
        fresh = found is None or previous is None
        highest += fresh
        numbers.append(highest if fresh else previous.clusters[found])  # type: ignore[union-attr,index]
    texts = []
    for lang in ("zh", "en"):
        kept = [] if previous is None else (previous.names if lang == "zh" else previous.names_en)
        new = [place for place, (found, _shift) in enumerate(matched) if found is None]
        made = names([differences[place] for place in new], preparation.features, kept, lang)
        fresh_names = dict(zip(new, made, strict=True))
        texts.append([fresh_names[place] if found is None else kept[found] for place, (found, _shift) in enumerate(matched)])
    return numbers, [found is not None for found, _shift in matched], [shift for _found, shift in matched], texts[0], texts[1]


def _mixture(points: Any, k: int, seed: int) -> tuple[Any, list[float], list[list[list[float]]]]:
    from sklearn.mixture import GaussianMixture

    fitted = GaussianMixture(k, random_state=seed, n_init=2, reg_covar=1e-3).fit(points)
    return fitted.means_, fitted.weights_.tolist(), fitted.covariances_.tolist()


def _densest(points: Any, middle: Any, weights: list[float], covariances: list[list[list[float]]]) -> Any:
    """The component under which each point is most likely, its weight counted in."""
    scores = []
    for center, weight, covariance in zip(np.asarray(middle), weights, covariances, strict=True):
        lower = np.linalg.cholesky(np.asarray(covariance))
        away = np.linalg.solve(lower, (points - center).T)
        scores.append(np.log(weight) - np.log(np.diag(lower)).sum() - 0.5 * (away**2).sum(axis=0))
    return np.argmax(scores, axis=0)


def _medians(values: Any) -> list[float | None]:
    return [float(np.median(known)) if len(known := column[~np.isnan(column)]) else None for column in values.T]
