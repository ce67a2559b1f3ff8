"""How sales react to prices: a planted elasticity is found, a price that hardly moves is refused, a simulation adds up."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from support import module_bench, rows, table

from kezhi import insight, profile
from kezhi.errors import WrongInput
from kezhi.flow.prices import prices
from kezhi.flow.step import Inputs
from kezhi.models.price_changes import simulated
from kezhi.settings import PriceSettings, Settings

DAY = date(2025, 1, 1)
FACTORS = (1.0, 0.9, 0.8, 1.1, 0.95, 0.85)


bench = module_bench


def shop(bench) -> Inputs:
    """Six products of tea and six of salt in 12 periods: tea sells 1000 * price ** -1.5 (to whole units), the price of salt does not move."""
    orders, lines, products = [], [], []
    for number in range(12):
        kind, base = ("茶", 10 + number) if number < 6 else ("盐", 3)
        products.append({"product_id": f"p{number}", "category": kind})
        for period in range(12):
            price = round(base * FACTORS[(number + period * (1 + number % 3)) % 6], 2) if kind == "茶" else base
            quantity = round(100_000 * price**-1.5) if kind == "茶" else 40 + (number * 7 + period * 3) % 11
            name, at = f"o{number}-{period}", datetime.combine(DAY - timedelta(days=28 * period + 5), datetime.min.time())
            money = Decimal(str(round(price * quantity, 2)))
            orders.append({"order_id": name, "customer_id": "a", "source": "s", "ordered_at": at, "net_amount": money, "status": "paid",
                           "order_kind": "purchase"})  # fmt: skip
            lines.append({"order_id": name, "line_no": "1", "product_id": f"p{number}", "quantity": float(quantity), "net_amount": money})
    tables = {
        "ledger": bench.settle(profile.counted(table("orders", orders, bench), as_of=DAY)),
        "order_lines": table("order_lines", lines, bench),
        "products": table("products", products, bench),
        "profile": table("profile", [{"customer_id": "a", "records": 1, "sources": "s", "rfm_group": "一般价值客户"}], bench),
    }
    return Inputs(tables, Settings(prices=PriceSettings(history_days=360)), DAY, DAY, {}, None, bench)


def test_a_planted_elasticity_is_found_and_a_price_that_does_not_move_is_refused(bench):
    found = {(row["dimension"], row["member"]): row for row in rows(prices(shop(bench))["price_elasticity"], bench)}
    assert set(found) == {("total", "total"), ("category", "茶"), ("category", "盐"), ("rfm_group", "一般价值客户"),
                          ("category_rfm_group", "茶>一般价值客户"), ("category_rfm_group", "盐>一般价值客户")}  # fmt: skip
    tea, salt = found["category", "茶"], found["category", "盐"]
    assert tea["elasticity"] == pytest.approx(-1.5, abs=0.01)
    assert (tea["verdict"], tea["products"], tea["rows"]) == ("elastic", 6, 72)
    assert (salt["verdict"], salt["elasticity"]) == ("prices_hardly_vary", None)
    assert "prices hardly vary" in salt["sentence_en"]
    both, neither = (found["category_rfm_group", f"{kind}>一般价值客户"] for kind in ("茶", "盐"))
    assert both["elasticity"] == pytest.approx(tea["elasticity"])  # all of tea is bought by the one group
    assert (both["verdict"], both["net_amount"]) == ("elastic", tea["net_amount"])
    assert both["low"] < tea["low"] < tea["high"] < both["high"]  # two cells at once
    assert (neither["verdict"], neither["elasticity"], neither["low"]) == ("prices_hardly_vary", None, None)
    assert both["sentence_en"].startswith("茶 · ")


def test_a_price_is_what_was_paid_for_one_unit_within_a_period(bench):
    """3 for 30 yuan and 1 for 6 in the last 28 days: 4 at 9; what was 28 days before is another period; a line without quantity tells none."""
    of = {"product_id": "p", "ordered_at": datetime(2024, 12, 31), "quantity": 3.0, "net_amount": Decimal(30)}
    held = [of, of | {"ordered_at": datetime(2024, 12, 4), "quantity": 1.0, "net_amount": Decimal(6)},
            of | {"ordered_at": datetime(2024, 12, 3)}, of | {"quantity": None}, of | {"net_amount": Decimal(0)}]  # fmt: skip
    lines = table("order_lines", [{"order_id": str(n), "line_no": "1", **{k: v for k, v in row.items() if k != "ordered_at"}} for n, row in enumerate(held)], bench)  # fmt: skip
    when = table(
        "orders",
        [
            {"order_id": str(n), "source": "s", "ordered_at": row["ordered_at"], "status": "paid", "order_kind": "purchase"}
            for n, row in enumerate(held)
        ],
        bench,
    )
    joined = lines.join(when.select("order_id", "ordered_at"), "order_id")
    found = rows(insight.price_points(joined, as_of=DAY, history_days=60, period_days=28, most_products=10, by=None), bench)
    assert sorted((row["period"], row["quantity"], row["price"]) for row in found) == [(0, 4.0, 9.0), (1, 3.0, 10.0)]


def test_ten_percent_dearer_at_an_elasticity_of_minus_two_loses_a_tenth_less_one_part_in_eleven():
    """1.1 ** (1 - 2) = 0.909: of 1,000 yuan 909 are left; from -3 to -1: 826 to 1,000. What is not told has no figures, nor a place in the sum."""
    one = {"member": "茶", "net_amount": Decimal(1000), "verdict": "falls", "elasticity": -2.0, "low": -3.0, "high": -1.0}
    other = one | {"member": "酒", "net_amount": Decimal(500)}
    dark = {"member": "盐", "net_amount": Decimal(70), "verdict": "prices_hardly_vary", "elasticity": None, "low": None, "high": None}
    tea, wine, salt, total = simulated([one, other, dark], {"茶": 0.1, "酒": 0.1, "盐": 0.1})
    assert [round(tea[name]) for name in ("revenue", "revenue_low", "revenue_high")] == [909, 826, 1000]
    assert (wine["member"], salt["is_told"], salt["revenue"]) == ("酒", False, None)
    assert [round(total[name]) for name in ("net_amount", "revenue")] == [1500, 1364]
    assert total["change"] == pytest.approx(-1 / 11)
    for wrong in ({"米": 0.1}, {"茶": 0.0}, {"茶": 3.0}):
        with pytest.raises(WrongInput):
            simulated([one], wrong)
