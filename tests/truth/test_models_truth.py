"""Models of the demo city against what its people truly are: who has left, how often they buy, what they like."""

from __future__ import annotations

import polars as pl
import pytest

from kezhi.models.evaluation import auc


@pytest.fixture(scope="module")
def people(city_project) -> pl.DataFrame:
    """Each founding record with its person."""
    truth = city_project.folder / "truth"
    records = pl.read_parquet(truth / "records.parquet", columns=["source", "record_id", "person_id"])
    records = records.select("person_id", customer_id=pl.col("source") + ":" + pl.col("record_id"))
    return records.join(pl.read_parquet(truth / "persons.parquet"), on="person_id").with_columns(has_left=pl.col("left_on").is_not_null())


def of(project, people: pl.DataFrame, query: str) -> pl.DataFrame:
    return pl.from_arrow(project.query(query)).join(people, on="customer_id")


def test_who_is_said_to_still_buy_has_not_left(city_project, people):
    """Measured: AUC 0.961; on average 0.642 said, 0.604 true."""
    found = of(city_project, people, "select customer_id, probability_alive alive from clv")
    assert found.height > 1500
    assert auc(~found["has_left"].to_numpy(), found["alive"].to_numpy()) >= 0.945
    assert found["alive"].mean() == pytest.approx(1 - found["has_left"].mean(), abs=0.08)


def test_who_is_expected_to_buy_often_truly_does(city_project, people):
    """Measured: 0.834 over 963 who have not left."""
    found = of(city_project, people, "select customer_id, expected_purchases from clv").filter(~pl.col("has_left"))
    assert found.select(pl.corr("expected_purchases", "orders_per_year", method="spearman")).item() >= 0.81


def test_the_next_category_is_what_people_truly_like(city_project, people):
    """Measured: 82%; the category that most people like is that of 20%."""
    found = of(city_project, people, "select customer_id, category from next_purchase")
    assert (found["category"] == found["favourite_category"]).mean() >= 0.75


def test_churn_tells_who_has_left(city_project, people):
    """Measured: AUC 0.760 among the 931 not yet lost; of the lost, most have truly left."""
    found = of(city_project, people, "select customer_id, state, churn_probability from churn")
    active = found.filter(pl.col("state") == "active")
    assert auc(active["has_left"].to_numpy(), active["churn_probability"].to_numpy()) >= 0.70
    assert found.filter(pl.col("state") == "lost")["has_left"].mean() > 0.8


def test_what_is_recommended_is_of_the_category_people_truly_like(city_project, people):
    """Measured: 88% of all offers."""
    query = "select r.customer_id, p.category from recommendations r join products p using (product_id)"
    found = of(city_project, people, query)
    assert (found["category"] == found["favourite_category"]).mean() >= 0.80
