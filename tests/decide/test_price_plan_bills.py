"""Bills worked out by hand, charge by charge."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pandas as pd
import polars as pl
import pytest
import yaml

import kezhi
from kezhi.errors import SettingsWrong, WrongInput

GUIDE = Path(__file__).parents[2] / "docs" / "how-to" / "price-plans.md"
EXAMPLES = [yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.S)]


def total(usage: list[dict] | pd.DataFrame, plan: dict, **more) -> Decimal:
    """The sum of all bills of the customers in *usage* with *plan*."""
    frame = usage if isinstance(usage, pd.DataFrame) else pd.DataFrame(usage)
    return sum(kezhi.bills(frame, [{"key": "p", **plan}], **more)["total"])


def month(name: str = "2025-01", **use) -> dict:
    return {"customer_id": "a", "month": name, **use}


def charge(**given) -> dict:
    return {"charges": {"minutes": given}}


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        ({"monthly_fee": 20, **charge(included=500, price=0.03)}, "23.60"),  # 20 + 120 × 0.03
        ({"monthly_fee": 20, **charge(included=700, price=0.03)}, "20.00"),
        (charge(price=10, per=100), "62.00"),
        (charge(price=10, per=100, rounding={"per": "month", "unit": 100}), "70.00"),
        (charge(price=10, per=100, rounding={"per": "month", "unit": 100, "mode": "down"}), "60.00"),
        (charge(tiers=[{"up_to": 100, "price": 1}, {"up_to": 500, "price": 0.5}, {"price": 0.1}]), "312.00"),  # 100 + 200 + 12
        (charge(tiers=[{"up_to": 100, "price": 1}, {"up_to": 500, "price": 0.5}, {"price": 0.1}], tier_mode="volume"), "62.00"),
        (charge(included=120, tiers=[{"up_to": 500, "price": 0.5}, {"price": 0.1}], tier_mode="volume"), "250.00"),  # 500 is in the first
        (charge(price=1, cap=99.5), "99.50"),
        ({"cap": 50, "monthly_fee": 5, **charge(price=1)}, "55.00"),
        ({"minimum": 30, "monthly_fee": 5}, "30.00"),
        ({"monthly_fee": 100, "discounts": [{"of": "fee", "percent": 50}], **charge(price=0.1)}, "112.00"),
        ({"monthly_fee": 100, "discounts": [{"percent": 10}, {"amount": 20}]}, "70.00"),
        ({"monthly_fee": 10, "discounts": [{"amount": 20}]}, "0.00"),
        ({"monthly_fee": 10, "discounts": [{"amount": 5, "since": "2025-02"}]}, "10.00"),
        (charge(price=0.1, months=[6, 7]), "0.00"),
        (charge(price=0.333333), "206.67"),  # 206.66646
        (charge(price=0.000025, rounding={"unit": 200, "mode": "nearest"}), "0.02"),  # 600 units: 1.5 cents are 2
    ],
)  # fmt: skip
def test_a_month_of_620_minutes_costs(plan, expected):
    assert total([month(minutes=620)], plan) == Decimal(expected)


def test_each_call_is_rounded_up_before_they_are_added():
    """0.2, 1.0 and 2.01 minutes are 1 + 1 + 3 begun minutes, and a call of 0 is none."""
    calls = [month(minutes=m) for m in (0.2, 1.0, 2.01, 0.0)]
    assert total(calls, charge(price=1, rounding={"per": "record"})) == 5
    assert total(calls, charge(price=1, rounding=[{"per": "record"}, {"per": "month", "unit": 4}])) == 8


def test_thirds_and_tenths_of_units_do_not_drift():
    """Thirty times a tenth is three, not 3.0000000000000004 and so a fourth unit."""
    assert total([month(minutes=0.1)] * 30, charge(price=1, rounding={"per": "month"})) == 3


def test_a_bundle_covers_charges_in_the_order_written():
    """1000 units: 300 minutes take 300, of 2000 messages at half a unit 1400 are covered, 600 are paid."""
    plan = {
        "charges": {"minutes": {"price": 1}, "messages": {"price": 0.1}},
        "bundles": [{"included": 1000, "of": {"minutes": 1, "messages": 0.5}}],
    }
    assert total([month(minutes=300, messages=2000)], plan) == 60


def test_the_lines_of_a_family_share_one_allowance_and_one_bill():
    """Alone: 2 × (10 + 50). Together: 10 for the first line, 5 for the second, and 150 - 100 minutes."""
    use = pd.DataFrame({"customer_id": ["a", "b"], "account_id": ["a", "a"], "month": ["2025-01"] * 2, "minutes": [150, 0]})
    alone, together = charge(included=100, price=1), {"family": {"line_fee": 5}, **charge(included=100, price=1)}
    assert total(use, {"monthly_fee": 10, **alone}) == 70
    assert total(use, {"monthly_fee": 10, **together}) == 65
    use["minutes"] = [150, 50]
    assert total(use, {"monthly_fee": 10, **alone}) == 70
    assert total(use, {"monthly_fee": 10, **together}) == 115
    assert kezhi.bills(use, [{"key": "p", "family": {"max_lines": 1}, **alone}]).empty


def test_the_first_months_are_the_customers_own():
    """Half price for two months from the first month with use, idle months in between counted."""
    plan = {"monthly_fee": 10, "discounts": [{"percent": 50, "first_months": 2}]}
    use = [month("2025-03", minutes=1), month("2025-05", minutes=1), {**month("2025-05", minutes=1), "customer_id": "b"}]
    assert total(use, {**plan, **charge(price=0)}) == 5 + 10 + 5


def test_hours_and_weekdays_count_only_what_was_used_in_them():
    """Friday 21:59 and 22:00, Saturday 07:59 and 08:00."""
    use = pd.DataFrame(
        {
            "customer_id": "a",
            "used_at": pd.to_datetime(["2025-01-03 21:59", "2025-01-03 22:00", "2025-01-04 07:59", "2025-01-04 08:00"]),
            "minutes": [1, 10, 100, 1000],
        }
    )
    assert total(use, charge(price=1, hours="22:00-08:00")) == 110
    assert total(use, charge(price=1, hours="08:00-22:00")) == 1001
    assert total(use, charge(price=1, weekdays=[6, 7])) == 1100


def test_the_example_of_electricity_comes_to_what_the_guide_says():
    use = pl.DataFrame({"customer_id": ["h", "h"], "used_at": ["2025-01-05 12:00:00", "2025-01-05 23:00:00"], "kwh": [200, 100]})
    made = dict(zip(*(kezhi.bills(use, EXAMPLES[1])[name] for name in ("plan", "total")), strict=True))
    assert made == {"tiered": Decimal("153.50"), "night": Decimal("142.40")}


def test_the_example_of_insurance_comes_to_what_the_guide_says():
    use = pd.DataFrame({"customer_id": 7, "month": [202501, 202502], "treatment": [3000, 0]})
    made = kezhi.bills(use, EXAMPLES[2])
    assert list(made["total"]) == [810, 480, 50, 180]
    assert list(made["month"]) == [202501, 202501, 202502, 202502]
    assert list(made["customer_id"]) == [7] * 4


def test_the_example_of_telecom_adds_its_extra_where_that_is_cheaper():
    """20 GB with surf: 20 + 5 × 10 = 70; with 5 GB more: 32. ultimate: 70; the competitor's: 30."""
    use = pd.DataFrame({"customer_id": "a", "month": ["2025-01"], "minutes": 0.0, "messages": 0, "megabytes": 20480.0})
    [row] = kezhi.best_plan(use, EXAMPLES[0], current="ultimate").to_dict("records")
    assert (row["best_plan"], row["best_add_ons"], row["best_total"], row["saving"]) == ("surf", "data5", 32, 38)
    assert (row["competitor_plan"], row["competitor_saving"]) == ("roam", 2)
    assert row["sentence_zh"] == "畅游 加 data5 比 无忧 更适合这位客户：1 个月里 1 个月更便宜，省 38 元"


