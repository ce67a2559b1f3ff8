"""Workbooks: cells as text, rows as the sheet numbers them, titles above the header."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter
from sources.reader import read

from kezhi.errors import FileUnreadable, NothingToRead


def book(folder: Path, *rows: list, first_row: int = 0, sheets: tuple[str, ...] = ("订单",)) -> Path:
    """A workbook whose last sheet holds *rows*."""
    path = folder / "b.xlsx"
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "default_date_format": "yyyy-mm-dd hh:mm:ss"}) as workbook:
        for name in sheets:
            sheet = workbook.add_worksheet(name)
        for i, row in enumerate(rows):
            sheet.write_row(first_row + i, 0, row)
    return path


def test_cells_read_as_a_person_would_type_them(tmp_path):
    path = book(
        tmp_path, ["a", "b"], [123.0, "007"], [0.1, "=1+1"], [13800138000, True], [datetime(2024, 1, 2), datetime(2024, 1, 2, 3, 4, 5)]
    )
    assert [
        ["123", "007"],
        ["0.1", "=1+1"],
        ["13800138000", "true"],
        ["2024-01-02", "2024-01-02 03:04:05"],
    ] == read(path).rows


def test_a_title_and_empty_rows_above_the_header_are_passed_over(tmp_path):
    path = book(tmp_path, ["江城百货订单"], [], ["订单号", "日期", "金额"], ["1", "2024-01-02", 5], [], ["2", "2024-01-03", 6], first_row=1)
    got = read(path)
    assert (["订单号", "日期", "金额"], [5, 7]) == (got.header, got.lines)


def test_the_first_sheet_is_read_unless_another_is_named(tmp_path):
    path = book(tmp_path, ["a", "b"], ["1", "2"], sheets=("说明", "订单"))
    assert [["1", "2"]] == read(path, sheet="订单").rows
    with pytest.raises(NothingToRead, match="说明"):
        read(path)
    with pytest.raises(FileUnreadable, match="订单"):
        read(path, sheet="Sheet9")


def test_text_that_calls_itself_xls_is_read_as_text(tmp_path):
    (tmp_path / "export.xls").write_text("订单号\t金额\n1\t2\n", encoding="utf-16")
    assert [["1", "2"]] == read(tmp_path / "export.xls").rows
