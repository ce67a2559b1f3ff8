"""Rings of the city: people on shared devices who send back, or use deep discounts, in concert; friends who do nothing wrong."""

from __future__ import annotations

import polars as pl
import pytest


@pytest.fixture(scope="module")
def judged(city_project) -> pl.DataFrame:
    """One row per true or found member: ring_id (found), and ring and kind (true); null on the side that does not know."""
    people = city_project.folder / "truth"
    records = pl.read_parquet(people / "records.parquet").with_columns(record_id=pl.col("source") + ":" + pl.col("record_id"))
    links = pl.from_arrow(city_project.table("identity_links").to_pyarrow()).select("record_id", "customer_id")
    of = links.join(records.select("record_id", "person_id"), on="record_id").select("customer_id", "person_id").unique()
    found = pl.from_arrow(city_project.table("ring_members").to_pyarrow()).join(of, on="customer_id", how="left")
    return found.join(pl.read_parquet(people / "rings.parquet"), on="person_id", how="full", coalesce=True)


def test_members_of_rings_are_found_and_honest_friends_are_not(judged):
    planted = pl.col("kind").is_in(["refunds", "coupons"]).fill_null(False)
    found = pl.col("ring_id").is_not_null()
    count = judged.select(planted=planted.sum(), found=found.sum(), both=(planted & found).sum()).row(0, named=True)
    assert count["planted"] >= 15
    assert count["both"] / count["planted"] >= 0.9
    assert count["both"] / count["found"] >= 0.9
    assert judged.filter((pl.col("kind") == "friends") & found).height == 0


def test_each_ring_is_one_case_of_its_own_pattern(judged, city_project):
    rings = judged.filter(pl.col("ring").is_not_null() & pl.col("ring_id").is_not_null()).select("ring", "kind", "ring_id").unique()
    planted = judged.filter(pl.col("kind").is_in(["refunds", "coupons"]))["ring"].n_unique()
    assert rings.height == rings["ring"].n_unique() == rings["ring_id"].n_unique() == planted
    assert all(("refunds" if kind == "refunds" else "discounts") in ring for kind, ring in rings.select("kind", "ring_id").iter_rows())
    cases = city_project.table("risk_cases").to_pyarrow().to_pylist()
    assert {row["case_id"] for row in cases if row["kind"] == "ring"} == set(rings["ring_id"])
    for row in cases:
        if row["kind"] == "ring":
            assert row["customer_id"] in row["member_ids"]
            assert row["stake_amount"] > 0
            assert any("设备" in reason for reason in row["reasons"])


def test_the_policy_of_the_worst_case_holds_for_every_member(city_project):
    cases = city_project.table("risk_cases").to_pyarrow().to_pylist()
    worst: dict[str, float] = {}
    for row in cases:
        for member in row["member_ids"]:
            worst[member] = max(worst.get(member, 0.0), row["score"])
    held = city_project.table("risk_grades").to_pyarrow().to_pylist()
    assert {row["customer_id"]: row["score"] for row in held} == pytest.approx(worst)
    high = [row for row in held if row["grade"] == "high"]
    assert high
    assert all(row["prepay"] and row["manual_check"] for row in high)
