"""In which stage each customer is, since when, and what that day rests on."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest
from support import only_row, rows, table
from wide_rows import wide_table

from kezhi.errors import ExpressionWrong
from kezhi.flow.warehouse import Warehouse
from kezhi.profile import lifecycle
from kezhi.settings import DEFAULT_STAGES, StageSettings
from kezhi.tables import LIFECYCLE

DAY = date(2025, 6, 1)

PEOPLE: list[dict[str, Any]] = [
    {"customer_id": "registered only", "registered_on": date(2025, 5, 1)},
    {"customer_id": "known from an event only"},
    {"customer_id": "bought twice", "orders_life": 2, "orders_365d": 2, "recency_days": 12, "first_purchase_on": date(2025, 3, 1), "last_purchase_on": date(2025, 5, 20)},
    {"customer_id": "came back after a year", "orders_life": 2, "orders_365d": 1, "recency_days": 12, "first_purchase_on": date(2024, 3, 1), "last_purchase_on": date(2025, 5, 20)},
    {"customer_id": "a gap of 180 days", "orders_life": 2, "orders_365d": 2, "recency_days": 12, "first_purchase_on": date(2024, 11, 21), "last_purchase_on": date(2025, 5, 20)},
    {"customer_id": "a gap of 181 days", "orders_life": 2, "orders_365d": 2, "recency_days": 12, "first_purchase_on": date(2024, 11, 20), "last_purchase_on": date(2025, 5, 20)},
    {"customer_id": "bought a fourth time", "orders_life": 4, "orders_365d": 4, "recency_days": 12, "first_purchase_on": date(2024, 8, 1), "last_purchase_on": date(2025, 5, 20)},
    {"customer_id": "buys much", "orders_life": 9, "orders_365d": 5, "recency_days": 12, "first_purchase_on": date(2023, 8, 1), "last_purchase_on": date(2025, 5, 20)},
    {"customer_id": "180 days silent", "orders_life": 1, "orders_365d": 1, "recency_days": 180, "first_purchase_on": date(2024, 12, 3), "last_purchase_on": date(2024, 12, 3)},
    {"customer_id": "181 days silent", "orders_life": 1, "orders_365d": 1, "recency_days": 181, "first_purchase_on": date(2024, 12, 2), "last_purchase_on": date(2024, 12, 2)},
    {"customer_id": "400 days silent", "orders_life": 7, "recency_days": 400, "first_purchase_on": date(2023, 4, 27), "last_purchase_on": date(2024, 4, 27)},
]  # fmt: skip

EXPECTED = {
    "registered only": ("潜在", date(2025, 5, 2), "rule", 30),
    "known from an event only": ("潜在", DAY, "first_seen", 0),
    "bought twice": ("客户", date(2025, 3, 2), "rule", 91),
    "came back after a year": ("客户", DAY, "first_seen", 0),
    "a gap of 180 days": ("客户", date(2024, 11, 22), "rule", 191),
    "a gap of 181 days": ("客户", DAY, "first_seen", 0),  # one day of 挽留 lay between
    "bought a fourth time": ("升级", date(2025, 5, 21), "rule", 11),
    "buys much": ("升级", DAY, "first_seen", 0),
    "180 days silent": ("客户", date(2024, 12, 4), "rule", 179),
    "181 days silent": ("挽留", DAY, "rule", 0),
    "400 days silent": ("离网", date(2025, 4, 28), "rule", 34),
}


def _told(found: list[dict[str, Any]]) -> dict[str, tuple[Any, ...]]:
    return {row["customer_id"]: (row["stage"], row["since"], row["since_basis"], row["days_in_stage"]) for row in found}


def test_each_customer_is_in_the_first_stage_that_holds(bench: Warehouse):
    found = lifecycle(wide_table(PEOPLE, bench), DEFAULT_STAGES, as_of=DAY)
    assert _told(rows(found, bench)) == EXPECTED
    assert {name: str(kind) for name, kind in found.schema().items()} == LIFECYCLE.types


@pytest.mark.spark
def test_spark_finds_the_same_stages(spark_bench: Warehouse):
    before = table("lifecycle", [_before("buys much", "升级", date(2025, 1, 1))], spark_bench)
    found = lifecycle(wide_table(PEOPLE, spark_bench), DEFAULT_STAGES, as_of=DAY, previous=before, previous_as_of=date(2025, 5, 1))
    assert _told(rows(found, spark_bench)) == EXPECTED | {"buys much": ("升级", date(2025, 1, 1), "history", 151)}


def _stage_on(day: date, purchases: list[date]) -> str:
    seen = [bought for bought in purchases if bought < day]
    if not seen:
        return "潜在"
    silent = (day - max(seen)).days
    if silent > 365:
        return "离网"
    if silent > 180:
        return "挽留"
    return "升级" if sum((day - bought).days <= 365 for bought in seen) >= 4 else "客户"


def test_a_since_told_by_a_rule_is_the_first_day_of_the_stage(bench: Warehouse):
    """400 random lives, walked day by day in Python; where a rule tells no day the run says so, and says it seldom."""
    dice = random.Random(7)
    people, expected = [], {}
    for number in range(400):
        registered = date(2022, 1, 1) + timedelta(days=dice.randrange(900))
        span = dice.choice([5, 100, 400, 1100])
        purchases = [p for p in (registered + timedelta(days=1 + dice.randrange(span)) for _ in range(dice.randrange(7))) if p < DAY]
        days = [registered + timedelta(days=n) for n in range(1, (DAY - registered).days + 1)]
        stages = [_stage_on(day, purchases) for day in days]
        first = next(n for n in range(len(days) - 1, -1, -1) if n == 0 or stages[n - 1] != stages[-1])
        expected[f"c{number}"] = (stages[-1], days[first])
        people.append(
            {
                "customer_id": f"c{number}",
                "registered_on": registered,
                "orders_life": len(purchases),
                "orders_365d": sum((DAY - p).days <= 365 for p in purchases),
                "recency_days": (DAY - max(purchases)).days if purchases else None,
                "first_purchase_on": min(purchases, default=None),
                "last_purchase_on": max(purchases, default=None),
            }
        )
    found = rows(lifecycle(wide_table(people, bench), DEFAULT_STAGES, as_of=DAY), bench)
    assert {row["customer_id"]: row["stage"] for row in found} == {name: stage for name, (stage, _) in expected.items()}
    told = [row for row in found if row["since_basis"] == "rule"]
    assert [row for row in told if row["since"] != expected[row["customer_id"]][1]] == []
    assert {row["stage"] for row in told} == {"潜在", "客户", "升级", "挽留", "离网"}
    assert len(told) > 320


# --- history ---------------------------------------------------------------------------------------

BUYS_MUCH = [row for row in PEOPLE if row["customer_id"] == "buys much"]


def _before(customer_id: str, stage: str, since: date, basis: str = "first_seen") -> dict[str, Any]:
    return {"customer_id": customer_id, "stage": stage, "since": since, "since_basis": basis, "days_in_stage": 0}


def _with_before(before: dict[str, Any], previous_as_of: date | None, *, as_of: date = DAY) -> tuple[Any, ...]:
    found = lifecycle(
        wide_table(BUYS_MUCH), DEFAULT_STAGES, as_of=as_of, previous=table("lifecycle", [before]), previous_as_of=previous_as_of
    )
    row = only_row(found)
    return row["since"], row["since_basis"], row["days_in_stage"]


def test_a_stage_that_the_last_run_saw_keeps_its_day():
    assert _with_before(_before("buys much", "升级", date(2025, 5, 1)), date(2025, 5, 1)) == (date(2025, 5, 1), "history", 31)


def test_a_stage_that_the_last_run_did_not_see_begins_with_this_run():
    assert _with_before(_before("buys much", "客户", date(2025, 5, 1)), date(2025, 5, 1)) == (DAY, "first_seen", 0)
    assert _with_before(_before("somebody else", "升级", date(2025, 5, 1)), date(2025, 5, 1)) == (DAY, "first_seen", 0)


def test_a_run_of_the_past_does_not_look_at_a_later_snapshot():
    assert _with_before(_before("buys much", "升级", date(2025, 5, 1)), date(2025, 7, 1)) == (DAY, "first_seen", 0)
    assert _with_before(_before("buys much", "升级", date(2025, 5, 1)), None) == (DAY, "first_seen", 0)


@pytest.mark.parametrize(("since", "basis"), [(DAY, "first_seen"), (date(2025, 5, 1), "history")])
def test_a_second_run_of_the_same_day_says_the_same(since: date, basis: str):
    assert _with_before(_before("buys much", "升级", since, basis), DAY) == (since, basis, (DAY - since).days)


def test_a_rule_is_believed_before_history():
    people = [row for row in PEOPLE if row["customer_id"] == "400 days silent"]
    before = table("lifecycle", [_before("400 days silent", "离网", date(2025, 5, 30))])
    row = only_row(lifecycle(wide_table(people), DEFAULT_STAGES, as_of=DAY, previous=before, previous_as_of=date(2025, 5, 30)))
    assert (row["since"], row["since_basis"]) == (date(2025, 4, 28), "rule")


# --- settings --------------------------------------------------------------------------------------


def test_a_since_after_as_of_is_cut_to_as_of():
    stages = [StageSettings(name="会员", when="TRUE", since="registered_on + 60")]
    row = only_row(lifecycle(wide_table(PEOPLE[:1]), stages, as_of=DAY))
    assert (row["since"], row["since_basis"], row["days_in_stage"]) == (DAY, "rule", 0)


@pytest.mark.parametrize("stages", [[], [StageSettings(name="会员", when="orders_life > 99")]])
def test_who_fits_no_stage_is_in_the_other_stage(stages: list[StageSettings]):
    assert only_row(lifecycle(wide_table(PEOPLE[:1]), stages, as_of=DAY))["stage"] == "其他"


def test_a_rule_that_is_unknown_for_a_customer_does_not_hold():
    """recency_days is null before the first purchase: neither the rule nor its opposite holds."""
    stages = [StageSettings(name="远", when="recency_days > 30"), StageSettings(name="近", when="NOT recency_days > 30")]
    assert only_row(lifecycle(wide_table(PEOPLE[:1]), stages, as_of=DAY))["stage"] == "其他"


def test_a_stage_cannot_read_the_stage():
    with pytest.raises(ExpressionWrong, match="lifecycle_stage"):
        lifecycle(wide_table(PEOPLE), [StageSettings(name="x", when="lifecycle_stage = 'x'")], as_of=DAY)
