"""How well a score puts those of label 1 before the others."""

from __future__ import annotations

from typing import Any

import numpy as np

from kezhi.models.evaluation.labels import labelled


def auc(truth: Any, score: Any) -> float | None:
    """
    Area under the ROC curve: the chance that a 1 is scored above a 0, ties counting half; one sort.

    Returns:
        0 to 1; None without both labels.
    """
    labels, scores = labelled(truth, score)
    positives, negatives = int(labels.sum()), int((~labels).sum())
    if not positives or not negatives:
        return None
    return float((midranks(scores)[labels].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def midranks(values: Any) -> Any:
    """Ranks from 1, ties sharing the mean of theirs."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2.0)[place]


def average_precision(truth: Any, score: Any) -> float | None:
    """
    Mean precision over the ones, each at its own score: sum of (recall_k − recall_k−1) × precision_k over distinct scores.

    Returns:
        0 to 1, about the share of ones for a random score; None without a 1.
    """
    labels, scores = labelled(truth, score)
    if not labels.any():
        return None
    order = np.argsort(-scores)  # rows of equal score are counted together, in whatever order they stand
    ends = np.append(np.flatnonzero(np.diff(scores[order])), len(scores) - 1)
    hits = np.cumsum(labels[order])[ends]
    return float((np.diff(hits, prepend=0) * (hits / (ends + 1.0))).sum() / labels.sum())


def gain_table(truth: Any, score: Any, *, parts: int = 10) -> list[dict[str, Any]]:
    """
    What the best-scored parts of all rows hold.

    Args:
        truth: 0 and 1.
        score: The larger, the earlier.
        parts: Parts of as equal size as can be; rows of equal score stand in the order they came.

    Returns:
        Per part: part (1 is the best), rows, hits, rate (hits / rows), lift (rate / rate of all; None without a hit),
        gain (share of all hits in this and the parts before; None without a hit). Empty for no rows.
    """
    labels, scores = labelled(truth, score)
    if not len(labels):
        return []
    ranked = labels[np.argsort(-scores, kind="stable")]
    total = int(labels.sum())
    rows: list[dict[str, Any]] = []
    seen = 0
    for number, part in enumerate((part for part in np.array_split(ranked, parts) if len(part)), start=1):
        hits = int(part.sum())
        seen += hits
        rate = hits / len(part)
        lift = rate * len(labels) / total if total else None
        rows.append({"part": number, "rows": len(part), "hits": hits, "rate": rate, "lift": lift, "gain": seen / total if total else None})
    return rows


def lift_at(truth: Any, score: Any, share: float) -> float | None:
    """Rate of ones among the best *share* of rows (at least one) / rate among all; None without a 1."""
    labels, scores = labelled(truth, score)
    if not labels.any():
        return None
    first = np.argsort(-scores, kind="stable")[: max(1, round(len(scores) * share))]
    return float(labels[first].mean() / labels.mean())
