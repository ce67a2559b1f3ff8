"""Flat sales files taken apart."""

from __future__ import annotations

from decimal import Decimal
from hashlib import md5

from raw_shop import cleaned, pick, reconciles

from kezhi.settings import CleanSettings


def line(order_id: str | None, product_id: str, quantity: str, unit_price: str, **more: str) -> dict[str, str | None]:
    return {
        "order_id": order_id,
        "record_id": "17850",
        "ordered_at": "2024-05-01",
        "product_id": product_id,
        "quantity": quantity,
        "unit_price": unit_price,
        **more,
    }


def test_an_invoice_becomes_an_order_with_lines_and_its_cancellation_a_refund(bench):
    """536365 has lines of 15.30 and 20.34 (one repeated by the export); C536365 returns one unit of 3.39."""
    rows = [
        line("536365", "85123A", "6", "2.55", product_name="HOLDER"),
        line("536365", "71053", "6", "3.39"),
        line("536365", "71053", "6", "3.39"),
        line("C536365", "71053", "-1", "3.39"),
    ]
    made = cleaned(bench, habits={"cancel_prefix": "C"}, sales=rows)
    assert pick(made["clean_orders"], "order_id", "order_kind", "refund_of", "gross_amount", "net_amount") == [
        ("shop:536365", "purchase", None, Decimal("35.64"), Decimal("35.64")),
        ("shop:C536365", "refund", "shop:536365", Decimal("-3.39"), Decimal("-3.39")),
    ]
    assert pick(made["order_lines"], "order_id", "product_id", "quantity", "net_amount") == [
        ("shop:536365", "71053", 6.0, Decimal("20.34")),
        ("shop:536365", "85123A", 6.0, Decimal("15.30")),
        ("shop:C536365", "71053", -1.0, Decimal("-3.39")),
    ]
    assert pick(made["products"], "product_id", "product_name") == [("71053", None), ("85123A", "HOLDER")]
    assert pick(made["customer_records"], "record_id", "is_bare") == [("shop:17850", True)]
    assert pick(made["corrections"], "rule", "column_name", "source_line", "after") == [("duplicate_row", "*", 4, "sales.csv#3")]
    assert pick(made["reconciliation"], "rows_in", "rows_out", "rows_rejected", "rows_merged") == [(4, 3, 0, 1)]


def test_repeated_lines_stay_when_merging_is_off(bench):
    made = cleaned(
        bench, clean_settings=CleanSettings(merge_duplicate_rows=False), sales=[line("1", "p", "1", "5"), line("1", "p", "1", "5")]
    )
    assert pick(made["clean_orders"], "net_amount") == [Decimal("10.00")]
    assert len(made["order_lines"]) == 2


def test_positive_and_negative_lines_of_one_invoice_become_a_purchase_and_a_refund(bench):
    made = cleaned(bench, sales=[line("9", "q", "2", "5"), line("9", "q", "-1", "5")])
    assert pick(made["clean_orders"], "order_id", "refund_of", "net_amount") == [
        ("shop:9", None, Decimal("10.00")),
        ("shop:9:refund", "shop:9", Decimal("-5.00")),
    ]
    assert pick(made["order_lines"], "order_id", "quantity") == [("shop:9", 2.0), ("shop:9:refund", -1.0)]
    assert pick(made["corrections"], "rule", "before", "after") == [("negative_spend_is_refund", "-1", "refund 5.00")]


def test_one_number_used_by_two_buyers_or_with_two_statuses_is_several_orders(bench):
    rows = [
        line("1", "p", "1", "5"),
        line("1", "q", "1", "7") | {"record_id": "2"},
        line("3", "p", "1", "5", status="paid"),
        line("3", "q", "1", "4", status="已取消"),
    ]
    made = cleaned(bench, sales=rows)
    assert pick(made["clean_orders"], "order_id", "record_id", "net_amount", "status") == [
        ("shop:1", "shop:17850", Decimal("5.00"), "paid"),
        ("shop:1:2", "shop:2", Decimal("7.00"), "paid"),
        ("shop:3", "shop:17850", Decimal("5.00"), "paid"),
        ("shop:3:2", "shop:17850", Decimal("4.00"), "cancelled"),
    ]
    assert pick(made["order_lines"], "order_id", "product_id") == [("shop:1", "p"), ("shop:1:2", "q"), ("shop:3", "p"), ("shop:3:2", "q")]


def test_rows_without_a_number_are_orders_of_their_own_and_their_buyer_is_known_by_phone(bench):
    """The same phone written twice, in two ways, is one buyer with the newest name; a row without any is anonymous."""
    rows = [
        {"ordered_at": "2024-05-01", "net_amount": "10", "phone": "138 1234 5678", "name": "王五"},
        {"ordered_at": "2024-05-02", "net_amount": "10", "phone": "13812345678", "name": "王小五"},
        {"ordered_at": "2024-05-01", "net_amount": "10"},
        {"ordered_at": "2024-05-01", "net_amount": "10"},
        {"ordered_at": "2024-05-01"},
    ]
    made = cleaned(bench, sales=rows)
    buyer = "shop:p:" + md5(b"13812345678").hexdigest()[:16]
    assert pick(made["clean_orders"], "order_id", "record_id") == [
        ("shop:sales.csv#2", buyer),
        ("shop:sales.csv#3", buyer),
        ("shop:sales.csv#4", None),
        ("shop:sales.csv#5", None),
    ]
    assert pick(made["customer_records"], "record_id", "name", "phone", "phone_kind", "is_bare") == [
        (buyer, "王小五", "13812345678", "mobile", False)
    ]
    assert pick(made["rejects"], "source_line", "reason") == [(6, "missing_amount")]
    assert reconciles(made)


def test_a_product_without_a_code_is_known_by_its_name_or_category(bench):
    rows = [
        {"ordered_at": "2024-05-01", "net_amount": "10", "category": "饮料"},
        {"ordered_at": "2024-05-02", "net_amount": "1", "category": "饮料", "product_name": "茶"},
    ]
    made = cleaned(bench, sales=rows)
    assert pick(made["products"], "product_id", "product_name", "category") == [("茶", "茶", "饮料"), ("饮料", None, "饮料")]


def test_the_cost_of_a_sale_comes_from_its_rows(bench):
    made = cleaned(bench, sales=[line("1", "p", "2", "5", unit_cost="3"), line("2", "p", "1", "5")])
    assert pick(made["clean_orders"], "order_id", "cost_amount") == [("shop:1", Decimal("6.00")), ("shop:2", Decimal("3.00"))]
