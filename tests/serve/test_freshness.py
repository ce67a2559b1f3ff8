"""An answer that its asker has is not sent again; what could differ between two askers never shares a tag."""

from __future__ import annotations

import shutil

import pytest
from sqlalchemy import event
from starlette.testclient import TestClient
from test_access import actions, filled, routes

from kezhi.flow.files import write_text
from kezhi.flow.lake import CURRENT
from kezhi.serve.app import create_app
from kezhi.serve.freshness import FROM_SNAPSHOT, NOT_KEPT
from kezhi.store import Database, sqlite_url, users
from kezhi.store.records import CustomerOwner

ASKED = {  # what an operation must be told besides its address
    "listViews": {"page": "customers"},
    "getDataExamples": {"of": "rejects", "code": "no_time", "source": "app", "table_name": "orders"},
    "countSegment": {"where": "orders_90d >= 3"},
}


def reads(app, reader) -> list[tuple[str, str, str]]:
    """Operation, action and a filled address of every route that reads."""
    ids = {
        "customer_id": reader.answer(reader.table("customers").select("customer_id").limit(1))[0][0].as_py(),
        "product_id": reader.answer(reader.table("product_view").select("product_id").limit(1))[0][0].as_py(),
        "key": "net_sales",
    }
    found = []
    for path, route in routes(app):
        if route.methods == {"GET"} and actions(route):
            for name, value in ids.items():
                path = path.replace("{" + name + "}", value)
            found.append((route.operation_id, next(iter(actions(route))), filled(path, route)))
    return found


@pytest.fixture(scope="module")
def asked(app, sign_in):
    """Every answer that reads, as an admin gets it: operation -> (address, parameters, answer)."""
    admin = sign_in("admin")
    return {
        name: (path, ASKED.get(name, {}), admin.get(path, params=ASKED.get(name, {})))
        for name, _, path in reads(app, app.state.workspace.reader())
    }


def test_what_reads_and_finds_has_a_tag_and_what_is_audited_has_none(asked):
    assert asked.keys() >= FROM_SNAPSHOT | NOT_KEPT
    for name, (_, _, answer) in asked.items():
        tagged, kept = "etag" in answer.headers, answer.headers["cache-control"]
        assert (tagged, kept) == (
            (True, "private, no-cache") if answer.status_code == 200 and name not in NOT_KEPT else (False, "no-store")
        ), name
        assert answer.status_code == 200 or name not in FROM_SNAPSHOT, (name, answer.text)
    assert sum("etag" in answer.headers for _, _, answer in asked.values()) > 25


def test_who_has_the_answer_is_told_so_and_gets_no_body(asked, sign_in):
    for name, (path, params, before) in asked.items():
        if "etag" in before.headers:
            again = sign_in("admin").get(path, params=params, headers={"If-None-Match": f'"other", {before.headers["etag"]}'})
            unchanged = again.status_code == 304
            assert unchanged or again.content != before.content, name  # some answers say how things are now
            assert (again.content == b"", again.headers["etag"] == before.headers["etag"]) == (unchanged, unchanged), name
            assert {"Cookie", "Authorization", "Accept-Language"} <= {one.strip() for one in again.headers["vary"].split(",")}
    for name in FROM_SNAPSHOT:
        path, params, before = asked[name]
        assert sign_in("admin").get(path, params=params, headers={"If-None-Match": before.headers["etag"]}).status_code == 304, name


def test_no_two_users_and_no_two_languages_share_a_tag(asked, sign_in):
    for name, (path, params, before) in asked.items():
        if "etag" in before.headers:
            others = [sign_in(role).get(path, params=params) for role in ("analyst", "manager")]
            others.append(sign_in("admin").get(path, params=params, headers={"Accept-Language": "zh"}))
            tags = [one.headers["etag"] for one in [before, *others] if one.status_code == 200]
            assert len(set(tags)) == len(tags), name


def test_what_is_said_to_follow_from_the_snapshot_asks_the_store_only_who_asks(app, asked, sign_in):
    begun = []

    @event.listens_for(app.state.workspace.store.engine, "begin")
    def _count(_connection):
        begun.append(1)

    for name in FROM_SNAPSHOT:
        path, params, _ = asked[name]
        begun.clear()
        sign_in("admin").get(path, params=params)
        assert len(begun) == 1, name
    event.remove(app.state.workspace.store.engine, "begin", _count)


def test_a_role_that_may_not_ask_is_refused_even_with_the_right_tag(asked, sign_in):
    path, params, before = asked["listCustomers"]
    assert sign_in("auditor").get(path, params=params, headers={"If-None-Match": before.headers["etag"]}).status_code == 403


def test_personal_data_passwords_and_tokens_are_never_kept(app, asked, sign_in):
    path = asked["getCustomer"][0]
    shown = sign_in("sales").post(f"{path}/personal", json={"reason": "the customer called"})
    made = sign_in("admin").post("/api/v1/me/tokens", json={"name": "t", "scopes": ["metrics.read"]})
    assert (shown.status_code, made.status_code) == (200, 201)
    assert {one.headers["cache-control"] for one in (shown, made)} == {"no-store"}
    assert "etag" not in {*shown.headers, *made.headers}


def test_a_new_snapshot_and_a_customer_given_away_change_the_tags(city_project, tmp_path):
    """The same lake under another name is another snapshot; whose customer somebody is stands in the store."""
    folder, lake = tmp_path / "city", tmp_path / "city/.kezhi/lake"
    current = city_project.snapshot.folder
    lake.mkdir(parents=True)
    for file in city_project.folder.glob("*.yaml"):
        shutil.copy(file, folder)
    for name in ("first", "second"):
        (lake / name).symlink_to(current)
    write_text(lake / CURRENT, "first\n")
    store = Database(sqlite_url(tmp_path / "store.db"))
    with store.session() as session:
        users.add_user(session, "boss", "correct horse battery", "admin")
        bo_id = users.add_user(session, "bo", "correct horse battery", "sales").user_id
        users.change_user(session, "bo", own_customers_only=True)
    app = create_app(folder, store=store)
    boss, bo = (TestClient(app) for _ in range(2))
    for client, login in ((boss, "boss"), (bo, "bo")):
        client.post("/api/v1/sign-in", json={"login": login, "password": "correct horse battery"})
    address = "/api/v1/customers?limit=1"
    one = boss.get(address)
    mine = bo.get(address)
    assert mine.json()["total"] == 0
    with store.session() as session:
        session.add(CustomerOwner(customer_id=one.json()["items"][0]["customer_id"], user_id=bo_id))
    now = bo.get(address, headers={"If-None-Match": mine.headers["etag"]})
    assert (now.status_code, now.json()["total"]) == (200, 1)
    assert boss.get(address, headers={"If-None-Match": one.headers["etag"]}).status_code == 304
    write_text(lake / CURRENT, "second\n")
    new = boss.get(address, headers={"If-None-Match": one.headers["etag"]})
    assert (new.status_code, new.json()["snapshot"]) == (200, "second")
    app.state.workspace.close()
