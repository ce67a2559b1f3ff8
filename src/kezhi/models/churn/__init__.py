"""Who is about to leave: estimators of a yes or no with reasons, and of the time until it happens."""

from kezhi.models.churn.estimator import ChurnModel
from kezhi.models.churn.reasons import Reason, Reasons
from kezhi.models.churn.survival import CoxModel

__all__ = ["ChurnModel", "CoxModel", "Reason", "Reasons"]
