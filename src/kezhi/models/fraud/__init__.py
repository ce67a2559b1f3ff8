"""Who or what is suspicious: rules, anomalies and, where there are labels, learned fraud, with reasons."""

from kezhi.models.fraud.estimator import FraudModel
from kezhi.models.fraud.reasons import FraudReason
from kezhi.models.fraud.rules import Rule

__all__ = ["FraudModel", "FraudReason", "Rule"]
