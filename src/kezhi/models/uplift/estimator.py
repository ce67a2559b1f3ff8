"""What a treatment does to each customer, learned from data in which chance decided who was treated."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Self

import numpy as np
import pyarrow as pa
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from kezhi.errors import WrongInput
from kezhi.locales import Phrase
from kezhi.models.cards import ModelCard, said
from kezhi.models.evaluation.intervals import Interval
from kezhi.models.evaluation.uplift_curves import auuc, qini, qini_table
from kezhi.models.mixed_columns import arrow_columns, learn, mixed_columns
from kezhi.models.uplift.arms import arms_of, chances_given, numbers_of
from kezhi.models.uplift.honest import (
    EDGE,
    Heterogeneity,
    bucket_table,
    chances,
    doubly_robust,
    effect_interval,
    from_own_mean,
    heterogeneity,
)
from kezhi.models.uplift.learners import METHODS, ArmTrees

HEAD = "uplift.json"
LEAVES = (2, 4)  # tried where none is asked for
FEWEST = 25  # rows of each arm
ROUNDS = 60
PERSUADABLE, UNSURE, UNMOVED = "persuadable", "unsure", "unmoved"


class UpliftModel(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no hints
    """
    The effect of a treatment on each row, by a T-, X- or R-learner on LightGBM.

    The data must come from a draw: who was treated was decided by chance. Columns are taken as by `ChurnModel`. All that is
    said of the effects (average, buckets, Qini) is measured on rows that the models did not see, by cross-fitting.
    Where effects do not surely differ from row to row, `predict` gives the average effect for each, and no difference.

    Args:
        method: `t`, `x` or `r`.
        leaves: Of a tree; None takes 2 or 4, whichever is nearer to the effects of rows not seen.
        trees: How many in each model.
        propensity: The chance to be treated, 0 to 1; None: the share of the treated, or, where columns surely tell who was
            treated, a logistic regression's.
        control: The label of those who were not treated; None: 0 or False.
        arm: The label of the treatment to look at where *treatment* holds several; the others are left out.
        folds: Of the cross-fitting.
        buckets: Groups by predicted effect.
        level: Of the intervals; those of the buckets hold together.
        heterogeneity_level: At most so likely must differences as found be if there were none.
        least_spread: A standard deviation of the effects below this share of the average is hardly any difference.
        seed: Of all that is random.

    Attributes after `fit`:
        average_effect_: `Interval`.
        heterogeneity_: `Heterogeneity` of the cross-fitted effects.
        has_heterogeneity_: Whether it is found, no smaller than least_spread, and the order by effect is surely better than a random
            one (qini_.low above 0).
        shrinkage_: 0 to 1: what is left of predicted differences; 0 without heterogeneity.
        buckets_: Rows of `bucket_table`, the highest predicted effect first, each with its honest interval.
        qini_, auuc_: `Interval` of the cross-fitted effects, each less the mean of its fold (they need no choice of rows);
            qini_curve_ is `qini_table`.
        balance_: Area under the ROC curve of who was treated, told from the columns; about 0.5 in a fair draw.
        is_fair_: Whether the columns do not surely tell who was treated, or the chance of each row was given.
        leaves_, propensity_, columns_, feature_names_in_, n_features_in_.
    """

    def __init__(
        self, method: str = "t", *, leaves: int | None = None, trees: int = 80, propensity: float | None = None,
        control: Any = None, arm: Any = None, folds: int = 5, buckets: int = 5, level: float = 0.95,
        heterogeneity_level: float = 0.01, least_spread: float = 0.25, seed: int = 7,
    ) -> None:  # fmt: skip
        self.method = method
        self.leaves = leaves
        self.trees = trees
        self.propensity = propensity
        self.control = control
        self.arm = arm
        self.folds = folds
        self.buckets = buckets
        self.level = level
        self.heterogeneity_level = heterogeneity_level
        self.least_spread = least_spread
        self.seed = seed

    def fit(self, X: Any, treatment: Any, y: Any, *, propensity: Any = None) -> Self:
        """
        Fit on *X* (any table), *treatment* (0 and 1, or labels with `control`) and *y* (0 and 1, or amounts).

        Args:
            X: What was known before the treatment.
            treatment: Who was treated, one per row.
            y: What came of it, one per row.
            propensity: The chance of each row to be treated, where the draw was not the same for all.

        Raises:
            WrongInput: Lengths differ, values are missing, several arms without `arm`, too few rows in an arm, a parameter
                that makes no sense.
        """
        self._check()
        table = arrow_columns(X)
        kept, treated = arms_of(treatment, table.num_rows, control=self.control, arm=self.arm)
        outcome = numbers_of(y, table.num_rows)[kept]
        given = None if propensity is None else chances_given(propensity, len(kept))[kept]
        table = table.filter(pa.array(kept))
        fewest = min(int(treated.sum()), int((~treated).sum()))
        if fewest < max(FEWEST, self.folds):
            raise WrongInput(problem=Phrase("uplift.few", rows=fewest, needed=max(FEWEST, self.folds)))
        self.feature_names_in_ = np.asarray(table.column_names, dtype=object)
        self.n_features_in_ = table.num_columns
        self.columns_ = learn(table)
        if not self.columns_.features:
            raise WrongInput(problem=Phrase("churn.nothing_tells"))
        codes = self.columns_.codes(table)
        fold = _folds(treated, self.folds, self.seed)
        share, self.balance_ = self._chances(table, treated, fold, given)
        self.is_fair_ = given is not None or self.balance_.low is None or self.balance_.low <= 0.5
        self.propensity_ = float(share.mean())
        self.is_binary_ = bool(np.isin(outcome, (0.0, 1.0)).all())
        psi, effects = self._held_out(codes, treated, outcome, share, fold)
        self._tell(psi, effects, fold, outcome, treated, is_counted=self.is_binary_ and np.ptp(share) == 0)
        self.trees_ = self._grown(self.leaves_, codes, treated, outcome, share)
        raw = self.trees_.effects(codes, share)
        self.center_ = float(raw.mean())
        return self

    def predict(self, X: Any) -> Any:
        """
        The effect on each row in units of y (a share for a yes or no): average + what is left of the differences.

        Raises:
            ColumnMissing: A column that `fit` saw is not there.
            WrongInput: A column of numbers holds words.
        """
        check_is_fitted(self)
        codes = self.columns_.codes(arrow_columns(X))
        if self.shrinkage_ == 0:
            return np.full(len(codes), self.average_effect_.value)
        raw = self.trees_.effects(codes, np.full(len(codes), self.propensity_))
        return self.average_effect_.value + self.shrinkage_ * (raw - self.center_)

    def base(self, X: Any) -> Any:
        """The outcome expected of each row of *X* without the treatment; errors as of `predict`."""
        check_is_fitted(self)
        return self.trees_.outcomes(self.columns_.codes(arrow_columns(X)))[0]

    def contributions(self, X: Any) -> Any:
        """Rows x `columns_.features`: what tells a row's effect from the average one, see `ArmTrees.contributions`; all 0 where effects do not differ."""
        check_is_fitted(self)
        codes = self.columns_.codes(arrow_columns(X))
        return self.shrinkage_ * self.trees_.contributions(codes, self.propensity_)

    def intervals(self, X: Any) -> Any:
        """Rows x 2: the honest interval of the mean effect in the row's bucket; of all, where effects do not differ."""
        effects = self.predict(X)
        if self.shrinkage_ == 0:
            return np.tile([self.average_effect_.low, self.average_effect_.high], (len(effects), 1))
        ends = np.array([[one["low"], one["high"]] for one in self.buckets_], dtype=np.float64)
        return ends[self._bucket(effects)]

    def persuadables(self, X: Any, *, worth: float = 0.0) -> pa.Table:
        """
        Whom the treatment moves by more than *worth* (what treating one costs, in units of y).

        Returns:
            One row per row of *X*, the highest effect first: row (its place in X, from 0), effect, low, high (of its bucket),
            verdict: `persuadable` (low above worth), `unmoved` (high not above worth: leave alone), else `unsure`.
        """
        if isinstance(worth, bool) or not isinstance(worth, (int, float, np.number)) or not np.isfinite(worth):
            raise WrongInput(problem=Phrase("uplift.worth", worth=worth))
        table = arrow_columns(X)
        effects, ends = self.predict(table), self.intervals(table)
        order = np.argsort(-effects, kind="stable")
        verdict = np.where(ends[:, 0] > worth, PERSUADABLE, np.where(ends[:, 1] <= worth, UNMOVED, UNSURE))
        return pa.table(
            {
                "row": pa.array(order, pa.int64()),
                "effect": pa.array(effects[order], pa.float64()),
                "low": pa.array(ends[order, 0], pa.float64()),
                "high": pa.array(ends[order, 1], pa.float64()),
                "verdict": pa.array(verdict[order].tolist(), pa.string()),
            }
        )

    def told(self) -> list[Phrase]:
        """What was found, in sentences: `Phrase.say("zh")` or `say("en")`."""
        check_is_fitted(self)
        average = self.average_effect_
        found = [Phrase("uplift.average", effect=f"{average.value:.4g}", low=f"{average.low:.4g}", high=f"{average.high:.4g}")]
        differs = Phrase("uplift.differs", p=f"{self.heterogeneity_.p_value:.2g}", spread=f"{self.heterogeneity_.spread:.4g}")
        found.append(self.why_alike() or differs)
        if not self.is_fair_:
            found.append(Phrase("uplift.unfair_draw", auc=f"{self.balance_.value:.3f}"))
        return found

    def why_alike(self) -> Phrase | None:
        """Why everybody gets the average effect: no difference is sure, none that orders customers, or a small one; None where they differ."""
        if self.has_heterogeneity_:
            return None
        found, average = self.heterogeneity_, self.average_effect_.value
        p, low = f"{found.p_value:.2g}", self.qini_.low
        if not found.is_found:
            return Phrase("uplift.hardly_differs", p=p)
        if low is None or low <= 0:
            ends = {name: "–" if value is None else f"{value:.3f}" for name, value in (("qini", self.qini_.value), ("low", low))}
            return Phrase("uplift.differs_unordered", p=p, **ends)
        return Phrase("uplift.differs_little", p=p, spread=f"{found.spread:.4g}", average=f"{average:.4g}")

    def card(self, *, as_of: str = "", name: str = "uplift") -> ModelCard:
        """The card of the model; refused where effects do not surely differ (only the average is used), or the draw was not fair."""
        check_is_fitted(self)
        refusal = None if self.has_heterogeneity_ else said("uplift.refused")
        if not self.is_fair_:
            refusal = said("uplift.campaign.unfair", auc=f"{self.balance_.value:.3f}")
        return ModelCard(
            name=name, method=f"{self.method}_learner", as_of=as_of, population=said("uplift.card.population"),
            definition=said("uplift.card.definition"), baseline=said("uplift.card.baseline"), rows=self.rows_,
            positives=self.treated_rows_, features=self.columns_.features,
            parameters={key: value for key, value in self.get_params().items() if isinstance(value, (str, int, float, type(None)))},
            judgement={
                "average_effect": self.average_effect_._asdict(), "qini": self.qini_._asdict(), "auuc": self.auuc_._asdict(),
                "heterogeneity": self.heterogeneity_.as_dict(), "buckets": self.buckets_, "qini_curve": self.qini_curve_,
            },
            limits=[said("uplift.card.draw"), said("uplift.card.buckets")], seed=self.seed, is_published=refusal is None,
            refusal=refusal,
        )  # fmt: skip

    def to_files(self) -> dict[str, bytes]:
        """The model as files that hold no code: JSON and LightGBM's text."""
        check_is_fitted(self)
        kept = {name: getattr(self, name) for name in _PLAIN}
        head = {
            "parameters": self.get_params(), "columns": self.columns_.as_dict(), "feature_names": self.feature_names_in_.tolist(),
            "heterogeneity": self.heterogeneity_.as_dict(), "is_fair": self.is_fair_, "boosters": list(self.trees_.boosters), **kept,
            **{name: list(getattr(self, name)) for name in _INTERVALS},
        }  # fmt: skip
        return {HEAD: json.dumps(head, ensure_ascii=False).encode(), **self.trees_.to_files()}

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> Self:
        """The model that `to_files` gave *files* of."""
        head = json.loads(files[HEAD])
        made = cls(**head["parameters"])
        made.columns_ = mixed_columns(head["columns"])
        made.feature_names_in_ = np.asarray(head["feature_names"], dtype=object)
        made.n_features_in_ = len(head["feature_names"])
        made.heterogeneity_ = Heterogeneity(**head["heterogeneity"])
        made.is_fair_ = head.get("is_fair", True)  # of an earlier release only the fair ones were kept
        for name in _PLAIN:
            setattr(made, name, head[name])
        for name in _INTERVALS:
            setattr(made, name, Interval(*head[name]))
        made.trees_ = made._trees(made.leaves_).from_files(files.__getitem__, head["boosters"])
        return made

    def _check(self) -> None:
        if self.method not in METHODS:
            raise WrongInput(problem=Phrase("churn.no_method", method=self.method, known=", ".join(METHODS)))
        for name, least in (("trees", 1), ("folds", 2), ("buckets", 1), ("leaves", 2)):
            value = getattr(self, name)
            if name == "leaves" and value is None:
                continue
            if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
                raise WrongInput(problem=Phrase("uplift.whole", name=name, value=value, least=least))
        for name in ("propensity", "level", "heterogeneity_level", "least_spread"):
            value = getattr(self, name)
            if value is None and name == "propensity":
                continue
            if not isinstance(value, (float, int, np.floating)) or not 0 < value < 1:
                raise WrongInput(problem=Phrase("uplift.share", name=name, value=value))

    def _chances(self, table: pa.Table, treated: Any, fold: Any, given: Any) -> tuple[Any, Interval]:
        design, _ = self.columns_.design(table)
        share, area = chances(design, treated, fold)
        if given is not None:
            return np.clip(given, EDGE, 1 - EDGE), area
        if self.propensity is not None:
            return np.full(len(treated), float(self.propensity)), area
        return share, area

    def _trees(self, leaves: int) -> ArmTrees:
        return ArmTrees(self.method, leaves, self.trees, self.is_binary_, self.columns_.categories, self.seed)

    def _grown(self, leaves: int, codes: Any, treated: Any, outcome: Any, share: Any) -> ArmTrees:
        return self._trees(leaves).fit(codes, treated, outcome, share)

    def _held_out(self, codes: Any, treated: Any, outcome: Any, share: Any, fold: Any) -> tuple[Any, Any]:
        """Doubly robust numbers, and effects by models of the other folds with the better number of leaves."""
        choices = LEAVES if self.leaves is None else (self.leaves,)
        psi = np.empty(len(outcome))
        effects = {leaves: np.empty(len(outcome)) for leaves in choices}
        for number in range(self.folds):
            held = fold == number
            for leaves in choices:
                grown = self._grown(leaves, codes[~held], treated[~held], outcome[~held], share[~held])
                effects[leaves][held] = grown.effects(codes[held], share[held])
                if leaves == choices[0]:
                    psi[held] = doubly_robust(outcome[held], treated[held], share[held], *grown.outcomes(codes[held]))
        self.leaves_ = min(choices, key=lambda leaves: float(((psi - effects[leaves]) ** 2).mean()))
        return psi, effects[self.leaves_]

    def _tell(self, psi: Any, effects: Any, fold: Any, outcome: Any, treated: Any, *, is_counted: bool) -> None:
        self.rows_, self.treated_rows_ = len(psi), int(treated.sum())
        self.average_effect_ = effect_interval(psi, outcome, treated, is_counted=is_counted, level=self.level)
        self.heterogeneity_ = heterogeneity(psi, effects, fold, self.heterogeneity_level)
        given: dict[str, Any] = {"rounds": ROUNDS, "level": self.level, "seed": self.seed}
        away = from_own_mean(effects, fold)
        self.qini_, self.auuc_ = qini(outcome, away, treated, **given), auuc(outcome, away, treated, **given)
        self.qini_curve_ = qini_table(outcome, away, treated, **given)
        # differences that are sure to be there, but do not surely put customers in a better order, are of no use
        is_better = self.qini_.low is not None and self.qini_.low > 0
        is_wide = self.heterogeneity_.spread >= self.least_spread * abs(float(psi.mean()))
        self.has_heterogeneity_ = self.heterogeneity_.is_found and is_better and is_wide
        self.shrinkage_ = min(1.0, self.heterogeneity_.slope) if self.has_heterogeneity_ else 0.0
        shown = self.average_effect_.value + (self.shrinkage_ or 1.0) * away
        self.buckets_, self.bounds_ = bucket_table(
            psi, shown, outcome, treated, buckets=self.buckets, is_counted=is_counted, level=self.level
        )

    def _bucket(self, effects: Any) -> Any:
        """Place of each row's bucket in `buckets_`."""
        return np.searchsorted(-np.asarray(self.bounds_), -effects, side="left")


_PLAIN = ("center_", "shrinkage_", "propensity_", "leaves_", "is_binary_", "has_heterogeneity_", "rows_", "treated_rows_",
          "buckets_", "bounds_", "qini_curve_")  # fmt: skip
_INTERVALS = ("average_effect_", "qini_", "auuc_", "balance_")


def _folds(treated: Any, folds: int, seed: int) -> Any:
    """A fold for each row, both arms spread evenly."""
    order = np.random.default_rng(seed).permutation(len(treated))
    fold = np.empty(len(treated), dtype=np.int64)
    for rows in (order[treated[order]], order[~treated[order]]):
        fold[rows] = np.arange(len(rows)) % folds
    return fold
