"""The metric dictionary and its compiler, on a shop small enough to count in the head."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from shop import buy, give_back, line, random_shop
from support import rows, table

from kezhi import profile
from kezhi.errors import ExpressionWrong, MetricWrong, SettingsWrong
from kezhi.measure.definitions import FIGURES, METRICS
from kezhi.measure.metrics import Dictionary, Question, query, standard
from kezhi.settings import MetricSettings, load

AS_OF = date(2025, 3, 10)
ORDERS = [
    buy("o1", "ann", "2025-01-05", 100, channel="app", gross_amount=120, discount_amount=20, cost_amount=60),
    buy("o2", "ann", "2025-02-05", 50, channel="store", gross_amount=50, discount_amount=0),
    buy("o3", "bo", "2025-02-10", 30, channel="app", cost_amount=30),
    buy("o4", None, "2025-02-11", 20),
    buy("o5", "bo", "2025-03-01", 500, channel="app"),
    give_back("r5", "bo", "2025-03-02", 500, "o5"),
    give_back("r1", "ann", "2025-03-03", 40, "o1", channel="app", cost_amount=-20),
    buy("later", "bo", "2025-03-10", 999),
]
LINES = [
    line("o1", 1, "tea", 100, quantity=2, cost_amount=60),
    line("o2", 1, "rice", 50),
    line("r1", 1, "tea", -40, quantity=-1),
    line("o5", 1, "tea", 500),
]
PEOPLE = [
    {"customer_id": c, "gender": g, "age_years": a, "orders_life": n, "first_purchase_on": first, "recency_days": 5}
    for c, g, a, n, first in (("ann", "female", 17, 2, "2025-01-05"), ("bo", "male", 65, 1, "2025-02-10"), ("cy", None, None, 0, None))
]


def tables(orders=ORDERS) -> dict:
    return {
        "ledger": profile.counted(table("orders", orders), as_of=AS_OF),
        "order_lines": table("order_lines", LINES),
        "products": table("products", [{"product_id": "tea", "category": "茶"}]),
        "profile": table("profile", PEOPLE),
        "customers": table(
            "customers", [{"customer_id": "ann", "phone": "1"}, {"customer_id": "bo"}, {"customer_id": "cy", "email": "c@x"}]
        ),
    }


def ask(*keys: str, own=None, **question) -> list[tuple]:
    asked = Question(**{k: tuple(v) if k == "by" else v for k, v in question.items()})
    found = query(Dictionary(own) if own else standard(), tables(), keys, asked, as_of=AS_OF)
    return [tuple(row.values()) for row in found.to_pyarrow().to_pylist()]


def test_sales_purchases_and_refunds_follow_the_one_definition():
    """The order given back in full is no purchase, its refund is a refund, and neither is in net sales."""
    assert [(Decimal("160.00"), 4, 2, Decimal("540.00"), 2)] == ask(
        "net_sales", "purchases", "refunds", "refund_amount", "buying_customers"
    )


def test_a_ratio_is_a_ratio_of_sums():
    """Discount 20 of 170 kept, not the mean of 20/120 and 0/50; margin 60 - (60 - 20 + 30) = of 90 with a cost."""
    (found,) = ask("discount_rate", "margin_rate", "average_order_value", "refund_share")
    assert found == pytest.approx((20 / 170, 20 / 90, 160 / 4, 540 / 700))


def test_months_come_in_order_and_the_one_cut_short_says_so():
    assert ask("purchases", "net_sales", period="month") == [
        (date(2025, 1, 1), True, 1, Decimal("100.00")),
        (date(2025, 2, 1), True, 3, Decimal("100.00")),
        (date(2025, 3, 1), False, 0, Decimal("-40.00")),
    ]


@pytest.mark.parametrize(
    ("period", "starts"),
    [
        ("day", ["2025-01-05", "2025-02-05", "2025-02-10", "2025-02-11"]),
        ("week", ["2024-12-30", "2025-02-03", "2025-02-10"]),  # weeks begin on Monday
        ("quarter", ["2025-01-01"]),
        ("year", ["2025-01-01"]),
    ],
)
def test_a_period_begins_on_its_first_day(period, starts):
    assert [str(row[0]) for row in ask("purchases", period=period) if row[2]] == starts


def test_a_window_leaves_out_what_lies_outside_and_marks_the_periods_it_cuts():
    assert ask("purchases", period="month", since=date(2025, 1, 6), until=date(2025, 2, 11)) == [(date(2025, 2, 1), False, 2)]


def test_by_a_dimension_of_the_profile_nobody_is_a_group_of_its_own():
    """20 yuan have no customer, and so no gender."""
    assert ask("net_sales", by=["gender"]) == [("female", Decimal("110.00")), ("male", Decimal("30.00")), (None, Decimal("20.00"))]


def test_metrics_of_several_tables_meet_in_one_row_per_group():
    """Cy has never bought: a customer without purchases, and purchases without a customer meet in the null group."""
    found = ask("customers", "purchases", "units", "reach_rate", by=["gender"])
    assert found == [("female", 1, 2, 2.0, 1.0), ("male", 1, 1, 0.0, 0.0), (None, 1, 1, 0.0, 1.0)]


def test_the_scope_is_an_expression_over_the_profile():
    assert ask("net_sales", "customers", where="gender = 'female' AND orders_life >= 2") == [(Decimal("110.00"), 1)]
    assert ask("net_sales", "customers", where="gender = '没有'") == [(Decimal("0.00"), 0)]


def test_lines_know_their_category_and_their_customer():
    assert ask("line_sales", "units", "product_customers", by=["category"]) == [
        ("茶", Decimal("60.00"), 1.0, 1),
        (None, Decimal("50.00"), 1.0, 1),
    ]


def test_a_margin_without_any_cost_is_unknown_and_not_zero():
    assert ask("margin_amount", "margin_rate", where="gender IS NULL") == [(None, None)]


def test_returning_customers_bought_on_a_later_day_than_their_first():
    assert ask("repurchase_rate", period="month")[:2] == [(date(2025, 1, 1), True, 0.0), (date(2025, 2, 1), True, 0.5)]


# --- what is refused, and why --------------------------------------------------------------------


def own(**more) -> dict[str, MetricSettings]:
    return {"mine": MetricSettings(**{"name": "我的", "name_en": "Mine", "grain": "ledger", "aggregate": "sum", "of": "net_amount"} | more)}


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"aggregate": "avg"}, "avg over rows is no metric"),
        ({"aggregate": "summ"}, "Did you mean sum?"),
        ({"of": "discount_amount / gross_amount"}, "is a ratio of each row"),
        ({"grain": "profile", "of": "discount_share_life"}, "is a ratio of each row"),
        ({"of": "net_amout"}, "no column net_amout (character 1). Did you mean net_amount?"),
        ({"where": "is_purchase AND"}, "is_purchase AND"),
        ({"grain": "ledgers"}, "Did you mean ledger?"),
        ({"dimensions": ["chanel"]}, "Did you mean channel?"),
        ({"time": "ordered_o"}, "Did you mean ordered_on?"),
        ({"name": "净销售额"}, "is already that of metric net_sales"),
        ({"name_en": "Net sales"}, "is already that of metric net_sales"),
        ({"aggregate": "count"}, "takes no 'of'"),
        ({"of": None}, "needs 'of'"),
        ({"ratio": ["net_sales", "purchases"]}, "a ratio has no grain, aggregate, of"),
    ],
)
def test_an_unsound_metric_is_refused_with_the_reason(more, reason):
    with pytest.raises(MetricWrong) as refused:
        Dictionary(own(**more))
    assert reason in refused.value.say("en")
    assert refused.value.code == "metric_wrong"
    assert "mine" in refused.value.say("zh")


@pytest.mark.parametrize(
    ("ratio", "reason"),
    [
        (["refund_share", "purchases"], "refund_share is a ratio itself"),
        (["net_sales", "customers"], "cannot be divided"),
        (["net_sals", "purchases"], "Did you mean net_sales?"),
    ],
)
def test_a_ratio_that_says_nothing_is_refused(ratio, reason):
    with pytest.raises(MetricWrong) as refused:
        Dictionary({"mine": MetricSettings(name="我的", ratio=ratio)})
    assert reason in refused.value.say("en")


def test_a_key_of_a_built_in_metric_cannot_be_defined_again():
    with pytest.raises(MetricWrong, match="already a metric with this key"):
        Dictionary({"net_sales": MetricSettings(name="x", grain="ledger", aggregate="count")})


@pytest.mark.parametrize(
    ("keys", "question", "reason"),
    [
        (["net_sale"], {}, "Did you mean net_sales?"),
        (["net_sales"], {"by": ["category"]}, "cannot be split by category"),
        (["customers"], {"period": "month"}, "is a stock"),
        (["churn_rate"], {"since": date(2025, 1, 1)}, "is a stock"),
        (["purchases"], {"period": "months"}, "Did you mean month?"),
        (["visits"], {}, "counts table events"),
    ],
)
def test_a_question_that_a_metric_cannot_answer_is_refused(keys, question, reason):
    with pytest.raises(MetricWrong) as refused:
        ask(*keys, **question)
    assert reason in refused.value.say("en")


def test_a_scope_is_never_code():
    with pytest.raises(ExpressionWrong):
        ask("net_sales", where="1=1); drop table profile; --")


def test_a_projects_own_metric_is_asked_like_a_built_in_one():
    """Sales of the app, and their share of all."""
    app = MetricSettings(
        name="应用销售额", grain="ledger", aggregate="sum", of="net_amount", where="(is_purchase OR is_netted) AND channel = 'app'"
    )
    share = MetricSettings(name="应用占比", ratio=["app_sales", "net_sales"])
    assert ask("app_sales", "app_share", own={"app_sales": app, "app_share": share}) == [(Decimal("90.00"), 90 / 160)]


# --- the files -----------------------------------------------------------------------------------


def project(folder, text: str):
    (folder / "kezhi.yaml").write_text("name: x\n", encoding="utf-8")
    (folder / "metrics.yaml").write_text(text, encoding="utf-8")
    return load(folder)


GOOD = "metrics:\n  app_orders:\n    name: 应用订单\n    grain: ledger\n    aggregate: count\n"


def test_metrics_yaml_is_read_beside_kezhi_yaml(tmp_path):
    assert project(tmp_path, GOOD).metrics["app_orders"].aggregate == "count"


@pytest.mark.parametrize(
    ("text", "place", "hint"),
    [
        (GOOD + "    agregate: count\n", "metrics.yaml, line 6", "Did you mean aggregate?"),
        (GOOD + "  app_orders:\n    name: y\n", "metrics.yaml, line 6", "app_orders is defined twice"),
        ("metric:\n  a: {name: x}\n", "metrics.yaml, line 1", "Known keys: metrics"),
        (GOOD + "    unit: yuan\n", "metrics.yaml, line 6", "wrong value"),
    ],
)
def test_a_wrong_key_says_file_line_and_the_nearest_one(tmp_path, text, place, hint):
    with pytest.raises(SettingsWrong) as refused:
        project(tmp_path, text)
    assert place in refused.value.say("en")
    assert hint in refused.value.say("en")


# --- one definition ------------------------------------------------------------------------------


def test_there_are_at_least_forty_metrics_each_with_words_in_both_languages_and_an_owner():
    found = list(standard())
    assert len(found) >= 40
    assert [m.key for m in found if not (m.name("zh") and m.name("en") and m.means("zh") and m.means("en") and m.settings.owner)] == []
    assert [m.key for m in found if not m.means("en").endswith(".") or not m.means("zh").endswith("。")] == []


def test_every_figure_that_the_dictionary_defines_is_one_of_the_report():
    assert set(METRICS) <= set(FIGURES)


@pytest.mark.parametrize("seed", range(3))
def test_the_table_of_months_says_what_the_metrics_say(seed):
    """`sales_monthly` is a quicker query of its own; it may never become a second definition."""
    from kezhi import insight

    shop = random_shop(seed, AS_OF)
    ledger = table("orders", shop["orders"])
    counted = profile.counted(ledger, as_of=AS_OF)
    monthly = insight.sales_monthly(insight.spending(counted.filter(counted.is_purchase)), counted.filter(counted.is_refund), as_of=AS_OF)
    firsts = (
        counted.filter(counted.is_purchase & counted.customer_id.notnull())
        .group_by("customer_id")
        .agg(first_purchase_on=counted.ordered_at.min().date())
    )
    people = table("profile", [{"customer_id": r["customer_id"], "first_purchase_on": r["first_purchase_on"]} for r in rows(firsts)])
    keys = ("purchases", "buying_customers", "new_customers", "net_sales", "refund_amount", "anonymous_amount")
    found = query(standard(), {"ledger": counted, "profile": people}, keys, Question(period="month"), as_of=AS_OF)
    asked = {row["period_start"]: tuple(row[key] for key in keys) for row in rows(found)}
    columns = ("orders", "customers", "new_customers", "net_amount", "refund_amount", "anonymous_amount")
    made = {row["month"]: tuple(row[name] for name in columns) for row in rows(monthly)}
    assert {month: values for month, values in made.items() if any(values)} == {m: v for m, v in asked.items() if any(v)}
