"""Whether a tag can be told of customers nobody has tagged: a logistic regression whose precision is measured, not assumed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from kezhi.models.lookalike import wilson

FEWEST = 30  # customers with the tag, and as many known to be without it
HELD_OUT = 0.3
FEWEST_PREDICTED = 20  # a precision on fewer chooses no cut
FEWEST_CONFIRMED = 10  # and on fewer of those held out it confirms none
LIKELY = 0.5  # who more likely lacks the tag is not given it, however precise the others make the whole
_CLIP = 0.99  # weights beyond this quantile count as it: one odd customer must not decide


@dataclass(frozen=True, slots=True)
class Propagation:
    """
    What `fit_propagation` found.

    Attributes:
        known, holders: Customers to measure on, of whom it is known, and those of them who have the tag.
        held_out: Known customers who were kept apart to measure on.
        cut: Least calibrated probability at which the tag is given; None where it is refused.
        predicted: Held-out customers at or above the cut.
        precision: Share of them who have the tag; precision_low is the lower end of its 95% Wilson interval.
        precision_weighted: The same with held-out customers weighed so that they are like those the tag goes to.
        recall: Share of the held-out holders who are at or above the cut.
        refusal: Why the tag is not given: `few_known`, `never_precise`, `not_confirmed`; None where it is.
    """

    known: int
    holders: int
    held_out: int = 0
    cut: float | None = None
    predicted: int = 0
    precision: float | None = None
    precision_low: float | None = None
    precision_weighted: float | None = None
    recall: float | None = None
    refusal: str | None = None
    _fitted: Any = field(default=None, repr=False)

    def probabilities(self, values: Any) -> Any:
        """Calibrated chance of each row of *values* (columns as in the fit) to have the tag."""
        model, calibration = self._fitted
        return _calibrated(calibration, model.decision_function(values))


def fit_propagation(
    values: Any, holds: Any, others: Any, *, least_precision: float, who: Any = None, judged: Any = None, seed: int = 7
) -> Propagation:
    """
    Learn a tag from customers of whom it is known, and measure how often it would be right.

    Of the judged customers 30% are held out with all their rows. The others fit a logistic regression; its out-of-fold
    scores (5 folds of customers) are calibrated by a second one (Platt 1999) and choose the lowest cut at which precision
    reaches *least_precision*. The tag is given only if the precision of those held out, plain and weighed to be like
    *others* (Shimodaira 2000, J. Stat. Plan. Inference 90, 227-244), reaches it too, on `FEWEST_CONFIRMED` or more.

    Args:
        values: Rows x features, float64; NaN is unknown and counts as the median.
        holds: A boolean per row.
        others: Customers the tag may be given to, or a sample of them; may be empty.
        least_precision: 0 to 1, the share of given tags that must be right.
        who: The customer of each row; None: each row is one.
        judged: The rows to measure on, at most one of each customer; None: all. Those who are like *others* belong
            here: a tag that is plain of who bought ten times is not so of who bought once.
        seed: Of the split and the folds.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold

    values, truth = np.asarray(values, dtype=np.float64), np.asarray(holds, dtype=bool)
    who = np.arange(len(truth)) if who is None else np.unique(np.asarray(who, dtype=object), return_inverse=True)[1]
    judged = np.ones(len(truth), dtype=bool) if judged is None else np.asarray(judged, dtype=bool)
    holders = int((truth & judged).sum())
    found: dict[str, Any] = {"known": int(judged.sum()), "holders": holders}
    if min(holders, found["known"] - holders) < FEWEST or not values.shape[1]:
        return Propagation(**found, refusal="few_known")
    order = np.random.default_rng(seed).permutation(np.flatnonzero(judged))
    held = np.sort(np.concatenate([part[: int(len(part) * HELD_OUT)] for part in (order[truth[order]], order[~truth[order]])]))
    learn = np.flatnonzero(~np.isin(who, who[held]))
    scores = np.zeros(len(learn))
    for fit_on, score_on in GroupKFold(5, shuffle=True, random_state=seed).split(learn, groups=who[learn]):
        scores[score_on] = _model().fit(values[learn[fit_on]], truth[learn[fit_on]]).decision_function(values[learn[score_on]])
    tuned = judged[learn]
    calibration = LogisticRegression(C=1e6).fit(scores[tuned, None], truth[learn[tuned]])
    model = _model().fit(values[learn], truth[learn])
    found |= {"held_out": len(held), "_fitted": (model, calibration)}
    cut = lowest_cut(_calibrated(calibration, scores[tuned]), truth[learn[tuned]], least_precision)
    if cut is None:
        return Propagation(**found, refusal="never_precise")
    above = _calibrated(calibration, model.decision_function(values[held])) >= cut
    hits, predicted = int(truth[held][above].sum()), int(above.sum())
    weights = _likeness(values[learn[tuned]], values[held], np.asarray(others, dtype=np.float64))[above]
    weighed = float(np.average(truth[held][above], weights=weights)) if predicted else None
    precision = hits / predicted if predicted else None
    measured: dict[str, Any] = {
        "cut": cut,
        "predicted": predicted,
        "precision": precision,
        "precision_low": float(wilson(hits, predicted)[0]) if predicted else None,
        "precision_weighted": weighed,
        "recall": hits / int(truth[held].sum()),
    }
    right = predicted >= FEWEST_CONFIRMED and min(precision or 0.0, weighed or 0.0) >= least_precision
    return Propagation(**found, **measured, refusal=None if right else "not_confirmed")


def lowest_cut(probabilities: Any, holds: Any, least_precision: float) -> float | None:
    """
    The lowest cut, at least `LIKELY`, at or above which the precision of `FEWEST_PREDICTED` rows or more is *least_precision*.

    Equal probabilities stand on one side of the cut. None where no cut is so precise.
    """
    order = np.argsort(-probabilities, kind="stable")
    ranked = probabilities[order]
    places = np.arange(1, len(ranked) + 1)
    precision = np.divide(np.cumsum(holds[order]), places)
    ends = np.append(ranked[1:] < ranked[:-1], True)
    fine = np.flatnonzero(ends & (places >= FEWEST_PREDICTED) & (ranked >= LIKELY) & (precision >= least_precision))
    return float(ranked[fine[-1]]) if len(fine) else None


def _model() -> Any:
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, StandardScaler

    steps = (SimpleImputer(strategy="median", keep_empty_features=True), FunctionTransformer(_log), StandardScaler())
    return make_pipeline(*steps, LogisticRegression(C=0.3, max_iter=1000))


def _log(values: Any) -> Any:
    """Money and counts have long tails."""
    return np.sign(values) * np.log1p(np.abs(values))


def _calibrated(calibration: Any, scores: Any) -> Any:
    return calibration.predict_proba(np.asarray(scores)[:, None])[:, 1]


def _likeness(learned: Any, held: Any, others: Any) -> Any:
    """How much more common customers such as *held* are among *others* than among the known; 1 each without others."""
    if len(others) < FEWEST:
        return np.ones(len(held))
    both = np.concatenate([learned, others])
    unknown = np.repeat([False, True], [len(learned), len(others)])
    chance = _model().fit(both, unknown).predict_proba(held)[:, 1]
    odds = chance / np.maximum(1 - chance, 1e-9)
    return np.minimum(odds, np.quantile(odds, _CLIP))
