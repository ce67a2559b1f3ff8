"""`kezhi.dedupe` and `kezhi.link` as a user calls them: tables of a few lines, and the open linkage sets."""

from __future__ import annotations

from math import comb

import pandas as pd
import polars as pl
import pytest

import kezhi
from kezhi.errors import ColumnMissing, WrongInput

PEOPLE = pd.DataFrame(
    [
        (1, "张伟", "13856781234", None, "1985-03-07", None, "武汉市"),
        (2, "張偉", "138-5678-1234", None, None, None, "武汉"),  # traditional, dashes
        (3, "王芳", "13900871234", "fang@qq.com", "1990-05-06", "11010519491231002X", "北京市"),
        (4, "Wang Fang", "13900871234", None, "1990-05-06", None, "北京"),  # pinyin
        (5, "欧阳明", "027-85551234", None, "1970-01-02", None, "武汉市"),
        (6, "欧阳晓", "027-85551234", None, "1999-11-12", None, "武汉市"),  # the household's landline
        (7, "王小明", "13800138000", None, None, None, None),  # the number that clerks type
        (8, "李强", "13800138000", "test@test.com", None, None, None),
        (9, "王芳", "13900871234", "fang@qq.com", "1990-05-06", "440524188001010014", "北京市"),  # another valid id number
        (10, None, None, None, None, None, None),
    ],
    columns=["record_id", "name", "phone", "email", "birth_date", "id_number", "city"],
)


@pytest.fixture(scope="module")
def owners() -> dict[int, int]:
    made = kezhi.dedupe(PEOPLE)
    assert list(made.columns) == ["record_id", "customer_id", "probability"]
    assert list(made["record_id"]) == list(PEOPLE["record_id"])
    assert made["probability"].between(0, 1).all()
    return dict(zip(made["record_id"], made["customer_id"], strict=True))


def test_traditional_characters_and_other_forms_of_a_phone_are_one_person(owners):
    assert owners[2] == 1


def test_a_name_in_pinyin_is_the_same_name(owners):
    assert owners[4] in (3, 9)


def test_a_landline_and_a_surname_in_common_are_a_household(owners):
    assert owners[5] != owners[6]


def test_placeholders_and_empty_records_join_nobody(owners):
    assert [owners[n] for n in (7, 8, 10)] == [7, 8, 10]


def test_two_valid_id_numbers_are_never_one_person(owners):
    assert owners[3] != owners[9]


def test_no_record_is_no_row_in_the_frame_that_came():
    made = kezhi.dedupe(pl.DataFrame({"record_id": [], "name": []}, schema={"record_id": pl.String, "name": pl.String}))
    assert isinstance(made, pl.DataFrame)
    assert made.columns == ["record_id", "customer_id", "probability"]
    assert made.height == 0


@pytest.mark.parametrize(
    ("frame", "error"),
    [
        ({"name": ["a"]}, ColumnMissing),
        ({"record_id": ["a", None], "name": ["x", "y"]}, WrongInput),
        ({"record_id": ["a", "a"], "name": ["x", "y"]}, WrongInput),
    ],
)
def test_what_cannot_be_told_apart_is_refused(frame, error):
    with pytest.raises(error):
        kezhi.dedupe(pd.DataFrame(frame))


def test_two_sets_are_linked_by_mapped_columns_and_keep_their_types():
    left = pd.DataFrame({"record_id": [1, 2], "姓名": ["张伟", "李娜"], "phone": ["13856781234", "13900001111"]})
    right = pd.DataFrame({"record_id": ["x", "y"], "name": ["张玮", "王芳"], "phone": ["13856781234", "13900001112"]})
    made = kezhi.link(left.rename(columns={"姓名": "name"}), right)
    assert made[["left_record_id", "right_record_id"]].to_numpy().tolist() == [[1, "x"]]


def f1(found: pl.DataFrame) -> tuple[float, float, float]:
    """Precision, recall and F1 of the pairs of record_id, customer_id, person."""

    def pairs(*by: str) -> int:
        return sum(comb(size, 2) for size in found.group_by(by).len()["len"])

    precision, recall = (pairs("customer_id", "person") / pairs(by) for by in ("customer_id", "person"))
    return precision, recall, 2 * precision * recall / (precision + recall)


@pytest.mark.data
def test_fake_1000_is_resolved_better_than_stock_splink_does(data_dir):
    frame = pl.read_csv(data_dir / "linkage" / "splink_fake_1000.csv.gz", infer_schema=False)
    made = kezhi.dedupe(frame, columns={"record_id": "unique_id", "given_name": "first_name", "birth_date": "dob"})
    precision, _, found = f1(made.join(frame.select(record_id="unique_id", person="cluster"), on="record_id"))
    assert precision >= 0.99
    assert found >= 0.96


@pytest.mark.data
@pytest.mark.parametrize(("number", "floor"), [("1", 1.0), ("2", 0.999), ("3", 0.9996), ("4", 0.9995)])
def test_febrl_is_resolved_at_least_as_well_as_stock_splink_does_with_the_best_of_four_thresholds(data_dir, number, floor):
    """F1 of stock Splink 5 (`bench/identity.py`): 0.9990, 0.9982, 0.9990, 0.9996; names that change places are found by a key of their own."""
    parts = ["4a", "4b"] if number == "4" else [number]
    frame = pl.concat([pl.read_csv(data_dir / f"linkage/febrl_dataset{part}.csv.gz", infer_schema=False) for part in parts])
    frame = frame.rename({column: column.strip() for column in frame.columns}).with_columns(pl.all().str.strip_chars().replace("", None))
    told = frame.select(
        "given_name", "surname", "postcode", record_id="rec_id", city="suburb", province="state", birth_date="date_of_birth",
        id_number="soc_sec_id", address=pl.concat_str("street_number", "address_1", "address_2", separator=" ", ignore_nulls=True),
    )  # fmt: skip
    people = frame.select(record_id="rec_id", person=pl.col("rec_id").str.extract(r"rec-(\d+)"))
    precision, _, found = f1(kezhi.dedupe(told).join(people, on="record_id"))
    assert precision == 1.0
    assert found >= floor
