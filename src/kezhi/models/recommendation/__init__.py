"""What to offer to whom: popular, bought again, bought together, alike customers, same kind, and a blend of them."""

from kezhi.models.recommendation.estimator import Recommender
from kezhi.models.recommendation.interactions import read_interactions
from kezhi.models.recommendation.judging import ListJudgement, judge_lists

__all__ = ["ListJudgement", "Recommender", "judge_lists", "read_interactions"]
