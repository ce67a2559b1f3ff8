"""Any order file to a report: small files checked by hand, and open data sets against pandas."""

from __future__ import annotations

import gzip
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from kezhi.errors import FileUnreadable, MappingUnsure, WrongInput
from kezhi.flow.analyze import PROMISED, Analysis, analyze
from kezhi.flow.steps import FOUNDATION, STEPS
from kezhi.tables import TABLES

RFM = ["customer_id", "recency_days", "frequency", "monetary", "r_score", "f_score", "m_score", "rfm_group"]


def write(folder: Path, name: str, *lines: str, encoding: str = "utf-8") -> Path:
    (folder / name).write_bytes(("\n".join(lines) + "\n").encode(encoding))
    return folder / name


def rows(made: Analysis, table: str) -> list[dict[str, Any]]:
    """The rows of one Parquet file of *made*, sorted by all their values."""
    return sorted(pq.read_table(made.out / f"{table}.parquet").to_pylist(), key=lambda row: [str(v) for v in row.values()])


def orders(made: Analysis) -> set[tuple[Any, ...]]:
    """Of each order: its id, buyer, kind and amount."""
    return {(r["order_id"], r["customer_id"], r["order_kind"], r["net_amount"]) for r in rows(made, "orders")}


def rfm(made: Analysis) -> dict[str, tuple[Any, ...]]:
    """Customer to recency, frequency, money."""
    return {r["customer_id"]: (r["recency_days"], r["frequency"], r["monetary"]) for r in rows(made, "rfm")}


def test_chinese_orders_give_the_promised_files_and_the_figures_of_the_readme(tmp_path, monkeypatch):
    """C1 buys 11 and 60 days before 1 July: 5,800 yuan. A5 has no amount, A6 no buyer."""
    monkeypatch.setattr("kezhi.flow.runner.write_copies", None)  # what only the workspace reads is not made: to call it would fail
    lines = ["A1,C1,2025-06-20,3200.00", "A2,C1,2025-05-02,2600.00", "A3,C2,2025-01-15,180.00", "A4,C3,2025-06-28,900.00"]
    file = write(tmp_path, "订单.csv", "订单编号,客户编号,下单时间,实付金额", *lines, "A5,C3,2025-06-29,", "A6,,2025-06-29,75.50")
    made = analyze([file], tmp_path / "out", as_of=date(2025, 7, 1))
    tables = {path.stem for path in made.out.glob("*.parquet")}
    assert set(PROMISED) <= tables <= set(TABLES)
    assert {"report.html", "customers.xlsx", *(f"{t}.parquet" for t in tables)} == {path.name for path in made.out.iterdir()}
    assert RFM == pq.read_schema(made.out / "rfm.parquet").names
    assert [
        ("C1", 11, 2, Decimal("5800.00"), 5, 2, 4, "重要发展客户"),
        ("C2", 167, 1, Decimal("180.00"), 2, 1, 1, "一般挽留客户"),
        ("C3", 3, 1, Decimal("900.00"), 5, 1, 2, "一般发展客户"),
    ] == [tuple(row.values()) for row in rows(made, "rfm")]
    counts = {"rows_read": 6, "rows_rejected": 1, "rows_merged": 0, "customers": 3, "orders": 5, "refunds": 0}
    assert counts.items() <= made.summary.items()
    assert ("6955.50", 1) == (made.summary["net_amount"], made.summary["orders_without_customer"])
    assert {"一般发展客户": 1, "一般挽留客户": 1, "重要发展客户": 1} == made.summary["rfm_groups"]
    assert [("订单.csv", 6, "missing_amount")] == [(r["source_file"], r["source_line"], r["reason"]) for r in rows(made, "rejects")]
    assert [] == rows(made, "order_lines")
    for name in PROMISED:
        assert list(TABLES[name].column_names) == pq.read_schema(made.out / f"{name}.parquet").names


