"""`kezhi metric` and `kezhi insight` as typed, on the demo city."""

from __future__ import annotations

import json

import pytest


@pytest.fixture
def folder(city_project):
    return city_project.folder


def test_a_metric_is_listed_shown_and_asked(kezhi, folder):
    keys = {row["key"] for row in json.loads(kezhi("metric", "list", "-p", folder, "--json").out)}
    assert {"customers", "net_sales", "repurchase_rate", "churn_rate", "margin_rate", "reach_rate"} <= keys
    shown = json.loads(kezhi("metric", "show", "refund_share", "-p", folder, "--json").out)
    assert shown["formula"] == "refund_amount / sales_before_refunds"
    rows = json.loads(kezhi("metric", "query", "net_sales", "purchases", "--by", "channel", "--period", "year", "-p", folder, "--json").out)
    whole = json.loads(kezhi("metric", "query", "purchases", "-p", folder, "--json").out)
    assert sum(row["purchases"] for row in rows) == whole[0]["purchases"] > 10_000


@pytest.mark.parametrize(
    ("words", "said_so"),
    [
        (("metric", "query", "net_sale"), "net_sales"),
        (("metric", "query", "customers", "--period", "month"), "stock"),
        (("metric", "query", "net_sales", "--by", "shoe_size"), "channel"),
        (("metric", "query", "net_sales", "--days", "30", "--since", "2025-01-01"), "--days"),
        (("insight", "funnel", "view", "purchasd"), "purchase"),
        (("insight", "crosstab", "gendr", "rfm_group"), "gender"),
        (("insight", "retention", "--kind", "clasic"), "classic"),
        (("features", "orders_90d >= 1", "--without", "recency_dayz"), "recency_days"),
        (("forecast", "--by", "nobody"), "province"),
    ],
)
def test_a_wrong_word_is_one_line_that_says_what_is_meant(kezhi, folder, words, said_so):
    said = kezhi(*words, "-p", folder)
    assert (said.code, said.out) == (2, "")
    assert said_so in said.err
    assert len(said.err.strip().splitlines()) == 1


def test_a_funnel_ends_in_purchases_and_never_grows(kezhi, folder):
    rows = json.loads(kezhi("insight", "funnel", "login", "view", "add_to_cart", "purchase", "-p", folder, "--json").out)
    counts = [row["customers"] for row in rows]
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] > 100


def test_a_cross_table_comes_with_its_test(kezhi, folder):
    made = json.loads(kezhi("insight", "crosstab", "gender", "favourite_category", "-p", folder, "--json").out)
    assert made["test"]["degrees_of_freedom"] > 5
    assert 0 <= made["test"]["p_value"] <= 1
    assert "Cramér" in kezhi("insight", "crosstab", "gender", "favourite_category", "-p", folder).out
    assert "卡方" in kezhi("insight", "crosstab", "gender", "favourite_category", "-p", folder, lang="zh").out


@pytest.mark.parametrize("words", [("paths",), ("paths", "--transitions"), ("switches",), ("retention", "--kind", "rolling")])
def test_each_analysis_gives_rows(kezhi, folder, words):
    assert json.loads(kezhi("insight", *words, "-p", folder, "--json").out)


def test_shares_are_read_with_four_decimals_and_kept_whole_for_machines(kezhi, folder):
    """On the screen no float of seventeen digits; JSON and your own SQL keep all of them."""
    words = ("insight", "crosstab", "gender", "favourite_category", "-p", folder)
    written = kezhi(*words).out
    cell = next(row for row in json.loads(kezhi(*words, "--json").out)["cells"] if row["expected"] > 1)
    assert f"{cell['expected']:.4f}" in written
    assert str(cell["expected"]) not in written
    assert "0.3333333333333333" in kezhi("query", "SELECT CAST(1 AS DOUBLE) / 3 AS third", "-p", folder).out
