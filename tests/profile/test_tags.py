"""Which tags hold for whom, since when; the tag and the rule of row W3 among them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from support import only_row, rows, table
from wide_rows import wide_table

from kezhi.errors import ExpressionWrong
from kezhi.flow.warehouse import Warehouse
from kezhi.profile import tags
from kezhi.settings import TagSettings
from kezhi.tables import TAGS

DAY = date(2025, 6, 1)

PEOPLE: list[dict[str, Any]] = [
    # 3 purchases in 3 months, 1000 yuan each, mostly high-end: W3's customer
    {"customer_id": "ming", "orders_90d": 3, "average_order_value_90d": Decimal("1000.00"), "favourite_category": "高端护肤", "favourite_category_share": 0.5,
     "r_score": 5, "f_score": 4, "m_score": 4, "last_purchase_on": date(2025, 5, 20), "recency_days": 12, "lifecycle_stage": "升级"},
    # the same, but a purchase too few
    {"customer_id": "hong", "orders_90d": 2, "average_order_value_90d": Decimal("3000.00"), "favourite_category": "高端护肤", "favourite_category_share": 1.0,
     "r_score": 4, "f_score": 3, "m_score": 5, "last_purchase_on": date(2025, 5, 1), "recency_days": 31, "lifecycle_stage": "客户"},
    # the same, but a cent too little
    {"customer_id": "li", "orders_90d": 3, "average_order_value_90d": Decimal("999.99"), "favourite_category": "高端腕表", "favourite_category_share": 0.6,
     "r_score": 4, "f_score": 4, "m_score": 3, "last_purchase_on": date(2024, 11, 1), "recency_days": 212, "lifecycle_stage": "挽留"},
    # the same, but likes groceries
    {"customer_id": "wang", "orders_90d": 5, "average_order_value_90d": Decimal("1200.00"), "favourite_category": "生鲜", "favourite_category_share": 0.9,
     "r_score": 4, "f_score": 4, "m_score": 4, "last_purchase_on": date(2025, 5, 31), "recency_days": 1, "lifecycle_stage": "升级"},
    # nothing known
    {"customer_id": "xin", "lifecycle_stage": "潜在"},
]  # fmt: skip

HIGH_VALUE_ACTIVE = TagSettings(
    name="高价值活跃客户",
    name_en="High-value active customer",
    when="orders_90d >= 3 AND average_order_value_90d >= 1000 AND favourite_category LIKE '高端%' AND favourite_category_share >= 0.5",
    doc="近三个月购买不少于 3 次，客单价不低于 1000 元，偏好高端品类。",
)
ALL_FOUR = TagSettings(name="高价值", when="r_score >= 4 AND f_score >= 4 AND m_score >= 4")
SILENT = TagSettings(name="沉默", when="recency_days > 180", since="last_purchase_on + 181")
GROWING = TagSettings(name="升级中", when="lifecycle_stage = '升级'", version=3)
DEFINITIONS = [HIGH_VALUE_ACTIVE, ALL_FOUR, SILENT, GROWING]

EXPECTED = {
    ("ming", "高价值活跃客户", DAY, "first_seen", 1),
    ("ming", "高价值", DAY, "first_seen", 1),
    ("wang", "高价值", DAY, "first_seen", 1),
    ("li", "沉默", date(2025, 5, 1), "rule", 1),
    ("ming", "升级中", DAY, "first_seen", 3),
    ("wang", "升级中", DAY, "first_seen", 3),
}


def _told(found: list[dict[str, Any]]) -> set[tuple[Any, ...]]:
    told = {(row["customer_id"], row["tag"], row["since"], row["since_basis"], row["version"]) for row in found}
    assert len(told) == len(found)
    return told


def test_each_tag_holds_for_whom_its_rule_holds(bench: Warehouse):
    found = tags(wide_table(PEOPLE, bench), DEFINITIONS, as_of=DAY)
    assert _told(rows(found, bench)) == EXPECTED
    assert {name: str(kind) for name, kind in found.schema().items()} == TAGS.types


def _before(customer_id: str, tag: str, since: date, version: int = 1) -> dict[str, Any]:
    return {"customer_id": customer_id, "tag": tag, "since": since, "since_basis": "first_seen", "version": version}


BEFORE = [
    _before("ming", "高价值", date(2025, 3, 1)),
    _before("hong", "高价值", date(2025, 3, 1)),  # lost since then
    _before("li", "沉默", date(2025, 5, 30)),  # a rule knows better
    _before("ming", "升级中", date(2025, 3, 1), version=2),  # another definition
    _before("wang", "升级中", date(2025, 3, 1), version=3),
]
WITH_HISTORY = (EXPECTED - {("ming", "高价值", DAY, "first_seen", 1), ("wang", "升级中", DAY, "first_seen", 3)}) | {
    ("ming", "高价值", date(2025, 3, 1), "history", 1),
    ("wang", "升级中", date(2025, 3, 1), "history", 3),
}


def test_a_tag_held_before_keeps_its_day_while_its_version_is_the_same(bench: Warehouse):
    found = tags(wide_table(PEOPLE, bench), DEFINITIONS, as_of=DAY, previous=table("tags", BEFORE, bench), previous_as_of=date(2025, 5, 31))
    assert _told(rows(found, bench)) == WITH_HISTORY


@pytest.mark.spark
def test_spark_finds_the_same_tags(spark_bench: Warehouse):
    before = table("tags", BEFORE, spark_bench)
    found = tags(wide_table(PEOPLE, spark_bench), DEFINITIONS, as_of=DAY, previous=before, previous_as_of=date(2025, 5, 31))
    assert _told(rows(found, spark_bench)) == WITH_HISTORY


def test_a_run_of_the_past_does_not_look_at_later_tags():
    found = tags(wide_table(PEOPLE), DEFINITIONS, as_of=DAY, previous=table("tags", BEFORE), previous_as_of=date(2025, 6, 2))
    assert _told(rows(found)) == EXPECTED


def test_a_run_after_a_run_keeps_every_day():
    """The second run is given what the first one made: every tag is since the first."""
    first = tags(wide_table(PEOPLE), DEFINITIONS, as_of=DAY)
    second = tags(wide_table(PEOPLE), DEFINITIONS, as_of=date(2025, 6, 8), previous=first, previous_as_of=DAY)
    assert {row["since"] for row in rows(second) if row["since_basis"] == "history"} == {DAY}
    assert {(row["customer_id"], row["tag"]) for row in rows(second)} == {told[:2] for told in EXPECTED}
    again = tags(wide_table(PEOPLE), DEFINITIONS, as_of=DAY, previous=first, previous_as_of=DAY)
    assert rows(again) == rows(first)


def test_without_definitions_there_are_no_tags():
    found = tags(wide_table(PEOPLE), [], as_of=DAY)
    assert rows(found) == []
    assert found.columns == TAGS.column_names


def test_many_tags_are_one_pass_over_the_customers(bench: Warehouse):
    """Fifty tags, half of them holding for one person: the table of customers stands once in the query."""
    people = wide_table(PEOPLE[:1], bench)
    found = tags(people, [TagSettings(name=f"标签{n:02}", when=f"r_score > {n % 2 * 9}") for n in range(50)], as_of=DAY)
    assert [row["tag"] for row in rows(found, bench)] == [f"标签{n:02}" for n in range(0, 50, 2)]
    assert bench._engine.backend.compile(found).count(people.get_name()) == 1


def test_a_tag_cannot_read_the_tags():
    with pytest.raises(ExpressionWrong, match="tags"):
        tags(wide_table(PEOPLE), [TagSettings(name="x", when="has_tag('高价值')")], as_of=DAY)


def test_a_tag_with_a_quote_in_its_name_is_only_a_name(bench: Warehouse):
    definition = TagSettings(name="VIP's; DROP TABLE x --", when="customer_id = 'ming'")
    assert only_row(tags(wide_table(PEOPLE, bench), [definition], as_of=DAY), bench)["tag"] == definition.name