def test_the_online_retail_export_books_cancellations_and_returns_as_refunds(tmp_path):
    """17850 buys 15.30 + 20.34; 13047 buys 11.10 and 18.00, cancels 3.70, and brings back 1.85 in a line below 0."""
    file = write(
        tmp_path,
        "retail.csv",
        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country",
        "536365,85123A,WHITE HANGING HEART,6,12/1/2010 8:26,2.55,17850,United Kingdom",
        "536365,71053,WHITE METAL LANTERN,6,12/1/2010 8:26,3.39,17850,United Kingdom",
        "536366,22633,HAND WARMER,6,12/1/2010 8:28,1.85,13047,United Kingdom",
        "536367,22633,HAND WARMER,1,12/13/2010 9:00,1.85,,United Kingdom",
        "C536379,22633,HAND WARMER,-2,12/14/2010 9:41,1.85,13047,United Kingdom",
        "536380,22633,HAND WARMER,-1,12/14/2010 9:45,1.85,13047,United Kingdom",
        "536368,POST,POSTAGE,1,12/14/2010 9:50,18.00,13047,France",
    )
    made = analyze([file], tmp_path / "out", lang="en", quick=True)
    assert "C" == made.proposals[0].settings.cancel_prefix
    assert {
        ("536365", "17850", "purchase", Decimal("35.64")),
        ("536366", "13047", "purchase", Decimal("11.10")),
        ("536367", None, "purchase", Decimal("1.85")),
        ("C536379", "13047", "refund", Decimal("-3.70")),
        ("536380", "13047", "refund", Decimal("-1.85")),
        ("536368", "13047", "purchase", Decimal("18.00")),
    } == orders(made)
    assert {"17850": (14, 1, Decimal("35.64")), "13047": (1, 2, Decimal("23.55"))} == rfm(made)
    assert {"as_of": "2010-12-15", "orders": 4, "refunds": 2, "orders_without_customer": 1, "net_amount": "61.04"}.items() <= (
        made.summary.items()
    )
    assert datetime(2010, 12, 1, 8, 26) in {r["ordered_at"] for r in rows(made, "orders")}
    assert "1.85" in (made.out / "report.html").read_text(encoding="utf-8")  # the sale of nobody is told
    founded = {name for step in STEPS if step.name in FOUNDATION for name in step.makes}
    assert set(PROMISED) <= set(made.summary["tables"]) <= founded  # quick: nothing else was made


def test_files_of_many_encodings_delimiters_and_folders_are_one_system_and_a_file_counts_once(tmp_path):
    def text(day: int, mark: str) -> list[str]:
        return [mark.join(["订单号", "客户", "日期", "金额"]), mark.join([str(day), "王小明", f"2025-05-0{day}", f"1{day}"])]

    (tmp_path / "more").mkdir()
    files = [
        write(tmp_path, "1.csv", *text(1, ","), encoding="gb18030"),
        write(tmp_path, "2.csv", *text(2, ","), encoding="utf-16"),
        write(tmp_path, "3.csv", *text(3, ","), encoding="utf-8-sig"),
        write(tmp_path, "4.csv", *text(4, ";")),
        write(tmp_path / "more", "4.csv", *text(5, "\t")),
    ]
    with xlsxwriter.Workbook(tmp_path / "6.xlsx") as book:
        sheet = book.add_worksheet()
        for i, cells in enumerate([["2025年5月 销售明细"], [], ["订单号", "客户", "日期", "金额"], ["6", "王小明", "2025-05-06", 16]]):
            sheet.write_row(i, 0, cells)
    made = analyze([*files, tmp_path / "6.xlsx", files[0]], tmp_path / "out", quick=True)
    assert {"王小明": (1, 6, Decimal("81.00"))} == rfm(made)
    assert (6, 6) == (made.summary["rows_read"], made.summary["orders"])
    assert {"1.csv", "2.csv", "3.csv", "4.csv", "5/4.csv", "6.xlsx"} == {
        r["source_file"].partition("#")[0] for r in rows(made, "reconciliation")
    }


def test_spend_below_zero_is_a_refund_with_its_correction_and_a_formula_stays_text(tmp_path):
    """Row W2: −500 消费 is no purchase of −500 but a refund of 500."""
    lines = ["王小明,2025-05-01,800", "王小明,2025-05-20,-500", "=1+1,2025-05-21,100"]
    made = analyze([write(tmp_path, "w2.csv", "姓名,日期,消费", *lines)], tmp_path / "out", quick=True)
    assert {"王小明": (21, 1, Decimal("300.00")), "=1+1": (1, 1, Decimal("100.00"))} == rfm(made)
    assert {("w2.csv#3", "王小明", "refund", Decimal("-500.00"))} == {o for o in orders(made) if o[2] == "refund"}
    (correction,) = rows(made, "corrections")
    assert ("net_amount", "negative_spend_is_refund", "-500") == tuple(correction[k] for k in ("column_name", "rule", "before"))
    sheet = openpyxl.load_workbook(made.out / "customers.xlsx")["客户"]
    head = [cell.value for cell in sheet[1]]
    cells = {row[head.index("客户编号")].value: row for row in sheet.iter_rows(min_row=2)}
    assert {"王小明", "=1+1"} == cells.keys()
    assert {"s"} == {row[head.index(name)].data_type for row in cells.values() for name in ("客户编号", "姓名")}
    assert 300 == cells["王小明"][head.index("累计净额")].value
    assert isinstance(cells["王小明"][head.index("最近购买")].value, datetime)


