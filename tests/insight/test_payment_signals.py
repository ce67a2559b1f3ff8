"""What is known of a payment at its own moment, by hand; the future and what became of it change nothing."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from support import rows, table

from kezhi.insight.payment_signals import payment_signals

DAY = date(2025, 6, 1)


def order(number: int, at: datetime, amount: float, **more) -> dict:
    return {"order_id": f"o{number}", "customer_id": "A", "source": "s", "order_kind": "purchase", "ordered_at": at, "net_amount": amount,
            "status": "paid"} | more  # fmt: skip


ORDERS = [
    order(1, datetime(2025, 5, 1, 10), 100, payment_method="card"),
    order(2, datetime(2025, 5, 3, 10), 200),
    order(3, datetime(2025, 5, 3, 22), 450, discount_amount=50),
    order(4, datetime(2025, 5, 4), -450, order_kind="refund", refund_of="o3"),
    order(5, datetime(2025, 5, 5), 80, status="cancelled"),
]


def test_a_payment_is_held_against_the_earlier_ones_of_the_customer(bench):
    found = {row["order_id"]: row for row in rows(payment_signals(table("orders", ORDERS, bench), before=DAY))}
    assert set(found) == {"o1", "o2", "o3"}
    assert (found["o1"]["earlier_orders"], found["o1"]["amount_to_usual"], found["o1"]["days_since_last"]) == (0, None, None)
    third = found["o3"]
    assert (third["earlier_orders"], third["hour"], third["weekday"]) == (2, 22, 6)
    assert third["amount_to_usual"] == pytest.approx(3.0)
    assert third["days_since_last"] == pytest.approx(0.5)
    assert third["discount_share"] == pytest.approx(0.1)


def test_what_comes_later_changes_no_signal(bench):
    def known(orders: list[dict]) -> list[dict]:
        return sorted(rows(payment_signals(table("orders", orders, bench), before=date(2025, 5, 4))), key=lambda row: row["order_id"])

    assert known(ORDERS) == known([*ORDERS, order(9, datetime(2025, 5, 4), 9999), order(10, datetime(2025, 5, 20), 5)])
