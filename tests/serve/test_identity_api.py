"""Who is who over HTTP: the queue, its answers, merge and split with preview, undo; masked, by role, and in the audit log."""

from __future__ import annotations

import pytest

from kezhi.kit.engine import _
from kezhi.store import audit

API = "/api/v1/identity"


def last_action(app) -> tuple[str, str]:
    with app.state.workspace.store.reading() as session:
        entry = audit.entries(session, limit=1)[0]
        return entry.action, entry.login


def test_the_queue_is_in_order_of_money_and_says_what_each_field_is_worth(sign_in, city_project):
    said = sign_in("analyst").get(f"{API}/review", params={"limit": 50}).json()
    assert said["is_on"]
    assert said["total"] >= len(said["items"]) > 5
    stakes = [float(pair["value_at_stake"]) for pair in said["items"]]
    assert stakes == sorted(stakes, reverse=True)
    weights = city_project.table("identity_weights").filter(_.comparison == "prior").weight_bits.to_pyarrow()[0].as_py()
    for pair in said["items"]:
        assert pair["evidence"], "something was compared"
        assert sum(row["weight_bits"] for row in pair["evidence"]) + weights == pytest.approx(pair["weight_bits"], abs=0.01)
        assert 0.2 <= pair["probability"] < 0.99 or pair["outcome"] not in ("joined", "below_threshold")
    phones = {side["record"]["phone"] for pair in said["items"] for side in pair["sides"]} - {None}
    assert phones
    assert all("*" in phone for phone in phones)


def test_an_answer_takes_the_pair_from_the_queue_and_its_undo_brings_it_back(app, sign_in):
    client = sign_in("analyst")
    first, second = client.get(f"{API}/review").json()["items"][:2]
    made = client.post(f"{API}/review/{first['pair_id']}", json={"answer": "apart", "reason": "两代人"})
    assert made.status_code == 201
    assert (made.json()["kind"], made.json()["pending"], made.json()["author"]) == ("apart", True, "analyst")
    assert [made.json()["one_customers"][0], made.json()["other_customers"][0]] == [side["customer_id"] for side in first["sides"]]
    assert last_action(app) == ("identity.apart", "analyst")
    client.post(f"{API}/review/{second['pair_id']}", json={"answer": "later"})
    after = client.get(f"{API}/review", params={"limit": 100}).json()["items"]
    assert first["pair_id"] not in [pair["pair_id"] for pair in after]
    assert [pair["put_off"] for pair in after if pair["pair_id"] == second["pair_id"]] in ([], [True])
    assert after[0]["pair_id"] != second["pair_id"]
    undone = client.post(f"{API}/decisions/{made.json()['decision_id']}/undo", json={}).json()
    assert (undone["undone_by"], undone["pending"]) == ("analyst", False)
    assert client.get(f"{API}/review").json()["items"][0]["pair_id"] == first["pair_id"]
    assert client.post(f"{API}/review/nobody", json={"answer": "same"}).status_code == 404


def test_what_all_of_a_customers_orders_are_worth_is_what_the_run_said(app, city_project):
    """The value of a merge is told by what the run values customers with: for one customer it is the customer's own."""
    from kezhi.flow.clv import value_of_all

    workspace = app.state.workspace
    reader = workspace.reader()
    rows = city_project.table("clv").order_by(_.clv.desc()).limit(3).to_pyarrow().to_pylist()
    for row in rows:
        own = reader.table("ledger").filter(_.customer_id == row["customer_id"])
        assert value_of_all(own, reader, workspace.settings.clv) == row["clv"]
    nobody = reader.table("ledger").filter(_.customer_id == "nobody")
    assert value_of_all(nobody, reader, workspace.settings.clv) is None


