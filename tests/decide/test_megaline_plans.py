"""Megaline (training-course data, juandguerrero/megaline-revenue-analysis@35ba2f9de5): 500 users, a year of calls, sessions, messages."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pytest

import kezhi

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def megaline(data_dir):
    """Use as metered, the flat table of plans as it stands in the data, and who has which plan."""
    tables = {
        name: pd.read_csv(data_dir / "telecom" / f"megaline_{name}.csv.gz") for name in ("calls", "internet", "messages", "users", "plans")
    }
    usage = {"minutes": tables["calls"], "megabytes": tables["internet"], "messages": tables["messages"]}
    users = tables["users"]
    return usage, tables["plans"], dict(zip(users["user_id"], users["plan"], strict=True))


ROUNDING = {"minutes": "record", "megabytes": "month"}


def test_the_mean_monthly_bills_are_60_71_and_72_31(megaline):
    usage, plans, current = megaline
    bills = kezhi.bills(usage, plans, current=current, rounding=ROUNDING)
    own = bills[bills["is_current"]]
    means = {plan: (sum(rows["total"]) / len(rows)).quantize(Decimal("0.01")) for plan, rows in own.groupby("plan")}
    assert means == {"surf": Decimal("60.71"), "ultimate": Decimal("72.31")}
    assert sum(own["total"]) == Decimal("147557.18")


def test_three_in_five_users_have_the_cheaper_plan_and_a_fifth_of_the_money_is_avoidable(megaline):
    """291 of 490 are on the cheaper plan (59.4 %); one more pays the same with both."""
    usage, plans, current = megaline
    best = kezhi.best_plan(usage, plans, current=current, rounding=ROUNDING)
    assert len(best) == 490
    assert (best["best_plan"] == best["current_plan"]).sum() == 291
    assert (best["saving"] == 0).sum() == 292
    assert round(sum(best["saving"])) == 30772
    assert sum(best["current_total"]) == Decimal("147557.18")
