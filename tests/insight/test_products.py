"""Products seen from their buyers, on tables small enough to check by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from support import rows, table

from kezhi import insight, profile

AS_OF = date(2025, 7, 1)


def made(bench, sales, people=(), refunds=(), products=None, clusters=None):
    """*sales* are (order, customer, days before AS_OF, product, amount, cost); *refunds* (order, days, of, product, amount)."""
    orders = [
        {"order_id": o, "customer_id": c, "source": "s", "order_kind": "purchase", "status": "paid",
         "ordered_at": AS_OF - timedelta(days=days), "net_amount": amount}
        for o, c, days, _p, amount, _cost in sales
    ] + [
        {"order_id": o, "customer_id": None, "source": "s", "order_kind": "refund", "refund_of": of, "status": "paid",
         "ordered_at": AS_OF - timedelta(days=days), "net_amount": -amount}
        for o, days, of, _p, amount in refunds
    ]  # fmt: skip
    lines = [
        {"order_id": o, "line_no": "1", "product_id": p, "quantity": 1.0, "net_amount": amount, "cost_amount": cost}
        for o, _c, _d, p, amount, cost in sales
    ] + [{"order_id": o, "line_no": "1", "product_id": p, "quantity": -1.0, "net_amount": -amount} for o, _d, _of, p, amount in refunds]
    bought, wide, line_table = table("orders", orders, bench), table("profile", people, bench), table("order_lines", lines, bench)
    known = None if products is None else table("products", products, bench)
    groups = None if clusters is None else table("clusters", clusters, bench)
    found = insight.bought_lines(profile.purchases(bought, as_of=AS_OF), line_table, known)
    view = insight.product_view(found, profile.refunds(bought, as_of=AS_OF), line_table, known, wide, groups, as_of=AS_OF, bench=bench)
    fit = insight.product_fit(found, wide, groups, as_of=AS_OF)
    return (
        {row["product_id"]: row for row in rows(view, bench)},
        rows(fit, bench),
        rows(insight.customer_fit(found, fit, wide, as_of=AS_OF), bench),
    )


def test_buyers_repurchase_margin_and_refunds_of_a_product(bench):
    """Ann buys it twice, Bo once: 2 buyers, 1 of them again; 300 sold at a cost of 180, 50 given back: 250 net."""
    view, _, _ = made(
        bench,
        [("o1", "ann", 200, "p", 100, 60), ("o2", "ann", 100, "p", 100, 60), ("o3", "bo", 20, "p", 100, 60)],
        people=[{"customer_id": "ann", "gender": "female", "age_years": 30}, {"customer_id": "bo", "gender": "male", "age_years": 60}],
        refunds=[("r1", 10, "o3", "p", 50)],
        clusters=[{"customer_id": "ann", "cluster": 2}, {"customer_id": "bo", "cluster": 1}],
    )
    found = view["p"]
    assert (found["buyers"], found["repeat_buyers"], found["repurchase_rate"], found["orders"]) == (2, 1, 0.5, 3)
    assert (float(found["net_amount"]), float(found["refund_amount"]), float(found["margin_amount"])) == (250, 50, 120)
    assert (found["margin_rate"], found["refund_rate"]) == (pytest.approx(0.4), pytest.approx(1 / 6))
    assert (found["female_share"], found["age_25_34_share"], found["age_from_55_share"]) == (0.5, 0.5, 0.5)
    assert (found["main_cluster"], found["main_cluster_share"]) == (1, 0.5)  # of two alike the smaller number


def test_an_unknown_cost_leaves_the_margin_empty(bench):
    view, _, _ = made(bench, [("o1", "ann", 20, "p", 100, 60), ("o2", "ann", 10, "p", 100, None)])
    assert view["p"]["margin_amount"] is None


def test_the_four_stages_of_a_product(bench):
    """New: first sold 10 days ago. Fading: 40 sales before, 4 since. Rising: 4 and 40. Steady: 30 and 30. Gone: none for 100 days."""
    sales, number = [], 0
    for name, before, since in (("fading", 40, 4), ("rising", 4, 40), ("steady", 30, 30), ("gone", 1, 0)):
        for days in [120] * before + [30] * since:
            number += 1
            sales.append((f"o{number}", f"c{number}", days, name, 10, 5))
    view, _, _ = made(bench, [*sales, ("new", "c0", 10, "new", 10, 5)])
    assert {name: row["stage"] for name, row in view.items()} == {
        "fading": "衰退", "rising": "成长", "steady": "成熟", "gone": "衰退", "new": "导入",
    }  # fmt: skip


def test_a_season_of_the_whole_company_is_no_growth(bench):
    """Both products sell three times as much as before: both are mature."""
    sales = [(f"{p}{days}{n}", f"c{n}", days, p, 10, 5) for p in "ab" for days, times in ((120, 20), (30, 60)) for n in range(times)]
    assert {row["stage"] for row in made(bench, sales)[0].values()} == {"成熟"}


def test_the_lift_of_a_small_group_is_drawn_to_one(bench):
    """One woman and three men, two of four buy tea: base 0.5. Women 1 of 1: (1 + 25) / (51 × 0.5) = 1.0196."""
    people = [{"customer_id": c, "gender": "female" if c == "a" else "male"} for c in "abcd"]
    products = [{"product_id": "t", "category": "tea"}, {"product_id": "x", "category": "other"}]
    sales = [("1", "a", 9, "t", 5, 1), ("2", "b", 9, "t", 5, 1), ("3", "c", 9, "x", 5, 1), ("4", "d", 9, "x", 5, 1)]
    _, fit, each = made(bench, sales, people=people, products=products)
    women = next(row for row in fit if row["group_value"] == "female" and row["category"] == "tea")
    assert (women["customers"], women["buyers"], women["base_rate"]) == (1, 1, 0.5)
    assert women["lift"] == pytest.approx(26 / 25.5)
    first = next(row for row in each if row["customer_id"] == "a" and row["rank"] == 1)
    assert first["category"] == "tea"
    assert first["own_lift"] == pytest.approx((1 + 2.5) / 6 / 0.5)
    assert first["score"] == pytest.approx(0.5 * first["own_lift"] * first["gender_lift"])


def test_products_without_a_category_and_customers_without_an_age_are_kept(bench):
    view, _, each = made(bench, [("o1", "ann", 20, "p", 100, 60)], people=[{"customer_id": "ann"}])
    assert view["p"]["category"] == "未分类"
    assert view["p"]["female_share"] is None
    assert [(row["category"], row["gender_lift"]) for row in each] == [("未分类", None)]
