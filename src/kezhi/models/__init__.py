"""
Estimators in scikit-learn's manner: parameters in the constructor, `fit`, then attributes that end in `_`.

They take any table (pandas, Polars, Arrow, Ibis) and know nothing of projects or files.
"""

from kezhi.models.churn import ChurnModel, CoxModel
from kezhi.models.clv import BgBb, BgNbd, GammaGamma, MbgNbd, ParetoNbd, ShiftedBetaGeometric, customer_value
from kezhi.models.fraud import FraudModel
from kezhi.models.leads import LeadModel
from kezhi.models.recommendation import Recommender
from kezhi.models.uplift import UpliftModel

__all__ = [
    "BgBb",
    "BgNbd",
    "ChurnModel",
    "CoxModel",
    "FraudModel",
    "GammaGamma",
    "LeadModel",
    "MbgNbd",
    "ParetoNbd",
    "Recommender",
    "ShiftedBetaGeometric",
    "UpliftModel",
    "customer_value",
]
