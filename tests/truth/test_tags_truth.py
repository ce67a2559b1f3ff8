"""Preferences found in the demo city against those that its people were born with."""

from __future__ import annotations

import polars as pl


def test_the_preferred_category_is_the_one_a_person_was_born_with(city_project):
    """Measured: 99.0 % of 1,076 tags in another city of this size; of those with a confidence of at least 0.6, 99.8 % of 476."""
    truth = city_project.folder / "truth"
    people = pl.read_parquet(truth / "persons.parquet", columns=["person_id", "favourite_category"])
    records = pl.read_parquet(truth / "records.parquet", columns=["source", "record_id", "person_id"])
    found = pl.from_arrow(
        city_project.query(
            """
            select t.tag, t.confidence, l.record_id from customer_tags t join identity_links l using (customer_id)
            where t.family = 'category' and t.basis <> 'propagated' and not t.contradicted and l.record_id = t.customer_id
            """
        )
    )
    prefixed = records.with_columns(record_id=pl.col("source") + ":" + pl.col("record_id"))
    judged = (
        found.join(prefixed, on="record_id").join(people, on="person_id").with_columns(right=pl.col("tag") == pl.col("favourite_category"))
    )
    sure = judged.filter(pl.col("confidence") >= 0.6)
    assert judged.height >= 900
    assert judged["right"].mean() >= 0.97
    assert sure["right"].mean() >= 0.98
