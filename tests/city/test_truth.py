"""The truth is true: worked out again from the files by other means, and by hand on a few records."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from datetime import date, datetime
from decimal import Decimal

import numpy as np
import polars as pl

from kezhi.city import defects
from kezhi.city.seasons import END

PAID = {"已完成", "已支付", "paid", "PAID"}


def money(text: str) -> Decimal:
    """Yuan from any of the forms in the files."""
    return Decimal(unicodedata.normalize("NFKC", text).strip("元").replace("¥", "").replace(",", ""))


def orders_in_files(written, source: str) -> dict[str, dict[str, str]]:
    """Order id -> our field -> cell, of the readable rows with a usable time."""
    columns = written.columns(source, "orders")
    found = {}
    for file in written.summary["files"]:
        if (file["source"], file["table_name"]) == (source, "orders"):
            header, rows, _ = written.rows(file["source_file"])
            for row in rows:
                cells = {field: row[header.index(name)] for field, name in columns.items()}
                if cells["ordered_at"][:1] in "12":
                    found[cells["order_id"]] = cells
    return found


def test_the_net_amount_of_the_summary_is_what_the_files_add_up_to(written):
    total = Decimal(0)
    for source in ("shop", "app"):
        total += sum((money(o["net_amount"]) for o in orders_in_files(written, source).values() if o["status"] in PAID), Decimal(0))
    header, rows, _ = written.rows("data/shop/退款.csv")
    total -= sum((money(row[header.index("退款金额")]) for row in {row[0]: row for row in rows}.values()), Decimal(0))
    assert total == Decimal(written.summary["total"]["net_amount"])
    truth = written.truth("orders").filter(pl.col("is_paid") & ~pl.col("must_reject"))
    assert total == truth["net_amount"].sum()
    assert (
        truth.filter(~pl.col("dated_in_future"))["net_amount"].sum() == Decimal(written.summary["total"]["net_before_end_amount"]) < total
    )


def test_every_order_of_the_truth_stands_in_the_files_with_its_amount_buyer_and_day(written):
    truth = written.truth("orders").filter((pl.col("table_name") == "orders") & ~pl.col("must_reject"))
    in_files = {source: orders_in_files(written, source) for source in ("shop", "app")}
    assert len(truth) == sum(len(orders) for orders in in_files.values())
    for order in truth.iter_rows(named=True):
        cells = in_files[order["source"]][order["order_id"]]
        assert money(cells["net_amount"]) == order["net_amount"] == order["gross_amount"] - order["discount_amount"]
        assert cells["record_id"] == (order["record_id"] or "")
        assert cells["refund_of"] == (order["refund_of_written"] or "")
        assert (cells["status"] in PAID) == order["is_paid"]
        digits = "".join(filter(str.isdigit, cells["ordered_at"]))
        assert digits.startswith(str(order["ordered_at"].year)) != order["dated_in_future"]


def test_lines_of_an_order_add_up_to_it(written):
    for source in ("shop", "app"):
        columns, sums = written.columns(source, "order_lines"), defaultdict(Decimal)
        for file in written.summary["files"]:
            if (file["source"], file["table_name"]) == (source, "order_lines"):
                header, rows, _ = written.rows(file["source_file"])
                for row in set(map(tuple, rows)):
                    sums[row[header.index(columns["order_id"])]] += money(row[header.index(columns["net_amount"])])
        truth = written.truth("orders").filter((pl.col("source") == source) & (pl.col("table_name") == "orders") & ~pl.col("must_reject"))
        amounts = dict(zip(truth["order_id"], truth["net_amount"], strict=True))
        assert set(sums) <= set(amounts)
        assert all(amounts[order] == amount for order, amount in sums.items())
        assert set(truth.filter(order_kind="purchase")["order_id"]) <= set(sums)


def test_a_refund_gives_back_no_more_than_its_order_and_comes_later(written):
    truth = written.truth("orders")
    refunds = truth.filter(order_kind="refund").join(
        truth.filter(order_kind="purchase"), left_on=["source", "refund_of"], right_on=["source", "order_id"], suffix="_of"
    )
    assert len(refunds) == len(truth.filter(order_kind="refund")) > 0
    assert refunds.select(((-pl.col("net_amount") <= pl.col("net_amount_of")) & (pl.col("net_amount") < 0)).all()).item()
    assert refunds.select((pl.col("ordered_at") > pl.col("ordered_at_of")).all()).item()
    assert refunds.select((pl.col("person_id").eq_missing(pl.col("person_id_of"))).all()).item()
    full = refunds.filter(-pl.col("net_amount") == pl.col("net_amount_of"))
    assert 0 < len(full) < len(refunds)
    assert {"orders", "refunds"} == set(refunds["table_name"])
    assert 0 < refunds["refund_of_written"].null_count() < len(refunds)


def test_every_defect_stands_in_its_file_as_noted(written):
    """The value as written is found under the row's id, in the column that kezhi.yaml maps to our name."""
    cells: dict[tuple[str, str], dict[str, set[str]]] = {}
    whole_rows = {"exact_duplicate", "row_too_short", "row_too_long", "unclosed_quote", "broken_json"}
    for defect in written.defects.filter(~pl.col("kind").is_in(whole_rows) & pl.col("row_id").is_not_null()).iter_rows(named=True):
        columns = written.columns(defect["source"], defect["table_name"])
        place = (defect["source_file"], defect["column_name"])
        if place not in cells:
            header, rows, _ = written.rows(defect["source_file"])
            key = [
                header.index(columns[name])
                for name in (("order_id", "line_no") if defect["table_name"] == "order_lines" else (next(iter(columns)),))
            ]
            cells[place] = defaultdict(set)
            for row in rows:
                cells[place]["/".join(row[k] for k in key)].add(row[header.index(columns[defect["column_name"]])])
        if defect["kind"] != "missing_record_id":
            assert {defect["wrong_value"] or ""} == cells[place][defect["row_id"]], defect


