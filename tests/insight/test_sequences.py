"""What customers buy after what."""

from __future__ import annotations

from datetime import date, datetime

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kezhi
from kezhi import insight, profile
from kezhi.errors import ColumnMissing, WrongInput
from kezhi.kit.engine import ibis
from kezhi.settings import BasketSettings


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


def of_company(bench, visits, **settings):
    """`product_sequences` of *visits*, as (first, then, customers, first_customers, support) in the order of sequence_no."""
    orders, lines = shop(*visits)
    whole = orders.assign(order_kind="purchase", refund_of=None, status="paid", source="shop")
    ledger = profile.ledger(ibis.memtable(whole).mutate(refund_of=ibis.null("string")), as_of=date(2025, 2, 1))
    held = ibis.memtable(lines.assign(quantity=1.0))
    chosen = BasketSettings(**{"sequence_min_customers": 1, **settings})
    made = insight.product_sequences(profile.bought(ledger), held, chosen, as_of=date(2025, 2, 1), bench=bench)["product_sequences"]
    rows = bench.arrow(made.order_by("sequence_no")).to_pylist()
    assert [row["sequence_no"] for row in rows] == list(range(1, len(rows) + 1))
    assert [row["lift"] for row in rows] == sorted((row["lift"] for row in rows), reverse=True)
    return [tuple(row[name] for name in ("first_product_id", "then_product_id", "customers", "first_customers", "support")) for row in rows]


VISITS = (
    ("ann", 1, "a"),
    ("ann", 6, "b"),
    ("bo", 3, "ab"),
    ("cy", 2, "b"),
    ("cy", 8, "a"),
    ("dee", 3, "c"),
    (None, 3, "a"),
    (None, 4, "b"),
)


def test_sequences_of_a_company_are_numbered_by_lift_and_leave_the_unknown_out(bench):
    """a, b: ann, of three buyers of a and four buyers; b, a: cy. Both have a lift of (1/3)/(3/4); who is not known has no later day."""
    assert of_company(bench, VISITS) == [("a", "b", 1, 3, 0.25), ("b", "a", 1, 3, 0.25)]


def test_window_days_and_numbers_bound_the_sequences_of_a_company(bench):
    """The last 28 days before 1 February begin on 4 January; five days are no four; one row; more customers; no more looked at."""
    assert of_company(bench, VISITS, window_days=28) == []
    assert of_company(bench, VISITS, sequence_days=4) == []
    assert of_company(bench, VISITS, max_sequences=1) == [("a", "b", 1, 3, 0.25)]
    assert of_company(bench, VISITS, sequence_min_customers=2) == []
    drawn = of_company(bench, VISITS, sequence_customers=2)
    assert drawn == of_company(bench, tuple(reversed(VISITS)), sequence_customers=2)
    assert all(support == 0.5 for *_, support in drawn)


def test_a_till_that_buys_all_day_is_no_person(bench):
    """Its purchases would be paired all with all: 40,000 of one card did not fit into the memory of a run."""
    till = tuple(("till", day, "abc") for day in range(2, 6))
    assert of_company(bench, VISITS + till, sequence_most_purchases=3) == of_company(bench, VISITS)
    assert of_company(bench, VISITS + till, sequence_most_purchases=4) != of_company(bench, VISITS)