def test_wide_long_and_metered_use_give_the_same_bills():
    plan = [{"key": "p", "monthly_fee": 1, "charges": {"minutes": {"price": 1}, "messages": {"price": 0.5}}}]
    wide = pd.DataFrame({"user_id": ["a"], "month": ["2025-01"], "Minutes": [3.5], "sms": [2]})
    long = pd.DataFrame(
        {"customer_id": ["a"] * 2, "date": ["2025-01-02", "2025-01-09"], "kind": ["minutes", "messages"], "quantity": [3.5, 2]}
    )
    metered = {
        "minutes": pd.DataFrame({"user_id": ["a"], "call_date": ["2025-01-02"], "duration": [3.5]}),
        "messages": pd.DataFrame({"user_id": ["a"] * 2, "message_date": ["2025-01-02"] * 2}),
    }
    for use in (wide, long, metered, pl.from_pandas(wide), wide.to_dict("records")):
        made = kezhi.bills(use, plan)
        rows = made if isinstance(made, list) else made.to_dict("records") if isinstance(made, pd.DataFrame) else made.to_dicts()
        assert [(row["customer_id"], row["minutes_charge"], row["messages_charge"], row["total"]) for row in rows] == [
            ("a", Decimal("3.50"), Decimal("1.00"), Decimal("5.50"))
        ]


