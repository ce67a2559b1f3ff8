"""What a treatment does to each customer, from randomised data: estimator, learners, honest effects."""

from kezhi.models.uplift.estimator import UpliftModel

__all__ = ["UpliftModel"]
