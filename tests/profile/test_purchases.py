"""What a purchase is, and which refunds are netted."""

from datetime import date
from decimal import Decimal

from shop import Row, buy, give_back
from support import rows, table

from kezhi.profile.purchases import ledger, purchases, refunds

AS_OF = date(2025, 6, 1)


def bought(*orders: Row) -> dict[str, Decimal]:
    """Purchases by id, with what was given back of each."""
    return {r["order_id"]: r["refunded_amount"] for r in rows(purchases(table("orders", orders), as_of=AS_OF))}


def netted(*orders: Row) -> dict[str, bool]:
    return {r["order_id"]: r["is_netted"] for r in rows(refunds(table("orders", orders), as_of=AS_OF))}


def test_only_paid_orders_before_as_of_are_purchases():
    """The last second of 31 May is seen, the first of 1 June is not; money not paid is no purchase."""
    assert {"o1": 0, "o2": 0} == bought(
        buy("o1", "c1", "2025-05-31T23:59:59", 10),
        buy("o2", None, "2001-01-01", 10),
        buy("o3", "c1", "2025-06-01", 10),
        buy("o4", "c1", "2025-05-01", 10, status="unpaid"),
        buy("o5", "c1", "2025-05-01", 10, status="cancelled"),
        buy("o6", "c1", "2025-05-01", 10, status="refunded"),
    )


def test_a_paid_order_of_0_yuan_is_a_purchase():
    assert {"gift": 0} == bought(buy("gift", "c1", "2025-05-01", 0))


def test_a_fully_refunded_order_is_no_purchase_and_its_refunds_are_not_netted():
    """100 given back as 60 and 40: both are refunds, neither lowers a sum that no longer holds the 100."""
    orders = [
        buy("o1", "c1", "2025-05-01", 100),
        give_back("r1", "c1", "2025-05-02", 60, of="o1"),
        give_back("r2", "c1", "2025-05-09", 40, of="o1"),
    ]
    assert {} == bought(*orders)
    assert {"r1": False, "r2": False} == netted(*orders)


def test_a_partly_refunded_order_stays_a_purchase_and_its_refund_is_netted():
    """One cent less than all is a part."""
    orders = [buy("o1", "c1", "2025-05-01", 100), give_back("r1", "c1", "2025-05-02", Decimal("99.99"), of="o1")]
    assert {"o1": Decimal("99.99")} == bought(*orders)
    assert {"r1": True} == netted(*orders)


def test_more_given_back_than_paid_is_a_full_refund():
    orders = [buy("o1", "c1", "2025-05-01", 100), give_back("r1", "c1", "2025-05-02", 101, of="o1")]
    assert {} == bought(*orders)
    assert {"r1": False} == netted(*orders)


def test_a_full_refund_on_as_of_is_not_known_yet():
    orders = [buy("o1", "c1", "2025-05-01", 100), give_back("r1", "c1", "2025-06-01", 100, of="o1")]
    assert {"o1": 0} == bought(*orders)
    assert {} == netted(*orders)


def test_a_refund_of_nothing_known_is_netted():
    """Of no order named, and of an order from before the data began."""
    assert {"r1": True, "r2": True} == netted(give_back("r1", "c1", "2025-05-02", 5), give_back("r2", "c1", "2025-05-02", 5, of="gone"))


def test_a_refund_of_an_order_that_was_never_paid_is_not_netted():
    """The order's 100 are in no sum, so the 30 given back must not be taken off one."""
    orders = [
        buy("o1", "c1", "2025-05-01", 100, status="cancelled"),
        give_back("r1", "c1", "2025-05-02", 30, of="o1"),
        buy("o2", "c1", "2025-05-01", 100, status="refunded"),
        give_back("r2", "c1", "2025-05-02", 30, of="o2"),
    ]
    assert {} == bought(*orders)
    assert {"r1": False, "r2": False} == netted(*orders)


def test_a_cancelled_refund_did_not_happen():
    """And does not make its order a refunded one; a refund marked `refunded` did happen."""
    orders = [
        buy("o1", "c1", "2025-05-01", 100),
        give_back("r1", "c1", "2025-05-02", 100, of="o1", status="cancelled"),
        give_back("r2", "c1", "2025-05-02", 1, of="o1", status="refunded"),
    ]
    assert {"o1": 1} == bought(*orders)
    assert {"r2": True} == netted(*orders)


def test_no_order_is_lost_or_doubled_by_its_refunds():
    """Three refunds of one order, one of another: seven rows in, seven out, with their own amounts."""
    orders = [buy(f"o{i}", "c1", "2025-05-01", 100 + i) for i in range(3)]
    orders += [give_back(f"r{i}", "c1", "2025-05-02", 10, of="o0") for i in range(3)] + [give_back("r3", None, "2025-05-02", 101, of="o1")]
    found = rows(ledger(table("orders", orders), as_of=AS_OF))
    assert sorted((o["order_id"], Decimal(o["net_amount"])) for o in orders) == sorted((r["order_id"], r["net_amount"]) for r in found)
    assert {"o0": 30, "o1": 0, "o2": 0} == {r["order_id"]: r["refunded_amount"] for r in found if r["order_kind"] == "purchase"}
