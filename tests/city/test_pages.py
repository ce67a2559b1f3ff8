"""A page notes what it spoils, and repeats and breaks rows where it says."""

from __future__ import annotations

import numpy as np
import polars as pl

from kezhi.city.files import Files
from kezhi.city.pages import Page


def page(*amounts: str | None) -> Page:
    ids = pl.Series([f"o{number}" for number in range(1, len(amounts) + 1)])
    frame = pl.DataFrame({"单号": ids, "金额": pl.Series(amounts, dtype=pl.String)})
    return Page("shop", "orders", "data/x.csv", frame, ids, {"单号": "order_id", "金额": "net_amount"})


def test_a_spoilt_cell_is_noted_with_what_stood_there():
    sheet = page("1.00", "2.50")
    sheet.spoil("money_form", "金额", np.array([1]), ["2.5元"])
    assert sheet.frame["金额"].to_list() == ["1.00", "2.5元"]
    (note,) = sheet.defects[0].iter_rows(named=True)
    assert ("o2", "net_amount", "2.5元", "2.50", True) == (
        note["row_id"], note["column_name"], note["wrong_value"], note["right_value"], note["recoverable"]
    )  # fmt: skip


def test_empty_and_spoilt_cells_are_not_clean():
    sheet = page("1.00", None, "3.00")
    sheet.spoil("money_form", "金额", np.array([0]), ["1元"])
    assert [2] == sheet.clean("金额", np.arange(3)).tolist()


def test_a_rejected_row_carries_no_other_defect():
    sheet = page("1.00", "2.00")
    sheet.spoil("money_form", "金额", np.array([0, 1]), ["1元", "2元"])
    sheet.reject("missing_record_id", "单号", np.array([0]), [None])
    notes = pl.concat(sheet.defects)
    assert [("money_form", "o2"), ("missing_record_id", "o1")] == list(notes.select("kind", "row_id").iter_rows())
    assert sheet.rejected == 1


def test_a_repeated_row_stands_twice_and_the_others_once():
    sheet = page("1.00", "2.00", "3.00")
    sheet.repeat(np.array([1]))
    assert ["o1", "o2", "o2", "o3"] == sorted(sheet.frame["单号"])
    assert sheet.row_id.to_list() == sheet.frame["单号"].to_list()
    assert sheet.repeated == 1


def test_broken_rows_are_written_between_the_others(tmp_path):
    sheet = page("1.00", "2.00")
    sheet.break_row("row_too_short", 1, 0, "o1")
    with Files(tmp_path) as files:
        files.csv(sheet)
    assert "单号,金额\r\no1,1.00\r\no1\r\no2,2.00\r\n" == (tmp_path / "data/x.csv").read_bytes().decode("gb18030")


def test_json_lines_quote_what_must_be_quoted_and_keep_numbers_bare(tmp_path):
    sheet = page("1.00", '他说"好"\\', None, "00123", "１")
    with Files(tmp_path) as files:
        files.json_lines(sheet, ("金额",))
    assert (tmp_path / "data/x.csv").read_text(encoding="utf-8").splitlines() == [
        '{"单号": "o1", "金额": 1.00}',
        '{"单号": "o2", "金额": "他说\\"好\\"\\\\"}',
        '{"单号": "o3", "金额": null}',
        '{"单号": "o4", "金额": "00123"}',
        '{"单号": "o5", "金额": "１"}',
    ]
