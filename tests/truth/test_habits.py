"""Promotion hunters of the demo city against how far each person truly waits for discounts."""

from __future__ import annotations

import polars as pl
import pytest


@pytest.fixture(scope="module")
def judged(city_project) -> pl.DataFrame:
    """Customers who can be judged, with the thrift of the person (0 to 1) that the files hide."""
    habits = pl.from_arrow(
        city_project.query(
            "select h.customer_id, h.is_promotion_hunter, h.discounted_share, min(l.record_id) record_id from buying_habits h"
            " join identity_links l using (customer_id) where h.is_promotion_hunter is not null group by all"
        )
    )
    truth = city_project.folder / "truth"
    records = pl.read_parquet(truth / "records.parquet").with_columns(record_id=pl.col("source") + ":" + pl.col("record_id"))
    persons = pl.read_parquet(truth / "persons.parquet").select("person_id", "thrift")
    found = habits.join(records.select("record_id", "person_id"), on="record_id").join(persons, on="person_id")
    assert found.height > 900
    return found


def test_promotion_hunters_truly_wait_for_discounts(judged):
    """A person buys at a discount with chance 0.15 + 0.7 thrift."""
    hunters, others = (judged.filter(pl.col("is_promotion_hunter") == flag)["thrift"].mean() for flag in (True, False))
    assert hunters >= others + 0.10


def test_the_share_of_discounted_purchases_ranks_people_by_their_thrift(judged):
    assert judged.select(pl.corr("discounted_share", "thrift", method="spearman")).item() >= 0.45
