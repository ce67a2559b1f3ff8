"""The list of customers as a file: what it holds, what it hides, and what the log says of it."""

from __future__ import annotations

import csv
import io

import fastexcel
import pytest

from kezhi.kit.engine import _
from kezhi.serve.customers import export
from kezhi.store import audit


def lines(answer) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_a_file_holds_the_filtered_list_masked_and_the_log_says_so(app, sign_in, city_project):
    asked = {"city": "武汉市", "sort": "customer_id", "column": ["phone", "rfm_group", "net_amount_life"], "q": ""}
    found = lines(sign_in("marketer").get("/api/v1/customers/export", params=asked))
    wanted = city_project.table("profile").filter(_.city == "武汉市").order_by("customer_id").to_pyarrow().to_pylist()
    assert list(found[0]) == ["Customer id", "Phone", "RFM group", "Net sales, all"]
    assert [row["Customer id"] for row in found] == [row["customer_id"] for row in wanted]
    assert [row["Net sales, all"] for row in found] == [str(row["net_amount_life"]) for row in wanted]
    assert {row["RFM group"] for row in found} <= {
        "",
        *(
            "Key value",
            "Key growth",
            "Key retention",
            "Key win-back",
            "General value",
            "General growth",
            "General retention",
            "General win-back",
        ),
    }
    assert all("****" in row["Phone"] for row in found if row["Phone"])
    with app.state.workspace.store.reading() as session:
        entry = audit.entries(session, limit=1, action="customers.exported")[0]
    assert (entry.login, entry.details["rows"], entry.details["filter"]) == ("marketer", len(wanted), {"city": ["武汉市"]})


def test_a_workbook_has_the_same_rows_with_numbers_and_days(sign_in, city_project):
    asked = {"form": "xlsx", "segment": "orders_365d >= 20", "sort": "-orders_365d", "column": ["orders_365d", "last_purchase_on"]}
    answer = sign_in("admin").get("/api/v1/customers/export", params=asked)
    assert answer.status_code == 200, answer.text
    sheet = fastexcel.read_excel(answer.content).load_sheet(0).to_arrow()
    assert sheet.column_names == ["Customer id", "Orders, 365 days", "Last purchase"]
    rows = [list(row.values()) for row in sheet.to_pylist()]
    assert len(rows) == city_project.segment_count("orders_365d >= 20") > 0
    best = city_project.table("profile").order_by(_.orders_365d.desc()).limit(1).to_pyarrow().to_pylist()[0]
    assert (rows[0][1], rows[0][2].date()) == (best["orders_365d"], best["last_purchase_on"])


@pytest.mark.parametrize("value", ["=1+1", "+86", "-1", "@SUM(A1)", "\t=1", "＝1"])
def test_text_never_becomes_a_formula(value):
    assert export._safe(value) == "'" + value


@pytest.mark.parametrize("value", [-5, None, "王芳", "a=b"])
def test_numbers_and_other_text_stay(value):
    assert export._safe(value) == value


def test_more_than_a_file_holds_is_refused_before_it_is_read(sign_in, monkeypatch):
    monkeypatch.setitem(export.MOST, "csv", 3)
    answer = sign_in("admin").get("/api/v1/customers/export")
    assert (answer.status_code, answer.json()["code"]) == (422, "wrong_input")
    assert "3" in answer.json()["message"]


def test_wrong_columns_and_segments_are_refused(sign_in):
    client = sign_in("admin")
    assert client.get("/api/v1/customers/export", params={"column": "phone_number"}).status_code == 422
    assert client.get("/api/v1/customers/export", params={"segment": "no such thing("}).status_code == 422
    assert client.get("/api/v1/customers", params={"segment": "import os"}).status_code == 422
