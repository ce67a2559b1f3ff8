"""A shop whose customers buy at rates of their own, as inputs of the step that values them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
from support import table

from kezhi import profile
from kezhi.flow.step import Inputs
from kezhi.flow.warehouse import Warehouse
from kezhi.settings import ClvSettings, Settings

DAY = date(2025, 1, 1)


def orders(bench: Warehouse, bought: list[tuple[str, date, int]], cost=lambda who, amount: None, given_back: tuple[dict, ...] = ()):
    """Purchases (and refunds of no known order, below 0) of customers on days, with the *cost* of their goods (None: not known), and more rows."""
    found = [
        {"order_id": f"o{number}", "customer_id": who, "source": "shop", "ordered_at": datetime.combine(on, datetime.min.time()) + timedelta(hours=9),
         "net_amount": Decimal(amount), "cost_amount": cost(who, amount), "status": "paid", "order_kind": "purchase" if amount >= 0 else "refund"}
        for number, (who, on, amount) in enumerate(bought)
    ]  # fmt: skip
    return bench.settle(table("orders", [*found, *given_back], bench))


def refund(order_id: str, who: str, on: date, amount: int) -> dict:
    """A row of orders that gives *amount* of *order_id* back."""
    return {"order_id": f"back-{order_id}", "customer_id": who, "source": "shop", "ordered_at": datetime.combine(on, datetime.min.time()),
            "net_amount": Decimal(-amount), "status": "paid", "order_kind": "refund", "refund_of": order_id}  # fmt: skip


def ledger(bench: Warehouse, *what):
    """What of `orders` counts."""
    return bench.settle(profile.counted(orders(bench, *what), as_of=DAY))


def shop(people: int = 300, *, seed: int = 3) -> list[tuple[str, date, int]]:
    """Customers who buy at rates of their own and leave after any purchase with a chance of their own, for three years."""
    draws = np.random.default_rng(seed)
    found = []
    for person in range(people):
        rate, leaving, at = draws.gamma(2.0, 1 / 60), draws.beta(0.5, 8.0), float(draws.uniform(0, 700))
        while at < 1095:
            found.append((f"c{person:03}", DAY - timedelta(days=1095 - int(at)), int(draws.integers(20, 90))))
            if draws.random() < leaving:
                break
            at += draws.exponential(1 / rate) + 1
    return found


def inputs(
    bench: Warehouse, bought: list[tuple[str, date, int]], models: Path | None, cost=lambda who, amount: None, given_back=(), **more
) -> Inputs:
    made = orders(bench, bought, cost, given_back)
    tables = {"orders": made, "ledger": bench.settle(profile.counted(made, as_of=DAY))}
    return Inputs(tables, Settings(clv=ClvSettings(**more)), DAY, DAY, {}, None, bench, models)
