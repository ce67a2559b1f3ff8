"""The workbook as openpyxl reads it back: typed cells, frozen headers, filters, text that stays text."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
import sample
from support import table

from kezhi.locales import text
from kezhi.measure.report import ReportSource, cells, detail_sheets, workbook, write_customers_xlsx, write_xlsx
from kezhi.settings import Settings
from kezhi.tables import TABLES

FORMULA = '=HYPERLINK("http://example.com","x")'


def _book(path: Path, source: ReportSource, lang: str) -> openpyxl.Workbook:
    write_xlsx(source, path, lang=lang)
    return openpyxl.load_workbook(path)


def _column(sheet, head: str) -> list:
    heads = [cell.value for cell in sheet[1]]
    return [row[heads.index(head)] for row in sheet.iter_rows(min_row=2)]


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    return _book(tmp_path_factory.mktemp("book") / "report.xlsx", sample.source(), "zh")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_sheets_stand_in_order_with_names_in_the_language(lang, tmp_path):
    assert _book(tmp_path / "r.xlsx", sample.source(lang=lang), lang).sheetnames == [
        text(f"report.sheets.{name}", lang)
        for name in workbook.ORDER
        if name not in (*workbook.NEW, *detail_sheets.DETAIL)  # the sample has not their tables
    ]


def test_every_sheet_has_a_frozen_header_and_a_filter(book):
    for sheet in book:
        assert sheet.freeze_panes == "A2", sheet.title
        assert sheet.auto_filter.ref.startswith("A1:"), sheet.title


def test_customers_carry_names_and_typed_values(book):
    sheet = book["客户"]
    assert sheet.max_row == sample.CUSTOMERS + 1
    assert set(sample.NAMES) == {cell.value for cell in _column(sheet, "姓名")}
    phones, money = _column(sheet, "电话"), _column(sheet, "累计净额")
    assert {cell.data_type for cell in phones} == {"s"}
    assert {cell.data_type for cell in money} == {"n"}
    assert "￥" in money[0].number_format
    assert [cell.value for cell in money] == sorted((cell.value for cell in money), reverse=True)
    days = [cell for cell in _column(sheet, "最近购买") if cell.value is not None]
    assert {type(cell.value) for cell in days} == {datetime}
    assert days[0].number_format == "yyyy-mm-dd"


def test_the_overview_shows_the_figures_of_the_page(book):
    rows = {row[0].value: row[1] for row in book["概览"].iter_rows(min_row=2)}
    assert (rows["客户数"].value, rows["购买笔数"].value) == (400, 1755)
    assert rows["复购客户占比"].number_format == "0.0%"


def test_group_money_adds_up_to_the_overview(book):
    rows = {row[0].value: row[1].value for row in book["概览"].iter_rows(min_row=2)}
    assert sum(cell.value for cell in _column(book["RFM分组"], "365 天金额")) == pytest.approx(rows["365 天金额"])


def test_codes_are_words(book):
    assert {cell.value for cell in _column(book["无法使用的行"], "环节")} == {"清洗"}
    assert {cell.value for cell in _column(book["客户"], "性别")} == {"男", "女", None}
    assert {cell.value for cell in _column(book["新客留存"], "月份已结束")} == {"是", "否"}


def test_text_that_looks_like_a_formula_or_link_or_number_stays_text(tmp_path):
    people = [{"customer_id": "1", "name": FORMULA, "phone": "+86138", "email": "http://example.com", "records": 1, "sources": "a"}, {"customer_id": "007", "name": "@x", "records": 1, "sources": "a"}]  # fmt: skip
    profile = [{"customer_id": p["customer_id"], "tags": "=1+1", "net_amount_life": 1} for p in people]
    source = ReportSource({"customers": table("customers", people), "profile": table("profile", profile)}, Settings(), sample.AS_OF, "=1+1")
    found = _book(tmp_path / "r.xlsx", source, "en")
    cells_found = [cell for sheet in found for row in sheet.iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells_found}
    assert [cell for cell in cells_found if cell.hyperlink] == []
    values = {cell.value for cell in cells_found}
    assert {FORMULA, "=1+1", "+86138", "http://example.com", "007", "@x"} <= values


def test_a_sheet_that_is_full_is_cut_and_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(cells, "MAX_ROWS", 3)
    monkeypatch.setattr(workbook, "MAX_ROWS", 3)
    found = _book(tmp_path / "r.xlsx", sample.source(lang="en"), "en")
    assert (found["Customers"].max_row, found["Rows not usable"].max_row) == (4, 4)


def test_cut_sheets_are_named_in_the_overview(tmp_path, monkeypatch):
    monkeypatch.setattr(cells, "MAX_ROWS", 60)
    monkeypatch.setattr(workbook, "MAX_ROWS", 60)
    overview = _book(tmp_path / "r.xlsx", sample.source(lang="en"), "en")["Overview"]
    notes = [row[2].value for row in overview.iter_rows(min_row=2) if row[0].value == "Notes"]
    assert "Sheet Customers holds only the first 60 rows; table profile of the snapshot has all of them." in notes
    assert not any("Sheet Corrections" in note for note in notes)  # it has exactly 60 rows


def test_a_text_longer_than_a_cell_is_shortened_and_not_lost(tmp_path):
    rejects = [
        {
            "source": "s",
            "source_file": "f",
            "source_line": 1,
            "table_name": "orders",
            "stage": "read",
            "reason": "r",
            "raw_text": "长" * 40_000,
        }
    ]
    found = _book(tmp_path / "r.xlsx", ReportSource({"rejects": table("rejects", rejects)}, Settings(), sample.AS_OF, "T"), "zh")
    value = _column(found["无法使用的行"], "原文")[0].value
    assert (len(value), value[-1]) == (32_767, "…")


def test_a_snapshot_without_tables_gives_an_overview_and_definitions(tmp_path):
    assert _book(tmp_path / "r.xlsx", sample.source(only=()), "zh").sheetnames == ["概览", "定义"]


def test_a_masked_book_names_nobody_and_quotes_no_raw_row(tmp_path):
    write_xlsx(sample.source(), tmp_path / "masked.xlsx", lang="zh", is_masked=True)
    book = openpyxl.load_workbook(tmp_path / "masked.xlsx")
    assert {"修正记录", "无法使用的行"} & set(book.sheetnames) == set()
    cells = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None]
    known = [
        cell.value for head in ("姓名", "电话") for cell in _column(_book(tmp_path / "open.xlsx", sample.source(), "zh")["客户"], head)
    ]
    assert any(known)
    assert [value for value in known if value and any(value in cell for cell in cells)] == []
    assert all("*" in cell.value for cell in _column(book["客户"], "电话") if cell.value)


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "r.xlsx"
    path.write_bytes(b"old")
    monkeypatch.setattr(workbook, "compute", lambda _source: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_xlsx(sample.source(), path, lang="zh")
    assert (path.read_bytes(), [p.name for p in tmp_path.iterdir()]) == (b"old", ["r.xlsx"])


def test_the_customers_workbook_of_analyze_is_the_same_book(tmp_path):
    write_customers_xlsx(sample.source(), tmp_path / "customers.xlsx", lang="zh")
    assert "客户" in openpyxl.load_workbook(tmp_path / "customers.xlsx").sheetnames


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_column_of_the_detail_sheets_has_one_word_in_the_language(lang):
    """On empty tables; no two columns of a sheet are called the same."""
    source = sample.source(only=())
    source.tables.update({name: table(name, []) for name in TABLES if name not in source.tables})
    for sheet in detail_sheets.DETAIL_SHEETS:
        shown = detail_sheets.in_language(sheet.rows(source), lang)
        heads = [detail_sheets.head(column, lang) for column in shown.columns]
        assert all(heads), sheet.name
        assert len(set(heads)) == len(heads), (sheet.name, heads)
        assert text(f"report.detail.means.{sheet.name}", lang)


def test_leads_stand_in_the_order_to_call_and_rings_say_what_ties_them(tmp_path):
    source = sample.source(lang="en")
    score = {"conversion_probability": 0.25, "calls": 2, "connected_calls": 1, "best_weekday": 2, "best_hour": 9}
    lead = {"source": "s", "created_at": "2025-03-01 08:00:00", "number_quality": "mobile", "name": "Wei", "phone": "13800000001"}
    tied = {"ring_id": "ring:r", "pattern": "refunds", "purchases": 5, "hits": 4, "ties": 1}
    grade = {
        "customer_id": "c1",
        "grade": "high",
        "score": 1.0,
        "cases": 1,
        "kinds": "ring",
        "policy": "hold",
        "prepay": True,
        "manual_check": True,
    }
    source.tables.update(
        {
            "leads": table("leads", [{"lead_id": "l1", **lead}, {"lead_id": "l2", **lead}]),
            "lead_scores": table("lead_scores", [{"lead_id": "l1", "rank": 2, "reasons": ["甲"], "reasons_en": ["one", "two"], **score}, {"lead_id": "l2", "rank": 1, "reasons": [], "reasons_en": [], **score}]),
            "ring_members": table("ring_members", [{"customer_id": "c1", "stake_amount": 10, "tied_by": "device,referral", **tied}, {"customer_id": "c2", "stake_amount": 20, "tied_by": "household", **tied}]),
            "risk_grades": table("risk_grades", [grade]),
        }
    )  # fmt: skip
    book = _book(tmp_path / "r.xlsx", source, "en")
    assert [cell.value for cell in _column(book["Leads"], "Lead")] == ["l2", "l1"]
    assert [cell.value for cell in _column(book["Leads"], "Phone")] == ["13800000001"] * 2
    assert {cell.value for cell in _column(book["Leads"], "Weekday to call")} == {"Tuesday"}
    assert [cell.value for cell in _column(book["Leads"], "reasons")][1] == "one; two"
    assert [cell.value for cell in _column(book["Rings"], "Customer")] == ["c2", "c1"]
    assert [cell.value for cell in _column(book["Rings"], "Tied by")] == ["one home", "a shared device, referrals"]
    assert [cell.value for cell in _column(book["Rings"], "Grade of risk")] == [None, "high risk"]


def test_detail_sheets_are_typed_and_told_in_words(tmp_path):
    """Three members; rules name their products, and whoever stayed has no row of moves."""
    source = sample.source(lang="en")
    zero = dict.fromkeys(
        ("redeemed_points", "expired_points", "adjusted_points", "points_expiring", "earned_points_365d", "redeemed_points_365d"), 0
    )
    members = [{"customer_id": f"c{n}", "member_level": "金卡", "earned_points": 5, "points_balance": 5, **zero} for n in range(3)]
    move = {"dimension": "rfm", "compared_with": "recomputed", "from_on": "2025-03-01", "net_amount": 1}
    rule = dict.fromkeys(("count", "antecedent_count", "consequent_count"), 3) | dict.fromkeys(("support", "confidence", "lift", "leverage", "p_value", "q_value"), 0.5)  # fmt: skip
    source.tables.update(
        {
            "points": table("points", members),
            "moves": table("moves", [{"customer_id": "c1", "from_state": "重要价值客户", "to_state": "重要保持客户", **move}, {"customer_id": "c2", "from_state": "重要价值客户", "to_state": "重要价值客户", **move}]),
            "association_rules": table("association_rules", [{"rule_no": 1, "antecedent": ["p1", "p2"], "consequent": ["p3"], **rule}]),
            "products": table("products", [{"product_id": "p1", "product_name": "Tea"}]),
        }
    )  # fmt: skip
    book = _book(tmp_path / "r.xlsx", source, "en")
    assert [cell.value for cell in book["Moves"][2]][:6] == [
        "c1",
        "RFM group",
        "an earlier day, by the same rules",
        datetime(2025, 3, 1),
        "Key value",
        "Key retention",
    ]
    assert [cell.value for cell in book["Rules"][2]][1:3] == ["p1 Tea + p2", "p3"]
    assert book["Points"].max_row == 4
    assert "$" not in _column(book["Points"], "points left")[0].number_format
