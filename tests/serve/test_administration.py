"""Tokens, views, users, assignments and the audit log over HTTP."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from kezhi.insight.bands import COLUMNS
from kezhi.kit.engine import _
from kezhi.settings import WordSettings
from kezhi.tables import RELATION_KINDS


def test_a_token_does_what_it_says_and_no_more_and_cannot_grow(app, sign_in):
    browser = sign_in("marketer")
    made = browser.post("/api/v1/me/tokens", json={"name": "nightly", "scopes": ["customers.read", "account.own"], "days": 30})
    assert made.status_code == 201, made.text
    program = TestClient(app, headers={"Authorization": f"Bearer {made.json()['key']}"})
    assert program.get("/api/v1/customers").status_code == 200
    assert program.get("/api/v1/customers/export").status_code == 403
    assert program.post("/api/v1/me/tokens", json={"name": "more", "scopes": ["customers.export"]}).status_code == 403
    listed = browser.get("/api/v1/me/tokens").json()
    assert "key" not in listed[0]
    assert made.json()["key"] not in browser.get("/api/v1/me/tokens").text
    assert browser.delete(f"/api/v1/me/tokens/{listed[0]['token_id']}").status_code == 204
    assert program.get("/api/v1/customers").status_code == 401


@pytest.mark.parametrize("scopes", [["users.write"], ["nonsense"], []])
def test_a_token_has_only_what_its_owner_has(sign_in, scopes):
    assert sign_in("marketer").post("/api/v1/me/tokens", json={"name": "x", "scopes": scopes}).status_code == 422


def test_a_view_is_ones_own_until_it_is_shared(sign_in):
    own, other = sign_in("sales"), sign_in("analyst")
    view = {"page": "customers", "name": "武汉", "state": {"search": "city=武汉市"}}
    first = own.put("/api/v1/views", json=view).json()
    assert other.get("/api/v1/views", params={"page": "customers"}).json() == []
    again = own.put("/api/v1/views", json={**view, "shared": True}).json()
    assert again["view_id"] == first["view_id"], "the same name is the same view"
    (seen,) = other.get("/api/v1/views", params={"page": "customers"}).json()
    assert (seen["own"], seen["author"], seen["state"]) == (False, "sales", view["state"])
    assert other.delete(f"/api/v1/views/{seen['view_id']}").status_code == 404
    assert own.delete(f"/api/v1/views/{seen['view_id']}").status_code == 204
    assert own.put("/api/v1/views", json={**view, "state": {"search": "x" * 30_000}}).status_code == 422


def test_an_admin_makes_a_user_who_signs_in_and_is_disabled(app, sign_in):
    admin = sign_in("admin")
    made = admin.post("/api/v1/users", json={"login": "Dora", "role": "sales", "regions": ["湖北省"]}).json()
    app.state.limits.__init__()  # many tests sign in from one address
    browser = TestClient(app)
    asked = {"login": "dora", "password": made["password"]}
    assert browser.post("/api/v1/sign-in", json=asked).status_code == 204
    assert browser.get("/api/v1/me").json()["regions"] == ["湖北省"]
    assert admin.put("/api/v1/users/dora", json={"disabled": True}).json()["disabled_at"] is not None
    assert browser.get("/api/v1/me").status_code == 401
    admin.put("/api/v1/users/dora", json={"disabled": False})
    again = admin.post("/api/v1/users/dora/password", json={}).json()
    assert browser.post("/api/v1/sign-in", json=asked).status_code == 401
    assert browser.post("/api/v1/sign-in", json={**asked, "password": again["password"]}).status_code == 204
    assert admin.post("/api/v1/users", json={"login": "dora", "role": "sales"}).status_code == 422
    assert admin.post("/api/v1/users", json={"login": "eve", "role": "king"}).status_code == 422
    assert admin.put("/api/v1/users/nobody", json={"role": "sales"}).status_code == 404


def test_customers_are_assigned_by_ids_and_by_a_segment(sign_in, city_project):
    admin = sign_in("admin")
    admin.post("/api/v1/users", json={"login": "fred", "role": "sales", "own_customers_only": True, "password": "correct horse battery"})
    ids = city_project.table("profile").order_by("customer_id").limit(2).customer_id.to_pyarrow().to_pylist()
    done = admin.post("/api/v1/users/fred/customers", json={"customer_ids": [*ids, "nobody"]}).json()
    assert done == {"changed": 2, "customers": 2, "unknown": ["nobody"]}
    assert {row["customer_id"] for row in sign_in("fred").get("/api/v1/customers").json()["items"]} == set(ids)
    wanted = city_project.table("profile").filter(_.city == "武汉市").customer_id.to_pyarrow().to_pylist()
    done = admin.post("/api/v1/users/fred/customers", json={"segment": "city = '武汉市'"}).json()
    assert done["customers"] == len({*wanted, *ids})
    taken = admin.post("/api/v1/users/fred/customers", json={"segment": "city = '武汉市'", "take_away": True}).json()
    assert taken["customers"] == len(set(ids) - set(wanted))
    for wrong in ({}, {"segment": "nonsense("}, {"customer_ids": ["x"], "segment": "city = 'x'"}):
        assert admin.post("/api/v1/users/fred/customers", json=wrong).status_code == 422


def test_the_log_is_read_by_page_and_filter_and_found_whole(sign_in):
    auditor = sign_in("auditor")
    first = auditor.get("/api/v1/audit", params={"limit": 2}).json()
    second = auditor.get("/api/v1/audit", params={"limit": 2, "before": first["next"]}).json()
    numbers = [entry["number"] for page in (first, second) for entry in page["items"]]
    assert numbers == sorted(set(numbers), reverse=True)
    assert "sign_in" in first["actions"]
    found = auditor.get("/api/v1/audit", params={"action": "sign_in", "login": "Auditor"}).json()["items"]
    assert {(entry["action"], entry["login"]) for entry in found} == {("sign_in", "auditor")}
    checked = auditor.get("/api/v1/audit/check").json()
    assert (checked["whole"], checked["first_broken"]) == (True, None)
    assert checked["entries"] >= numbers[0]


def test_words_are_there_in_both_languages_for_the_same_codes(sign_in):
    said = sign_in("auditor").get("/api/v1/words").json()
    assert {kind: set(words) for kind, words in said["zh"].items()} == {kind: set(words) for kind, words in said["en"].items()}
    assert (said["en"]["rfm_group"]["重要价值客户"], said["en"]["lifecycle_stage"]["挽留"]) == ("Key value", "At risk")
    assert len(said["order"]["rfm_group"]) == 8


def test_the_words_of_the_company_stand_before_ours(app, sign_in, monkeypatch):
    workspace = app.state.workspace
    own = {
        "events": {"scan_code": {"name": "扫码", "name_en": "Scanned a code"}},
        "channels": {"app": {"name": "掌上商城", "name_en": "Pocket shop"}},
    }
    monkeypatch.setattr(workspace, "settings", workspace.settings.model_copy(update={"words": WordSettings.model_validate(own)}))
    said = sign_in("auditor").get("/api/v1/words").json()
    assert [said[lang]["event"]["scan_code"] for lang in ("zh", "en")] == ["扫码", "Scanned a code"]
    assert [said[lang]["channel"]["app"] for lang in ("zh", "en")] == ["掌上商城", "Pocket shop"]
    assert said["en"]["event"]["view"] == "Looked at"


def test_codes_that_kezhi_makes_itself_have_words(sign_in, city_project):
    """Bands, ties, and what tags stand under and are told from; a company's own values are their own words."""
    said = sign_in("auditor").get("/api/v1/words").json()["en"]
    tags = city_project.table("customer_tags").select("family", "basis").distinct().to_pyarrow()
    assert {*tags["family"].to_pylist()} <= set(said["family"])
    assert {*tags["basis"].to_pylist()} <= set(said["basis"])
    assert set(COLUMNS) == set(said["moved_by"])
    assert set(RELATION_KINDS) == set(said["tie"])
