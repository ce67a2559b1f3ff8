"""Customer records, products and events."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from raw_shop import cleaned, pick, reconciles


def test_a_record_is_typed_and_what_it_says_wrong_is_flagged(bench):
    """The number of GB 11643 says 1949-12-31, female, 北京; a birth in 2090 and an age of 200 are impossible."""
    rows = [
        {
            "record_id": "a",
            "phone": "+86 13812345678",
            "id_number": "11010519491231002x",
            "gender": "男",
            "birth_date": "1949年12月31日",
            "age": None,
            "registered_at": "2024-06-02",
        },
        {"record_id": "b", "id_number": "110105194912310021", "birth_date": "2090-01-01", "age": "200"},
    ]
    made = cleaned(bench, source={"trust": 3}, customer_records=rows)
    assert made["customer_records"] == [
        {
            "record_id": "shop:a", "source": "shop", "trust": 3, "is_bare": False, "phone": "13812345678", "phone_kind": "mobile",
            "id_number": "11010519491231002X", "id_number_valid": True, "gender": "male", "birth_date": date(1949, 12, 31),
            "registered_at": datetime(2024, 6, 2), "id_birth_date": date(1949, 12, 31), "id_gender": "female", "id_region": "北京",
            "flags": "future_registration",
        },
        {
            "record_id": "shop:b", "source": "shop", "trust": 3, "is_bare": False, "id_number": "110105194912310021",
            "id_number_valid": False, "flags": "impossible_age",
        },
    ]  # fmt: skip
    assert pick(made["corrections"], "row_key", "column_name", "rule", "before", "after") == [
        ("a", "birth_date", "date_format", "1949年12月31日", "1949-12-31"),
        ("a", "id_number", "id_number_format", "11010519491231002x", "11010519491231002X"),
        ("a", "phone", "phone_format", "+86 13812345678", "13812345678"),
        ("b", "age", "impossible_age", "200", None),
        ("b", "birth_date", "impossible_age", "2090-01-01", None),
    ]


def test_the_newest_of_two_records_of_one_id_stays(bench):
    rows = [
        {"record_id": "a", "name": "new", "updated_at": "2024-05-02"},
        {"record_id": "a", "name": "old", "updated_at": "2024-05-01"},
        {"record_id": "a", "name": "new", "updated_at": "2024-05-02", "source_file": "again.csv"},
        {"record_id": None, "name": "nobody"},
    ]
    made = cleaned(bench, customer_records=rows)
    assert pick(made["customer_records"], "record_id", "name") == [("shop:a", "new")]
    assert pick(made["rejects"], "source_line", "reason", "detail") == [(3, "superseded", "again.csv#4"), (5, "missing_value", "record_id")]
    assert pick(made["reconciliation"], "source_file", "rows_in", "rows_out", "rows_rejected", "rows_merged") == [
        ("again.csv", 1, 1, 0, 0),
        ("customer_records.csv", 3, 0, 2, 1),
    ]


def test_products_take_each_field_from_the_latest_row_that_tells_it(bench):
    made = cleaned(
        bench,
        products=[{"product_id": "007", "category": "茶", "unit_cost": "￥7"}, {"product_id": "８", "category": " 咖啡 ", "unit_cost": ""}],
    )
    assert made["products"] == [
        {"product_id": "007", "category": "茶", "unit_cost": Decimal("7.00")},
        {"product_id": "8", "category": "咖啡"},
    ]


def test_events_without_an_id_stay_and_name_people_whom_no_file_describes(bench):
    rows = [
        {"event_id": None, "record_id": "a", "occurred_at": "1714521600", "event_name": "view"},
        {"event_id": None, "record_id": "a", "occurred_at": "1714521600", "event_name": "view"},
        {"event_id": "e1", "record_id": "z", "occurred_at": "2024-07-01T00:00:00Z", "event_name": "view"},
        {"event_id": "e1", "record_id": "z", "occurred_at": "2024-07-01T00:00:00Z", "event_name": "view"},
        {"event_id": "e2", "record_id": "z", "occurred_at": "soon", "event_name": "view"},
    ]
    made = cleaned(bench, customer_records=[{"record_id": "a", "name": "张三"}], events=rows)
    assert pick(made["clean_events"], "event_id", "record_id", "occurred_at", "flags") == [
        ("shop:e1", "shop:z", datetime(2024, 7, 1, 8), "future_date"),
        ("shop:events.csv#2", "shop:a", datetime(2024, 5, 1, 8), None),
        ("shop:events.csv#3", "shop:a", datetime(2024, 5, 1, 8), None),
    ]
    assert pick(made["customer_records"], "record_id", "is_bare") == [("shop:a", False), ("shop:z", True)]
    assert reconciles(made)


def test_rows_that_could_not_be_parsed_are_counted_with_those_that_could(bench):
    broken = {
        "source": "shop",
        "source_file": "products.csv",
        "source_line": 3,
        "table_name": "products",
        "stage": "read",
        "reason": "too_many_fields",
        "raw_text": "a,b",
    }
    made = cleaned(bench, products=[{"product_id": "1"}, {"product_id": None, "source_line": 4}], read_rejects=[broken])
    assert pick(made["reconciliation"], "rows_in", "rows_out", "rows_rejected", "rows_merged") == [(3, 1, 2, 0)]
    assert pick(made["rejects"], "stage", "source_line") == [("clean", 4), ("read", 3)]
