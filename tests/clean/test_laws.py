"""What must hold for any rows, on both engines."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from raw_shop import cleaned, reconciles

from kezhi.clean.words import GENDER, STATUS

ORDER = st.fixed_dictionaries(
    {
        "order_id": st.sampled_from(["1", "2", "3", "4", "５", "C1", "C9", ""]),
        "record_id": st.sampled_from(["a", "b", None]),
        "ordered_at": st.sampled_from(["2024-05-01", "2024/5/2", "2023-02-30", None, "2025-01-01"]),
        "net_amount": st.sampled_from(["5", "5.0", "-5", "￥7", "x", None]),
        "status": st.sampled_from(["paid", "已退款", "怪", None]),
        "source_file": st.sampled_from(["a.csv", "b.csv"]),
    }
)
LINE = st.fixed_dictionaries(
    {
        "order_id": st.sampled_from(["1", "2", "3", "77", None]),
        "product_id": st.sampled_from(["p", "q", None]),
        "quantity": st.sampled_from(["1", "-1", "2件", None]),
        "unit_price": st.sampled_from(["1", "2.5", "x", None]),
    }
)
SALE = st.fixed_dictionaries(
    {
        "order_id": st.sampled_from(["1", "2", "C1", None]),
        "record_id": st.sampled_from(["a", "b", None]),
        "name": st.sampled_from(["张三", "李四", None]),
        "ordered_at": st.sampled_from(["2024-05-01", "2024/5/2", "no", None]),
        "quantity": st.sampled_from(["1", "-1", "2", None]),
        "unit_price": st.sampled_from(["1", "2.5", "x", None]),
        "net_amount": st.sampled_from(["3", "-4", None, None]),
        "product_id": st.sampled_from(["p", None]),
    }
)

few = settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def unique(made: dict, table: str, *key: str) -> bool:
    keys = [tuple(row[column] for column in key) for row in made.get(table, [])]
    return len(keys) == len(set(keys))


def holds(made: dict) -> None:
    assert reconciles(made)
    assert unique(made, "clean_orders", "order_id")
    assert unique(made, "order_lines", "order_id", "line_no")
    assert unique(made, "customer_records", "record_id")
    assert unique(made, "rejects", "table_name", "source_file", "source_line")
    assert unique(made, "corrections", "table_name", "source_file", "source_line", "column_name", "rule")
    ids = {row["order_id"] for row in made["clean_orders"]}
    people = {row["record_id"] for row in made["customer_records"]}
    for row in made["clean_orders"]:
        assert (row["net_amount"] <= 0) if row["order_kind"] == "refund" else (row["net_amount"] >= 0)
        assert row.get("record_id") in {*people, None}
        assert row.get("refund_of") in {*ids, None}
    assert {row["order_id"] for row in made.get("order_lines", [])} <= ids


@few
@given(orders=st.lists(ORDER, min_size=5, max_size=40), lines=st.lists(LINE, min_size=1, max_size=30))
def test_any_mix_of_orders_and_lines_is_accounted_for_row_by_row(bench, orders, lines):
    numbered = [{**row, "source_line": 2 + place} for place, row in enumerate(orders)]
    holds(cleaned(bench, habits={"cancel_prefix": "C"}, orders=numbered, order_lines=lines))


@few
@given(sales=st.lists(SALE, min_size=5, max_size=40))
def test_any_mix_of_sales_is_accounted_for_and_no_money_appears_or_vanishes(bench, sales):
    """The orders come to what the rows that went on come to: net where it is told, else quantity times price."""
    made = cleaned(bench, habits={"cancel_prefix": "C"}, sales=sales)
    holds(made)
    gone = {row["source_line"] for row in made["rejects"]} | {
        row["source_line"] for row in made["corrections"] if row["rule"] == "duplicate_row"
    }

    def amount(row: dict) -> Decimal:
        value = Decimal(row["net_amount"]) if row["net_amount"] else Decimal(row["quantity"]) * Decimal(row["unit_price"])
        back = value < 0 or (row["quantity"] or "").startswith("-") or (row["order_id"] or "").startswith("C")
        return -abs(value) if back else value

    expected = sum(amount(row) for place, row in enumerate(sales) if place + 2 not in gone)
    assert sum(row["net_amount"] for row in made["clean_orders"]) == expected


MIXED = {
    "customer_records": [
        {
            "record_id": "a",
            "name": "张　三",
            "phone": "+86 13812345678",
            "id_number": "110105491231002",
            "gender": "男",
            "birth_date": "1949年12月31日",
        },
        {"record_id": "b", "name": "李四", "phone": "12", "id_number": "110105194912310021", "gender": "F", "birth_date": "2090-01-01"},
    ],
    "orders": [
        {"order_id": "1", "record_id": "a", "ordered_at": "2024-01-05T10:00:00Z", "net_amount": "￥1,200.50", "status": "已退款"},
        {"order_id": "1", "record_id": "a", "ordered_at": "1704067200", "net_amount": "-500", "status": None},
        {"order_id": "2", "record_id": "z", "ordered_at": "2024/1/7", "net_amount": None, "status": "怪"},
        {"order_id": "2", "record_id": "z", "ordered_at": "2024/1/7", "net_amount": None, "status": "怪"},
        {"order_id": "3", "record_id": "z", "ordered_at": "2023-02-30", "net_amount": "1", "status": None},
    ],
    "order_lines": [
        {"order_id": "1", "product_id": "p", "quantity": "2", "unit_price": "600.25"},
        {"order_id": "1", "product_id": "p", "quantity": "-1", "unit_price": "500"},
        {"order_id": "2", "product_id": "q", "quantity": "３", "unit_price": "1.005"},
        {"order_id": "9", "product_id": "q", "quantity": "3", "unit_price": "1"},
    ],
    "sales": [
        {"order_id": "s1", "name": "王五", "ordered_at": "2024-01-05", "quantity": "2", "unit_price": "1.5", "product_name": "茶"},
        {"order_id": "s1", "name": "王五", "ordered_at": "2024-01-05", "quantity": "-1", "unit_price": "1.5", "product_name": "茶"},
    ],
}


@pytest.mark.spark
def test_spark_cleans_a_mixed_company_as_duckdb_does(bench, spark_bench):
    assert cleaned(bench, **MIXED) == cleaned(spark_bench, **MIXED)


def test_word_lists_mean_only_what_the_tables_allow():
    assert set(GENDER.values()) == {"male", "female", ""}
    assert set(STATUS.values()) == {"paid", "unpaid", "cancelled", "refunded"}
    assert all(word == word.lower() for word in (*GENDER, *STATUS))