def test_rows_that_repeat_are_merged_or_kept_and_amounts_of_any_form_are_read(tmp_path):
    """1234.50 + 12000 + 12.50 + 1 − 30; order 4 stands there twice in every respect, abc is no amount."""
    lines = ['1,c1,2025-05-01,"￥1,234.50"', "2,c1,2025-05-02,1.2万", "3,c1,2025-05-03,１２.５元", "4,c1,2025-05-04,1", "4,c1,2025-05-04,1"]
    file = write(tmp_path, "a.csv", "订单号,客户,日期,金额", *lines, "5,c1,2025-05-05,(30)", "6,c1,2025-05-06,abc")
    out = tmp_path / "out"
    made = analyze([file], out, quick=True)
    assert ("13218.00", 7, 1, 1) == tuple(made.summary[k] for k in ("net_amount", "rows_read", "rows_rejected", "rows_merged"))
    assert [("6", "unreadable_value")] == [(str(r["source_line"] - 2), r["reason"]) for r in rows(made, "rejects")]
    kept = analyze([file], out, merge_duplicate_rows=False, quick=True)
    assert ("13219.00", 0) == (kept.summary["net_amount"], kept.summary["rows_merged"])
    assert {"report.html", "customers.xlsx", *(f"{t}.parquet" for t in kept.summary["tables"])} == {p.name for p in out.iterdir()}


def test_an_order_exported_twice_counts_once_and_the_older_row_is_a_reject(tmp_path):
    lines = [f"{i},c{i},2025-05-01,10" for i in range(40)]
    made = analyze(
        [write(tmp_path, "a.csv", "订单号,客户编号,下单时间,实付金额", *lines, "0,c0,2025-05-02,15")], tmp_path / "out", quick=True
    )
    assert ("405.00", 40, 1) == tuple(made.summary[k] for k in ("net_amount", "orders", "rows_rejected"))
    assert ["superseded"] == [r["reason"] for r in rows(made, "rejects")]


def test_a_status_of_refunded_and_days_after_as_of_are_not_in_the_net_amount(tmp_path):
    """80 paid and 30 given back; 40 is unpaid, 50 was returned, 60 comes after the day."""
    lines = ["1,c1,2025-05-01,80,已支付", "2,c1,2025-05-01,40,待付款", "3,c2,2025-05-02,50,已退款", "4,c2,2025-06-01,60,已支付"]
    file = write(tmp_path, "a.csv", "订单号,客户编号,下单时间,实付金额,订单状态", *lines, "5,c1,2025-05-03,-30,已支付")
    made = analyze([file], tmp_path / "out", as_of=date(2025, 6, 1), quick=True)
    assert {"orders": 3, "refunds": 1, "orders_later": 1, "net_amount": "50.00"}.items() <= made.summary.items()
    assert {"c1": (31, 1, Decimal("50.00")), "c2": (None, 0, Decimal("0.00"))} == rfm(made)


def test_a_buyer_known_by_phone_alone_is_one_however_the_phone_is_written(tmp_path):
    lines = ["13816092745,2025-05-01,80", "138-1609-2745,2025-05-03,20", "13916092746,2025-05-02,70"]
    made = analyze([write(tmp_path, "a.csv", "手机号,日期,金额", *lines)], tmp_path / "out", quick=True)
    assert {(1, 2, Decimal("100.00")), (2, 1, Decimal("70.00"))} == set(rfm(made).values())


def test_the_order_of_day_and_month_can_be_said(tmp_path):
    """01/02/2024 is 1 February when day comes first: 29 days before 1 March."""
    file = write(tmp_path, "a.csv", "order_id,customer_id,date,amount", "1,a,01/02/2024,5")
    made = analyze([file], tmp_path / "out", date_order="dmy", as_of=date(2024, 3, 1), quick=True)
    assert ({"a": (29, 1, Decimal("5.00"))}, []) == (rfm(made), made.proposals[0].unsure)


