"""Which features tell a target, on frames of any kind."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pyarrow as pa

from kezhi.api.kinds import as_ibis, like
from kezhi.errors import ColumnMissing


def compare_features(frame: Any, target: str, *, seed: int = 7) -> Any:
    """
    Filter, wrapper and embedded methods of feature selection in one table, the best mean rank first.

    Args:
        frame: One row per case, mixed columns as they come; ids and what was written after the fact are best left out.
        target: A column with two values; rows where it is null are left out.
        seed: Of the trees.

    Returns:
        The attributes of `models.feature_scores.FeatureScore` as columns, in the kind of frame that came. is_leak marks what
        tells the target almost alone.

    Raises:
        ColumnMissing: There is no column *target*.
        WrongInput: It has not two values with ten rows each; no column tells anything.
    """
    from kezhi.models.feature_scores import feature_scores

    table = as_ibis(frame)
    if target not in table.columns:
        raise ColumnMissing(table="frame", missing=[target], present=sorted(table.columns), hint="")
    data = table.filter(table[target].notnull()).to_pyarrow()
    labels = data[target].to_pylist()
    first = min(set(labels), default=None, key=str)
    found = feature_scores(data.drop_columns([target]), [label != first for label in labels], seed=seed)
    return like(frame, pa.Table.from_pylist([asdict(one) for one in found]))
