"""Each kind of defect that the city planted is mended as the truth says, logged, and nothing else is touched."""

from __future__ import annotations

import polars as pl
import pytest

MENDED = {
    # kind of defect whose text alone tells the right value: the rules that may mend it
    "phone_dashes": {"phone_format"},
    "phone_country_code": {"phone_format"},
    "phone_full_width": {"full_width"},
    "household_landline": {"phone_format"},
    "email_form": {"email_case", "blank_trimmed", "full_width"},
    "id_number_lower_x": {"id_number_format"},
    "id_number_15_digits": {"id_15_to_18"},
    "date_form": {"date_format"},
    "money_form": {"money_format", "full_width", "negative_spend_is_refund"},
    "name_blanks": {"blank_trimmed"},
}
DROPPED = {
    # kind whose right value nobody can know: the rules that may empty it
    "age_impossible": {"impossible_age"},
    "birth_date_impossible": {"impossible_age", "impossible_date"},
    "birth_date_future": {"impossible_age"},
}


@pytest.fixture(scope="module")
def found(city_project) -> pl.DataFrame:
    """Every planted defect of a cell beside the correction of that cell; both null-safe on the row's own id."""
    defects = pl.read_parquet(city_project.folder / "truth" / "defects.parquet")
    corrections = pl.from_arrow(city_project.query("select * from corrections"))
    lines = pl.col("table_name") == "order_lines"  # logged under the order, planted under order/line
    defects = defects.filter(~lines).with_columns(row_key="row_id")
    return defects.join(corrections, on=["source_file", "table_name", "column_name", "row_key"], how="left", suffix="_logged")


@pytest.mark.parametrize("kind", MENDED)
def test_a_value_whose_text_tells_the_right_one_becomes_it(found, kind):
    """The logged value after is the truth's, by a rule made for it; a time to the minute is ISO already and stays."""
    cells = found.filter((pl.col("kind") == kind) & ~pl.col("wrong_value").str.contains(r"^\d{4}-\d\d-\d\d \d\d:\d\d$"))
    assert cells.height > 10
    assert set(cells["rule"].unique()) <= MENDED[kind], cells.filter(pl.col("rule").is_null()).head(3).to_dicts()
    refund = pl.col("rule") == "negative_spend_is_refund"
    wrong = cells.filter(~refund & (pl.col("after") != pl.col("right_value")))
    assert wrong.height == 0, wrong.head(3).to_dicts()


@pytest.mark.parametrize("kind", DROPPED)
def test_a_value_nobody_can_know_is_emptied_and_logged(found, kind):
    """Before is the text as it came, after is null."""
    cells = found.filter(pl.col("kind") == kind)
    assert cells.height > 5
    assert set(cells["rule"].unique()) <= DROPPED[kind]
    assert cells["after"].null_count() == cells.height
    assert cells.filter(pl.col("before") != pl.col("wrong_value")).height == 0


def test_a_negative_order_that_names_no_other_is_logged_as_a_refund(found):
    """W2: -500 of "consumption" is 'refund 500.00' in the log; one that names its order is a refund by its own word."""
    booked = found.filter((pl.col("kind") == "refund_as_negative_order") & (pl.col("rule") == "negative_spend_is_refund"))
    assert booked.height > 100
    money = booked["after"].str.strip_prefix("refund ")
    assert (money == booked["right_value"].str.strip_prefix("-")).all()


def test_no_cell_is_changed_that_the_city_did_not_spoil(city_project, found):
    """Corrections of cells stand only where a defect was planted (a repeated row repeats its own)."""
    places = pl.concat([found.select("source_file", "row_key", "column_name").unique()])
    corrections = pl.from_arrow(city_project.query("select * from corrections where column_name <> '*' and table_name <> 'order_lines'"))
    surplus = corrections.join(places, on=["source_file", "row_key", "column_name"], how="anti")
    assert surplus.group_by("table_name", "column_name", "rule").len().sort("len", descending=True).to_dicts() == []
