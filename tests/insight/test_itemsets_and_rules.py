"""Itemsets and rules: by hand, against brute force, and against the published count of Groceries."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from fractions import Fraction
from itertools import combinations
from math import comb

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kezhi
from kezhi.errors import ColumnMissing, WrongInput
from kezhi.insight.baskets.evidence import benjamini_hochberg
from kezhi.kit.engine import ibis

BASKETS = ["ab", "ab", "ac", "c"]


def lines(baskets) -> pa.Table:
    rows = [(number, item) for number, basket in enumerate(baskets) for item in basket]
    return pa.table({"order_id": pa.array([r[0] for r in rows], pa.int64()), "product_id": pa.array([r[1] for r in rows], pa.string())})


def brute(baskets, least: Fraction, max_size: int = 99) -> dict[tuple, int]:
    """Every set of items, counted by looking."""
    held = [sorted(set(basket)) for basket in baskets if basket]
    counts: Counter = Counter()
    for basket in held:
        for size in range(1, min(len(basket), max_size) + 1):
            counts.update(combinations(basket, size))
    return {items: count for items, count in counts.items() if Fraction(count, len(held)) >= least}


def test_sets_rules_and_measures_of_four_baskets():
    """ab ab ac c: b leads to a in 2 of 2 (lift 4/3, conviction undefined); the chance of that is C(2,2)C(2,1)/C(4,3) = 1/2."""
    sets = kezhi.frequent_itemsets(lines(BASKETS), min_support=0.5).to_pylist()
    assert sets == [
        {"items": ["a"], "support": 0.75, "count": 3},
        {"items": ["b"], "support": 0.5, "count": 2},
        {"items": ["c"], "support": 0.5, "count": 2},
        {"items": ["a", "b"], "support": 0.5, "count": 2},
    ]
    rules = kezhi.association_rules(lines(BASKETS), min_support=0.5, min_confidence=0.1).to_pylist()
    assert [(r["antecedent"], r["consequent"], r["confidence"]) for r in rules] == [(["a"], ["b"], 2 / 3), (["b"], ["a"], 1.0)]
    there, back = rules
    assert [r["lift"] for r in rules] == pytest.approx([4 / 3, 4 / 3])
    assert [r["leverage"] for r in rules] == pytest.approx([0.125, 0.125])
    assert there["conviction"] == pytest.approx((1 - 0.5) / (1 - 2 / 3))
    assert back["conviction"] is None
    assert [r["p_value"] for r in rules] == pytest.approx([0.5, 0.5])


@pytest.mark.parametrize("given_threshold", [0.3, "0.3", Fraction(3, 10)])
def test_a_rule_exactly_on_the_line_is_kept(given_threshold):
    """3 of 10 is 0.3, though 3 / 10 in floats may fall below the float 0.3; the same for a support of 0.3."""
    baskets = ["ab"] * 3 + ["a"] * 7
    rules = kezhi.association_rules(lines(baskets), min_support=given_threshold, min_confidence=given_threshold).to_pylist()
    assert {(r["antecedent"][0], r["consequent"][0]) for r in rules} == {("a", "b"), ("b", "a")}
    assert kezhi.association_rules(lines(baskets), min_support="0.3", min_confidence="0.30000000000000000001").num_rows == 1


basket_lists = st.lists(st.text("abcdefg", max_size=9), max_size=30)
thresholds = st.sampled_from(["0.01", "0.1", "0.2", "1/3", "0.3", "0.5", "0.7", "1"])


@settings(max_examples=150, deadline=None)
@given(basket_lists, thresholds, st.integers(1, 5))
def test_itemsets_are_those_that_brute_force_finds(baskets, least, max_size):
    found = kezhi.frequent_itemsets(lines(baskets), min_support=least, max_size=max_size).to_pylist()
    assert {tuple(row["items"]): row["count"] for row in found} == brute(baskets, Fraction(least), max_size)
    assert len(found) == len({tuple(row["items"]) for row in found})


@settings(max_examples=100, deadline=None)
@given(basket_lists, thresholds, thresholds)
def test_rules_are_those_that_brute_force_finds(baskets, least, sure):
    """All parts of every set, with exact confidence, lift and the upper tail of the hypergeometric distribution."""
    counts = brute(baskets, Fraction(least))
    n = sum(1 for basket in baskets if basket)
    expected = {}
    for whole, both in counts.items():
        for size in range(1, len(whole)):
            for right in combinations(whole, size):
                left = tuple(i for i in whole if i not in right)
                if Fraction(both, counts[left]) >= Fraction(sure):
                    a, c = counts[left], counts[right]
                    tail = sum(Fraction(comb(a, k) * comb(n - a, c - k), comb(n, c)) for k in range(both, min(a, c) + 1))
                    expected[left, right] = (both, Fraction(both, a), Fraction(both * n, a * c), tail)
    found = kezhi.association_rules(lines(baskets), min_support=least, min_confidence=sure, max_consequent=None).to_pylist()
    assert {(tuple(r["antecedent"]), tuple(r["consequent"])) for r in found} == expected.keys()
    for r in found:
        both, confidence, lift, tail = expected[tuple(r["antecedent"]), tuple(r["consequent"])]
        assert r["count"] == both
        assert (r["confidence"], r["lift"], r["p_value"]) == pytest.approx((float(confidence), float(lift), float(tail)), rel=1e-9)
        assert r["q_value"] >= r["p_value"] * (1 - 1e-12)


@settings(max_examples=60, deadline=None)
@given(basket_lists, st.randoms())
def test_the_order_and_repetition_of_rows_change_nothing(baskets, chance):
    table = lines(baskets)
    shuffled = [*range(table.num_rows), *range(table.num_rows // 2)]
    chance.shuffle(shuffled)
    one = kezhi.association_rules(table, min_support=0.1, min_confidence=0.1)
    assert kezhi.association_rules(table.take(pa.array(shuffled, pa.int64())), min_support=0.1, min_confidence=0.1).equals(one)


def test_q_values_are_those_of_the_paper():
    """Benjamini, Hochberg (1995), table of 15 p-values: at 0.05 the four smallest are reported, and no fifth."""
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    q = benjamini_hochberg(pa.array(p).to_numpy(), len(p))
    assert [value <= 0.05 for value in q] == [True] * 4 + [False] * 11
    assert q[3] == pytest.approx(0.0095 * 15 / 4)


def test_products_that_have_nothing_to_do_with_each_other_are_hardly_ever_reported():
    """20 shops of 2,000 random baskets of 60 independent products: at q <= 0.05 at most 3 shops report any rule."""
    import numpy as np

    reporting = 0
    for seed in range(20):
        held = np.random.default_rng(seed).random((2000, 60)) < np.linspace(0.01, 0.2, 60)
        order, product = np.nonzero(held)
        rules = kezhi.association_rules(pa.table({"order_id": order, "product_id": product}), min_support=0.001, min_confidence=0.01)
        reporting += min(rules["q_value"].to_pylist(), default=1) <= 0.05
    assert reporting <= 3


@pytest.mark.data
def test_groceries_has_the_published_number_of_rules(data_dir):
    """9,835 baskets, support 0.001, confidence 0.5: 5,668 rules with one consequent, 410 at 0.8; top lift 18.996 (arules)."""
    with gzip.open(data_dir / "basket" / "groceries.csv.gz", "rt") as file:
        baskets = [[item for item in row if item] for row in csv.reader(file)]
    table = lines(baskets)
    rules = kezhi.association_rules(table, min_support=0.001, min_confidence=0.5)
    assert rules.num_rows == 5668
    top = rules.slice(0, 1).to_pylist()[0]
    assert (top["antecedent"], top["consequent"]) == (["Instant food products", "soda"], ["hamburger meat"])
    assert top["lift"] == pytest.approx(18.996, abs=5e-4)
    assert kezhi.association_rules(table, min_support=0.001, min_confidence=0.8).num_rows == 410
    found = {tuple(row["items"]): row["count"] for row in kezhi.frequent_itemsets(table, min_support="0.001").to_pylist()}
    assert len(found) == 13492
    assert found["whole milk",] == 2513
    small = kezhi.frequent_itemsets(table, min_support=0.01, max_size=3).to_pylist()
    assert {tuple(row["items"]): row["count"] for row in small} == brute(baskets, Fraction(1, 100), 3)


def test_thirty_huge_baskets_make_no_cliff():
    """30 baskets of 3,000 products beside 20,000 small ones: their pairs are counted and are too few."""
    import numpy as np

    small = np.random.default_rng(1).integers(0, 3000, (20_000, 4))
    order = np.concatenate([np.repeat(np.arange(20_000), 4), 20_000 + np.repeat(np.arange(30), 3000)])
    product = np.concatenate([small.ravel(), np.tile(np.arange(3000), 30)])
    found = kezhi.frequent_itemsets(pa.table({"order_id": order, "product_id": product}), min_support=0.002)
    assert max(len(items) for items in found["items"].to_pylist()) == 1


@pytest.mark.parametrize("kind", [pa.table, pd.DataFrame, pl.DataFrame, lambda data: ibis.memtable(pa.table(data))])
def test_the_kind_of_frame_that_came_goes_back(kind):
    frame = kind({"order_id": ["x", "x", "y"], "product_id": [2, 1, 1]})
    made = kezhi.frequent_itemsets(frame, min_support=0.5)
    assert type(made) is type(frame)
    table = made.to_pyarrow() if isinstance(made, ibis.Table) else pa.table(made) if isinstance(made, pa.Table) else made
    items = table["items"].to_pylist() if isinstance(table, pa.Table) else [list(one) for one in table["items"].to_list()]
    assert items == [[1], [2], [1, 2]]


def test_returns_and_unknown_products_are_in_no_basket():
    """A line of -1 units, one of a negative amount and one without a product say nothing about what was bought."""
    frame = pa.table(
        {
            "order_id": ["o1", "o1", "o2", "o3", "o4"],
            "product_id": ["a", "b", "a", "b", None],
            "quantity": [1.0, 1.0, -1.0, None, 1.0],
            "net_amount": [5.0, 0.0, 5.0, -5.0, 5.0],
        }
    )
    assert [row["count"] for row in kezhi.frequent_itemsets(frame, min_support=0.1).to_pylist()] == [1, 1, 1]


def test_filters_by_margin_and_stock_keep_only_what_may_be_sold():
    """b earns 10 %, a earns 60 % of its price; of a none is left. An unknown margin is no margin."""
    products = pa.table(
        {"product_id": ["a", "b"], "list_price": [10.0, 10.0], "unit_cost": [4.0, 9.0], "stock": [0, 7]},
    )

    def consequents(**filters):
        rules = kezhi.association_rules(lines(BASKETS), min_support=0.5, min_confidence=0.1, products=products, **filters)
        return [row["consequent"] for row in rules.to_pylist()]

    assert consequents(min_margin=0.5) == [["a"]]
    assert consequents(min_stock=1) == [["b"]]
    assert consequents(min_stock=1, min_margin=0.5) == []
    with pytest.raises(WrongInput, match="products"):
        kezhi.association_rules(lines(BASKETS), min_margin=0.5)
    with pytest.raises(ColumnMissing, match="stock"):
        kezhi.association_rules(lines(BASKETS), products=products.drop_columns("stock"), min_stock=1)


@pytest.mark.parametrize("wrong", [0, -0.1, 1.5, "much", float("nan")])
def test_a_threshold_that_is_no_share_is_refused(wrong):
    with pytest.raises(WrongInput, match="min_support"):
        kezhi.frequent_itemsets(lines(BASKETS), min_support=wrong)


def test_sets_without_end_are_refused_not_awaited():
    """One basket of 40 products has 2^40 sets; the error says what to do."""
    with pytest.raises(WrongInput, match="max_size"):
        kezhi.frequent_itemsets(pa.table({"order_id": [1] * 40, "product_id": list(range(40))}), min_support=1)


def test_lines_without_products_are_named():
    with pytest.raises(ColumnMissing, match="product_id"):
        kezhi.frequent_itemsets(pa.table({"order_id": [1]}))
