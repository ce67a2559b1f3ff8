"""What customers buy after what."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kezhi
from kezhi.errors import ColumnMissing, WrongInput


def shop(*visits):
    """Frames of orders and lines from (customer, day of January, products)."""
    orders = pd.DataFrame(
        [
            {"order_id": f"o{n}", "customer_id": customer, "ordered_at": datetime(2025, 1, day), "net_amount": 10.0}
            for n, (customer, day, _) in enumerate(visits)
        ]
    )
    rows = [{"order_id": f"o{n}", "product_id": product} for n, (_, _, products) in enumerate(visits) for product in products]
    return orders, pd.DataFrame(rows)


def test_a_then_b_counts_customers_and_the_nearest_gap():
    """ann buys a, then b after 5 and 9 days; bo buys both on one day; cy buys b before a: one of three buyers of a, lift (1/3)/(3/3)."""
    orders, lines = shop(("ann", 1, "a"), ("ann", 6, "b"), ("ann", 10, "b"), ("bo", 3, "ab"), ("cy", 2, "b"), ("cy", 8, "a"))
    found = kezhi.sequences(orders, lines, within_days=10, min_support=0.01).set_index(["first_product_id", "then_product_id"])
    assert set(found.index) == {("a", "b"), ("b", "a"), ("b", "b")}
    row = found.loc["a", "b"]
    assert row[["customers", "first_customers", "gap_days_mean"]].tolist() == [1, 3, 5.0]
    assert row[["support", "confidence", "lift"]].tolist() == pytest.approx([1 / 3] * 3)


def test_beyond_the_days_or_given_back_is_no_sequence():
    """11 days are more than 10; a refunded purchase is none."""
    orders, lines = shop(("ann", 1, "a"), ("ann", 12, "b"), ("ann", 13, "c"))
    back = pd.DataFrame([{"order_id": "o2", "customer_id": "ann", "ordered_at": datetime(2025, 1, 14), "net_amount": -10.0}])
    found = kezhi.sequences(pd.concat([orders, back]), lines, within_days=10)
    assert len(found) == 0
    assert len(kezhi.sequences(orders, lines, within_days=10)) == 1  # b then c


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("xyz"), st.integers(1, 28), st.text("abc", min_size=1, max_size=2)), min_size=1, max_size=15))
def test_sequences_are_those_that_looking_finds(visits):
    """Every pair of every customer, by two loops."""
    orders, lines = shop(*visits)
    expected: dict[tuple, dict] = {}
    for customer, day, products in visits:
        for other, later, more in visits:
            if other == customer and 0 < later - day <= 7:
                for a in set(products):
                    for b in set(more):
                        gaps = expected.setdefault((a, b), {})
                        gaps[customer] = min(gaps.get(customer, 99), later - day)
    found = kezhi.sequences(orders, lines, within_days=7, min_support=0.01)
    made = {(r.first_product_id, r.then_product_id): (r.customers, round(r.gap_days_mean, 9)) for r in found.itertuples()}
    assert made == {pair: (len(gaps), round(sum(gaps.values()) / len(gaps), 9)) for pair, gaps in expected.items()}


def test_wrong_arguments_are_refused():
    orders, lines = shop(("ann", 1, "a"))
    with pytest.raises(WrongInput, match="within_days"):
        kezhi.sequences(orders, lines, within_days=0)
    with pytest.raises(ColumnMissing, match="order_id"):
        kezhi.sequences(orders.drop(columns="order_id"), lines)
