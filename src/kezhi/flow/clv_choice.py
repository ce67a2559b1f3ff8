"""Which model of purchase counts serves: the likeliest of those that missed least what came after, told with how far the others were behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from kezhi.models.cards import Said, said
from kezhi.models.evaluation.intervals import Interval, bootstrap_interval

FEWEST_MARGINS = 100  # customers who came back and brought a margin, to fit that of the others on
WEEK = 7.0  # days: the unit of time of the models
ROUNDS = 200


@dataclass(frozen=True, slots=True)
class Choice:
    """
    The model taken, and how it was found.

    Attributes:
        method: The model that serves.
        expected: Purchases expected of each of them, by models that were chosen without looking at the customer.
        candidates: Per method its log_likelihood, purchases_rmse and behind (mean squared error more than the chosen), with low and high.
        sentence: The choice in words.
    """

    method: str
    expected: Any
    candidates: list[dict[str, Any]]
    sentence: Said


def purchase_models() -> dict[str, type[Any]]:
    """The candidates by name, the simplest first: of two that miss equally, the earlier serves."""
    from kezhi.models import BgNbd, MbgNbd, ParetoNbd

    return {"bg_nbd": BgNbd, "mbg_nbd": MbgNbd, "pareto_nbd": ParetoNbd}


def fitted_purchases(data: Mapping[str, Any], methods: tuple[str, ...] | None = None) -> dict[str, Any]:
    """The candidates (or *methods*), fitted on counts in weeks."""
    return {name: model().fit(data) for name, model in purchase_models().items() if methods is None or name in methods}


def fitted_spend(data: Mapping[str, Any], column: str = "monetary_value", fewest: int = 1) -> Any | None:
    """
    The model of amounts of *column*, which is the mean of all purchases; None where of fewer than *fewest* customers who came back it is known,
    or the mean amount of a stranger would be infinite.

    On the amounts of CDNOW and of the demo city it misses less of what customers spent later than the papers' mean of repeat purchases, for the
    first purchase of who bought once tells most of what is known of them.
    """
    from kezhi.models import GammaGamma

    told = {"frequency": data["purchases"], "monetary_value": np.maximum(np.nan_to_num(data[column]), 0.0)}
    if int(((data["frequency"] > 0) & (told["monetary_value"] > 0)).sum()) < fewest:
        return None
    model = GammaGamma().fit(told)
    return model if model.params_["q"] > 1 else None


def chosen(models: Mapping[str, Any], data: Mapping[str, Any], came: Any, *, horizon: float, seed: int) -> Choice:
    """
    The likeliest of those *models* whose error on what *came* may be the smallest: of which no other missed surely less.

    Errors alone hardly see who is gone for good, which the likelihood of all that is known does; with BG/NBD nobody who bought once is.

    For the judgement against a rule the customers are cut in two by chance: what is expected of either half comes from the model that
    was chosen on the other one, so that the choice does not flatter itself.

    Args:
        models: Fitted on *data*.
        data: Counts in weeks.
        came: Purchases of each customer in the *horizon* (weeks) after.
        seed: Of the halves.
    """
    names, likelihoods = list(models), [model.log_likelihood_ for model in models.values()]
    expected = np.stack([models[name].expected_purchases(horizon, data) for name in names])
    missed = (expected - came) ** 2
    half = np.random.default_rng(seed).permutation(len(came)) % 2
    taken = np.empty(len(came))
    for side in (0, 1):
        taken[half == side] = expected[_serving(missed[:, half != side], likelihoods)][half == side]
    best = _serving(missed, likelihoods)
    tried = []
    for place, name in enumerate(names):
        one: dict[str, Any] = {
            "method": name,
            "log_likelihood": likelihoods[place],
            "purchases_rmse": float(np.sqrt(missed[place].mean())),
        }
        if place == best:
            one |= {"behind": 0.0, "low": None, "high": None}
        else:
            more = _more(missed[place], missed[best])
            one |= {"behind": more.value, "low": more.low, "high": more.high}
        tried.append(one)
    return Choice(names[best], taken, tried, _sentence(tried, names[best]))


def _more(missed: Any, other: Any) -> Interval:
    """How much larger the mean of *missed* is than that of *other*."""
    return bootstrap_interval(lambda _missed, far: float(far.mean()), missed, missed - other, rounds=ROUNDS)


def _serving(missed: Any, likelihoods: list[float]) -> int:
    """The likeliest row among those that are not surely worse than the best one; of rows that are equal to nine digits the first."""
    if not missed.shape[1]:
        return int(np.argmax(likelihoods))
    least = int(np.argmin(missed.mean(axis=1)))
    ends = [_more(row, missed[least]).low for row in missed]
    open_ = [place for place, low in enumerate(ends) if low is None or low <= 0]
    most = max(likelihoods[place] for place in open_)
    return next(place for place in open_ if likelihoods[place] >= most - 1e-9 * abs(most))


def _sentence(tried: list[dict[str, Any]], method: str) -> Said:
    others = sorted((one for one in tried if one["method"] != method), key=lambda one: one["purchases_rmse"])
    mine = next(one for one in tried if one["method"] == method)
    if not others:
        return said("clv.chosen_alone", method=said(f"cli.model.methods.{method}"))
    next_one = others[0]
    is_sure = next_one["low"] is not None and next_one["low"] > 0
    return said(
        "clv.chosen_surely" if is_sure else "clv.chosen_hardly",
        method=said(f"cli.model.methods.{method}"),
        error=f"{mine['purchases_rmse']:.4f}",
        other=said(f"cli.model.methods.{next_one['method']}"),
        theirs=f"{next_one['purchases_rmse']:.4f}",
    )
