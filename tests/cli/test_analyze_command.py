"""`kezhi analyze` and `kezhi init` as typed: what stands on stdout and stderr, and which exit code comes back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kezhi import settings


@pytest.fixture
def orders(tmp_path):
    """Buyers stand under 会员, and 导购 is a shop assistant."""
    lines = ["单号,导购,会员,日期,金额", "1,e1,c1,2025-05-01,80", "2,e1,c2,2025-05-02,20", "3,e1,,2025-05-03,5"]
    (tmp_path / "orders.csv").write_text("\n".join(lines), encoding="utf-8")
    return tmp_path / "orders.csv"


def test_json_is_one_document_and_all_that_stands_on_stdout(kezhi, orders, tmp_path):
    said = kezhi("analyze", orders, "--out", "[b]报告", "--map", " Customer_ID = 导购 ，order_id=单号", "--as-of", "2025-05-03", "--json")
    summary = json.loads(said.out)
    assert (0, 1) == (said.code, said.out.count("\n"))
    assert {"as_of": "2025-05-03", "rows_read": 3, "rows_rejected": 0, "customers": 1, "orders": 2, "orders_later": 1} == {
        name: summary[name] for name in ("as_of", "rows_read", "rows_rejected", "customers", "orders", "orders_later")
    }
    assert ("100.00", {"一般发展客户": 1}) == (summary["net_amount"], summary["rfm_groups"])
    assert (tmp_path / "[b]报告" / "report.html").is_file()
    assert "导购 → record_id  you said so" in said.err
    again = kezhi("analyze", orders, "--out", "[b]报告", "--quick", lang="en")
    assert (0, True) == (again.code, str(tmp_path / "[b]报告" / "report.html") in again.out)
    assert "orders without a customer 1." in again.out
    assert ("General growth" in again.out, "一般" in again.out) == (True, False)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["none.csv"], "none.csv"),
        (["folder"], "folder"),
        (["empty.csv"], "empty.csv"),
        (["binary.csv"], "binary.csv"),
        (["words.txt"], "--map ordered_at="),
        (["orders.csv", "--as-of", "2025-02-30"], "2025-02-30"),
        (["orders.csv", "--as-of", "0001-01-01"], "1900"),
        (["orders.csv", "--map", "customer_id"], "customer_id"),
        (["orders.csv", "--map", "custmer_id=会员"], "customer_id"),
        (["orders.csv", "--map", "customer_id=会员号"], "会员"),
        (["orders.csv", "--map", "customer_id=会员,customer_id=导购"], "customer_id"),
        (["orders.csv", "--map", "customer_id=会员,record_id=导购"], "record_id"),
        (["orders.csv", "--out", "orders.csv"], "--out"),
        (["orders.csv", "--out", "folder"], "orders.parquet"),
        (["orders.csv", "--currency", "yuan"], "CNY"),
        (["orders.csv", "--map", "qqqqqq=会员"], "order_id"),
        (["book.xlsx"], ".xlsx"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_used_is_one_line_on_stderr_and_exit_2(words, told, lang, kezhi, orders, tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "orders.parquet").write_text("mine")
    (tmp_path / "empty.csv").touch()
    (tmp_path / "binary.csv").write_bytes(bytes(range(256)) * 9)
    (tmp_path / "book.xlsx").write_bytes(b"PK\x03\x04 cut off")
    (tmp_path / "words.txt").write_text("hello world\nof no use\n")
    said = kezhi("analyze", *words, "--json", lang=lang)
    assert (2, "", 1) == (said.code, said.out, said.err.count("\n"))
    assert told in said.err
    assert not any(word in said.err for word in ("Errno", "Traceback", ".."))
    assert not (tmp_path / "kezhi-report").exists()
    assert ["orders.parquet"] == [path.name for path in (tmp_path / "folder").iterdir()]


def test_init_writes_what_it_believed_and_says_what_it_is_unsure_of(kezhi, tmp_path):
    (tmp_path / "shop.csv").write_text("buyer,date,amount\na,01/02/2024,5\n", encoding="utf-8")
    said = kezhi("init", "--from", "shop.csv", "--map", "customer_id=buyer", "-p", "[x] company")
    assert (0, True, True) == (said.code, "--date-order" in said.err, "buyer → record_id  you said so" in said.err)
    assert str(tmp_path / "[x] company" / "kezhi.yaml") in said.out
    assert "kezhi run -p '[x] company'" in said.out  # can be pasted into a shell
    made = settings.load(tmp_path / "[x] company")
    ((_, source),) = made.sources.items()
    assert ("mdy", "buyer") == (source.tables["sales"].date_order, source.tables["sales"].columns["record_id"])
    again = kezhi("init", "--from", "shop.csv", "-p", "[x] company", "--date-order", "dmy", lang="zh")
    assert (2, "", 1) == (again.code, again.out, again.err.count("\n"))
    assert "dmy" in (kezhi("init", "--from", "shop.csv", "-p", "b", "--date-order", "dmy"), Path("b/kezhi.yaml").read_text("utf-8"))[1]
