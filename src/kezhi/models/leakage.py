"""Columns that know the answer: what no honest feature can tell so well."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from kezhi.models.evaluation.ranking import auc
from kezhi.models.mixed_columns import learn

SUSPICIOUS = 0.98  # an area under the ROC curve of one column alone


class Leak(NamedTuple):
    """A column, and how well it tells the label by itself (area under the ROC curve, at least 0.5)."""

    column: str
    auc: float


def leaks(table: pa.Table, truth: Any, *, at_least: float = SUSPICIOUS) -> list[Leak]:
    """
    The columns that tell the label almost by themselves; the sharpest first.

    A category is scored by its share of ones, missing values as one more category. Such a column is usually written
    after the fact (a closing date, a status); take it out unless it is surely known when scores are made.
    """
    labels = np.asarray(truth).astype(bool)
    columns = learn(table)
    codes = columns.codes(table)
    found = []
    for place, name in enumerate(columns.features):
        value = codes[:, place]
        if place in columns.categories:
            _, group = np.unique(np.nan_to_num(value, nan=-1.0), return_inverse=True)
            value = (np.bincount(group, weights=labels) / np.bincount(group))[group]
        else:
            value = np.where(np.isnan(value), np.nanmedian(value), value)
        area = auc(labels, value)
        if area is not None and max(area, 1 - area) >= at_least:
            found.append(Leak(name, max(area, 1 - area)))
    return sorted(found, key=lambda leak: (-leak.auc, leak.column))
