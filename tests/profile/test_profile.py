"""The wide row: one per customer, nothing personal, ages and days as of the day asked for."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from support import only_row, rows, table

from kezhi.errors import ExpressionWrong
from kezhi.flow.warehouse import Warehouse
from kezhi.kit.engine import ir
from kezhi.profile import lifecycle, profile, segment_filter, tags, wide
from kezhi.settings import DEFAULT_STAGES, TagSettings
from kezhi.tables import CUSTOMERS, FEATURES, PROFILE, RFM

DAY = date(2025, 6, 1)
ZEROES = {c.name: 0 for c in FEATURES.columns if not c.nullable and c.name != "customer_id"}

CUSTOMERS_ROWS = [
    {"customer_id": "a", "records": 2, "sources": "app,shop", "name": "张伟", "phone": "13812345678", "gender": "male", "birth_date": "1990-06-01",
     "city": "武汉", "registered_at": "2024-01-05T10:00:00"},
    {"customer_id": "b", "records": 1, "sources": "shop", "birth_date": "1990-06-02", "registered_at": "2025-06-01T00:00:00"},
    {"customer_id": "c", "records": 1, "sources": "shop", "birth_date": "2025-06-01", "registered_at": "2025-05-31T23:59:59"},
]  # fmt: skip
FEATURES_ROWS = [
    ZEROES | {"customer_id": "a", "orders_life": 5, "orders_365d": 4, "orders_90d": 3, "recency_days": 12, "net_amount_life": 5000,
              "first_purchase_on": "2024-02-01", "last_purchase_on": "2025-05-20", "favourite_category": "母婴"},
    ZEROES | {"customer_id": "b", "refunds_life": 1},
]  # fmt: skip
RFM_ROWS = [
    {
        "customer_id": "a",
        "recency_days": 12,
        "frequency": 4,
        "monetary": 4000,
        "r_score": 5,
        "f_score": 4,
        "m_score": 4,
        "rfm_group": "重要价值客户",
    },
    {"customer_id": "b", "frequency": 0, "monetary": 0, "r_score": 1, "f_score": 1, "m_score": 1, "rfm_group": "一般挽留客户"},
]
DEFINITIONS = [
    TagSettings(name="高价值", when="r_score >= 4 AND f_score >= 4 AND m_score >= 4"),
    TagSettings(name="VIP", when="frequency > 3"),
    TagSettings(name="新来", when="orders_life = 0"),
]


def _profile(bench: Warehouse) -> ir.Table:
    customers, features, rfm = (
        table(name, data, bench) for name, data in (("customers", CUSTOMERS_ROWS), ("features", FEATURES_ROWS), ("rfm", RFM_ROWS))
    )
    row = wide(customers, features, rfm, as_of=DAY)
    stages = lifecycle(row, DEFAULT_STAGES, as_of=DAY)
    return profile(customers, features, rfm, stages, tags(row, DEFINITIONS, as_of=DAY), as_of=DAY)


def _check(found: list[dict[str, Any]]) -> None:
    a, b, c = found
    assert (a["gender"], a["city"], a["records"], a["sources"], a["registered_on"]) == ("male", "武汉", 2, "app,shop", date(2024, 1, 5))
    assert (a["age_years"], b["age_years"], c["age_years"]) == (35, 34, None)  # today is a's birthday, b's tomorrow; c is not born yet
    assert (b["registered_on"], c["registered_on"]) == (None, date(2025, 5, 31))  # b registers on as_of: not seen yet
    assert (a["orders_life"], a["net_amount_life"], a["favourite_category"]) == (5, 5000, "母婴")
    assert (a["frequency"], a["monetary"], a["rfm_group"]) == (4, 4000, "重要价值客户")
    assert (a["recency_days"], b["recency_days"], c["recency_days"]) == (12, None, None)
    assert (c["orders_life"], c["net_amount_365d"], c["average_order_value_life"]) == (0, 0, None)  # c has no row in features
    assert (c["frequency"], c["r_score"], c["rfm_group"]) == (None, None, None)  # nor in rfm
    assert [row["lifecycle_stage"] for row in found] == ["升级", "潜在", "潜在"]
    assert (c["lifecycle_since"], c["days_in_stage"]) == (DAY, 0)
    assert [row["tags"] for row in found] == ["VIP,高价值", "新来", "新来"]


def test_the_profile_is_one_row_per_customer(bench: Warehouse):
    _check(rows(_profile(bench), bench))


@pytest.mark.spark
def test_spark_makes_the_same_profile(spark_bench: Warehouse):
    _check(rows(_profile(spark_bench), spark_bench))


def test_the_profile_keeps_its_promise_and_nothing_personal(bench: Warehouse):
    found = _profile(bench)
    assert {name: str(kind) for name, kind in found.schema().items()} == PROFILE.types
    assert [c.name for c in CUSTOMERS.columns if c.personal and c.name in found.columns] == []
    for row in rows(found, bench):
        assert not {"张伟", "13812345678", date(1990, 6, 1)} & set(row.values())
        assert [c.name for c in PROFILE.columns if not c.nullable and row[c.name] is None] == []


def test_a_customer_without_tags_has_none_not_an_empty_text():
    customers, features, rfm = table("customers", CUSTOMERS_ROWS), table("features", FEATURES_ROWS), table("rfm", RFM_ROWS)
    row = wide(customers, features, rfm, as_of=DAY)
    found = profile(customers, features, rfm, lifecycle(row, DEFAULT_STAGES, as_of=DAY), tags(row, [], as_of=DAY), as_of=DAY)
    assert [r["tags"] for r in rows(found)] == [None, None, None]


AGES = [
    ("2000-02-29", "2021-02-28", 20),
    ("2000-02-29", "2021-03-01", 21),
    ("2000-02-29", "2024-02-28", 23),
    ("2000-02-29", "2024-02-29", 24),
    ("1990-12-31", "2025-01-01", 34),
    ("1990-12-31", "2024-12-31", 34),
    ("1990-12-31", "2024-12-30", 33),
    ("2025-05-31", "2025-06-01", 0),
    ("2025-06-01", "2025-06-01", None),
    ("2026-01-01", "2025-06-01", None),
    (None, "2025-06-01", None),
]


@pytest.mark.parametrize(("born", "as_of", "years"), AGES)
def test_an_age_is_the_birthdays_that_have_been(born: str | None, as_of: str, years: int | None):
    customers = table("customers", [{"customer_id": "a", "records": 1, "sources": "shop", "birth_date": born}])
    found = wide(customers, table("features", []), table("rfm", []), as_of=date.fromisoformat(as_of))
    assert only_row(found)["age_years"] == years


# --- segments --------------------------------------------------------------------------------------

SEGMENTS = {
    "r_score >= 4 AND f_score >= 4 AND m_score >= 4": "a",  # W3
    "rfm_group = '重要价值客户' AND orders_90d >= 3": "a",
    "has_tag('高价值')": "a",
    "has_tag('VIP') AND has_tag('新来')": "",
    "NOT has_tag('高价值')": "bc",
    "lifecycle_stage IN ('潜在', '离网')": "bc",
    "r_score < 4": "b",
    "r_score IS NULL": "c",
    "age_years BETWEEN 30 AND 34": "b",
    "gender = 'male' OR refunds_life > 0": "ab",
    "registered_on < '2025-01-01'": "a",
    "net_amount_life / orders_life >= 1000": "a",
    "favourite_category = “母婴”": "a",
}


@pytest.mark.parametrize(("text", "ids"), SEGMENTS.items())
def test_a_segment_is_who_its_rule_holds_for(bench: Warehouse, text: str, ids: str):
    assert "".join(row["customer_id"] for row in rows(segment_filter(_profile(bench), text), bench)) == ids


def test_a_segment_by_an_unknown_column_names_the_nearest(bench: Warehouse):
    with pytest.raises(ExpressionWrong, match="Did you mean orders_90d"):
        segment_filter(_profile(bench), "order_90d > 3")


def test_a_segment_by_a_personal_column_is_refused(bench: Warehouse):
    for name in ("name", "phone", "email", "id_number", "birth_date", "address"):
        with pytest.raises(ExpressionWrong, match=f"no column {name}"):
            segment_filter(_profile(bench), f"{name} IS NOT NULL")


def test_the_rfm_columns_of_the_profile_are_those_of_rfm():
    assert set(RFM.column_names) <= set(PROFILE.column_names)
