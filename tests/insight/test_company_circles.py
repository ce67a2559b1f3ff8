"""Circles of a company as tables, on nets small enough to check by hand."""

from __future__ import annotations

from datetime import date, datetime
from math import log2

import pytest
from support import rows, table

from kezhi.insight import circles
from kezhi.insight.fit import brand_affinity
from kezhi.kit.engine import ibis
from kezhi.settings import CircleSettings

AS_OF = date(2025, 7, 1)


def net(bench, *pairs, settings=None, lines=None, kind="call", at=None):
    told = [
        {"relation_id": str(n), "source": "s", "from_record_id": a, "to_record_id": b, "kind": kind, "weight": 1.0, "related_at": at,
         "from_customer_id": a, "to_customer_id": b}
        for n, (a, b) in enumerate(pairs)
    ]  # fmt: skip
    return circles.ties(table("relations", told, bench) if pairs else None, lines, as_of=AS_OF, settings=settings or CircleSettings())


def bought(*rows_):
    """(customer, product, category, brand), each a purchase of its own on 1 June."""
    names = ("customer_id", "product_id", "category", "brand")
    made = [dict(zip(names, row, strict=True), order_id=str(n), ordered_at=datetime(2025, 6, 1)) for n, row in enumerate(rows_)]
    return ibis.memtable(made)


def test_a_tie_adds_up_what_is_told_in_both_directions(bench):
    """Three calls weigh log2(1 + 3) = 2; one's own relation, and one of a later day, are none."""
    (tie,) = rows(net(bench, ("a", "b"), ("b", "a"), ("a", "b"), ("a", "a")), bench)
    assert tie == {"from_customer_id": "a", "to_customer_id": "b", "weight": pytest.approx(log2(4)), "kinds": "call"}
    assert rows(net(bench, ("a", "b"), at="2025-07-01"), bench) == []


def test_a_kind_without_weight_ties_nobody(bench):
    assert rows(net(bench, ("a", "b"), settings=CircleSettings(kind_weights={"household": 1.0})), bench) == []


def test_rare_products_in_common_tie_and_common_ones_do_not(bench):
    """Ann and Bo share two rare products; milk, which all four buy, ties nobody."""
    lines = bought(*((c, "milk", "food", None) for c in "abcd"), *((c, p, "x", None) for c in "ab" for p in ("tent", "rope")))
    asked = CircleSettings(co_purchase=True, co_purchase_max_buyers=3, co_purchase_min_products=2)
    (tie,) = rows(net(bench, settings=asked, lines=lines), bench)
    assert (tie["from_customer_id"], tie["to_customer_id"], tie["kinds"]) == ("a", "b", "co_purchase")


def test_two_triangles_are_two_circles_with_heads_money_and_interests(bench):
    """a-b-c buy tents, x-y-z nothing; the parts of modularity add up to 6/7 - 1/2."""
    pairs = [("a", "b"), ("b", "c"), ("a", "c"), ("x", "y"), ("y", "z"), ("x", "z"), ("c", "x")]
    people = [{"customer_id": c, "orders_life": int(c in "abc"), "net_amount_365d": 10 * (c in "abc")} for c in "abcxyz"]
    lines = bought(*((c, "tent", "outdoor", None) for c in "abc"), ("out", "tent", "outdoor", None))
    tied = bench.settle(net(bench, *pairs))
    made = circles.circle_tables(
        tied, table("profile", people, bench), lines, as_of=AS_OF, settings=CircleSettings(closeness=0.3), bench=bench
    )
    first, second = rows(made["circles"], bench)
    assert (first["customers"], first["ties_inside"], first["density"], first["buyers"]) == (3, 3, 1.0, 3)
    assert (float(first["net_amount_365d"]), first["main_interest"], second["main_interest"]) == (30.0, "outdoor", None)
    assert (first["head_customer_id"], second["head_customer_id"]) == ("a", "x")
    assert first["modularity_part"] + second["modularity_part"] == pytest.approx(6 / 7 - 1 / 2)
    (liked,) = rows(made["circle_interests"], bench)
    assert (liked["share"], liked["base_share"], liked["lift"], liked["rank"]) == (1.0, 0.5, 2.0, 1)
    assert liked["lift_low"] == pytest.approx(1 / (1 + 1.959964**2 / 3) / 0.5)  # Wilson, where all three of three bought
    members = {row["customer_id"]: row for row in rows(made["circle_members"], bench)}
    assert (members["c"]["degree"], members["c"]["degree_inside"], members["c"]["size"]) == (3, 2, 3)
    assert {row["customer_id"] for row in rows(made["key_customers"], bench)} == set("abcxyz")


def test_nobody_related_is_no_failure(bench):
    """A relations file of which nothing is left makes empty tables."""
    tied = bench.settle(net(bench, ("a", "a")))
    made = circles.circle_tables(tied, table("profile", [], bench), None, as_of=AS_OF, settings=CircleSettings(), bench=bench)
    assert {name: rows(found, bench) for name, found in made.items()} == {name: [] for name in made}


def test_the_brand_leaned_to_is_the_one_bought_more_than_others_buy_it():
    """Ann buys A twice, B once; all buy A 2 and B 4 times: A has (2 + 5/3) / 8 / (1/3) = 1.375, B (1 + 10/3) / 8 / (2/3) = 0.8125."""
    lines = bought(*(("ann", "p", "x", brand) for brand in "AAB"), *(("bo", "p", "x", "B") for _ in range(3)), ("cy", "p", "x", None))
    found = {row["customer_id"]: row for row in rows(brand_affinity(lines, as_of=AS_OF))}
    assert (found["ann"]["brand"], found["ann"]["brand_orders"], found["ann"]["brand_lift"]) == ("A", 2, pytest.approx(1.375))
    assert found["bo"]["brand"] == "B"
    assert "cy" not in found
