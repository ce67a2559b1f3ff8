"""The scorecard of the data, the rows behind a cell, and corrections that people approve or reject."""

from __future__ import annotations

import json

import pyarrow.parquet as pq
import pytest

from kezhi.cli import main
from kezhi.flow.gaps import rows_without
from kezhi.kit.engine import _
from kezhi.store import audit

PHONES = {"source": "shop", "table_name": "customer_records", "column_name": "phone", "rule": "phone_format"}


@pytest.fixture
def analyst(sign_in):
    return sign_in("analyst")


def asked(client, path: str, **params):
    answer = client.get(f"/api/v1/data{path}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def rows(table) -> list[dict]:
    return table.to_pyarrow().to_pylist()


def test_the_scorecard_adds_up_to_its_columns_and_agrees_with_the_ledger_of_cleaning(analyst, city_project):
    shown = asked(analyst, "/quality")
    assert [one["dimension"] for one in shown["dimensions"]] == ["completeness", "validity", "consistency", "uniqueness", "timeliness"]
    for whole in shown["scorecard"]:
        own = [one for one in shown["columns"] if all(one[name] == whole[name] for name in ("source", "table_name", "dimension"))]
        assert (whole["n"], whole["failing"]) == (sum(one["n"] for one in own), sum(one["failing"] for one in own))
        assert whole["share"] == pytest.approx(1 - whole["failing"] / whole["n"])
    failing = {(one["source"], one["table_name"], one["column_name"], one["dimension"]): one["failing"] for one in shown["columns"]}
    here = (_.source == "shop") & (_.table_name == "customer_records")
    phones = city_project.table("corrections").filter(here & (_.column_name == "phone"))
    merged = city_project.table("corrections").filter(here & (_.rule == "duplicate_row"))
    assert failing["shop", "customer_records", "phone", "validity"] >= phones.filter(_.after.isnull()).count().to_pyarrow().as_py() > 0
    assert failing["shop", "customer_records", "*", "uniqueness"] >= merged.count().to_pyarrow().as_py() > 0
    assert shown["history"][-1]["as_of"] == shown["as_of"]


def test_a_cell_leads_to_rows_without_anything_personal(analyst, city_project):
    cell = {name: PHONES[name] for name in ("source", "table_name", "column_name")}
    found = asked(analyst, "/quality/rows", **cell, dimension="consistency")
    assert found
    known = {row["before"] for row in rows(city_project.table("corrections").filter(_.column_name == "phone").select("before"))}
    assert all("*" in one["before"] and one["before"] not in known for one in found)
    repeats = asked(analyst, "/quality/rows", source="shop", table_name="orders", column_name="*", dimension="uniqueness")
    assert {one["reason"] for one in repeats} == {"Exact repeat merged"}
    cut = asked(analyst, "/quality/rows", source="shop", table_name="orders", column_name="*", dimension="validity")
    assert cut
    assert {one["before"] for one in cut} == {"***"}
    assert asked(analyst, "/quality/rows", source="nobody", table_name="orders", column_name="*", dimension="validity") == []


def test_a_cell_without_values_lists_its_rows_not_only_the_first(analyst, city_project):
    """As many as the cell counts, at most fifty; a word for nothing (`无`) is no value either."""
    cells = [one for one in asked(analyst, "/quality")["columns"] if one["dimension"] == "completeness" and one["failing"]]
    few, many = (
        next(one for one in cells if one["source"] == "shop" and test(one["failing"])) for test in (lambda n: 1 < n < 50, lambda n: n > 50)
    )
    for cell in (few, many):
        place = {name: cell[name] for name in ("source", "table_name", "column_name")}
        found = asked(analyst, "/quality/rows", **place, dimension="completeness")
        assert len({(one["source_file"], one["source_line"]) for one in found}) == len(found) == min(cell["failing"], 50)
        assert {one["reason"] for one in found if one["before"] is None} == {"No value"}
    raw = city_project.folder / ".kezhi" / "raw" / "customer_records"
    shop = next(pq.read_table(file).to_pylist() for file in raw.glob("shop-*.parquet"))
    without = [row["source_line"] for row in shop if row["occupation"] is None]
    assert rows_without(city_project.folder, "shop", "customer_records", "occupation", most=9) == [
        (shop[0]["source_file"], line) for line in without[:9]
    ]
    assert rows_without(city_project.folder, "shop", "customer_records", "no_column", most=9) == []


def test_a_rule_and_a_text_are_decided_seen_and_taken_back(analyst, sign_in, app):
    found = next(one for one in asked(analyst, "/corrections")["items"] if all(one[name] == PHONES[name] for name in PHONES))
    assert (found["can_reject"], found["verdict"], found["words"]) == (True, None, "Phone written one way")
    page = asked(analyst, "/corrections/values", **PHONES, limit=5)
    assert page["total"] == found["texts"]
    text = page["items"][0]
    assert "*" in text["before"]

    def decide(client, **more):
        return client.post("/api/v1/data/corrections/decisions", json={**PHONES, **more})

    assert decide(sign_in("manager"), verdict="approved").status_code == 403
    assert decide(analyst, verdict="rejected", text_key="0" * 32).status_code == 404
    made = decide(analyst, verdict="rejected", reason="wrong area codes")
    assert (made.status_code, made.json()["pending"], made.json()["count"]) == (201, True, found["values"])
    single = decide(analyst, verdict="approved", text_key=text["text_key"]).json()
    again = next(one for one in asked(analyst, "/corrections")["items"] if all(one[name] == PHONES[name] for name in PHONES))
    assert (again["verdict"], again["pending"], again["texts_decided"]) == ("rejected", True, 1)
    assert asked(analyst, "/corrections/values", **PHONES, limit=1)["items"][0]["verdict"] == "approved"
    for one in (made.json(), single):
        answer = analyst.post(f"/api/v1/data/corrections/decisions/{one['decision_id']}/undo", json={})
        assert answer.json()["undone_by"] == "analyst"
        assert not answer.json()["pending"]  # no run ever saw it
    assert asked(analyst, "/corrections/decisions") == []
    assert len(asked(analyst, "/corrections/decisions", undone=True)) == 2
    with app.state.workspace.store.reading() as session:
        noted = [one.action for one in audit.entries(session, subject="shop customer_records phone phone_format")]
    assert noted == ["correction.undone"] * 2 + ["correction.approved", "correction.rejected"]


def test_what_could_not_stand_in_its_column_cannot_be_rejected(analyst):
    about = {"source": "shop", "table_name": "orders", "column_name": "*", "rule": "duplicate_row"}
    answer = analyst.post("/api/v1/data/corrections/decisions", json={**about, "verdict": "rejected"})
    assert (answer.status_code, answer.json()["code"]) == (422, "wrong_input")
    assert "duplicate_row" in answer.json()["message"]


def test_the_command_line_says_the_same(city_project, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("KEZHI_STORE", f"sqlite:///{tmp_path / 'store.db'}")

    def told(*words: str):
        monkeypatch.setattr("sys.argv", ["kezhi", "data", *words, "-p", str(city_project.folder), "--json"])
        assert main() == 0
        return json.loads(capsys.readouterr().out)

    card = told("quality", "--source", "member")
    assert {row["source"] for row in card} == {"member"}
    assert [row["share"] for row in card] == sorted(row["share"] for row in card)
    about = ["shop", "orders", "net_amount", "money_format"]
    texts = told("corrections", *about, "--limit", "2")
    assert [row["values"] for row in texts] == sorted((row["values"] for row in texts), reverse=True)
    made = told("reject", *about, "--text", texts[0]["text_key"], "--by", "anna")
    assert (made["verdict"], made["author"], made["count"]) == ("rejected", "anna", texts[0]["values"])
    assert told("undo", made["decision_id"], "--by", "bo")["undone_by"] == "bo"
    assert told("decisions") == []
