"""
Estimators in scikit-learn's manner: parameters in the constructor, `fit`, then attributes that end in `_`.

They take any table (pandas, Polars, Arrow, Ibis) and know nothing of projects or files.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kezhi.models.churn import ChurnModel, CoxModel
    from kezhi.models.clv import BgBb, BgNbd, CovariateBgNbd, GammaGamma, MbgNbd, ParetoNbd, ShiftedBetaGeometric, TradeTime, customer_value
    from kezhi.models.forecasts import Forecaster
    from kezhi.models.fraud import FraudModel
    from kezhi.models.leads import LeadModel
    from kezhi.models.recommendation import Recommender
    from kezhi.models.uplift import UpliftModel

_PLACES = {
    "churn": ("ChurnModel", "CoxModel"),
    "clv": ("BgBb", "BgNbd", "CovariateBgNbd", "GammaGamma", "MbgNbd", "ParetoNbd", "ShiftedBetaGeometric", "TradeTime", "customer_value"),
    "forecasts": ("Forecaster",),
    "fraud": ("FraudModel",),
    "leads": ("LeadModel",),
    "recommendation": ("Recommender",),
    "uplift": ("UpliftModel",),
}

__all__ = [
    "BgBb",
    "BgNbd",
    "ChurnModel",
    "CovariateBgNbd",
    "CoxModel",
    "Forecaster",
    "FraudModel",
    "GammaGamma",
    "LeadModel",
    "MbgNbd",
    "ParetoNbd",
    "Recommender",
    "ShiftedBetaGeometric",
    "TradeTime",
    "UpliftModel",
    "customer_value",
]


def __getattr__(name: str) -> Any:
    """Load on first use: what reads one card need not wait for compilers and estimators."""
    for place, names in _PLACES.items():
        if name in names:
            return getattr(import_module(f"kezhi.models.{place}"), name)
    raise AttributeError(f"module 'kezhi.models' has no attribute {name!r}")