def test_customers_without_orders_and_orders_of_strangers_meet(tmp_path):
    people = write(tmp_path, "客户.csv", "客户编号,姓名,手机,性别", "C1,王小明,13812345678,男", "C9,韩梅梅,13712345678,女")
    sold = write(tmp_path, "订单.csv", "订单号,客户编号,下单时间,实付金额", "1,C1,2025-05-01,80", "2,C3,2025-05-03,10")
    made = analyze([people, sold], tmp_path / "out", quick=True)
    assert ["customer_records", "orders"] == [p.table for p in made.proposals]
    assert {"C1": (3, 1, Decimal("80.00")), "C3": (1, 1, Decimal("10.00"))} == rfm(made)
    assert {"C1": "王小明", "C3": None, "C9": "韩梅梅"} == {r["customer_id"]: r["name"] for r in rows(made, "customers")}


@pytest.mark.parametrize(
    ("header", "lines", "counts"),
    [
        ("订单号,客户,日期,金额", [], {"rows_read": 0, "customers": 0, "orders": 0, "net_amount": "0.00"}),
        ("订单号,客户,日期,金额", ["1,c1,2025-05-01,-80"], {"customers": 1, "orders": 0, "refunds": 1, "net_amount": "-80.00"}),
        ("订单号,客户,日期,金额", ["1,c1,2199-05-01,80"], {"customers": 1, "orders": 0, "orders_later": 1, "net_amount": "0.00"}),
        ("退款单号,退款时间,退款金额", ["r1,2025-05-01,5"], {"orders": 0, "refunds": 1, "net_amount": "-5.00"}),
        ("客户编号,姓名,手机", ["C1,王小明,13812345678"], {"customers": 1, "orders": 0, "net_amount": "0.00"}),
        ("商品编码,商品名称,类目", ["p1,茶,饮料"], {"customers": 0, "orders": 0, "net_amount": "0.00"}),
    ],
    ids=["header_only", "only_a_refund", "only_the_future", "refunds", "customers", "products"],
)
def test_a_file_that_lacks_nearly_everything_gives_every_table_and_a_report(header, lines, counts, tmp_path):
    made = analyze([write(tmp_path, "f.csv", header, *lines)], tmp_path / "out", lang="en")
    assert counts.items() <= made.summary.items()
    for name in PROMISED:
        assert list(TABLES[name].column_names) == pq.read_schema(made.out / f"{name}.parquet").names
    assert "</html>" in (made.out / "report.html").read_text(encoding="utf-8")
    assert openpyxl.load_workbook(made.out / "customers.xlsx").sheetnames


def good(folder: Path) -> Path:
    return write(folder, "good.csv", "订单号,客户,日期,金额", "1,c1,2025-05-01,80")


