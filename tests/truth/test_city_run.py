"""What a run finds in the demo city, against the truth that the city wrote beside its messy files."""

from __future__ import annotations

import json
from decimal import Decimal

import polars as pl
import pytest


@pytest.fixture(scope="module")
def truth(city_project):
    return city_project.folder / "truth"


@pytest.fixture(scope="module")
def summary(truth):
    return json.loads((truth / "summary.json").read_text(encoding="utf-8"))


def frame(project, query: str) -> pl.DataFrame:
    return pl.from_arrow(project.query(query))


def test_every_source_file_adds_up(city_project):
    """rows in = rows out + rejected + merged, for each of the city's files."""
    wrong = frame(city_project, "select * from reconciliation where rows_in != rows_out + rows_rejected + rows_merged")
    assert wrong.height == 0


def test_rows_rejected_and_merged_are_those_the_city_broke(city_project, summary):
    """Per file: as many rows read, rejected and merged as the city wrote, broke and repeated."""
    found = {row["source_file"]: row for row in frame(city_project, "select * from reconciliation").to_dicts()}
    for file in summary["files"]:
        name = file["source_file"]
        counts = tuple(found[name][c] for c in ("rows_in", "rows_rejected", "rows_merged"))
        assert counts == (file["rows_written"], file["rows_rejected"], file["rows_duplicate"]), name


def test_sales_are_exact_to_the_fen(city_project, summary):
    """Money and counts of paid purchases and refunds per source are the city's own."""
    found = frame(
        city_project,
        """
        select source, sum(net_amount)::text net, count(*) filter (order_kind = 'purchase') purchases, count(*) filter (order_kind = 'refund') refunds
        from orders where status = 'paid' group by source
        """,
    )
    for row in found.to_dicts():
        expected = summary["sales"][row["source"]]
        assert (Decimal(row["net"]), row["purchases"], row["refunds"]) == (
            Decimal(expected["net_amount"]),
            expected["purchases"],
            expected["refunds"],
        )


def test_the_day_looked_from_is_the_day_after_the_citys_last(city_project, summary):
    """Orders of the year 2099 do not move as_of."""
    assert str(city_project.snapshot.as_of) == summary["as_of"]


def test_all_groups_and_stages_live_in_the_city(city_project):
    """The demo shows each of the eight groups and five stages."""
    assert frame(city_project, "select distinct rfm_group from rfm").height == 8
    assert frame(city_project, "select distinct stage from lifecycle").height == 5
