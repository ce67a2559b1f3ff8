"""Segments over HTTP: both forms of a rule, counts that agree with the list, saved ones with owner and audit, and who sees what."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from kezhi.store import users
from kezhi.store.records import AuditEntry

RULE = "r_score >= 4 AND did('order', times >= 2, days <= 90)"


@pytest.fixture
def ask(sign_in):
    """An answer's body; by default of a marketer, and a good one."""

    def asked(method, path, *, role="marketer", status=200, **more):
        answer = sign_in(role).request(method, f"/api/v1{path}", **more)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    return asked


def count(ask, rule, role="marketer"):
    return ask("GET", "/segments/count", params={"asked": rule}, role=role)["customers"]


def test_text_and_tree_lead_to_each_other(ask):
    read = ask("POST", "/segments/read", json={"text": "did_not('order',days<=30) and R_SCORE>=4"})
    assert read["problem"] is None
    assert ask("POST", "/segments/read", json={"tree": read["tree"]}) == read


@pytest.mark.parametrize(
    ("text", "wrong", "nearest"),
    [("f_score >= 4 AND r_scor >= 4", "r_scor", "r_score"), ("did('ordr')", "ordr", "order"), ("in_segment('vipp')", "vipp", "vip")],
)
def test_a_rule_that_cannot_be_read_says_where_and_what_is_nearest(ask, text, wrong, nearest):
    problem = ask("POST", "/segments/read", json={"text": text})["problem"]
    assert text[problem["at"] :][: problem["length"]] == wrong
    assert problem["nearest"] == nearest


def test_the_count_is_that_of_the_list_and_clauses_leave_as_many(ask):
    customers = count(ask, RULE)
    assert 0 < customers == ask("GET", "/customers", params={"segment": RULE})["total"]
    explained = ask("GET", "/segments/explain", params={"asked": RULE})
    assert explained["clauses"][-1]["remaining"] == customers
    composed = ask("GET", "/segments/composition", params={"asked": RULE})
    for parts in composed["dimensions"].values():
        assert sum(part["customers"] for part in parts) == customers
        assert sum(part["everyone"] for part in parts) == explained["everyone"]
        assert sum(part["everyone_share"] for part in parts) == pytest.approx(1)
    assert count(ask, "TRUE") == explained["everyone"]
    assert ask("GET", "/segments/explain", params={"asked": "TRUE"})["clauses"][0]["changed"] == 0


def test_the_regions_of_an_overlap_are_all_customers(ask):
    found = ask("GET", "/segments/overlap", params={"asked": ["vip", RULE]})
    assert sum(region["customers"] for region in found["regions"]) == count(ask, "TRUE")
    assert found["sizes"] == {"vip": count(ask, "vip"), RULE: count(ask, RULE)}
    ask("GET", "/segments/overlap", params={"asked": ["vip"]}, status=422)


def test_a_saved_segment_is_asked_at_once_and_belongs_to_its_owner(ask, app):
    made = ask("POST", "/segments", json={"name": "Many orders", "expression": f"in_segment('vip') AND {RULE}"}, status=201)
    key = made["key"]
    assert (key, made["owner"], made["origin"], made["may_change"]) == ("many_orders", "marketer", "workspace", True)
    assert made["customers"] == count(ask, f"in_segment('{key}')") == ask("GET", "/customers", params={"segment": key})["total"]
    assert made["entered"] is None  # no run knows it yet
    assert key in {one["value"] for one in ask("GET", "/segments/vocabulary")["segments"]}

    change = {"name": "Renamed", "expression": "r_score >= 5"}
    assert ask("PUT", f"/segments/{key}", json=change, role="analyst", status=403)["code"] == "not_owner"
    ask("PUT", f"/segments/{key}", json={**change, "expression": f"NOT in_segment('{key}')"}, status=422)
    renamed = ask("PUT", f"/segments/{key}", json=change)
    assert (renamed["key"], renamed["name"], renamed["customers"]) == (key, "Renamed", count(ask, "r_score >= 5"))

    other = ask("POST", "/segments", json={"key": "made_of_it", "name": "x", "expression": f"in_segment('{key}')"}, status=201)["key"]
    assert other in ask("DELETE", f"/segments/{key}", status=422)["message"]
    ask("POST", "/segments", json={"key": "vip", "name": "x", "expression": "TRUE"}, status=422)  # the file's
    for gone in (other, key):
        ask("DELETE", f"/segments/{gone}", status=204)
    ask("GET", f"/segments/{key}", status=404)
    with app.state.workspace.store.reading() as session:
        done = session.execute(select(AuditEntry.action, AuditEntry.login).where(AuditEntry.subject == key).order_by(AuditEntry.number))
    assert [tuple(row) for row in done] == [(f"segment.{what}", "marketer") for what in ("saved", "changed", "deleted")]


def test_a_file_segment_is_listed_with_the_runs_figures_and_is_not_changed_here(ask, city_project):
    listed = {one["key"]: one for one in ask("GET", "/segments")["items"]}
    run = {row["segment"]: row for row in city_project.table("segments").to_pyarrow().to_pylist()}
    assert {key: one["customers"] for key, one in listed.items()} == {key: row["customers"] for key, row in run.items()}
    assert (listed["vip"]["origin"], listed["vip"]["may_change"]) == ("file", False)
    ask("DELETE", "/segments/vip", role="admin", status=404)
    moved = ask("GET", "/segments/vip/movement")
    assert moved["sizes"][-1]["customers"] == listed["vip"]["customers"]


def test_nothing_is_counted_that_one_may_not_see(ask, app):
    """Somebody with a region counts the region's customers; a rule cannot ask about others one by one."""
    with app.state.workspace.store.session() as session:
        users.add_user(session, "changsha", "correct horse battery", "marketer")
        users.change_user(session, "changsha", regions=["长沙市"])
    everyone = count(ask, "city = '长沙市'")
    assert 0 < everyone < count(ask, "TRUE")
    assert count(ask, "TRUE", "changsha") == count(ask, "city = '长沙市'", "changsha") == everyone
    assert count(ask, "city = '武汉市'", "changsha") == 0
    seen = ask("GET", "/segments", role="changsha")
    assert seen["everyone"] == everyone
    assert [one["entered"] for one in seen["items"]] == [None] * len(seen["items"])


def test_the_vocabulary_names_every_attribute_in_both_languages(sign_in):
    for lang in ("zh", "en"):
        answer = sign_in("marketer").get("/api/v1/segments/vocabulary", headers={"Accept-Language": lang}).json()
        named = {one["column"]: one for one in answer["attributes"]}
        assert all(one["name"] for one in answer["attributes"])
        assert {"value": "female", "name": {"zh": "女", "en": "Female"}[lang]} in named["gender"]["values"]
        assert named["net_amount_365d"]["kind"] == "number"
