"""What another threshold would give: how many links, how many of them true, how many of the true ones."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa

from kezhi.identity.probable import Found
from kezhi.kit.engine import Workbench, _, differ, ir
from kezhi.settings import IdentitySettings

THRESHOLDS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999)
LEAST = 0.01  # less probable pairs are many and hardly ever one person's
_SCHEMA = pa.schema(
    [
        ("threshold", pa.float64()), ("links", pa.int64()), ("likely_links", pa.float64()), ("expected_precision", pa.float64()),
        ("expected_recall", pa.float64()), ("is_chosen", pa.bool_()),
    ]
)  # fmt: skip


def trade_off(found: Found, clusters: ir.Table, settings: IdentitySettings, bench: Workbench) -> ir.Table:
    """
    `tables.IDENTITY_TRADE_OFF`: by the probabilities themselves, for nobody knows the truth.

    Counted are pairs that no exact key joins and nothing stands against, of at least `LEAST`. The sum of their probabilities is the
    number that is expected to be one person's.

    Args:
        found: What probable links found out among all records.
        clusters: record_id, cluster: what exact keys have joined.
        settings: The threshold in use.
    """
    thresholds = sorted({*THRESHOLDS, settings.probability})
    pairs = found.weighed.filter((_.probability >= LEAST) & _.refused.isnull())
    for side in ("left", "right"):
        pairs = pairs.join(clusters.select(**{f"{side}_record_id": "record_id", f"{side}_cluster": "cluster"}), f"{side}_record_id")
    apart = pairs.filter(differ(_.left_cluster, _.right_cluster))
    counts: dict[str, ir.Value] = {"expected": apart.probability.sum().fill_null(0.0)}
    for number, threshold in enumerate(thresholds):
        reached = apart.probability >= threshold
        counts |= {
            f"links_{number}": reached.cast("int64").sum().fill_null(0).cast("int64"),
            f"likely_{number}": apart.probability.sum(where=reached).fill_null(0.0),
        }
    (told,) = bench.kernel(partial(_rows, thresholds, settings.probability), apart.agg(**counts))
    return told


def _rows(thresholds: list[float], chosen: float, counts: Any) -> tuple[pa.Table, ...]:
    row, told = counts.to_pylist()[0], []
    for number, threshold in enumerate(thresholds):
        links, likely = row[f"links_{number}"], round(row[f"likely_{number}"], 4)  # sums of floats depend on the order of rows
        told.append(
            {
                "threshold": threshold, "links": links, "likely_links": likely, "expected_precision": _share(likely, links),
                "expected_recall": _share(likely, row["expected"]), "is_chosen": threshold == chosen,
            }
        )  # fmt: skip
    return (pa.Table.from_pylist(told, _SCHEMA),)


def _share(part: float, whole: float) -> float | None:
    return round(float(np.divide(part, whole)), 4) if whole else None
