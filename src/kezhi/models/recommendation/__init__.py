"""What to offer to whom: popular, bought again, bought together, alike customers, same kind, and a blend of them."""

from kezhi.models.recommendation.estimator import Recommender

__all__ = ["Recommender"]