def test_files_that_cannot_be_read_are_named_with_the_reason_and_nothing_is_left(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "binary.csv").write_bytes(bytes(range(256)) * 9)
    (tmp_path / "book.xlsx").write_bytes(b"PK\x03\x04nothing")
    for name, words in [("none.csv", "不存在"), ("folder", "文件夹"), ("binary.csv", "二进制"), ("book.xlsx", "book.xlsx")]:
        with pytest.raises(FileUnreadable) as caught:
            analyze([good(tmp_path), tmp_path / name], tmp_path / "out")
        assert words in caught.value.say("zh")
        assert not any(word in caught.value.say("en") for word in ("Errno", "\n"))
    for lines, kind in [([], WrongInput), (["hello world", "of no use"], MappingUnsure)]:
        with pytest.raises(kind):
            analyze([write(tmp_path, "t.txt", *lines)], tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("day", [date(1, 1, 1), date(9999, 12, 31)])
def test_a_day_that_is_no_day_of_business_is_refused(day, tmp_path):
    with pytest.raises(WrongInput, match="1900 to 2199"):
        analyze([good(tmp_path)], tmp_path / "out", as_of=day)


def test_files_of_others_are_never_overwritten(tmp_path):
    own = tmp_path / "orders.parquet"
    pd.DataFrame({"order_id": ["1"], "customer": ["c1"], "date": ["2025-05-01"], "amount": [80.0]}).to_parquet(own)
    before = own.read_bytes()
    with pytest.raises(WrongInput, match=r"orders\.parquet"):
        analyze([own], tmp_path)
    with pytest.raises(WrongInput, match="is a file"):
        analyze([own], own)
    assert (before, [own]) == (own.read_bytes(), list(tmp_path.iterdir()))


def test_overrides_take_either_name_of_the_buyer_and_a_field_once(tmp_path):
    file = good(tmp_path)
    for name in ("customer_id", "record_id", "Customer-ID"):
        with pytest.raises(WrongInput, match="客户号"):
            analyze([file], tmp_path / "out", overrides={name: "客户号"})
    with pytest.raises(WrongInput, match="customer_id"):
        analyze([file], tmp_path / "out", overrides={"custmer_id": "客户"})
    with pytest.raises(WrongInput, match="two columns"):
        analyze([file], tmp_path / "out", overrides={"customer_id": "客户", "record_id": "订单号"})


# --- open data sets -------------------------------------------------------------------------------


def group_counts(data: pd.DataFrame, as_of: str) -> dict[str, int]:
    """Customers per group of rows (customer, day, cents, order): R high within 60 days, F from 7 orders, M from 5,000."""
    data = data.assign(day=data.day.dt.normalize())
    year = data[data.day >= pd.Timestamp(as_of) - pd.Timedelta(days=365)]
    last = data.groupby("customer").day.max()
    is_recent = (pd.Timestamp(as_of) - last).dt.days <= 60
    is_often = year.groupby("customer").order.nunique().reindex(last.index, fill_value=0) >= 7
    is_much = year.groupby("customer").cents.sum().reindex(last.index, fill_value=0) >= 500_000
    words = {(True, True): "价值", (True, False): "发展", (False, True): "保持", (False, False): "挽留"}
    names = [f"{'重要' if m else '一般'}{words[r, f]}客户" for r, f, m in zip(is_recent, is_often, is_much, strict=True)]
    return pd.Series(names).value_counts().to_dict()


def judged(made: Analysis, data: pd.DataFrame, as_of: str) -> None:
    """Compare what analyze says with what pandas says of the same rows."""
    expected = {
        "as_of": as_of,
        "rows_read": len(data),
        "rows_rejected": 0,
        "rows_merged": 0,
        "customers": data.customer.nunique(),
        "orders": data.order.nunique(),
        "refunds": 0,
        "orders_without_customer": 0,
        "net_amount": str(Decimal(int(data.cents.sum())) / 100),
        "rfm_groups": group_counts(data, as_of),
    }
    assert expected == {name: made.summary[name] for name in expected}
    year = data[data.day >= pd.Timestamp(as_of) - pd.Timedelta(days=365)]
    found = rows(made, "rfm")
    assert year.cents.sum() == sum(r["monetary"] for r in found) * 100
    assert year.order.nunique() == sum(r["frequency"] for r in found)
    assert set(data.customer) == {r["customer_id"] for r in found}


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "columns", "customers", "purchases"),
    [
        ("CDNOW_master", ["customer", "day", "cds", "money"], 23_570, 69_659),
        ("CDNOW_sample", ["customer", "sample_id", "day", "cds", "money"], 2_357, 6_919),
    ],
)
def test_cdnow_as_it_came_gives_the_figures_of_pandas(name, columns, customers, purchases, data_dir, tmp_path):
    """Text set apart by blanks, the sample without a header; each row is an order, also one that repeats another."""
    path = data_dir / "clv" / f"{name}.txt.gz"
    with gzip.open(path, "rt") as file:
        lines = [line.split() for line in file if line.split()[-1][0].isdigit()]
    data = pd.DataFrame(lines, columns=columns)
    data = data.assign(day=pd.to_datetime(data.day), cents=data.money.map(lambda m: int(Decimal(m) * 100)), order=range(len(data)))
    made = analyze([path], tmp_path / "out", quick=name == "CDNOW_master")
    assert (customers, purchases) == (data.customer.nunique(), len(data))
    judged(made, data, "1998-07-01")


@pytest.mark.data
def test_the_complete_journey_gives_the_figures_of_pandas(data_dir, tmp_path):
    """A year of a grocer: 1.5 million lines of 155,848 baskets of 2,469 households, with coupons and no header to help."""
    path = data_dir / "retail" / "completejourney_transactions.parquet"
    data = pd.read_parquet(path)
    data = pd.DataFrame(
        {
            "customer": data.household_id.astype(str),
            "order": data.basket_id.astype(str),
            "day": data.transaction_timestamp,
            "cents": (data.sales_value * 100).round().astype("int64"),
        }
    )
    made = analyze([path], tmp_path / "out", merge_duplicate_rows=False, quick=True)
    assert {"order_id": "basket_id", "record_id": "household_id", "net_amount": "sales_value"}.items() <= (
        made.proposals[0].settings.columns.items()
    )
    judged(made, data, "2018-01-02")
