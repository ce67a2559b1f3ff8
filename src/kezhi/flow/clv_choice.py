"""
Which model of purchase counts serves: the likeliest of those that missed least what came after, told with how far the others were behind.

Each model is tried by the calendar and, with two years of history, by the clock of trade (`models.clv.trade_time`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from kezhi.kit.days import month_number
from kezhi.kit.engine import _, ir
from kezhi.kit.threads import in_order
from kezhi.models.cards import Said, said
from kezhi.models.evaluation.intervals import mean_intervals

if TYPE_CHECKING:
    from kezhi.flow.warehouse import Warehouse
    from kezhi.models import TradeTime

FEWEST_MARGINS = 100  # customers who came back and brought a margin, to fit that of the others on
SEASONAL = "_seasonal"  # ends the name of a method that counts by the clock of trade
FREE_MONTHS = 11  # numbers of the index of a year, whose mean is 1
ROUNDS = 200


@dataclass(frozen=True, slots=True)
class Trade:
    """
    When known customers bought, seen from a day.

    Attributes:
        time: The clock of trade; None where the history is too short for one.
        repeats: Repeat purchases of all customers by `kit.days.month_number`.
    """

    time: TradeTime | None
    repeats: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Candidate:
    """
    A model of purchases, the clock it counts by, and what it knows of the customers.

    Attributes:
        model: Fitted on data.
        time: Its clock.
        data: Counts in weeks of that clock.
        horizon: Weeks of it to look ahead.
        log_likelihood: Of purchases in weeks of the calendar whatever the clock, less one for each number of its index (Akaike's rule).
    """

    model: Any
    time: TradeTime
    data: Mapping[str, Any]
    horizon: float
    log_likelihood: float

    @property
    def expected(self) -> Any:
        """Purchases expected of each customer within the horizon."""
        return self.model.expected_purchases(self.horizon, self.data)


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


def counts_of(rows: pa.Table, on: date, time: TradeTime) -> dict[str, Any]:
    """What the estimators take of `profile.purchase_counts` seen from *on*, in weeks of *time*; margin_value, if it is there, is NaN where a cost is unknown."""
    there = [name for name in ("purchases", "frequency", "monetary_value", "margin_value") if name in rows.column_names]
    columns = {name: rows[name].to_numpy().astype(np.float64) for name in there}
    first = rows["first_on"].to_numpy().astype("datetime64[D]")
    last = first + rows["recency"].to_numpy().astype("timedelta64[D]")
    return columns | {"recency": time.weeks(first, last), "T": time.weeks(first, on)}


def first_purchases(days: ir.Table, on: date) -> ir.Table:
    """customer_id and first_on of who bought before *on*, of *days* (`profile.purchase_days`)."""
    return _bought(days, on).group_by("customer_id").aggregate(first_on=_.acted_on.min())


def trade(days: ir.Table, buyers: ir.Table, on: date, bench: Warehouse) -> Trade:
    """When customers of *days* (`profile.purchase_days`) bought again before *on*; *buyers* tells the first_on of each."""
    from kezhi.models import TradeTime

    dated = (_bought(days, on).select(month=month_number(days.acted_on)), buyers.select(month=month_number(buyers.first_on)))
    all_, new = (
        dict(zip(*(found[name].to_pylist() for name in ("month", "n")), strict=True))
        for found in (bench.arrow(one.group_by("month").aggregate(n=_.count())) for one in dated)
    )
    repeats = {month: count - new.get(month, 0) for month, count in sorted(all_.items())}
    begun = bench.arrow(buyers.aggregate(first=_.first_on.min()))["first"][0].as_py()
    whole = range(month_number(begun) + (begun.day > 1), month_number(on)) if begun is not None else range(0)
    return Trade(TradeTime.of_months({month: repeats.get(month, 0) for month in whole}), repeats)


def _bought(days: ir.Table, on: date) -> ir.Table:
    return days.filter((days.bought > 0) & (days.acted_on < on))


def fitted_purchases(
    rows: pa.Table, on: date, horizon_days: int, known: Trade, methods: tuple[str, ...] | None = None, *, threads: int = 1
) -> dict[str, Candidate]:
    """
    The candidates (or *methods*) by name, those by the calendar first.

    Args:
        rows: `profile.purchase_counts` seen from *on*.
        on: The first day not seen.
        horizon_days: How far to look ahead.
        known: Seen from *on*; without a clock of trade the calendar is that.
        methods: Names of those to fit.
        threads: In which they are fitted side by side.
    """
    from kezhi.models import TradeTime

    clocks = {"": TradeTime()} | ({} if known.time is None else {SEASONAL: known.time})
    counted = {ending: counts_of(rows, on, time) for ending, time in clocks.items()}

    def fitted(of: tuple[str, type[Any]]) -> Candidate:
        ending, kind = of
        data, time = counted[ending], clocks[ending]
        # of a sample of the customers it is taken to have bought when all did
        share = data["frequency"].sum() / max(sum(known.repeats.values()), 1)
        gain = time.log_speed(known.repeats) * share - FREE_MONTHS if ending else 0.0
        model = kind().fit(data)
        return Candidate(model, time, data, float(time.weeks(on, on + timedelta(days=horizon_days))), model.log_likelihood_ + gain)

    every = {name + ending: (ending, kind) for ending in clocks for name, kind in purchase_models().items()}
    wanted = {name: of for name, of in every.items() if methods is None or name in methods}
    return dict(zip(wanted, in_order(fitted, wanted.values(), threads=threads), strict=True))


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


def chosen(tried: Mapping[str, Candidate], came: Any, *, seed: int) -> Choice:
    """
    The likeliest of those *tried* whose error on what *came* may be the smallest: of which no other missed surely less.

    Errors alone hardly see who is gone for good, which the likelihood of all that is known does; with BG/NBD nobody who bought once is.
    The clock of trade is taken only where the same model missed less with it than without.

    For the judgement against a rule the customers are cut in two by chance: what is expected of either half comes from the model that
    was chosen on the other one, so that the choice does not flatter itself.

    Args:
        tried: By name.
        came: Purchases of each customer within their horizon.
        seed: Of the halves.
    """
    names, likelihoods = list(tried), [one.log_likelihood for one in tried.values()]
    plain = [names.index(name.removesuffix(SEASONAL)) if name.endswith(SEASONAL) else None for name in names]
    expected = np.stack([one.expected for one in tried.values()])
    missed = (expected - came) ** 2
    half = np.random.default_rng(seed).permutation(len(came)) % 2
    taken = np.empty(len(came))
    for side in (0, 1):
        taken[half == side] = expected[_serving(missed[:, half != side], likelihoods, plain)][half == side]
    best = _serving(missed, likelihoods, plain)
    told, more = [], mean_intervals(missed - missed[best], rounds=ROUNDS)
    for place, name in enumerate(names):
        one: dict[str, Any] = {
            "method": name,
            "log_likelihood": likelihoods[place],
            "purchases_rmse": float(np.sqrt(missed[place].mean())),
        }
        if place == best:
            one |= {"behind": 0.0, "low": None, "high": None}
        else:
            one |= {"behind": more[place].value, "low": more[place].low, "high": more[place].high}
        told.append(one)
    return Choice(names[best], taken, told, _sentence(told, names[best]))


def _serving(missed: Any, likelihoods: list[float], plain: list[int | None]) -> int:
    """
    The likeliest row among those that are not surely worse than the best one; of rows that are equal to nine digits the first.

    A row of the clock of trade only if its mean is below that of the same model without, whose place *plain* tells.
    """
    if not missed.shape[1]:
        return next(place for place, other in enumerate(plain) if other is None)
    means = missed.mean(axis=1)
    least = int(np.argmin(means))
    ends = [more.low for more in mean_intervals(missed - missed[least], rounds=ROUNDS)]
    open_ = [
        place
        for place, (low, other) in enumerate(zip(ends, plain, strict=True))
        if (low is None or low <= 0) and (other is None or means[place] < means[other])
    ]
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
