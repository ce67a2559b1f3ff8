"""Itemsets and association rules as Arrow tables: ids to numbers, exact thresholds, and back to ids."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import comb
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kezhi.errors import WrongInput
from kezhi.locales import Phrase

MOST_ITEMSETS = 2_000_000
MOST_RULES = 20_000_000
MOST_WORDS = 1 << 26  # 512 MiB of bitmaps


@dataclass(frozen=True)
class Itemsets:
    """What was found: `members[ends[s]:ends[s + 1]]` are the places in `items` of set s, which `counts[s]` baskets hold."""

    items: pa.Array  # ids, the rarest first
    ends: Any
    members: Any
    counts: Any
    baskets: int
    tests: Any  # sets that were counted, by size


def share(value: float | str | Fraction, name: str) -> Fraction:
    """
    A share as the number its text says: 0.1 is one tenth, not the float beside it.

    Raises:
        WrongInput: It is not a number above 0 and at most 1.
    """
    try:
        exact = Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        exact = Fraction(0)
    if not 0 < exact <= 1:
        raise WrongInput(problem=Phrase("baskets.no_share", name=name, value=value))
    return exact


def find(
    lines: pa.Table, *, min_support: float | str | Fraction, max_size: int | None, min_count: int = 1, most: int = MOST_ITEMSETS
) -> Itemsets:
    """
    The itemsets that at least *min_support* of the baskets hold.

    Args:
        lines: order_id and product_id in any order; rows with a null are left out, an item counts once a basket.
        min_support: Above 0, at most 1, as text or number; compared in whole numbers.
        max_size: Items of the largest set; None is no limit.
        min_count: Baskets that a set must be in, whatever the share.
        most: Itemsets to find before giving up.

    Raises:
        WrongInput: A number makes no sense, or there would be more than *most* itemsets.
    """
    from kezhi.insight.baskets.mining import FINISHED, TOO_MANY, by_basket, mine, renumber

    least_share = share(min_support, "min_support")
    if max_size is not None and max_size < 1:
        raise WrongInput(problem=Phrase("baskets.no_size", name="max_size", value=max_size))
    lines = lines.select(["order_id", "product_id"])
    if lines["order_id"].null_count or lines["product_id"].null_count:
        lines = lines.drop_null()
    basket, n_codes, _ = _numbers(lines["order_id"])
    item, n_items, ids = _numbers(lines["product_id"])
    starts, held = by_basket(basket, item, n_codes)
    baskets = int(np.count_nonzero(np.diff(starts)))
    least = max(min_count, 1, -(-least_share.numerator * baskets // least_share.denominator))
    support = np.bincount(held, minlength=n_items)
    frequent = np.flatnonzero(support >= least)
    by_id = pc.rank(ids.take(pa.array(frequent)), tiebreaker="first").to_numpy() if len(frequent) else frequent
    frequent = frequent[np.lexsort((by_id, support[frequent]))]  # the rarest first; the same order whatever that of the rows
    number = np.full(n_items, -1, np.int32)
    number[frequent] = np.arange(len(frequent), dtype=np.int32)
    starts, held = renumber(starts, held, number)
    widest = int(np.diff(starts).max(initial=0))
    size = max(1, min(max_size or widest, widest))
    state, ends, members, counts, tests = mine(starts, held, len(frequent), least, size, most, MOST_WORDS)
    if state != FINISHED:
        reason = "baskets.too_many" if state == TOO_MANY else "baskets.too_wide"
        raise WrongInput(problem=Phrase(reason, most=f"{most:,}", min_support=str(min_support)))
    return Itemsets(ids.take(pa.array(frequent)) if len(ids) else ids, ends, members, counts, baskets, tests)


def itemset_table(found: Itemsets) -> pa.Table:
    """items (a list in the order of ids), support and count, the small sets and then the frequent ones first."""
    lists, rank = _lists(found)
    sizes = np.diff(found.ends)
    order = np.lexsort((rank, -found.counts, sizes))
    table = pa.table(
        {"items": lists, "support": pa.array(np.divide(found.counts, float(max(found.baskets, 1)))), "count": pa.array(found.counts)}
    )
    return table.take(pa.array(order))


def rule_table(
    found: Itemsets, *, min_confidence: float | str | Fraction, max_consequent: int | None = 1, min_lift: float | None = None
) -> pa.Table:
    """
    The rules "who bought the antecedent also bought the consequent" of the itemsets *found*, the highest lift first.

    Args:
        found: What `find` found.
        min_confidence: Above 0, at most 1; compared in whole numbers, so that no rule on the line is lost.
        max_consequent: Items of the largest consequent; None is no limit.
        min_lift: Leaves out rules with a lift below it.

    Returns:
        antecedent, consequent (lists), count, antecedent_count, consequent_count, support, confidence, lift, leverage,
        conviction (null where confidence is 1), p_value (Fisher's exact test, one-sided), q_value (Benjamini, Hochberg
        over all rules whose itemset was counted, those below the thresholds too, which count as having found nothing).

    Raises:
        WrongInput: A number makes no sense, or there would be more than `MOST_RULES` rules.
    """
    from kezhi.insight.baskets.evidence import benjamini_hochberg, fisher_greater
    from kezhi.insight.baskets.splitting import splits

    least = share(min_confidence, "min_confidence")
    if max_consequent is not None and max_consequent < 1:
        raise WrongInput(problem=Phrase("baskets.no_size", name="max_consequent", value=max_consequent))
    widest = len(found.tests)
    most_right = min(max_consequent or widest, widest)
    whole, left, right = splits(found.ends, found.members, most_right, MOST_RULES)
    if len(left) == 0 and len(whole) == 1:
        raise WrongInput(problem=Phrase("baskets.too_many", most=f"{MOST_RULES:,}", min_support=""))
    n = found.baskets
    both, a, c = found.counts[whole], found.counts[left], found.counts[right]
    p = fisher_greater(both, a, c, n)
    tests = sum(
        int(found.tests[k]) * sum(comb(k, r) for r in range(1, min(most_right, k - 1) + 1)) for k in range(2, widest) if found.tests[k]
    )
    q = benjamini_hochberg(p, tests)
    # c / a >= num / den for whole numbers of any length: the least c for each a that occurs
    sizes, place = np.unique(a, return_inverse=True)
    enough = np.array([-(-least.numerator * int(size) // least.denominator) for size in sizes], dtype=np.int64)[place]
    chosen = np.flatnonzero(both >= enough)
    whole, left, right, both, a, c, p, q = (column[chosen] for column in (whole, left, right, both, a, c, p, q))
    support, confidence = np.divide(both, float(max(n, 1))), np.divide(both, a)
    base = np.divide(c, float(max(n, 1)))
    lift = np.divide(confidence, base)
    undefined = both == a
    conviction = np.divide(1.0 - base, np.where(undefined, 1.0, 1.0 - confidence))
    lists, rank = _lists(found)
    order = np.lexsort((rank[right], rank[left], -both, -lift))
    if min_lift is not None:
        order = order[lift[order] >= min_lift]
    table = pa.table(
        {
            "antecedent": lists.take(pa.array(left)),
            "consequent": lists.take(pa.array(right)),
            "count": both,
            "antecedent_count": a,
            "consequent_count": c,
            "support": support,
            "confidence": confidence,
            "lift": lift,
            "leverage": support - np.divide(a, float(max(n, 1))) * base,
            "conviction": pa.array(conviction, mask=undefined),
            "p_value": p,
            "q_value": q,
        }
    )
    return table.take(pa.array(order))


def _numbers(column: pa.ChunkedArray) -> tuple[Any, int, pa.Array]:
    """(number of each row, how many different, their ids)."""
    whole = column.combine_chunks()
    if isinstance(whole, pa.ChunkedArray):  # no chunk at all
        whole = pa.concat_arrays(whole.chunks) if whole.num_chunks else pa.array([], column.type)
    if not pa.types.is_dictionary(whole.type):
        whole = whole.dictionary_encode()
    return whole.indices.cast("int32").to_numpy(zero_copy_only=False), len(whole.dictionary), whole.dictionary


def _lists(found: Itemsets) -> tuple[pa.Array, Any]:
    """The sets as lists in the order of ids, and the rank of each set in the order of a dictionary."""
    n_sets, sizes = len(found.counts), np.diff(found.ends)
    by_id = pc.array_sort_indices(found.items).to_numpy(zero_copy_only=False)
    rank = np.empty(len(by_id), np.int64)
    rank[by_id] = np.arange(len(by_id))
    ranks = rank[found.members]
    of_set = np.repeat(np.arange(n_sets), sizes)
    order = np.lexsort((ranks, of_set))
    in_order = ranks[order]
    values = found.items.take(pa.array(by_id[in_order]))
    lists = pa.ListArray.from_arrays(pa.array(found.ends, pa.int32()), values)
    widest = int(sizes.max(initial=0))
    place = np.arange(len(in_order)) - np.repeat(found.ends[:-1], sizes)
    padded = np.full((widest, n_sets), -1, np.int64)
    padded[place, of_set] = in_order
    set_rank = np.empty(n_sets, np.int64)
    set_rank[np.lexsort(padded[::-1]) if widest else np.empty(0, np.int64)] = np.arange(n_sets)
    return lists, set_rank
