"""From which probability on to act, by what acting and not acting cost."""

from __future__ import annotations

from typing import Any

import numpy as np

from kezhi.errors import WrongInput
from kezhi.locales import Phrase
from kezhi.models.evaluation.labels import labelled


def outcomes(truth: Any, probability: Any, threshold: float) -> dict[str, Any]:
    """
    Counts and rates when everyone of at least *threshold* is taken for a 1.

    Returns:
        true_positives, false_positives, true_negatives, false_negatives, accuracy, precision, recall, f1; a rate
        over no rows is None.
    """
    labels, shares = labelled(truth, probability)
    taken = shares >= threshold
    hits, false = int((taken & labels).sum()), int((taken & ~labels).sum())
    missed, left = int((~taken & labels).sum()), int((~taken & ~labels).sum())
    return {
        "true_positives": hits,
        "false_positives": false,
        "true_negatives": left,
        "false_negatives": missed,
        "accuracy": (hits + left) / len(labels) if len(labels) else None,
        "precision": hits / (hits + false) if hits + false else None,
        "recall": hits / (hits + missed) if hits + missed else None,
        "f1": 2 * hits / (2 * hits + false + missed) if hits + false + missed else None,
    }


def cost_threshold(truth: Any, probability: Any, *, contact_cost: float, saved_value: float) -> dict[str, Any]:
    """
    The threshold that would have earned most on these rows.

    Acting on a row costs *contact_cost*, and earns *saved_value* where the label is 1: what a leaving customer is worth
    times the chance to save them.

    Returns:
        threshold (the lowest probability to act on; above 1 where acting on anybody loses), acted (rows), earned (over
        doing nothing), and `outcomes` at it.

    Raises:
        WrongInput: A cost or value below 0 or no number.
    """
    labels, shares = labelled(truth, probability, share=True)
    if not (np.isfinite([contact_cost, saved_value]).all() and min(contact_cost, saved_value) >= 0):
        raise WrongInput(problem=Phrase("evaluation.costs"))
    order = np.argsort(-shares, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(shares[order])), len(shares) - 1) if len(shares) else np.empty(0, dtype=np.int64)
    earned = np.cumsum(labels[order])[ends] * saved_value - (ends + 1.0) * contact_cost
    best = int(np.argmax(earned)) if len(earned) else -1
    if best < 0 or earned[best] <= 0:
        threshold, acted, most = float(np.nextafter(1.0, 2.0)), 0, 0.0
    else:
        threshold, acted, most = float(shares[order][ends[best]]), int(ends[best]) + 1, float(earned[best])
    return {"threshold": threshold, "acted": acted, "earned": most, **outcomes(labels, shares, threshold)}