def test_a_merge_says_before_what_becomes_of_the_two(app, sign_in, city_project):
    profile = city_project.table("profile").filter(_.orders_life > 0).order_by("customer_id").limit(2)
    one, other = profile.select("customer_id", "orders_life", "net_amount_life").to_pyarrow().to_pylist()
    asked = {"one": one["customer_id"], "other": other["customer_id"]}
    said = sign_in("service").get(f"{API}/preview", params=asked).json()
    assert said["after"]["orders"] == one["orders_life"] + other["orders_life"]
    assert float(said["after"]["net_amount"]) == float(one["net_amount_life"] + other["net_amount_life"])
    assert said["after"]["customer_id"] in asked.values()
    worth = city_project.table("clv").filter(_.customer_id.isin(list(asked.values()))).to_pyarrow().to_pylist()
    assert {row["customer_id"]: float(row["clv"]) for row in worth} == {row["customer_id"]: float(row["clv"]) for row in said["before"]}
    assert float(said["after"]["clv"]) > 0
    assert all("*" in value for row in said["fields"] if row["field"] == "phone" for value in row["values"] if value)
    assert sign_in("service").post(f"{API}/merges", json=asked).status_code == 403
    made = sign_in("analyst").post(f"{API}/merges", json=asked).json()
    assert last_action(app) == ("identity.same", "analyst")
    told = sign_in("service").get(f"{API}/history", params={"customer_id": one["customer_id"], "on": "2020-01-01"}).json()
    assert [row["decision_id"] for row in told["decisions"]] == [made["decision_id"]]
    assert told["events"][0]["event"] == "new"
    assert told["was"] is None
    assert sign_in("analyst").post(f"{API}/merges", json={"one": one["customer_id"], "other": one["customer_id"]}).status_code == 422


def test_records_are_split_off_by_their_keys(sign_in, city_project):
    client = sign_in("analyst")
    own = city_project.table("customers").filter(_.records > 2).order_by("customer_id").limit(1).customer_id.to_pyarrow()[0].as_py()
    records = client.get(f"/api/v1/customers/{own}").json()["records"]
    made = client.post(f"{API}/splits", json={"customer_id": own, "record_keys": [records[1]["record_key"]]})
    assert made.status_code == 201, made.text
    assert (len(made.json()["one_records"]), len(made.json()["other_records"])) == (1, len(records) - 1)
    keys = [record["record_key"] for record in records]
    assert client.post(f"{API}/splits", json={"customer_id": own, "record_keys": keys}).status_code == 422
    assert client.post(f"{API}/splits", json={"customer_id": own, "record_keys": ["nobody"]}).status_code == 422


def test_somebody_of_one_region_decides_about_its_customers_only(app, sign_in, city_project):
    from kezhi.store import users

    with app.state.workspace.store.session() as session:
        users.add_user(session, "regional", "correct horse battery", "analyst")
        users.change_user(session, "regional", regions=["武汉市"])
    client = sign_in("regional")
    cities = city_project.table("customers").select("customer_id", "city").to_pyarrow().to_pylist()
    where = {row["customer_id"]: row["city"] for row in cities}
    seen = client.get(f"{API}/review", params={"limit": 100}).json()
    assert {where[side["customer_id"]] for pair in seen["items"] for side in pair["sides"]} <= {"武汉市"}
    mine = {pair["pair_id"] for pair in seen["items"]}
    others = [
        pair for pair in sign_in("analyst").get(f"{API}/review", params={"limit": 100}).json()["items"] if pair["pair_id"] not in mine
    ]
    assert client.post(f"{API}/review/{others[0]['pair_id']}", json={"answer": "same"}).status_code == 404


def test_any_two_records_are_explained_as_the_run_weighed_them(sign_in, city_project):
    client = sign_in("service")
    pair = client.get(f"{API}/review").json()["items"][0]
    row = city_project.table("identity_review").filter(_.pair_id == pair["pair_id"]).to_pyarrow().to_pylist()[0]
    said = client.get(f"{API}/explain", params={"one": row["left_record_id"], "other": row["right_record_id"]}).json()
    assert said["weight_bits"] == pytest.approx(pair["weight_bits"], abs=0.01)
    assert {one["comparison"]: one["agreement"] for one in said["evidence"]} == {
        one["comparison"]: one["agreement"] for one in pair["evidence"]
    }
    assert said["same_customer"] == (pair["sides"][0]["customer_id"] == pair["sides"][1]["customer_id"])
    assert [side["record"] for side in said["sides"]] == [side["record"] for side in pair["sides"]]
    own = city_project.table("customers").filter(_.records > 2).order_by("customer_id").limit(1).customer_id.to_pyarrow()[0].as_py()
    keys = [record["record_key"] for record in client.get(f"/api/v1/customers/{own}").json()["records"][:2]]
    assert client.get(f"{API}/explain", params={"one": keys[0], "other": keys[1], "customer_id": own}).json()["same_customer"]
    assert client.get(f"{API}/explain", params={"one": "nobody", "other": own}).status_code == 404
    assert client.get(f"{API}/explain", params={"one": "nobody", "other": keys[0], "customer_id": own}).status_code == 404
    assert client.get(f"{API}/explain", params={"one": own, "other": own}).status_code == 422
