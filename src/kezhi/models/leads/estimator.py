"""Which lead becomes a customer: a calibrated probability per row of mixed columns, with reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from kezhi.locales import text
from kezhi.models.cards import ModelCard, said
from kezhi.models.churn import ChurnModel, Reason
from kezhi.models.churn.learners import LEARNERS, BoostedTrees
from kezhi.models.evaluation.judging import beats_baseline, judge


@dataclass(frozen=True, slots=True)
class LeadReason(Reason):
    """One thing that moves the probability: the feature, its value in the row, and its contribution in log-odds."""

    def say(self, lang: str) -> str:
        """In words, `zh` or `en`."""
        side = "up" if self.contribution > 0 else "down"
        return text(f"leads.reasons.{side}", lang, feature=self.feature, value=self._written(lang))


class LeadTrees(BoostedTrees):
    """Boosted trees in the shape that told leads best (bank marketing, 5-fold cross-validation)."""

    shape: ClassVar[dict[str, float]] = {
        "num_leaves": 20, "learning_rate": 0.025, "min_data_in_leaf": 40, "cat_smooth": 50.0, "cat_l2": 50.0,
    }  # fmt: skip


class LeadModel(ChurnModel):
    """
    The probability that a lead converts, by LightGBM, logistic regression or a random forest.

    Parameters, columns, calibration, attributes and files are those of `ChurnModel`: one estimator of a yes or no serves both
    questions. Its trees are larger and slower than those of churn, as a campaign's signals (month, rates, earlier contacts) act
    together. What becomes known only with the answer, such as how long the call took, must not be a column.
    """

    learners: ClassVar[dict[str, Any]] = {**LEARNERS, "lightgbm": LeadTrees}

    def __init__(self, method: str = "lightgbm", *, calibrate: bool = True, trees: int = 250, seed: int = 7) -> None:
        super().__init__(method, calibrate=calibrate, trees=trees, seed=seed)

    def reasons(self, X: Any, *, most: int = 3, rising_only: bool = False) -> list[list[Reason]]:
        """The strongest reasons of each row, in words by `LeadReason.say("zh")` and `say("en")`."""
        found = super().reasons(X, most=most, rising_only=rising_only)
        return [[LeadReason(one.feature, one.value, one.contribution) for one in row] for row in found]

    def card(self, X: Any, y: Any, *, as_of: str = "", name: str = "leads") -> ModelCard:
        """The card, judged on rows that `fit` did not see against the same chance for all; refused where it is no better."""
        truth = [label == self.classes_[1] for label in (y.to_pylist() if hasattr(y, "to_pylist") else list(y))]
        share = sum(truth) / len(truth) if truth else 0.0
        judgement = judge(truth, self.predict_proba(X)[:, 1], [share] * len(truth), seed=self.seed)
        is_better = beats_baseline(judgement)
        return ModelCard(
            name=name, method=self.method, as_of=as_of, counted="rows", population=said("leads.card.population"),
            definition=said("leads.card.definition"), baseline=said("leads.card.baseline"), features=self.columns_.features,
            parameters=self.get_params(), judgement=judgement.as_dict(),
            drivers=[{"feature": feature, "weight": weight} for feature, weight in self.drivers_],
            limits=[said("leads.card.known")], seed=self.seed, is_published=is_better,
            refusal=None if is_better else said("leads.refused"),
        )  # fmt: skip
