"""`kezhi value|tiers|rfm|lifecycle|clusters|market|lookalike|product|fit`: what they say adds up, and wrong words are answered."""

from __future__ import annotations

import json

import pytest


@pytest.fixture(scope="module")
def folder(city_project):
    """The demo city, only read."""
    return city_project.folder


@pytest.fixture
def said(kezhi, folder):
    """The JSON that a command answers with."""

    def ask(*words):
        found = kezhi(*words, "-p", folder, "--json")
        assert found.code == 0, found.err
        return json.loads(found.out)

    return ask


def count(said, table, where="TRUE"):
    (row,) = said("query", f"SELECT count(*) AS n FROM {table} WHERE {where}")
    return row["n"]


def test_bands_of_value_hold_every_buyer_once(said):
    found = said("value")
    assert sum(band["customers"] for band in found["bands"]) == count(said, "value") > 0
    assert sum(band["margin_known"] for band in found["bands"]) == count(said, "value", "margin_amount IS NOT NULL")


def test_tiers_hold_every_buyer_once_and_a_simulation_moves_nobody_out(said):
    shown = said("tiers", "show")
    assert sum(row["customers"] for row in shown) == count(said, "tiers") > 0
    assert sum(row["at_risk"] for row in shown) == len(said("tiers", "list", "--at-risk", "--limit", "10000"))
    dearer = said("tiers", "simulate", "--price-change=-20%")
    assert sum(row["difference"] for row in dearer["tiers"]) == 0
    assert sum(row["customers"] for row in dearer["moves"]) == count(said, "tiers")
    assert next(row for row in dearer["tiers"] if row["tier"] == shown[0]["tier"])["difference"] <= 0  # lower prices, smaller sums


def test_a_cell_of_the_migration_lists_as_many_customers_as_it_counts(said):
    cells = [cell for cell in said("rfm", "migration") if cell["compared_with"] == "recomputed"]
    largest = max(cells, key=lambda cell: cell["customers"])
    assert len(said("rfm", "list", largest["from_group"], largest["to_group"], "--limit", "10000")) == largest["customers"]
    assert sum(cell["customers"] for cell in cells) == count(said, "moves", "dimension = 'rfm' AND compared_with = 'recomputed'")


def test_aarrr_begins_with_everybody_and_each_stage_lists_its_own(said):
    stages = {row["stage"]: row for row in said("lifecycle", "aarrr")}
    assert stages["acquisition"]["customers"] == count(said, "profile")
    assert len(said("lifecycle", "aarrr", "--list", "retention", "--limit", "10000")) == stages["retention"]["customers"]
    who = "kind = 'referral' AND from_customer_id <> to_customer_id AND (related_at IS NULL OR related_at < DATE '2025-07-01')"
    assert stages["referral"]["customers"] == count(said, f"(SELECT DISTINCT from_customer_id FROM relations WHERE {who})") > 100
    assert len(said("lifecycle", "aarrr", "--list", "referral", "--limit", "10000")) == stages["referral"]["customers"]


def test_clusters_hold_every_clustered_customer_once(said):
    found = said("clusters")
    assert sum(one["customers"] for one in found["clusters"]) == count(said, "clusters") > 0


def test_points_of_a_market_add_up_to_its_score(said):
    for row in said("market"):
        points = sum(value for name, value in row.items() if name.endswith("_points") and value is not None)
        assert row["score"] == pytest.approx(points, abs=0.01)


def test_a_product_and_a_customer_are_told_with_reasons(kezhi, said, folder):
    (product,) = said("query", "SELECT product_id, buyers FROM product_view ORDER BY buyers DESC, product_id LIMIT 1")
    shown = kezhi("product", product["product_id"], "-p", folder, lang="zh")
    assert shown.code == 0
    assert str(product["buyers"]) in shown.out
    english = kezhi("product", product["product_id"], "-p", folder, lang="en").out
    assert any(f"stage: {word}\n" in english for word in ("introduction", "growth", "maturity", "decline"))
    assert "rfm_group" not in english
    (customer,) = said("query", "SELECT min(customer_id) AS id FROM customer_fit")
    assert kezhi("fit", customer["id"], "-p", folder).out.startswith("1  ")


def test_a_product_goes_with_each_other_product_once_by_its_best_rule(said):
    """Of the rules of several products one other product may follow many times."""
    (most,) = said(
        "query",
        "SELECT product_id, count(*) n FROM (SELECT unnest(antecedent) product_id, consequent FROM association_rules) GROUP BY ALL ORDER BY n DESC LIMIT 1",
    )
    found = said("product", most["product_id"])["goes_with"]
    lifts = {tuple(row["consequent"]): row["lift"] for row in found}
    assert len(lifts) == len(found) > 0
    for (other,), lift in lifts.items():
        best = said(
            "query",
            f"SELECT max(lift) best FROM association_rules WHERE list_contains(antecedent, '{most['product_id']}') AND consequent[1] = '{other}'",
        )
        assert lift == best[0]["best"]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "words",
    [
        ("product", "no-such-product"),
        ("fit", "nobody"),
        ("lookalike", "orders_lif >= 3"),
        ("rfm", "list", "重要价值客户", "没有这一群"),
        ("tiers", "simulate", "--set", "铂金.net_amount=1"),
        ("lifecycle", "aarrr", "--list", "fame"),
        ("market", "--by", "no_such_column"),
    ],
)
def test_wrong_words_are_one_line_and_exit_2(kezhi, folder, words, lang):
    found = kezhi(*words, "-p", folder, lang=lang)
    assert found.code == 2, found.out
    assert len(found.err.strip().splitlines()) == 1
    assert "Traceback" not in found.err


def test_a_lookalike_may_be_of_what_customers_did_or_of_a_saved_segment(said, city_project):
    """The buyers are the members of the segment, nobody among them is proposed, and favourite goods do not repeat the purchase."""
    for rule in ("did('order', category = '母婴', days <= 365)", "baby_buyers"):
        found = said("lookalike", rule, "--limit", "10000")
        members = set(city_project.segment(rule).customer_id.to_pyarrow().to_pylist())
        assert found["buyers"] == len(members) >= 30
        assert members.isdisjoint(row["customer_id"] for row in found["candidates"])
        assert found["better_than_chance"]
        assert "favourite_category" in found["left_out"]
        assert not any(row["attribute"].startswith("favourite_category") for row in found["contrast"])
