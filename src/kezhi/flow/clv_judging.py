"""The card of the models that value customers: what they told, held against what came after, and against a simple rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from kezhi.flow.clv_choice import FEWEST_MARGINS, ROUNDS, Candidate, Choice, chosen, fitted_spend
from kezhi.kit.threads import in_order
from kezhi.models.cards import ModelCard, Said, percent, said, two_digits
from kezhi.models.evaluation.intervals import Interval, bootstrap_interval, mean_intervals
from kezhi.models.evaluation.judging import entry
from kezhi.settings import ClvSettings

if TYPE_CHECKING:
    from kezhi.models import TradeTime

NAME = "clv"


def judged(
    rows: pa.Table,
    tried: Mapping[str, Candidate],
    judged_on: date,
    horizon: int,
    as_of: date,
    settings: ClvSettings,
    *,
    threads: int = 1,
) -> ModelCard:
    """
    The card, from what was known on *judged_on*: the rule is that customers buy as much as in the same time before.

    Args:
        rows: `profile.purchase_counts` seen from *judged_on*, with the *horizon* (days) on both sides.
        tried: The candidates, fitted on *rows*.
        judged_on: The first day not seen by them.
        horizon: Days after.
        as_of: The first day not seen.
        settings: Those of the run.
        threads: In which money and chances are judged side by side.
    """
    came, rule = rows["later"].to_numpy().astype(float), rows["recent"].to_numpy().astype(float)
    choice = chosen(tried, came, seed=settings.seed)
    best = tried[choice.method]

    def error(_came: Any, missed: Any) -> float:
        return float(np.sqrt((missed**2).mean()))

    judges: list[Callable[[], Any]] = [partial(_by_money, rows, choice, best, horizon, settings), partial(_by_chance, came, rule, best)]
    (of_money, limits), chance = in_order(lambda judge: judge(), judges, threads=threads)
    ours = bootstrap_interval(error, came, choice.expected - came, rounds=ROUNDS)
    (gain,) = mean_intervals([(rule - came) ** 2 - (choice.expected - came) ** 2], rounds=ROUNDS)
    metrics = {"purchases_rmse": entry(ours, error(came, rule - came)), **of_money}
    beats = gain.low is not None and gain.low > 0
    return ModelCard(
        name=NAME,
        method=choice.method,
        as_of=as_of.isoformat(),
        population=said("clv.population"),
        definition=said("clv.definition", days=settings.horizon_days, judged=horizon),
        baseline=said("clv.baseline", days=horizon),
        trained_on=[judged_on.isoformat(), as_of.isoformat()],
        judged_on=judged_on.isoformat(),
        horizon_days=settings.horizon_days,
        features=["frequency", "recency", "seen", "monetary_value", "margin_value"],
        parameters={"settings": settings.model_dump(mode="json")},
        judgement=chance | {"metrics": metrics | chance["metrics"]},
        candidates=choice.candidates,
        limits=[choice.sentence, _season(best.time), said("clv.limits.amounts"), _independence(best.data), *limits],
        seed=settings.seed,
        is_published=beats,
        refusal=None
        if beats
        else said("clv.not_better", error=two_digits(ours.value), base=two_digits(metrics["purchases_rmse"]["baseline"])),
    )


def _by_money(rows: pa.Table, choice: Choice, best: Candidate, horizon: int, settings: ClvSettings) -> tuple[dict[str, Any], list[Said]]:
    """What was missed of the money and the margin of the *horizon* days after, and what is to be said of either."""
    metrics, limits = {}, []
    for name, column, fewest in (("value", "monetary_value", 1), ("margin", "margin_value", FEWEST_MARGINS)):
        spend = fitted_spend(best.data, column, fewest)
        if spend is None:
            limits += [said("clv.limits.no_margin", needed=FEWEST_MARGINS)] if name == "margin" else []
            continue
        metrics[f"{name}_mae"] = _money_error(rows, best.data, choice.expected, spend, name, column)
        limits += [said("clv.limits.margin") if name == "margin" else _coverage(rows, best, spend, horizon, settings)]
    return metrics, limits


def _by_chance(came: Any, rule: Any, best: Candidate) -> dict[str, Any]:
    """The judgement of the chance to buy at all within the horizon, against that of who bought, or did not, in the same time before."""
    from kezhi.models import evaluation as ev

    bought, active = came > 0, rule > 0
    shares = np.where(active, bought[active].mean() if active.any() else 0.0, bought[~active].mean() if (~active).any() else 0.0)
    return ev.judge(bought, best.model.probability_of_purchase(best.horizon, best.data), shares).as_dict()


def _season(time: TradeTime) -> Said:
    """What a clock takes to be steady; the index of its fastest and slowest month."""
    fast, slow = (int(of(time.index)) for of in (np.argmax, np.argmin))
    if time.index[fast] == time.index[slow]:
        return said("clv.limits.steady")
    return said(
        "clv.limits.seasonal",
        most=fast + 1,
        most_index=two_digits(time.index[fast]),
        least=slow + 1,
        least_index=two_digits(time.index[slow]),
    )


def _independence(data: Mapping[str, Any]) -> Said:
    """How much the amounts of those who came back go with how often they bought, which Gamma-Gamma takes to be not at all."""
    from scipy.stats import spearmanr

    of = (data["frequency"] > 0) & (data["monetary_value"] > 0)
    both = [data[name][of] for name in ("purchases", "monetary_value")]
    together = float(spearmanr(*both).statistic) if all(len(np.unique(values)) > 1 for values in both) else None
    return said("clv.limits.independence", customers=int(of.sum()), correlation=two_digits(together))


def _coverage(rows: pa.Table, best: Candidate, spend: Any, days: int, settings: ClvSettings) -> Said:
    """How many customers' money of the *days* after lay within the interval that was told of them before, of all and of those who were to bring any."""
    from kezhi.models import customer_value

    told = customer_value(best.model, spend, best.data, horizon=best.horizon, periods=1, level=settings.level, seed=settings.seed)
    came, low, high = rows["later_amount"].to_numpy().astype(np.float64), told["value_low"].to_numpy(), told["value_high"].to_numpy()
    held, some = (came >= low) & (came <= high), high > 0

    def share(of: Any) -> str:
        return f"{of.mean():.1%}" if len(of) else "–"

    return said(
        "clv.limits.coverage",
        days=days,
        level=percent(settings.level),
        customers=len(came),
        share=share(held),
        buyers=int(some.sum()),
        buyers_share=share(held[some]),
        above=share((came > high)[some]),
    )


def _money_error(rows: pa.Table, data: Mapping[str, Any], expected: Any, spend: Any, name: str, column: str) -> dict[str, Any]:
    """Mean absolute error of the money (`value`) or margin of the days after, of whom both are known; the rule is that of the days before."""
    later, recent = ("later_amount", "recent_amount") if name == "value" else ("later_margin", "recent_margin")
    came, before = (rows[one].to_numpy(zero_copy_only=False).astype(np.float64) for one in (later, recent))
    told = ~np.isnan(came) & (data[column] >= 0)
    each = spend.expected_spend({"frequency": data["purchases"], "monetary_value": np.where(told, data[column], 0.0)})
    if not told.any():
        return entry(Interval(None, None, None), None)
    missed = np.abs(expected * each - came)[told]
    (found,) = mean_intervals([missed], rounds=ROUNDS)
    return entry(found, float(np.abs(before - came)[told].mean()))
