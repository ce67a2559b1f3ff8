"""Groups of customers on frames of any kind: clusters, what separates groups, look-alikes, markets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa

from kezhi.api.frames import _like
from kezhi.api.kinds import as_ibis
from kezhi.errors import ColumnMissing
from kezhi.flow.clusters import choice_rows, feature_rows, profile_rows
from kezhi.flow.columns import check_numeric, matrix, numbers, numeric
from kezhi.kit.engine import arrow_schema, ibis, ir
from kezhi.settings import ClusterSettings
from kezhi.tables import CLUSTER_CHOICES, CLUSTER_FEATURES, CLUSTER_PROFILES, Table

if TYPE_CHECKING:
    from kezhi.models.clusters import ClusterModel


class Clusters(NamedTuple):
    """
    What `clusters` found; frames are of the kind that came.

    Attributes:
        customers: `tables.CLUSTERS`, one row per row of the frame.
        profiles: `tables.CLUSTER_PROFILES`.
        features: `tables.CLUSTER_FEATURES`.
        choices: `tables.CLUSTER_CHOICES`; without rows when k was given.
        model: Gives new rows their cluster: `model.assign(values)`; `as_dict` keeps it.
    """

    customers: Any
    profiles: Any
    features: Any
    choices: Any
    model: ClusterModel


def clusters(
    frame: Any,
    *,
    features: Sequence[str] | None = None,
    k: int | None = None,
    seed: int = 7,
    method: str = "kmeans",
    pca_share: float | None = None,
    k_min: int = 2,
    k_max: int = 8,
) -> Clusters:
    """
    Groups of alike customers, told in words.

    Columns with a long tail are taken as log(1 + x), each is scaled by median and interquartile range and cut at 4;
    a null counts as the median. Memory is that of the features of all rows.

    Args:
        frame: One row per customer, with `customer_id`.
        features: Columns of numbers; None takes those of `settings.ClusterSettings` that are there, else all.
        k: Number of clusters; None chooses between *k_min* and *k_max* by stability and silhouette.
        seed: The same seed gives the same clusters.
        method: `kmeans`, or `mixture` of Gaussians.
        pca_share: Share of the variance that principal axes must hold; None is no PCA.
        k_min: Least k to try.
        k_max: Largest k to try.

    Raises:
        ColumnMissing: No `customer_id`.
        WrongInput: A feature is no column of numbers, fewer than 30 rows, all rows alike, or k above the different rows.
    """
    from kezhi.models.clusters import fit_clusters

    table = _table(frame)
    standing = [name for name in ClusterSettings().features if name in numeric(table)]
    chosen = list(features) if features is not None else standing or [name for name in numeric(table) if name != "customer_id"]
    check_numeric(table, chosen)
    data = (
        numbers(table.select("customer_id", *(name for name in chosen if name != "customer_id")), chosen)
        .order_by("customer_id")
        .to_pyarrow()
    )
    values = matrix(data, chosen)
    model = fit_clusters(
        values, chosen, k=k, k_min=k_min, k_max=k_max, seed=seed, method=method, pca_share=pca_share
    )  # fmt: skip
    labels, distances = model.assign(values[:, [chosen.index(name) for name in model.features]])
    counts = np.bincount(labels, minlength=len(model.clusters)).tolist()
    found = pa.table(
        {
            "customer_id": data["customer_id"],
            "cluster": np.asarray(model.clusters)[labels],
            "cluster_name": pa.array(model.names).take(pa.array(labels)),
            "distance": pa.array(distances, pa.float64()),
        }
    )
    return Clusters(
        _like(frame, ibis.memtable(found)),
        _rows(frame, CLUSTER_PROFILES, profile_rows(model, counts, {})),
        _rows(frame, CLUSTER_FEATURES, feature_rows(model)),
        _rows(frame, CLUSTER_CHOICES, choice_rows(model)),
        model,
    )


def _table(frame: Any) -> ir.Table:
    table = as_ibis(frame)
    if "customer_id" not in table.columns:
        raise ColumnMissing(table="customers", missing=["customer_id"], present=sorted(table.columns), hint="")
    return table


def _rows(frame: Any, table: Table, rows: list[dict[str, Any]]) -> Any:
    """*rows* of the lake table *table* as the kind of frame that *frame* is."""
    schema = arrow_schema(table)
    return _like(frame, ibis.memtable(pa.Table.from_pylist(rows, schema=schema)))
