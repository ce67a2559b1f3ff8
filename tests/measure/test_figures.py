"""Figures from tables small enough to count by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import sample
from support import table

from kezhi.measure.definitions import FIGURES, KEY_FIGURES
from kezhi.measure.figures import compute, people, quality, sales
from kezhi.measure.source import ReportSource
from kezhi.settings import Settings


def _source(**rows):
    tables = {name: table(name, found) for name, found in rows.items()}
    return ReportSource(tables=tables, settings=Settings(), as_of=date(2025, 6, 18), title="T")


def _buyer(customer_id: str, life: int, recent: int) -> dict:
    return {"customer_id": customer_id, "orders_life": life, "orders_90d": recent}


def test_of_three_buyers_one_bought_twice():
    found = compute(_source(profile=[_buyer("a", 2, 1), _buyer("b", 1, 0), _buyer("c", 1, 1), _buyer("d", 0, 0)])).values
    assert (found["customers"], found["buyers"], found["active_90d"], round(found["repeat_share"], 4)) == (4, 3, 2, 0.3333)


def _counted(order_id: str, net: float, customer: str | None = "a") -> dict:
    bought = net >= 0
    marks = {"is_purchase": bought, "is_refund": not bought, "is_netted": not bought, "refunded_amount": 0}
    return {"order_id": order_id, "customer_id": customer, "source": "s", "ordered_at": "2025-05-02", "net_amount": net} | marks


def test_sales_are_summed_and_divided_by_purchases():
    """Four purchases of 350, one of them of nobody, and 50 given back."""
    months = [
        {"month": "2025-05-01", "orders": 3, "customers": 2, "new_customers": 1, "net_amount": 250, "refund_amount": 50, "anonymous_amount": 100},
        {"month": "2025-06-01", "orders": 1, "customers": 1, "new_customers": 0, "net_amount": 50, "refund_amount": 0, "anonymous_amount": 0},
    ]  # fmt: skip
    ledger = [_counted("1", 100, None), _counted("2", 100), _counted("3", 100), _counted("4", 50), _counted("5", -50)]
    found = compute(_source(sales_monthly=months, ledger=ledger))
    assert (found.values["purchases"], found.values["net_sales"], found.values["average_order_value"]) == (4, Decimal("300.00"), 75.0)
    assert (round(found.values["refund_share"], 4), round(found.values["anonymous_share"], 4)) == (0.1429, 0.3333)
    assert [row["is_complete"] for row in found.months] == [True, False]


def test_a_month_is_over_when_as_of_is_the_first_of_the_next():
    months = table("sales_monthly", [{"month": "2024-12-01", "orders": 1}])
    assert [sales.months(months, as_of=day)[0]["is_complete"] for day in (date(2024, 12, 31), date(2025, 1, 1))] == [False, True]


def test_files_of_one_source_add_up_and_a_broken_sum_is_seen():
    found = quality.incoming(
        table("reconciliation", [
            {"source": "app", "table_name": "orders", "source_file": "1", "rows_in": 10, "rows_out": 8, "rows_rejected": 1, "rows_merged": 1},
            {"source": "app", "table_name": "orders", "source_file": "2", "rows_in": 5, "rows_out": 5, "rows_rejected": 0, "rows_merged": 0},
            {"source": "shop", "table_name": "orders", "source_file": "3", "rows_in": 5, "rows_out": 3, "rows_rejected": 1, "rows_merged": 0},
        ])
    )  # fmt: skip
    assert [(row["source"], row["files"], row["rows_in"], row["holds"]) for row in found] == [("app", 2, 15, True), ("shop", 1, 5, False)]


def test_a_rule_shows_at_most_three_examples_in_the_order_of_the_file():
    changed = [
        {"source_file": "f", "table_name": "t", "source_line": n, "column_name": "c", "rule": "r", "before": str(n)} for n in (9, 3, 5, 7)
    ]
    found = quality.corrections(table("corrections", changed))
    assert [(row["rule"], row["values"], [e["before"] for e in row["examples"]]) for row in found] == [("r", 4, ["3", "5", "7"])]


def test_a_record_tied_by_two_kinds_of_key_counts_under_both():
    links = [
        {"record_id": "1", "customer_id": "1", "linked_by": "phone,email", "records": 2},
        {"record_id": "2", "customer_id": "1", "linked_by": "phone", "records": 2},
        {"record_id": "3", "customer_id": "3", "linked_by": None, "records": 1},
    ]
    totals, kinds = quality.identity(table("identity_links", links))
    assert totals == {"records": 3, "linked_customers": 2, "linked_records": 2, "multi_record_customers": 1}
    assert kinds == [{"key_kind": "phone", "records": 2}, {"key_kind": "email", "records": 1}]


def test_all_eight_groups_are_there_and_their_shares_are_of_all():
    scores = [
        {"customer_id": c, "monetary": money, "rfm_group": group, "r_score": 5, "f_score": 5, "m_score": 5, "frequency": 1}
        for c, money, group in (("a", 90, "重要价值客户"), ("b", 10, "一般挽留客户"), ("c", 0, "一般挽留客户"))
    ]
    found = {row["rfm_group"]: row for row in people.rfm_groups(table("rfm", scores))}
    assert len(found) == 8
    assert (found["重要价值客户"]["monetary_share"], found["一般挽留客户"]["monetary_mean"], found["一般价值客户"]["customers"]) == (
        0.9,
        5.0,
        0,
    )


def test_ages_fall_into_bands_and_unknown_ones_stand_last():
    found = people.ages(table("profile", [{"customer_id": str(n), "age_years": age} for n, age in enumerate((17, 18, 24, 65, 120, None))]))
    assert [(row["low"], row["high"], row["customers"]) for row in found] == [(0, 17, 1), (18, 24, 2), (65, None, 2), (None, None, 1)]


def test_only_paid_purchases_before_as_of_without_a_customer_are_anonymous():
    order = {"order_kind": "purchase", "status": "paid", "ordered_at": "2025-06-17T23:59:59", "net_amount": 1}
    orders = [
        order | {"order_id": "1"}, order | {"order_id": "2", "customer_id": "c"}, order | {"order_id": "3", "status": "unpaid"},
        order | {"order_id": "4", "ordered_at": "2025-06-18T00:00:00"}, order | {"order_id": "5", "order_kind": "refund", "net_amount": -1},
    ]  # fmt: skip
    lines = [{"order_id": o, "line_no": n, "net_amount": 1} for o, n in (("1", "1"), ("1", "2"), ("2", "1"))]
    found = compute(_source(orders=orders, order_lines=lines)).values
    assert (found["anonymous_orders"], found["anonymous_lines"]) == (1, 2)
    assert compute(_source(orders=orders)).values["anonymous_lines"] is None


def test_stages_keep_the_order_of_the_settings_and_empty_ones_stay():
    stages = [{"customer_id": c, "stage": s, "days_in_stage": d} for c, s, d in (("a", "升级", 10), ("b", "升级", 30), ("c", "自定义", 1))]
    found = people.stages(table("lifecycle", stages), Settings())
    assert [(row["stage"], row["customers"]) for row in found] == [
        ("潜在", 0),
        ("离网", 0),
        ("挽留", 0),
        ("升级", 2),
        ("客户", 0),
        ("自定义", 1),
    ]
    assert found[3]["days_in_stage_median"] == 20


def test_every_single_figure_has_a_definition_but_the_helper_of_a_sentence():
    computed = set(compute(sample.source()).values)
    assert computed - set(FIGURES) == {"linked_customers"}
    assert set(KEY_FIGURES) <= computed


def test_empty_tables_give_zeros_and_dashes_and_no_error():
    found = compute(_source(**{name: [] for name in sample.tables()}))
    assert (found.values["customers"], found.values["net_sales"], found.values["average_order_value"]) == (0, 0, None)


def test_a_snapshot_without_tables_gives_no_figure():
    assert set(compute(_source()).values.values()) == {None}
