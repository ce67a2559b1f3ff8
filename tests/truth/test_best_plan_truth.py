"""Best plans of the demo city against its own arithmetic in whole fen."""

from __future__ import annotations

import polars as pl
import pytest


@pytest.fixture(scope="module")
def judged(city_project) -> pl.DataFrame:
    """Users with a card who are one line on their customer's bill, with what Kezhi says of them."""
    lines = pl.from_arrow(
        city_project.query("select customer_id, min(line_id) as record_id from usage group by 1 having count(distinct line_id) = 1")
    )
    truth = pl.read_parquet(city_project.folder / "truth" / "cards.parquet").with_columns(record_id="app:" + pl.col("record_id"))
    best = pl.from_arrow(city_project.table("best_plan").to_pyarrow())
    found = truth.join(lines, on="record_id").join(best, on="customer_id", suffix="_found")
    assert found.height > 0.8 * truth.height
    return found


def test_every_bill_of_the_year_is_right_to_the_fen(judged):
    for truth, found in (("current_fen", "current_total"), ("best_fen", "best_total"), ("rival_fen", "competitor_total")):
        assert (judged[truth] == (judged[found] * 100).cast(pl.Int64)).all(), truth


def test_every_best_plan_and_add_on_is_the_true_one(judged):
    assert (judged["best_plan"] == judged["best_plan_found"]).all()
    assert (judged["best_add_ons"] == judged["best_add_ons_found"]).all()