def test_broken_rows_are_copies_so_that_their_loss_loses_nothing(written):
    broken = written.defects.filter(pl.col("kind").is_in(["row_too_short", "row_too_long", "unclosed_quote", "broken_json"]))
    assert len(broken) > 5
    for defect in broken.iter_rows(named=True):
        path = written.folder / defect["source_file"]
        text = path.read_text(encoding="gb18030" if path.suffix == ".csv" else "utf-8")
        assert defect["wrong_value"] in text
        assert text.count(defect["row_id"].split("/")[0]) >= 2


def test_every_kind_of_defect_is_planted_and_every_planted_kind_is_described(written):
    assert set(defects.KINDS) == set(written.defects["kind"])
    assert dict(Counter(written.defects["kind"].to_list())) == written.summary["defects"]


def test_a_cell_has_at_most_one_defect(written):
    of_cells = written.defects.filter((pl.col("column_name") != "*") & pl.col("row_id").is_not_null())
    pointed_out = {
        "order_without_buyer",
        "buyer_in_no_file",
        "order_id_of_two_systems",
        "refund_as_negative_order",
    }  # and also written some way
    changed = of_cells.filter(~pl.col("kind").is_in(pointed_out))
    assert not changed.select("source_file", "row_id", "column_name").is_duplicated().any()


