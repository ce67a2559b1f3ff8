"""Labels and scores as every measure takes them: one boolean and one finite number per row."""

from __future__ import annotations

from typing import Any

import numpy as np

from kezhi.errors import WrongInput
from kezhi.locales import Phrase


def labelled(truth: Any, score: Any, *, share: bool = False) -> tuple[Any, Any]:
    """
    *truth* as booleans and *score* as float64, of one length.

    Args:
        truth: Booleans, or 0 and 1.
        score: Numbers; the larger, the likelier a 1.
        share: Scores must be probabilities.

    Raises:
        WrongInput: Other labels than 0 and 1, a length that differs, a score that is no number, or no probability.
    """
    try:
        labels = np.asarray(truth, dtype=np.float64).reshape(-1)
        scores = np.asarray(score, dtype=np.float64).reshape(-1)
    except (TypeError, ValueError) as error:
        raise WrongInput(problem=Phrase("evaluation.no_numbers")) from error
    if len(labels) != len(scores):
        raise WrongInput(problem=Phrase("evaluation.lengths", labels=len(labels), scores=len(scores)))
    if not np.isin(labels, (0.0, 1.0)).all():
        raise WrongInput(problem=Phrase("evaluation.labels"))
    if not np.isfinite(scores).all():
        raise WrongInput(problem=Phrase("evaluation.no_numbers"))
    if share and len(scores) and not (0 <= scores.min() and scores.max() <= 1):
        raise WrongInput(problem=Phrase("evaluation.no_shares", low=float(scores.min()), high=float(scores.max())))
    return labels == 1.0, scores
