"""How good a score is: ranking, probabilities, thresholds, intervals, drift. Sorted once, vectorised, null where undefined."""

from kezhi.models.evaluation.drift import has_moved, population_stability, stability_bins
from kezhi.models.evaluation.intervals import (
    Interval,
    auc_difference,
    auc_interval,
    bootstrap_interval,
    mean_difference,
    mean_interval,
    share_difference,
)
from kezhi.models.evaluation.judging import Judgement, beats_baseline, judge, loss_gain
from kezhi.models.evaluation.probabilities import brier, calibration_table, expected_calibration_error, log_loss
from kezhi.models.evaluation.ranking import auc, average_precision, gain_table, lift_at
from kezhi.models.evaluation.thresholds import cost_threshold, outcomes
from kezhi.models.evaluation.uplift_curves import auuc, qini, qini_table

__all__ = [
    "Interval",
    "Judgement",
    "auc",
    "auc_difference",
    "auc_interval",
    "auuc",
    "average_precision",
    "beats_baseline",
    "bootstrap_interval",
    "brier",
    "calibration_table",
    "cost_threshold",
    "expected_calibration_error",
    "gain_table",
    "has_moved",
    "judge",
    "lift_at",
    "log_loss",
    "loss_gain",
    "mean_difference",
    "mean_interval",
    "outcomes",
    "population_stability",
    "qini",
    "qini_table",
    "share_difference",
    "stability_bins",
]
