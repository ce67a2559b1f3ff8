"""How far probabilities can be taken at their word."""

from __future__ import annotations

from typing import Any

import numpy as np

from kezhi.models.evaluation.labels import labelled

_LEAST = 1e-15  # a probability of 0 or 1 that is wrong would cost infinitely much


def log_loss(truth: Any, probability: Any) -> float | None:
    """Mean of −ln of the probability given to what happened; None for no rows."""
    labels, shares = labelled(truth, probability, share=True)
    return float(row_losses(labels, shares).mean()) if len(labels) else None


def row_losses(truth: Any, probability: Any) -> Any:
    """Of each row −ln of the probability given to what happened: `log_loss` is their mean."""
    labels, shares = labelled(truth, probability, share=True)
    kept = np.clip(shares, _LEAST, 1 - _LEAST)
    return -np.where(labels, np.log(kept), np.log1p(-kept))


def brier(truth: Any, probability: Any) -> float | None:
    """Mean squared distance of the probability from what happened, 0 is best; None for no rows."""
    labels, shares = labelled(truth, probability, share=True)
    return float(((shares - labels) ** 2).mean()) if len(labels) else None


def calibration_table(truth: Any, probability: Any, *, bins: int = 10) -> list[dict[str, Any]]:
    """
    What was said against what came, in bins of equally many rows.

    Returns:
        Per bin that is not empty, lowest first: rows, low, high (of the probabilities), said (their mean), came (share of ones).
    """
    labels, shares = labelled(truth, probability, share=True)
    order = np.argsort(shares, kind="stable")
    return [
        {
            "rows": len(part),
            "low": float(shares[part[0]]),
            "high": float(shares[part[-1]]),
            "said": float(shares[part].mean()),
            "came": float(labels[part].mean()),
        }
        for part in np.array_split(order, bins)
        if len(part)
    ]


def expected_calibration_error(truth: Any, probability: Any, *, bins: int = 10) -> float | None:
    """Mean distance of said and came over the bins of `calibration_table`, weighed by their rows; None for no rows."""
    table = calibration_table(truth, probability, bins=bins)
    rows = sum(row["rows"] for row in table)
    return sum(abs(row["said"] - row["came"]) * row["rows"] for row in table) / rows if rows else None
