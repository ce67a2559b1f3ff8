"""Rules of baskets and points of members in the demo city against what was planted there."""

from __future__ import annotations

import polars as pl
import pytest


@pytest.fixture(scope="module")
def bundles(city_project) -> pl.DataFrame:
    return pl.read_parquet(city_project.folder / "truth" / "bundles.parquet")


def test_all_planted_bundles_are_found_and_hardly_anything_else(city_project, bundles):
    """Of 14 pairs of 10 bundles, the rarest bought 11 times in a year: measured 14, and one pair more; in four other cities 14 and 0 to 2."""
    planted = {
        frozenset((one, other))
        for group in bundles.partition_by("bundle")
        for one in group["product_id"]
        for other in group["product_id"]
        if one < other
    }
    rules = city_project.query("select antecedent, consequent from association_rules where q_value <= 0.01").to_pylist()
    found = {
        frozenset((*rule["antecedent"], *rule["consequent"])) for rule in rules if len(rule["antecedent"]) == len(rule["consequent"]) == 1
    }
    assert len(planted) == 14
    assert len(planted & found) >= 13
    assert len(found - planted) <= 2


def test_the_surest_half_of_the_rules_names_no_stranger(city_project, bundles):
    """Measured: all 22."""
    of = dict(bundles.select("product_id", "bundle").iter_rows())
    rules = city_project.query("select antecedent, consequent from association_rules order by q_value, rule_no").to_pylist()
    first = rules[: len(rules) // 2]
    assert len(first) >= 15
    assert all(len({of.get(one) for one in (*rule["antecedent"], *rule["consequent"])}) == 1 for rule in first)


def test_points_are_those_of_the_programme(city_project):
    """The city settles year by year, Kezhi booking by booking; measured: equal for 935 of 935 members. 1 % of balances are told wrong on purpose."""
    truth = pl.read_parquet(city_project.folder / "truth" / "points.parquet").with_columns(record_id="member:" + pl.col("record_id"))
    found = pl.from_arrow(
        city_project.query(
            """
            select l.record_id, p.* from points p join identity_links l using (customer_id)
            where l.source = 'member' qualify count(*) over (partition by customer_id) = 1
            """
        )
    )
    both = found.join(truth, on="record_id")
    assert both.height >= 0.97 * truth.height
    for ours, true in (
        ("earned_points", "earned"),
        ("redeemed_points", "redeemed"),
        ("expired_points", "lapsed"),
        ("points_balance", "balance"),
    ):
        assert (both[ours] == both[true]).mean() >= 0.99, ours
    assert 0.002 <= (both["told_gap"] != 0).mean() <= 0.03
