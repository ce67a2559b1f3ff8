"""Whether a recommender is better than simple lists: fitted on what came earlier, held against what customers bought later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from kezhi.models.evaluation.intervals import Interval
from kezhi.models.evaluation.recommendations import list_intervals, list_measures, resampled_mean
from kezhi.models.recommendation.blending import split, truth_of
from kezhi.models.recommendation.estimator import Recommender
from kezhi.models.recommendation.interactions import Interactions

TOP = 10


@dataclass(frozen=True, slots=True)
class ListJudgement:
    """
    Attributes:
        judged: The recommender, fitted on the earlier part.
        cut: Day since 1970 from which the later part begins.
        users: Customers with both parts.
        measures: Method -> ndcg, recall, novelty as `Interval`, and coverage.
        gains: Peer -> NDCG@10 of the recommender minus the peer's, per customer, with its interval.
    """

    judged: Recommender
    cut: float
    users: int
    measures: dict[str, dict[str, Any]]
    gains: dict[str, Interval]

    @property
    def beats_popular(self) -> bool:
        """Whether the recommender is surely better: the whole interval of the gain lies above 0."""
        low = self.gains["popular"].low
        return low is not None and low > 0

    @property
    def loses_to_repeat(self) -> bool:
        """Whether to offer everybody what they bought most often is surely better."""
        high = self.gains["repeat"].high if "repeat" in self.gains else None
        return high is not None and high < 0


def judge_lists(
    history: Interactions, *, products: Any = None, peers: tuple[str, ...] = ("popular", "repeat"), parameters: Mapping[str, Any] | None = None
) -> ListJudgement:  # fmt: skip
    """
    A recommender of *parameters* against *peers* (single members) on the latest fifth of *history*, in lists of ten.

    What counts as a hit: what was bought later; only what was new to the customer where bought products are not offered again.
    """
    given = dict(parameters or {})
    model = Recommender(**given)
    earlier, later, cut = split(history, model.seed)
    model.fit(earlier, products=products)
    truth = truth_of(earlier, later, model.repeat_)
    customers = np.bincount(earlier.user, minlength=len(history.users)) > 0
    truth = truth.multiply(customers[:, None]).tocsr()
    truth.eliminate_zeros()
    buyers = np.bincount(earlier.matrix().indices, minlength=len(history.items))
    found: dict[str, dict[str, Any]] = {}
    for name in ("blend", *peers):
        if name == "repeat" and not model.repeat_:
            continue
        one = (
            model if name == "blend" else Recommender(**{**given, "method": name, "repeat": model.repeat_}).fit(earlier, products=products)
        )
        found[name] = list_measures(one.lists(np.flatnonzero(np.diff(truth.indptr) > 0), TOP, len(history.users)), truth, buyers)
    measures = {name: list_intervals(one) | {"coverage": one["coverage"]} for name, one in found.items()}
    ours = found.pop("blend")
    gains = {name: resampled_mean(ours["ndcg"] - one["ndcg"]) for name, one in found.items()}
    return ListJudgement(model, cut, len(ours["users"]), measures, gains)