def test_a_flat_table_of_plans_is_read_by_its_headers():
    """15 GB included, the sixteenth begun: 10."""
    plans = pd.DataFrame({"plan_name": ["surf"], "usd_monthly_pay": [20], "mb_per_month_included": [15360], "usd_per_gb": [10]})
    use = pd.DataFrame({"customer_id": [1], "month": [1], "mb_used": [15360.5]})
    assert list(kezhi.bills(use, plans, rounding={"megabytes": "month"})["total"]) == [30]
    assert list(kezhi.bills(use, plans)["total"]) == [Decimal("20.00")]  # half a megabyte is 0.0049


GOOD = [{"key": "p", "charges": {"minutes": {"price": 1}}}]


@pytest.mark.parametrize(
    ("usage", "said"),
    [
        ({"customer_id": ["a"], "month": ["2025-01"], "minutes": [-1.0]}, "below 0"),
        ({"customer_id": ["a"], "month": ["2025-01"], "minutes": ["many"]}, "many"),
        ({"customer_id": ["a"], "month": ["2025-01"], "minutes": [float("inf")]}, "infinite"),
        ({"customer_id": ["a"], "month": ["2025-13"], "minutes": [1]}, "2025-13"),
        ({"customer_id": [None], "month": ["2025-01"], "minutes": [1]}, "no customer"),
        ({"customer_id": ["a"], "month": ["2025-01"], "minuts": [1]}, "usage has minuts"),
        ({"customer_id": ["a"], "minutes": [1]}, "month"),
        ({"month": ["2025-01"], "minutes": [1]}, "customer_id"),
        ({"customer_id": ["a"] * 3, "month": ["2025-01"] * 3, "minutes": [9e8] * 3}, "in a month"),
    ],
)
def test_use_that_cannot_be_billed_is_named(usage, said):
    with pytest.raises(WrongInput) as wrong:
        kezhi.bills(pd.DataFrame(usage), GOOD)
    assert said in wrong.value.say("en")
    assert wrong.value.say("zh")


@pytest.mark.parametrize(
    ("plans", "said"),
    [
        ([{"key": "p", "charges": {"minutes": {"prise": 1}}}], "prise"),
        ([{"key": "p", "monthly_fe": 1, "charges": {}}], "monthly_fee"),
        ([{"key": "p", "charges": {"minutes": {}}}], "price or tiers"),
        ([{"key": "p", "charges": {"minutes": {"price": -1}}}], "must be 0 or more"),
        ([{"key": "p", "charges": {"minutes": {"price": 0.0000001}}}], "decimal"),
        ([{"key": "p"}, {"key": "p"}], "two plans"),
        ([{"key": "p", "add_ons": ["x"]}], "'x'"),
        ([{"key": "p", "charges": {"minutes": {"price": 1}}, "bundles": [{"included": 1, "of": {"minute": 1}}]}], "did you mean 'minutes'"),
        ([{"key": "p", "charges": {"minutes": {"tiers": [{"price": 1}, {"price": 2}]}}}], "up_to"),
        ([], "no plan"),
        (7, "int"),
        (pd.DataFrame({"plan": ["a"], "monthly_fee": [1], "colour": ["red"]}), "colour"),
    ],
)
def test_plans_that_are_not_sound_say_what_is_wrong(plans, said):
    with pytest.raises(WrongInput) as wrong:
        kezhi.bills(pd.DataFrame({"customer_id": ["a"], "month": ["2025-01"], "minutes": [1]}), plans)
    assert said in wrong.value.say("en")


def test_a_misspelt_key_of_a_file_has_its_line_and_the_nearest_key(tmp_path):
    path = tmp_path / "plans.yaml"
    path.write_text(
        "plans:\n  - key: p\n    charges:\n      minutes:\n        price: 1\n        rounding: {per: month,\n          unti: 2}\n",
        encoding="utf-8",
    )
    with pytest.raises(SettingsWrong) as wrong:
        kezhi.bills(pd.DataFrame({"customer_id": ["a"], "month": ["2025-01"], "minutes": [1]}), path)
    assert wrong.value.fields["line"] == 7
    assert "unit" in wrong.value.say("en")
