"""The whole judgement of a probability against a simple baseline on rows that neither was fitted on."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from kezhi.models.evaluation.intervals import Interval, auc_difference, auc_interval, bootstrap_interval, mean_interval
from kezhi.models.evaluation.labels import labelled
from kezhi.models.evaluation.probabilities import brier, calibration_table, expected_calibration_error, log_loss, row_losses
from kezhi.models.evaluation.ranking import average_precision, gain_table

ROUNDS = 100
GAIN_LEVEL = 0.9  # both ends: the lower one is surpassed with a confidence of 95%


@dataclass(frozen=True, slots=True)
class Judgement:
    """
    What `judge` found, as plain data.

    Attributes:
        rows, positives: How many were judged on, and how many of them were a 1.
        metrics: Per measure (auc, average_precision, log_loss, brier, ece): model, low, high (95%), baseline.
        auc_gain: AUC of the model minus that of the baseline: value, low, high (95%, DeLong, paired).
        calibration: See `calibration_table`.
        gain: See `gain_table`.
        loss_gain: Log loss of the baseline minus that of the model, row by row: value, low, high (90%); empty on a card of an
            earlier release.
    """

    rows: int
    positives: int
    metrics: dict[str, dict[str, float | None]]
    auc_gain: dict[str, float | None]
    calibration: list[dict[str, Any]]
    gain: list[dict[str, Any]]
    loss_gain: dict[str, float | None] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """All of it as plain data; `Judgement(**data)` is the same object again."""
        return asdict(self)


def judge(truth: Any, probability: Any, baseline: Any, *, groups: Any = None, seed: int = 7) -> Judgement:
    """
    Measure *probability* and *baseline* (a probability too) against *truth*; intervals by DeLong and the bootstrap.

    Args:
        truth: Booleans, or 0 and 1.
        probability: Of a 1, by the model.
        baseline: Of a 1, by the simple rule; calibrated on earlier rows, as the model is, or its log loss says nothing.
        groups: Whose row each is (a customer with several payments), for the gain in log loss; None: each row by itself.
        seed: Of the bootstrap.
    """
    labels, shares = labelled(truth, probability, share=True)
    _, base = labelled(truth, baseline, share=True)
    metrics = {"auc": entry(auc_interval(labels, shares), auc_interval(labels, base).value)}
    measures = {"average_precision": average_precision, "log_loss": log_loss, "brier": brier, "ece": expected_calibration_error}
    for name, measure in measures.items():
        metrics[name] = entry(bootstrap_interval(measure, labels, shares, rounds=ROUNDS, seed=seed), measure(labels, base))
    return Judgement(
        rows=len(labels),
        positives=int(labels.sum()),
        metrics=metrics,
        auc_gain=auc_difference(labels, shares, base)._asdict(),
        calibration=calibration_table(labels, shares),
        gain=gain_table(labels, shares),
        loss_gain=loss_gain(labels, shares, base, groups=groups)._asdict(),
    )


def loss_gain(truth: Any, probability: Any, other: Any, *, groups: Any = None) -> Interval:
    """Log loss of *other* minus that of *probability* on the same rows, paired, with its interval at `GAIN_LEVEL`."""
    return mean_interval(row_losses(truth, other) - row_losses(truth, probability), groups=groups, level=GAIN_LEVEL)


def beats_baseline(judgement: Judgement) -> bool:
    """
    Whether the model may be used: its ranking is above chance for sure, and it is better than the baseline for sure.

    Better is a smaller log loss (both probabilities are calibrated, so it counts ranking and calibration) by more than chance
    makes it on as many rows, without an AUC that is lower for sure. The baseline with a little noise passes in fewer than one
    of twenty cases (`tests/models/test_evaluation.py`).
    """
    low, gain_high, least = judgement.metrics["auc"]["low"], judgement.auc_gain["high"], judgement.loss_gain.get("low")
    if low is None or gain_high is None or least is None:
        return False
    return low > 0.5 and gain_high > 0 and least > 0


def entry(found: Interval, baseline: float | None) -> dict[str, float | None]:
    """What a card keeps of a measure: the model's, its interval, and the baseline's."""
    return {"model": found.value, "low": found.low, "high": found.high, "baseline": baseline}
