"""`kezhi baskets` as typed, on the demo city."""

from __future__ import annotations

import json

import pytest


def test_rules_come_from_the_snapshot_or_are_mined_anew(kezhi, city_project):
    """The snapshot's rules are those of its own thresholds; fewer purchases asked for give more rules."""
    folder, given = city_project.folder, city_project.settings.baskets
    kept = json.loads(kezhi("baskets", "-p", folder, "--json", "--limit", 10000).out)
    table = city_project.table("association_rules").order_by("rule_no").to_pyarrow().to_pylist()
    assert [(r["antecedent"], r["consequent"]) for r in kept] == [(r["antecedent"], r["consequent"]) for r in table]
    assert all(r["count"] >= given.min_count and r["confidence"] >= given.min_confidence for r in kept)
    more = json.loads(kezhi("baskets", "-p", folder, "--min-support", "0.0003", "--min-confidence", "0.05", "--json", "--limit", 10000).out)
    assert len(more) > len(kept)
    assert {(*r["antecedent"], *r["consequent"]) for r in kept} <= {(*r["antecedent"], *r["consequent"]) for r in more}
    product = more[0]["antecedent"][0]
    named = json.loads(kezhi("baskets", "-p", folder, "--min-support", "0.0003", "--product", product, "--json").out)
    assert named
    assert all(product in rule["antecedent"] for rule in named)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_rule_is_said_in_words(kezhi, city_project, lang):
    """One line a rule with the names of the products and the share."""
    said = kezhi("baskets", "-p", city_project.folder, "--min-support", "0.0003", "--min-confidence", "0.05", "--limit", 1, lang=lang)
    assert said.code == 0
    assert "%" in said.out
    assert {"zh": "也买", "en": "also have"}[lang] in said.out


@pytest.mark.parametrize("words", [["--min-support", "2"], ["--min-confidence", "x"], ["--product", "no such thing"]])
def test_what_makes_no_sense_is_one_line(kezhi, city_project, words):
    said = kezhi("baskets", "-p", city_project.folder, *words)
    assert (said.code, said.out) == (2, "")
    assert len(said.err.strip().splitlines()) == 1


def test_what_is_bought_together_in_a_run_counts_purchases_only(city_project):
    """One product's basket count is the number of purchases of the last 365 days that hold it, by another query."""
    counted = city_project.query(
        """
        with back as (select refund_of, -sum(net_amount) amount from orders where order_kind = 'refund'
                      and status not in ('unpaid', 'cancelled') and ordered_at < date '2025-07-01' group by 1),
        bought as (select o.order_id from orders o left join back b on b.refund_of = o.order_id where order_kind = 'purchase'
                   and status = 'paid' and (b.amount is null or b.amount < o.net_amount)
                   and ordered_at < date '2025-07-01' and ordered_at >= date '2025-07-01' - 365)
        select l.product_id, count(distinct l.order_id) n from order_lines l join bought using (order_id)
        where l.product_id is not null and coalesce(l.quantity, 1) > 0 group by 1"""
    ).to_pylist()
    truth = {row["product_id"]: row["n"] for row in counted}
    made = {row["items"][0]: row["count"] for row in city_project.table("itemsets").to_pyarrow().to_pylist() if row["size"] == 1}
    assert made
    assert made == {product: n for product, n in truth.items() if n >= min(made.values())}


@pytest.mark.parametrize(("lang", "head"), [("zh", "后买"), ("en", "bought the first")])
def test_sequences_are_named_and_those_of_one_product_follow_it(kezhi, city_project, lang, head):
    """The table, its rows by product, and a product that is none."""
    folder = city_project.folder
    found = json.loads(kezhi("insight", "sequences", "-p", folder, "--json", "--limit", 10000).out)
    table = city_project.table("product_sequences").order_by("sequence_no").to_pyarrow().to_pylist()
    assert [row["sequence_no"] for row in found] == [row["sequence_no"] for row in table]
    assert head in kezhi("insight", "sequences", "-p", folder, lang=lang).out
    first = found[0]
    named = json.loads(kezhi("insight", "sequences", "-p", folder, "--product", first["first_product"], "--json").out)
    assert named
    assert {row["first_product_id"] for row in named} == {first["first_product_id"]}
    assert kezhi("insight", "sequences", "-p", folder, "--product", "no such thing").code == 2


@pytest.mark.parametrize(("lang", "words"), [("zh", "判对比例"), ("en", "Told right")])
def test_what_separates_groups_is_said_in_words_and_in_full(kezhi, city_project, lang, words):
    """Axes in words, every feature as JSON, and a grouping that was not asked for."""
    folder = city_project.folder
    assert words in kezhi("insight", "separation", "-p", folder, lang=lang).out
    found = json.loads(kezhi("insight", "separation", "--by", "cluster", "-p", folder, "--json").out)
    first = [row for row in found if row["axis"] == 1]
    assert {row["dimension"] for row in found} == {"cluster"}
    assert [abs(row["loading"]) for row in first] == sorted((abs(row["loading"]) for row in first), reverse=True)
    assert first[0]["accuracy"] > first[0]["base_accuracy"] + 0.2  # clusters are told from these very features
    assert kezhi("insight", "separation", "--by", "shoe_size", "-p", folder).code == 2
