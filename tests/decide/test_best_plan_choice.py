"""Best plans of a few customers, worked out by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pandas as pd
import polars as pl
import pytest

import kezhi
from kezhi.errors import WrongInput

FLAT = {"key": "flat", "name": "包月", "name_en": "Flat", "monthly_fee": 50}
METERED = {"key": "metered", "name": "计量", "name_en": "Metered", "charges": {"minutes": {"price": 1}}}
PLANS = [FLAT, METERED]


def months(*minutes: float, customer: str = "a", plan: str | None = None) -> pd.DataFrame:
    made = pd.DataFrame({"customer_id": customer, "month": [f"2024-{n + 1:02d}" for n in range(len(minutes))], "minutes": list(minutes)})
    return made if plan is None else made.assign(plan=plan)


def only(usage: pd.DataFrame, plans=PLANS, **more) -> dict:
    [row] = kezhi.best_plan(usage, plans, **more).to_dict("records")
    return row


def test_eleven_of_twelve_months_are_cheaper_and_the_sentence_says_so():
    """Flat 600; metered 11 × 86 + 40 = 986: 386 saved, 10 more in the one cheap month."""
    row = only(months(*[86] * 11, 40), current="metered")
    assert (row["best_plan"], row["months"], row["months_cheaper"], row["saving"], row["regret"]) == ("flat", 12, 11, 386, 10)
    assert row["sentence_zh"] == "包月 比 计量 更适合这位客户：12 个月里 11 个月更便宜，省 386 元"
    assert row["sentence_en"] == "Flat suits this customer better than Metered: cheaper in 11 of 12 months, saving 386 CNY"


def test_the_interval_is_the_t_prediction_interval_of_the_monthly_savings():
    """Savings 36 × 11 and -10: sd 13.279; t(11) = 1.796; 386 ± 1.796 × 13.279 × √24."""
    row = only(months(*[86] * 11, 40), current="metered")
    assert row["saving_low"] == Decimal("269.16")
    assert row["saving_high"] == Decimal("502.84")
    assert row["risk_band"] == "sure"


def test_a_saving_that_hangs_on_one_month_is_unsure():
    assert only(months(10, 10, 500), current="metered")["risk_band"] == "unsure"
    assert only(months(60, 51, 51, 45, 400), current="metered")["risk_band"] == "likely"
    assert only(months(90), current="metered")["risk_band"] == "unsure"  # one month tells nothing of the next


def test_a_customer_on_the_best_plan_stays():
    row = only(months(60, plan="flat"))
    assert (row["current_plan"], row["compared_plan"], row["saving"], row["risk_band"]) == ("flat", "flat", 0, "none")
    assert row["sentence_zh"] == "包月 已是最适合这位客户的套餐：1 个月共 50 元"


def test_without_a_present_plan_the_best_is_compared_with_the_next_best():
    row = only(months(60))
    assert pd.isna(row["current_plan"])
    assert pd.isna(row["margin_change"])
    assert (row["compared_plan"], row["saving"]) == ("metered", 10)


def test_a_plan_that_is_no_longer_on_sale_is_compared_but_not_advised():
    """The old one costs 5, so the best on sale would cost 45 more."""
    row = only(months(60, plan="old"), [*PLANS, {"key": "old", "monthly_fee": 5, "on_sale": False}])
    assert (row["best_plan"], row["saving"]) == ("flat", -45)
    assert row["sentence_en"] == "This customer should stay with old: Flat would have cost 45 CNY more over 1 months"


def test_competitors_are_compared_and_never_advised():
    row = only(months(60, plan="flat"), [*PLANS, {"key": "cheap", "company": "other", "monthly_fee": 20}])
    assert (row["best_plan"], row["competitor"], row["competitor_plan"], row["competitor_saving"]) == ("flat", "other", "cheap", 30)


def test_the_margin_falls_by_what_the_customer_saves_and_by_what_the_plan_costs():
    """Saves 36; the flat plan costs the company 4 a month, the metered one 1."""
    row = only(months(86), [{**FLAT, "monthly_cost": 4}, {**METERED, "monthly_cost": 1}], current="metered")
    assert row["margin_change"] == -36 - 4 + 1


def test_a_customer_won_from_a_competitor_brings_the_whole_margin():
    """50 paid, 100 minutes at 0.02."""
    plans = {"plans": [FLAT, {**METERED, "company": "other"}], "unit_costs": {"minutes": 0.02}}
    assert only(months(100), plans, current="metered")["margin_change"] == 48


def test_only_plans_that_would_cost_more_are_blocked():
    """a uses 60: flat 50, metered 60. b uses 10: the other way round. A competitor's plan is not the company's to block."""
    use = pd.concat([months(60, plan="flat"), months(10, customer="b", plan="metered")])
    made = kezhi.blocked_plans(use, [*PLANS, {"key": "same", "monthly_fee": 50}, {"key": "dear", "company": "other", "monthly_fee": 900}])
    assert made[["customer_id", "plan", "extra_cost"]].to_dict("records") == [
        {"customer_id": "a", "plan": "metered", "extra_cost": 10},
        {"customer_id": "b", "plan": "flat", "extra_cost": 40},
        {"customer_id": "b", "plan": "same", "extra_cost": 40},
    ]


def test_the_review_counts_every_plan_over_all_customers():
    use = pd.concat([months(60, plan="flat"), months(10, customer="b", plan="flat")])
    rows = {row["plan"]: row for row in kezhi.plan_review(use, PLANS).to_dict("records")}
    assert (rows["flat"]["customers"], rows["flat"]["well_placed"], rows["flat"]["avoidable"], rows["flat"]["best_for"]) == (2, 1, 40, 1)
    assert (rows["metered"]["mean_monthly_bill"], rows["metered"]["customers"], rows["metered"]["blocked_for"]) == (35, 0, 1)


def test_ids_months_and_frames_go_back_as_they_came():
    use = pl.DataFrame({"user_id": [7, 7], "month": [date(2025, 1, 1), date(2025, 2, 1)], "minutes": [60, 70]})
    made = kezhi.best_plan(use, PLANS)
    assert isinstance(made, pl.DataFrame)
    assert made["customer_id"].to_list() == [7]
    assert kezhi.bills(use, PLANS)["month"].to_list() == [date(2025, 1, 1)] * 2 + [date(2025, 2, 1)] * 2


def test_no_use_is_no_bill():
    empty = months(1).iloc[:0]
    assert kezhi.bills(empty, PLANS).empty
    assert kezhi.best_plan(empty, PLANS).empty


def test_a_present_plan_that_is_not_there_names_the_nearest():
    with pytest.raises(WrongInput, match="Did you mean metered"):
        kezhi.best_plan(months(1, plan="meterd"), PLANS)
    with pytest.raises(WrongInput, match="no plan of the company itself"):
        kezhi.best_plan(months(1), [{**FLAT, "company": "other"}])


def test_too_many_sets_of_add_ons_are_refused():
    """Of 30 add-ons up to four at a time: 31,931 sets."""
    keys = [f"x{n}" for n in range(30)]
    plans = {"plans": [{**METERED, "add_ons": keys, "max_add_ons": 4}], "add_ons": [{"key": key} for key in keys]}
    with pytest.raises(WrongInput, match=r"31931 plans with add-ons, more than 2000; metered alone has 31931"):
        kezhi.bills(months(1), plans)
