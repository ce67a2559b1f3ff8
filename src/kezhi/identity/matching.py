"""Pairs of records that are probably one person, with the weight of the evidence."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa

from kezhi.identity.blocking import candidates, strangers
from kezhi.identity.comparing import COMPARISONS, UNKNOWN
from kezhi.identity.comparing.names import unlike
from kezhi.identity.comparing.pairing import Chosen, compared, told_by, valued, with_holders
from kezhi.identity.weighing import Patterns, Weights, learnt, named
from kezhi.kit.engine import Workbench, _, ibis, ir
from kezhi.kit.reading import stages_apart

# Frequencies are those of the records with as many strangers: the names of five records say nothing of how common names are.
OTHERS = 5000.0
SAMPLE = 100_000  # pairs of strangers that are looked at: a level that one pair of a thousand has is seen a hundred times
DRAWS = 200  # of each record at most

WEIGHTS = pa.schema(
    [(name, pa.string()) for name in ("comparison", "agreement")]
    + [(name, pa.float64()) for name in ("match_share", "chance_share", "weight_bits")]
)

# Evidence that is about a person, and not about a household or a company.
_PERSONAL = {
    "name": ("same", "same_sound", "spelt_out", "rearranged", "pet_name", "same_given"),
    "given_name": ("same", "swapped", "short_form", "nearly_same", "similar"),
    "phone": ("same", "one_digit"),
    "email": ("same", "same_name", "one_sign", "similar"),
    "id_number": ("same", "one_digit", "two_digits"),
    "birth_date": ("same", "turned", "one_digit"),
    "wechat_id": ("same",), "member_id": ("same",), "app_id": ("same",),
}  # fmt: skip

# Two of these at once are not shared by a family: they outweigh a name that is another.
_OWN = ("phone", "email", "id_number", "birth_date", "wechat_id", "member_id", "app_id")


@dataclass(frozen=True, slots=True)
class Matched:
    """What was found out about the candidate pairs."""

    pairs: (
        ir.Table
    )  # left_row, right_row, weight_bits, probability, refused (reason or null), a level per comparison, weight per comparison
    weights: ir.Table  # comparison, agreement, match_share, chance_share, weight_bits
    counts: ir.Table  # rule, pairs, pairs_left_out
    told: Chosen  # the comparisons that pairs have levels of: records tell nothing for the others


def matched(records: ir.Table, chosen: Chosen, pairs_per_record: float, bench: Workbench, *, labels: ir.Table | None = None) -> Matched:
    """
    Compare what blocking brings together, learn the weights, and weigh every pair.

    Args:
        records: `preparing.prepared`.
        chosen: What they are compared by.
        pairs_per_record: How many pairs a blocking rule may give.
        labels: left_row, right_row (left_row is less), label (1: one person, 0: two): what people said; weighed like the others.
    """
    names = [one.name for one in chosen]
    told = told_by(records, chosen, bench)
    known = with_holders(records, told, bench)
    pairs, counts = candidates(known, names, pairs_per_record, bench)
    if labels is not None:
        unseen = labels.anti_join(pairs, ["left_row", "right_row"])
        pairs = bench.settle(pairs.union(unseen.select("left_row", "right_row", mask=ibis.literal(0).cast("int64"))))
    near = compared(pairs, known, told, bench)
    far = compared(bench.settle(strangers(known, DRAWS, SAMPLE)), known, told, bench)
    levels = ["mask", "label", *(one.name for one in told)]
    patterns = _labelled(near, labels).group_by(levels).agg(pairs=_.count())
    apart = _labelled(far, None).group_by(levels).agg(pairs=_.count())
    sides = known.agg(
        records=_.count(),
        lefts=_.is_left.fill_null(False).sum(),
        is_link=_.is_left.notnull().any(),
        **{one.name: _[one.value].count() for one in valued(chosen)},
    )
    weights, shares = bench.kernel(partial(_learn, chosen), patterns, apart, sides)
    return Matched(weighed(near, shares, told, bench), weights, counts, told)


def _labelled(levels: ir.Table, labels: ir.Table | None) -> ir.Table:
    unsaid = ibis.literal(-1).cast("int8")
    if labels is None:
        return levels.mutate(label=unsaid)
    said = levels.left_join(labels.select("left_row", "right_row", "label"), ["left_row", "right_row"])
    return said.mutate(label=ibis.coalesce(said.label.cast("int8"), unsaid)).select(*levels.columns, "label")


def _patterns(table: Any, names: list[str]) -> Patterns:
    order = [("mask", "ascending"), ("label", "ascending"), *((name, "ascending") for name in names if name in table.column_names)]
    table = table.sort_by(order)  # sums of floats depend on their order, and engines give rows in any
    untold = np.full(table.num_rows, UNKNOWN, np.int8)
    levels = np.column_stack([table[name].to_numpy() if name in table.column_names else untold for name in names])
    return Patterns(
        table["mask"].to_numpy(), levels.astype(np.int8), table["pairs"].to_numpy().astype(np.float64), table["label"].to_numpy()
    )


def _learn(chosen: Chosen, patterns: Any, apart: Any, sides: Any) -> tuple[pa.Table, ...]:
    found, names = sides.to_pylist()[0], [one.name for one in chosen]
    records, lefts = found["records"], found["lefts"] or 0
    all_pairs = float(lefts * (records - lefts) if found["is_link"] else records * (records - 1) // 2)
    weights = learnt(_patterns(patterns, names), _patterns(apart, names), all_pairs, chosen)
    return pa.table(named(weights), schema=WEIGHTS), pa.table(one_row(weights, records, found))


def one_row(weights: Weights, records: int, told: dict[str, Any]) -> dict[str, list[float]]:
    """All that weighing needs in a table of one row: `w__<comparison>__<level>`, `f__<comparison>` and so on, `prior`."""
    partners = float(np.divide(2 * weights.matches, max(records, 1)))
    row = {"prior": weights.prior_bits, "partners": partners}
    for number, one in enumerate(weights.chosen):
        bits = weights.bits(number)
        row |= {f"w__{one.name}__{place}": float(value) for place, value in enumerate(bits)}
        if one.value:
            row[f"match__{one.name}"] = float(weights.match[number][0])
            row[f"begin__{one.name}"] = 0.5 + OTHERS * float(weights.chance[number][0])
            row[f"told__{one.name}"] = OTHERS + float(told[one.name] or 0)
    return {name: [value] for name, value in row.items()}


def weighed(levels: ir.Table, shares: ir.Table, chosen: Chosen, bench: Workbench) -> ir.Table:
    """*levels* of `compared` with `bits__<comparison>`, weight_bits, probability and refused; settled. Bits to four places: engines' logarithms differ after."""
    of_names = [one.name for one in chosen]
    known = levels.cross_join(shares)
    bits = {f"bits__{one.name}": _bits(known, one).round(4) for one in chosen}
    each = known.select("left_row", "right_row", "prior", *of_names, **bits)
    total = each.prior
    for name in bits:
        total = total + each[name]
    summed = each.mutate(weight_bits=total.round(4)).drop("prior")
    odds = ibis.literal(2.0).pow(-ibis.least(ibis.greatest(summed.weight_bits, ibis.literal(-60.0)), ibis.literal(60.0)))
    of = {name: summed[name] for name in of_names}
    with stages_apart():
        return bench.settle(summed.mutate(probability=(1 + odds).pow(-1.0).round(6), refused=_refused(of)))


