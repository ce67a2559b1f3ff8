"""Orders, their lines, and refunds."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from raw_shop import cleaned, pick, reconciles

from kezhi.settings import CleanSettings


def order(order_id: str, net_amount: str | None, day: str = "2024-05-01", **more: str) -> dict[str, str | None]:
    return {"order_id": order_id, "record_id": "a", "ordered_at": day, "net_amount": net_amount, **more}


def test_negative_consumption_becomes_a_refund_of_the_order_with_its_number(bench):
    """Row W2: -500 yuan of "consumption" is 500 yuan given back; both rows stay, and the change is logged."""
    made = cleaned(bench, orders=[order("1", "￥1,200.50"), order("1", "-500", "2024-05-02"), order("2", "-500")])
    assert pick(made["clean_orders"], "order_id", "order_kind", "refund_of", "net_amount", "flags") == [
        ("shop:1", "purchase", None, Decimal("1200.50"), None),
        ("shop:1:refund", "refund", "shop:1", Decimal("-500.00"), None),
        ("shop:2", "refund", None, Decimal("-500.00"), "unmatched_refund"),
    ]
    assert pick(made["corrections"], "source_line", "row_key", "column_name", "rule", "before", "after") == [
        (2, "1", "net_amount", "money_format", "￥1,200.50", "1200.50"),
        (3, "1", "net_amount", "negative_spend_is_refund", "-500", "refund 500.00"),
        (4, "2", "net_amount", "negative_spend_is_refund", "-500", "refund 500.00"),
    ]
    assert reconciles(made)


def test_a_repeated_order_is_merged_and_a_contradicting_one_is_superseded_by_the_later_line(bench):
    """Order 1 twice the same (100.0 is 100); order 2 first 5, then 6; two different refunds of order 1 both stay."""
    rows = [order("1", "100"), order("1", "100.0"), order("2", "5"), order("2", "6"), order("1", "-10"), order("1", "-20", "2024-05-03")]
    made = cleaned(bench, orders=rows)
    assert pick(made["clean_orders"], "order_id", "net_amount") == [
        ("shop:1", Decimal("100.00")),
        ("shop:1:refund", Decimal("-10.00")),
        ("shop:1:refund:2", Decimal("-20.00")),
        ("shop:2", Decimal("6.00")),
    ]
    assert pick(made["rejects"], "source_line", "reason", "detail", "raw_text") == [
        (4, "superseded", "orders.csv#5", "order_id=2; record_id=a; ordered_at=2024-05-01; net_amount=5")
    ]
    merged = [row for row in made["corrections"] if row["rule"] == "duplicate_row"]
    assert pick(merged, "source_line", "column_name", "after") == [(3, "*", "orders.csv#2")]
    assert pick(made["reconciliation"], "rows_in", "rows_out", "rows_rejected", "rows_merged") == [(6, 4, 1, 1)]


def test_a_column_that_needs_no_mending_is_read_as_it_is_where_a_row_of_it_does(bench):
    """Two canonical orders, one of a leap day with a negative discount, alone and beside a third whose every column is odd."""
    plain = [
        order("1", "12.50", "2024-02-29 08:05:00", status="paid", discount_amount="-3", channel="门店"),
        order("2", None, gross_amount="7", status="refunded", discount_amount="1.5", channel=None),
    ]
    odd = order("3.0", "￥1", "2024/5/3", status=" PAID", discount_amount="1元", gross_amount="1元", channel=" 网店 ") | {"record_id": " b"}
    alone, beside = cleaned(bench, orders=plain), cleaned(bench, orders=[*plain, odd])
    assert [row for row in beside["clean_orders"] if row["order_id"] != "shop:3"] == alone["clean_orders"]
    assert [row for row in beside["corrections"] if row["row_key"] != "3"] == alone["corrections"]
    assert pick(alone["corrections"], "row_key", "column_name", "rule", "before", "after") == [
        ("1", "discount_amount", "positive_discount", "-3", "3.00")
    ]
    assert {row["column_name"] for row in beside["corrections"] if row["row_key"] == "3"} == {
        "order_id", "record_id", "ordered_at", "gross_amount", "discount_amount", "net_amount", "channel"
    }  # fmt: skip
    assert alone["rejects"] == beside["rejects"] == []


def test_rows_without_a_usable_date_number_or_amount_are_rejected_with_their_text(bench):
    rows = [
        order("1", "1", "2023-02-30"),
        order("", "1"),
        order("3", "abc", gross_amount="5"),
        order("4", None),
        order("5", "1", ""),
        order("6", None, gross_amount="100", discount_amount="-10"),
    ]
    made = cleaned(bench, orders=rows)
    assert pick(made["rejects"], "source_line", "reason", "detail") == [
        (2, "unreadable_value", "ordered_at"),
        (3, "missing_value", "order_id"),
        (4, "unreadable_value", "net_amount"),
        (5, "missing_amount", "net_amount"),
        (6, "missing_value", "ordered_at"),
    ]
    assert pick(made["clean_orders"], "order_id", "gross_amount", "discount_amount", "net_amount") == [
        ("shop:6", Decimal("100.00"), Decimal("10.00"), Decimal("90.00"))
    ]
    assert pick(made["corrections"], "column_name", "rule", "before", "after") == [("discount_amount", "positive_discount", "-10", "10.00")]
    assert reconciles(made)


def test_lines_fill_in_the_amount_of_their_order_and_take_that_of_a_single_line_order(bench):
    """Order 1 takes 2×3+4 from its lines; the one line of order 2 takes 9; order 3 keeps its own 7 beside a line of 5."""
    lines = [
        {"order_id": "1", "product_id": "p", "quantity": "2", "unit_price": "3", "net_amount": None},
        {"order_id": "1", "product_id": "q", "quantity": "1", "unit_price": None, "net_amount": "4"},
        {"order_id": "2", "product_id": "p", "quantity": "1", "unit_price": None, "net_amount": None},
        {"order_id": "3", "product_id": "p", "quantity": "1", "unit_price": "5", "net_amount": None},
        {"order_id": "99", "product_id": "p", "quantity": "1", "unit_price": "5", "net_amount": None},
    ]
    products = [{"product_id": "p", "unit_cost": "1.5"}]
    made = cleaned(bench, orders=[order("1", None), order("2", "9"), order("3", "7")], order_lines=lines, products=products)
    assert pick(made["clean_orders"], "order_id", "net_amount", "cost_amount") == [
        ("shop:1", Decimal("10.00"), None),  # nobody knows what q costs
        ("shop:2", Decimal("9.00"), Decimal("1.50")),
        ("shop:3", Decimal("7.00"), Decimal("1.50")),
    ]
    assert pick(made["order_lines"], "order_id", "product_id", "net_amount", "cost_amount") == [
        ("shop:1", "p", Decimal("6.00"), Decimal("3.00")),
        ("shop:1", "q", Decimal("4.00"), None),
        ("shop:2", "p", Decimal("9.00"), Decimal("1.50")),
        ("shop:3", "p", Decimal("5.00"), Decimal("1.50")),
    ]
    assert pick(made["rejects"], "table_name", "reason", "source_line") == [("order_lines", "unknown_order", 6)]
    assert reconciles(made)


def test_a_return_line_follows_the_refund_of_its_order(bench):
    """Order 1 sells 2 for 20 and gives 10 back; the line of -1 belongs to the refund."""
    lines = [{"order_id": "1", "line_no": n, "product_id": "p", "quantity": q, "unit_price": "10"} for n, q in (("1", "2"), ("2", "-1"))]
    made = cleaned(bench, orders=[order("1", "20"), order("1", "-10", "2024-05-09")], order_lines=lines)
    assert pick(made["order_lines"], "order_id", "line_no", "quantity", "net_amount") == [
        ("shop:1", "1", 2.0, Decimal("20.00")),
        ("shop:1:refund", "2", -1.0, Decimal("-10.00")),
    ]


def test_refunds_of_a_file_of_their_own_give_back_the_order_they_name(bench):
    """Order 1 is marked as refunded and has its refund: its money comes off once. Order 2 has none and stays as marked."""
    refunds = [
        {"refund_id": "r1", "refund_of": "1", "refunded_at": "2024-05-09", "refund_amount": "60"},
        {"refund_id": "r2", "refund_of": "77", "refunded_at": "2024-05-09", "refund_amount": "-1"},
    ]
    made = cleaned(bench, orders=[order("1", "60", status="已退款"), order("2", "30", status="refunded")], refunds=refunds)
    assert pick(made["clean_orders"], "order_id", "refund_of", "record_id", "net_amount", "status", "flags") == [
        ("shop:1", None, "shop:a", Decimal("60.00"), "paid", None),
        ("shop:2", None, "shop:a", Decimal("30.00"), "refunded", None),
        ("shop:r1", "shop:1", "shop:a", Decimal("-60.00"), "paid", None),
        ("shop:r2", "shop:77", None, Decimal("-1.00"), "paid", "unmatched_refund"),
    ]
    rules = {(row["rule"], row["before"], row["after"]) for row in made["corrections"]}
    assert rules == {("refund_is_a_row", "refunded", "paid"), ("positive_refund", "-1", "1.00")}


def test_an_unknown_status_is_not_counted_as_paid_and_a_date_after_the_extraction_is_flagged(bench):
    source = {"extracted_on": "2024-05-10", "id_prefix": ""}
    made = cleaned(
        bench, source=source, orders=[order("1", "5", "2024-05-11", status="怪"), order("2", "5", "2024-05-10 23:59:59", status="交易成功")]
    )
    assert pick(made["clean_orders"], "order_id", "status", "flags", "ordered_at") == [
        ("1", "unpaid", "future_date", datetime(2024, 5, 11)),
        ("2", "paid", None, datetime(2024, 5, 10, 23, 59, 59)),
    ]
    assert ("unknown_status", "怪", "unpaid") in pick(made["corrections"], "rule", "before", "after")


def test_without_merging_a_repeated_order_is_rejected_so_that_ids_stay_unique(bench):
    made = cleaned(bench, clean_settings=CleanSettings(merge_duplicate_rows=False), orders=[order("1", "5"), order("1", "5")])
    assert pick(made["clean_orders"], "order_id") == ["shop:1"]
    assert pick(made["rejects"], "reason", "source_line") == [("superseded", 2)]
    assert reconciles(made)
