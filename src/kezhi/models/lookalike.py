"""Who is like the buyers: what sets them apart, and a calibrated score for everybody else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import norm

from kezhi.errors import WrongInput
from kezhi.locales import Phrase
from kezhi.models.clusters.preparing import prepare

FEWEST_BUYERS = 30
HELD_OUT = 0.3
FIT_ROWS = 200_000
Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Lookalike:
    """
    What `score_alike` found.

    Attributes:
        scores: Chance of each row to be a buyer as the fit sees it, 0 to 1.
        auc: On rows the fit did not see; 0.5 is chance.
        auc_low: The lower bound of its 95% interval.
        calibration: Per tenth of the held-out rows, lowest first: mean score and share of buyers.
        better_than_chance: Whether auc_low is above 0.5.
        weights: Feature to weight on the prepared scale, the largest first.
    """

    scores: Any
    auc: float
    auc_low: float
    calibration: list[tuple[float, float]]
    better_than_chance: bool
    weights: dict[str, float]


def wilson(hits: Any, total: Any) -> tuple[Any, Any]:
    """The 95% interval of a share by Wilson (1927); 0 to 1 where *total* is 0."""
    hits, total = np.asarray(hits, dtype=np.float64), np.asarray(total, dtype=np.float64)
    safe = np.maximum(total, 1.0)
    share = hits / safe
    middle = (share + Z**2 / (2 * safe)) / (1 + Z**2 / safe)
    half = Z / (1 + Z**2 / safe) * np.sqrt(share * (1 - share) / safe + Z**2 / (4 * safe**2))
    return np.where(total > 0, middle - half, 0.0), np.where(total > 0, middle + half, 1.0)


def score_alike(values: Any, features: list[str], is_buyer: Any, *, seed: int = 7) -> Lookalike:
    """
    Fit a logistic regression with a ridge on 70% of the rows, judge it on 30%, and score all.

    Args:
        values: Rows x *features*, float64, NaN for null.
        features: Names of the columns.
        is_buyer: A boolean per row.
        seed: Of the split.

    Raises:
        WrongInput: Fewer than 30 buyers or 30 others, or no column with spread.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score

    truth = np.asarray(is_buyer, dtype=bool)
    if min(truth.sum(), (~truth).sum()) < FEWEST_BUYERS:
        problem = Phrase("clusters.few_buyers", buyers=int(truth.sum()), others=int((~truth).sum()), needed=FEWEST_BUYERS)
        raise WrongInput(problem=problem)
    draws = np.random.default_rng(seed)
    order = draws.permutation(len(truth))[:FIT_ROWS]
    preparation = prepare(np.asarray(values)[order], features)
    points = preparation.scaled(np.asarray(values)[:, [features.index(name) for name in preparation.features]])
    held = np.concatenate([part[: max(1, int(len(part) * HELD_OUT))] for part in (order[truth[order]], order[~truth[order]])])
    fit_on = np.setdiff1d(order, held)
    model = LogisticRegression(C=0.1, max_iter=500).fit(points[fit_on], truth[fit_on])
    scores = model.predict_proba(points)[:, 1]
    auc = float(roc_auc_score(truth[held], scores[held]))
    low = auc - Z * _auc_error(auc, int(truth[held].sum()), int((~truth[held]).sum()))
    tenths = np.array_split(held[np.argsort(scores[held], kind="stable")], 10)
    weights = sorted(zip(preparation.features, model.coef_[0].tolist(), strict=True), key=lambda pair: -abs(pair[1]))
    return Lookalike(
        scores=scores,
        auc=auc,
        auc_low=low,
        calibration=[(float(scores[part].mean()), float(truth[part].mean())) for part in tenths if len(part)],
        better_than_chance=low > 0.5,
        weights=dict(weights),
    )


def _auc_error(auc: float, positives: int, negatives: int) -> float:
    """Standard error of an area under the ROC curve. Source: Hanley, McNeil (1982), Radiology 143, 29-36."""
    one, two = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    spread = auc * (1 - auc) + (positives - 1) * (one - auc**2) + (negatives - 1) * (two - auc**2)
    return float(np.sqrt(spread / (positives * negatives)))


def contrast_rows(names: list[str], values: list[Any], is_buyer: Any) -> list[dict[str, Any]]:
    """
    How buyers differ from everybody, attribute by attribute.

    Args:
        names: Names of the attributes.
        values: Per attribute an array of texts (None for unknown).
        is_buyer: A boolean per row.

    Returns:
        Per attribute and value held by at least one row: attribute, value, customers, buyers (customers with it, and
        buyers among them), buying_rate, low, high (its 95% Wilson interval), lift (to the rate of all), is_sure (1 is
        outside of the interval's lifts), and p_value of a two-sided test of the two shares; the surest first.
    """
    truth = np.asarray(is_buyer, dtype=bool)
    base = truth.mean()
    rows = []
    for name, column in zip(names, values, strict=True):
        texts = np.asarray([None if value is None else str(value) for value in column], dtype=object)
        known = np.array([text is not None for text in texts])
        found, place = np.unique(texts[known].astype(str), return_inverse=True)
        customers = np.bincount(place, minlength=len(found))
        buyers = np.bincount(place, weights=truth[known], minlength=len(found))
        low, high = wilson(buyers, customers)
        for value, all_, bought, least, most in zip(found, customers, buyers, low, high, strict=True):
            rest, rest_bought = len(truth) - all_, truth.sum() - bought
            error = np.sqrt(base * (1 - base) * (1 / all_ + 1 / max(rest, 1)))
            gap = bought / all_ - rest_bought / max(rest, 1)
            rows.append(
                {
                    "attribute": name, "value": str(value), "customers": int(all_), "buyers": int(bought), "buying_rate": float(bought / all_),
                    "low": float(least), "high": float(most), "lift": float(bought / all_ / base) if base else None,
                    "is_sure": bool(least > base or most < base), "p_value": float(2 * norm.sf(abs(gap) / error)) if error and rest else 1.0,
                }
            )  # fmt: skip
    return sorted(rows, key=lambda row: (row["p_value"], row["attribute"], row["value"]))