def _bits(known: ir.Table, one: Any) -> ir.FloatingValue:
    level = known[one.name]
    branches = [(level == place, known[f"w__{one.name}__{place}"]) for place in range(len(one.levels))]
    if one.value:
        strangers_with_it = (
            ibis.greatest(known[f"holders__{one.name}"] - 1 - known.partners, ibis.literal(0.0)) + known[f"begin__{one.name}"]
        )
        worth = known[f"match__{one.name}"].log2() + known[f"told__{one.name}"].log2() - strangers_with_it.log2()
        branches[0] = (level == 0, worth)
    return ibis.cases(*branches, else_=0.0)


def _refused(level: dict[str, ir.IntegerValue]) -> ir.StringValue:
    """Why a pair is not joined whatever its weight; null where nothing stands against it."""

    def at(name: str, *names: str) -> ir.BooleanValue:
        if name not in level:
            return ibis.literal(False)
        known = next(one for one in COMPARISONS if one.name == name).level_names
        return level[name].isin([known.index(one) for one in names])

    personal = ibis.literal(False)
    for name, names in _PERSONAL.items():
        personal = personal | at(name, *names)
    own = sum((at(name, *_PERSONAL[name]).ifelse(1, 0) for name in _OWN), ibis.literal(0))
    # a Western given name may be another one altogether (a second name), if the day of birth says so
    western = at("given_name", "differs") & (at("birth_date", "same", "turned", "one_digit") | at("id_number", "one_digit"))
    return ibis.cases(
        (at("id_number", "two_people"), "two_id_numbers"),
        (unlike(level) & (own < 2) & ~at("id_number", "same") & ~western, "other_name"),
        (~personal, "household_only"),
        else_=ibis.null("string"),
    )