def test_right_values_of_recoverable_defects_are_what_a_reader_would_say(written):
    right = {(d["kind"], d["wrong_value"]): d["right_value"] for d in written.defects.filter("recoverable").iter_rows(named=True)}
    for (kind, wrong), value in right.items():
        plain = unicodedata.normalize("NFKC", wrong or "")
        digits = "".join(filter(str.isdigit, plain))
        if kind in ("phone_dashes", "phone_full_width", "phone_as_number", "household_landline"):
            assert digits == value
        elif kind == "phone_country_code":
            assert digits == "86" + value
        elif kind == "email_form":
            assert plain.strip().lower() == value
        elif kind == "money_form":
            assert money(wrong) == Decimal(value)
        elif kind == "id_number_15_digits":
            assert (wrong[:6] + "19" + wrong[6:], True) == (value[:17], len(wrong) == 15)
        elif kind == "name_blanks":
            assert wrong.strip() == value
        elif kind == "date_form" and len(digits) == 8:
            assert value[:10] == f"{digits[:4]}-{digits[4:6]}-{digits[6:]}" or not plain.isdigit()


def test_identity_numbers_are_valid_but_for_the_ones_noted(written):
    """GB 11643-1999: the weighted digits with the check character leave 1 modulo 11."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2, 1)

    def valid(number: str) -> bool:
        return sum(w * (10 if c in "Xx" else int(c)) for w, c in zip(weights, number, strict=True)) % 11 == 1

    persons = written.truth("persons")
    assert all(map(valid, persons["id_number"]))
    assert not persons["id_number"].is_duplicated().any()
    for person in persons.select("id_number", "birth_date", "gender").iter_rows(named=True):
        assert person["id_number"][6:14] == person["birth_date"].strftime("%Y%m%d")
        assert ("male" if int(person["id_number"][16]) % 2 else "female") == person["gender"]
    wrong = written.defects.filter(kind="id_number_checksum")
    assert len(wrong) > 0
    assert not any(map(valid, wrong["wrong_value"]))
    assert not set(wrong["wrong_value"]) & set(persons["id_number"])


def test_nobody_buys_before_joining_or_after_leaving_or_after_the_data_end(written):
    orders = written.truth("orders").filter((pl.col("order_kind") == "purchase") & pl.col("person_id").is_not_null())
    joined = orders.join(written.truth("persons"), on="person_id")
    day = pl.col("ordered_at").dt.date()
    assert joined.select((day >= pl.col("joined_on")).all() & (day < pl.col("left_on").fill_null(END)).all()).item()
    assert written.truth("orders")["ordered_at"].max() < datetime(END.year, END.month, END.day)
    assert len(joined) == len(orders)


def test_orders_name_records_of_their_own_person(written):
    orders = written.truth("orders").filter(pl.col("record_id").is_not_null())
    joined = orders.join(written.truth("records"), on=["source", "record_id"], how="left", suffix="_of_record")
    assert joined.select((pl.col("person_id") == pl.col("person_id_of_record")).all()).item()
    assert set(joined.filter(~pl.col("in_file"))["buyer"]) == {"in_no_file"}
    assert set(joined.filter("in_file")["buyer"]) == {"known"}


def test_records_of_the_truth_are_those_of_the_files(written):
    truth = written.truth("records")
    for source in ("shop", "app", "member"):
        columns, ids = written.columns(source, "customer_records"), set()
        for file in written.summary["files"]:
            if (file["source"], file["table_name"]) == (source, "customer_records"):
                header, rows, _ = written.rows(file["source_file"])
                ids |= {row[header.index(columns["record_id"])] for row in rows} - {""}
        assert ids == set(truth.filter((pl.col("source") == source) & pl.col("in_file"))["record_id"])


def test_the_same_order_id_in_two_systems_names_two_orders(written):
    truth = written.truth("orders").filter(table_name="orders")
    both = truth.filter(source="shop").join(truth.filter(source="app"), on="order_id")
    assert set(both["order_id"]) == set(written.defects.filter(kind="order_id_of_two_systems")["row_id"]) != set()
    assert not truth.select("source", "order_id").is_duplicated().any()


def test_the_truth_has_no_date_of_today(written):
    assert written.summary["as_of"] == END.isoformat() == date(2025, 7, 1).isoformat()
    assert np.datetime64(written.truth("persons")["joined_on"].max()) < np.datetime64(END)
