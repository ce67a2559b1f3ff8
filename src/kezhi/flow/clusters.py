"""Clusters of a company's buyers: fitted on a bounded sample, given to every buyer in batches, held against the last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from kezhi.flow.columns import check_numeric, matrix, numbers
from kezhi.flow.warehouse import Warehouse
from kezhi.kit.engine import _, arrow_schema, ibis, ir
from kezhi.settings import ClusterSettings
from kezhi.tables import CLUSTER_CHOICES, CLUSTER_FEATURES, CLUSTER_PROFILES, CLUSTERS, Table

if TYPE_CHECKING:
    from kezhi.models.clusters import ClusterModel, Previous

Rows = list[dict[str, Any]]


def cluster_tables(
    profile: ir.Table, *, settings: ClusterSettings, previous: Mapping[str, ir.Table], bench: Warehouse
) -> dict[str, ir.Table]:
    """
    Groups of alike customers among those who have bought.

    Memory is that of `settings.fit_customers` rows of the features and one batch; a customer is looked at once more
    to be given a cluster.

    Args:
        profile: `tables.PROFILE`; customers without a purchase get no cluster.
        settings: Features, k, method, seed, size of the sample.
        previous: The last snapshot's tables; where it has clusters of the same features, numbers and names go on.
        bench: The engine of the run.

    Returns:
        `clusters`, `cluster_profiles`, `cluster_features`, `cluster_choices`; nothing when there are fewer than 30
        buyers or when they are all alike.

    Raises:
        WrongInput: A feature is no column of numbers.
    """
    from kezhi.errors import WrongInput
    from kezhi.models.clusters import fit_clusters

    features = list(settings.features)
    check_numeric(profile, features)
    buyers = numbers(profile.filter(_.orders_life > 0), features).select("customer_id", *features)
    sample = bench.arrow(sampled(buyers, settings.fit_customers, settings.seed))
    try:
        model = fit_clusters(
            matrix(sample, features), features, k=settings.k, k_min=settings.k_min, k_max=settings.k_max, seed=settings.seed,
            method=settings.method, pca_share=settings.pca_share, previous=last(previous, bench),
        )  # fmt: skip
    except WrongInput:  # too few buyers, or all alike: a young company has no clusters yet, and that is no failure
        if settings.k is None:
            return {}
        raise
    counts = np.zeros(len(model.clusters), dtype=np.int64)
    clusters = bench.keep(arrow_schema(CLUSTERS), scored(model, bench.batches(buyers), counts))
    moved = _moved(clusters, previous, bench)
    return {
        "clusters": clusters,
        "cluster_profiles": _table(CLUSTER_PROFILES, profile_rows(model, counts.tolist(), moved), bench),
        "cluster_features": _table(CLUSTER_FEATURES, feature_rows(model), bench),
        "cluster_choices": _table(CLUSTER_CHOICES, choice_rows(model), bench),
    }


def sampled(table: ir.Table, most: int, seed: int) -> ir.Table:
    """At most *most* rows of *table*, the same for the same seed on every engine, in one order."""
    drawn = (ibis.literal(f"{seed}:") + table.customer_id.cast("string")).hexdigest("md5")
    return table.mutate(drawn=drawn).order_by("drawn", "customer_id").limit(most).drop("drawn")


def scored(model: ClusterModel, batches: Iterator[pa.RecordBatch], counts: Any) -> Iterator[pa.RecordBatch]:
    """`tables.CLUSTERS` of each batch; *counts* is added to."""
    clusters, names = np.asarray(model.clusters), pa.array(model.names)
    for batch in batches:
        labels, distances = model.assign(matrix(batch, model.features))
        counts += np.bincount(labels, minlength=len(clusters))
        columns = [batch["customer_id"], pa.array(clusters[labels]), names.take(pa.array(labels)), pa.array(distances, pa.float64())]
        yield pa.RecordBatch.from_arrays(columns, names=CLUSTERS.column_names)


def last(previous: Mapping[str, ir.Table], bench: Warehouse) -> Previous | None:
    """The clusters of the last snapshot; None when it has none."""
    from kezhi.models.clusters import Previous

    if "cluster_profiles" not in previous or "cluster_features" not in previous:
        return None
    found = bench.arrow(previous["cluster_profiles"].order_by("cluster")).to_pylist()
    cells = {(row["cluster"], row["feature"]): row["center"] for row in bench.arrow(previous["cluster_features"]).to_pylist()}
    features = sorted({feature for _cluster, feature in cells})
    numbers_ = [row["cluster"] for row in found]
    return Previous(
        features, numbers_, [row["cluster_name"] for row in found], [row["cluster_name_en"] for row in found],
        [[cells[cluster, feature] for feature in features] for cluster in numbers_],
    )  # fmt: skip


def profile_rows(model: ClusterModel, counts: list[int], moved: Mapping[int, float | None]) -> Rows:
    """`tables.CLUSTER_PROFILES`."""
    total = sum(counts)
    chosen = next((choice for choice in model.choices if choice.k == len(model.clusters)), None)
    return [
        {
            "cluster": cluster,
            "cluster_name": model.names[place],
            "cluster_name_en": model.names_en[place],
            "customers": counts[place],
            "customer_share": counts[place] / total if total else 0.0,
            "method": model.method,
            "silhouette": chosen.silhouette if chosen else None,
            "stability": chosen.stability if chosen else None,
            "continues": model.continues[place],
            "center_shift": model.shifts[place],
            "moved_share": moved.get(cluster),
        }
        for place, cluster in enumerate(model.clusters)
    ]


def feature_rows(model: ClusterModel) -> Rows:
    """`tables.CLUSTER_FEATURES`."""
    from kezhi.models.clusters.telling import ranked

    own = model.own_centers().tolist()
    return [
        {
            "cluster": cluster,
            "feature": model.features[column],
            "rank": rank,
            "difference": model.differences[place][column],
            "median": model.medians[place][column],
            "base_median": model.base_medians[column],
            "center": own[place][column],
        }
        for place, cluster in enumerate(model.clusters)
        for rank, column in enumerate(ranked(model.differences[place]), start=1)
    ]


def choice_rows(model: ClusterModel) -> Rows:
    """`tables.CLUSTER_CHOICES`."""
    return [
        {"k": choice.k, "silhouette": choice.silhouette, "stability": choice.stability, "inertia": choice.inertia,
         "is_chosen": choice.k == len(model.clusters)}
        for choice in model.choices
    ]  # fmt: skip


def _moved(clusters: ir.Table, previous: Mapping[str, ir.Table], bench: Warehouse) -> dict[int, float | None]:
    """Of the customers now in each cluster who had one before, the share that came from another."""
    if "clusters" not in previous:
        return {}
    before = previous["clusters"].select("customer_id", before="cluster")
    both = clusters.join(before, "customer_id")
    found = both.group_by("cluster").aggregate(known=_.count(), moved=(_.cluster != _.before).sum())
    return {row["cluster"]: row["moved"] / row["known"] for row in bench.arrow(found).to_pylist()}


def _table(table: Table, rows: Rows, bench: Warehouse) -> ir.Table:
    schema = arrow_schema(table)
    return bench.keep(schema, pa.Table.from_pylist(rows, schema=schema).to_batches())
