"""Orders of an invented shop in one line each, and shops made at random, for tests of profile and insight."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Any

Row = dict[str, Any]


def buy(order_id: str, customer_id: str | None, at: str | date, net: Any, **more: Any) -> Row:
    """A paid purchase."""
    row = {"order_id": order_id, "customer_id": customer_id, "ordered_at": at, "net_amount": net}
    return {"source": "shop", "order_kind": "purchase", "status": "paid", **row, **more}


def give_back(order_id: str, customer_id: str | None, at: str | date, amount: Any, of: str | None = None, **more: Any) -> Row:
    """A refund of *amount* (above 0), of the order *of* when it is known."""
    return buy(order_id, customer_id, at, -amount, **{"order_kind": "refund", "refund_of": of, **more})


def line(order_id: str, line_no: int, product_id: str | None, net: Any, quantity: float = 1, **more: Any) -> Row:
    return {"order_id": order_id, "line_no": str(line_no), "product_id": product_id, "net_amount": net, "quantity": quantity, **more}


def random_shop(seed: int, as_of: date, *, purchases: int = 120) -> dict[str, list[Row]]:
    """
    Two years around *as_of* of a small shop: rows of customers, orders, order_lines, products and events.

    Every kind of row is there: unpaid and cancelled orders, orders of nobody, orders of 0, refunds in part, in
    full, in several steps, of nothing known, of unpaid orders and in the future; lines of unknown products.
    """
    rng = random.Random(seed)
    people = [f"c{i}" for i in range(12)]
    shop: dict[str, list[Row]] = {
        "customers": [{"customer_id": c, "records": 1, "sources": "shop"} for c in [*people, "never"]],
        "products": [
            {"product_id": f"p{i}", "category": rng.choice(["米", "茶", "酒", None]), "brand": rng.choice(["甲", "乙", None])}
            for i in range(8)
        ],
        "orders": [],
        "order_lines": [],
        "events": [],
    }

    def moment() -> datetime:
        # days near the edges of the windows are as likely as all others together
        back = rng.choice([rng.randint(-40, 700), rng.choice([-1, 0, 1, 29, 30, 31, 89, 90, 91, 364, 365, 366])])
        second = rng.choice([0, 86_399, rng.randint(0, 86_399)])
        return datetime.combine(as_of - timedelta(days=back), datetime.min.time()) + timedelta(seconds=second)

    for i in range(purchases):
        net = rng.choice([0, 1, 33.33, 80, 120.5, 500])
        gross = rng.choice([None, net, net + 10])
        shop["orders"].append(
            buy(
                f"o{i}",
                rng.choice([*people, None]),
                moment(),
                net,
                gross_amount=gross,
                discount_amount=None if gross is None or rng.random() < 0.1 else gross - net,
                cost_amount=rng.choice([None, *[net / 2] * 9]),
                status=rng.choice(["paid"] * 8 + ["unpaid", "cancelled", "refunded"]),
                channel=rng.choice(["门店", "网店", "app", None]),
                store=rng.choice(["s1", "s2", "s10"]),
            )
        )
        for n in range(rng.randint(0, 3)):
            shop["order_lines"].append(
                line(f"o{i}", n, rng.choice([None, "unknown", *(f"p{k}" for k in range(8))]), 1, rng.choice([1, 0.1]))
            )
    for i in range(purchases // 3):
        of = rng.choice([*shop["orders"][:purchases], None])
        amount = rng.choice([1, 20, 500]) if of is None else rng.choice([of["net_amount"], of["net_amount"] / 2, 1])
        customer = rng.choice(people) if of is None else of["customer_id"]
        when = moment() if of is None else of["ordered_at"] + timedelta(days=rng.randint(0, 60))
        link = rng.choice(["gone", None]) if of is None else of["order_id"]
        status = rng.choice(["paid", "refunded", "cancelled"])
        shop["orders"].append(give_back(f"r{i}", customer, when, amount, link, cost_amount=rng.choice([None, -1, -1]), status=status))
        shop["order_lines"].append(line(f"r{i}", 0, f"p{i % 8}", -amount, -1))
    for i in range(60):
        shop["events"].append(
            {
                "event_id": f"e{i}",
                "customer_id": rng.choice([*people, None]),
                "source": "app",
                "occurred_at": moment(),
                "event_name": "view",
            }
        )
    for rows in shop.values():
        rng.shuffle(rows)
    return shop
