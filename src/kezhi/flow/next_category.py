"""The category that each customer is likely to buy next, where that is told better than by the most popular one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kezhi import insight, profile
from kezhi.flow.clusters import sampled
from kezhi.kit.days import day
from kezhi.kit.engine import _, ibis, ir
from kezhi.locales import Phrase

if TYPE_CHECKING:
    from kezhi.flow.step import Inputs

JUDGE_DAYS = 90
FEWEST = 30  # customers who bought again, to judge on


def next_categories(inputs: Inputs) -> ir.Table | None:
    """
    customer_id, category and category_probability of every customer with a purchase that has lines.

    None where there are no lines or products, too few bought again in the last 90 days, or their next category is not told
    better, for sure, by their own purchases before than by the category most bought by all; the latter two with a note.
    """
    from kezhi.models.clv.categories import category_chances, shared_strength
    from kezhi.models.evaluation.intervals import bootstrap_interval

    if inputs.get("order_lines") is None or inputs.get("products") is None:
        return None
    bench, settings = inputs.bench, inputs.settings.clv
    lines = insight.bought_lines(profile.bought(inputs["ledger"]), inputs["order_lines"], inputs["products"])
    known = lines.filter(_.customer_id.notnull())
    bought = bench.settle(known.select("customer_id", "category", bought_on=day(known.ordered_at)).distinct())
    split = inputs.as_of - timedelta(days=JUDGE_DAYS)
    own = _counted(bought, split)
    people = sampled(own.select("customer_id").distinct(), settings.fit_rows, settings.seed)
    before = bench.arrow(own.semi_join(people, "customer_id").order_by("customer_id", "category"))
    after = bench.arrow(_next(bought, split).semi_join(people, "customer_id").order_by("customer_id", "category"))
    ids, names, table = _matrix(before)
    if len(ids) < FEWEST:
        return None
    shares, strength = shared_strength(table)
    best, popular = category_chances(table, shares, strength).argmax(axis=1), int(shares.argmax())
    came = np.zeros(table.shape, dtype=bool)
    row = pc.index_in(after["customer_id"], pa.array(ids)).to_numpy(zero_copy_only=False)
    column = pc.index_in(after["category"], pa.array(names)).to_numpy(zero_copy_only=False)
    there = ~(np.isnan(row.astype(float)) | np.isnan(column.astype(float)))
    came[row[there].astype(int), column[there].astype(int)] = True
    judged = came.any(axis=1)
    if judged.sum() < FEWEST:
        inputs.notes.append(Phrase("clv.few_categories", customers=int(judged.sum()), needed=FEWEST))
        return None
    ours, theirs = came[np.arange(len(best)), best][judged], came[:, popular][judged]
    gain = bootstrap_interval(lambda one, two: float(one.mean() - two.mean()), ours.astype(float), theirs.astype(float))
    if gain.low is None or gain.low <= 0:
        inputs.notes.append(Phrase("clv.popular_category", hits=f"{ours.mean():.0%}", base=f"{theirs.mean():.0%}"))
        return None
    whole = bench.arrow(bought.group_by("category").aggregate(times=_.count()).order_by(ibis.desc("times"), "category"))
    return _told(bought, whole, strength)


def _counted(bought: ir.Table, split: date) -> ir.Table:
    """customer_id, category and on how many days it was bought before *split*."""
    return bought.filter(bought.bought_on < split).group_by("customer_id", "category").aggregate(times=_.count())


def _next(bought: ir.Table, split: date) -> ir.Table:
    """The categories of each customer's first day with a purchase from *split* on."""
    after = bought.filter(bought.bought_on >= split)
    first = after.group_by("customer_id").aggregate(first_on=_.bought_on.min())
    return after.inner_join(first, "customer_id").filter(_.bought_on == _.first_on).select("customer_id", "category")


def _matrix(rows: pa.Table) -> tuple[list[str], list[str], Any]:
    """Customers, categories, and how often each customer bought each."""
    ids, place = np.unique(np.array(rows["customer_id"].to_pylist(), dtype=str), return_inverse=True)
    names, column = np.unique(np.array(rows["category"].to_pylist(), dtype=str), return_inverse=True)
    table = np.zeros((len(ids), len(names)))
    table[place, column] = rows["times"].to_numpy()
    return ids.tolist(), names.tolist(), table


def _told(bought: ir.Table, whole: pa.Table, strength: float) -> ir.Table:
    """The likeliest category of each customer: among the own ones, or the most popular of all where it is likelier."""
    times = whole["times"].to_numpy().astype(float)
    shares = {
        name: (count + 0.5) / (times.sum() + 0.5 * len(times)) for name, count in zip(whole["category"].to_pylist(), times, strict=True)
    }
    popular = whole["category"][0].as_py()
    own = bought.group_by("customer_id", "category").aggregate(times=_.count().cast("float64"))
    share = ibis.cases(*((own.category == name, ibis.literal(part)) for name, part in shares.items()), else_=0.0)
    ranked = own.mutate(share=share, total=own.times.sum().over(group_by="customer_id"))
    chances = ranked.mutate(chance=(ranked.times + strength * ranked.share) / (ranked.total + strength))
    place = ibis.row_number().over(group_by="customer_id", order_by=[ibis.desc("chance"), "category"])
    best = chances.mutate(place=place).filter(_.place == 0)
    of_all = strength * shares[popular] / (best.total + strength)  # of one who never bought it
    return best.select(
        "customer_id",
        category=ibis.ifelse(best.chance >= of_all, best.category, popular),
        category_probability=ibis.greatest(best.chance, of_all),
    )
