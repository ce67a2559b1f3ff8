"""The report's section on what is bought together."""

from __future__ import annotations

import pytest
from sample import AS_OF
from support import table

from kezhi.measure.figures.baskets import rules
from kezhi.measure.report import ReportSource, html
from kezhi.settings import Settings


def rule(number, left, right, **more):
    counts = {"count": 12, "antecedent_count": 19, "consequent_count": 30, "p_value": 1e-9, "q_value": 1e-6, "leverage": 0.1}
    return {
        "rule_no": number,
        "antecedent": left,
        "consequent": right,
        "support": 0.002,
        "confidence": 0.6316,
        "lift": 18.99,
        **counts,
        **more,
    }


RULES = [rule(1, ["p1", "p2"], ["p3"]), rule(2, ["p1", "p3"], ["p2"]), rule(3, ["p4"], ["p5"], q_value=0.2), rule(4, ["p5"], ["p1"])]
PRODUCTS = [
    {"product_id": "p1", "product_name": "<b>奶粉"},
    {"product_id": "p2", "product_name": None},
    {"product_id": "p3", "product_name": "奶瓶"},
]


def test_one_rule_of_each_set_is_shown_and_none_that_may_be_chance():
    """Rule 2 has the products of rule 1, rule 3 a q-value of 0.2; a product without a name is its id."""
    shown = rules(table("association_rules", RULES), table("products", PRODUCTS))
    assert [(row["rule_no"], row["bought"], row["also_bought"]) for row in shown] == [
        (1, ["<b>奶粉", "p2"], ["奶瓶"]),
        (4, ["p5"], ["<b>奶粉"]),
    ]


@pytest.mark.parametrize(("lang", "words"), [("zh", "有 63.2% 也买 奶瓶"), ("en", "63.2% also have 奶瓶")])
def test_a_rule_stands_in_the_report_in_words(lang, words):
    page = html(
        ReportSource(
            {"association_rules": table("association_rules", RULES), "products": table("products", PRODUCTS)}, Settings(), AS_OF, "店"
        ),
        lang=lang,
    )
    assert words in page
    assert "&lt;b&gt;奶粉" in page
    assert "<b>奶粉" not in page


@pytest.mark.parametrize(
    ("lang", "words"), [("zh", "买过 &lt;b&gt;奶粉 的客户，有 40.0% 后来买了 奶瓶"), ("en", "40.0% bought 奶瓶 later")]
)
def test_what_follows_what_stands_in_the_report_in_words(lang, words):
    """By name, and without the product that follows itself."""
    row = {"sequence_no": 1, "first_product_id": "p1", "then_product_id": "p3", "customers": 4, "first_customers": 10, "support": 0.1,
           "confidence": 0.4, "lift": 2.5, "gap_days_mean": 21.0}  # fmt: skip
    again = row | {"sequence_no": 2, "then_product_id": "p1", "confidence": 0.9}
    tables = {"association_rules": table("association_rules", RULES), "products": table("products", PRODUCTS),
              "product_sequences": table("product_sequences", [row, again])}  # fmt: skip
    page = html(ReportSource(tables, Settings(), AS_OF, "店"), lang=lang)
    assert words in page
    assert "90.0%" not in page
