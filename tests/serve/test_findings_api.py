"""Findings about market, voices and habits, and the views of departments: every row leads to as many customers as it says."""

from __future__ import annotations

import pytest

from kezhi.kit.engine import _
from kezhi.measure.pages.findings import SUBJECTS
from kezhi.store import users

COUNTED = ("raising_customers", "concerned_customers", "members", "customers")  # the column that says how many a row is about


@pytest.fixture
def asked(sign_in):
    """What a marketer is answered."""

    def ask(path: str, **params):
        answer = sign_in("marketer").get(f"/api/v1{path}", params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return ask


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_row_leads_to_as_many_customers_as_it_says(asked, subject):
    tables = asked(f"/findings/{subject}")["tables"]
    assert tables
    for table in tables:
        keys = [one["key"] for one in table["columns"]]
        assert table["name"]
        assert table["means"]
        assert all(len(row["words"]) == len(row["values"]) == len(keys) for row in table["rows"])
        for row in {0: table["rows"][0], 1: table["rows"][-1]}.values():
            if row["leads"] is None:
                assert table["key"] == "lenses"  # shares of those who can be judged, not a group
            elif product := row["leads"].get("product_id"):
                assert asked(f"/products/{product}")["product"]["product_id"] == product
            else:
                count = row["values"][keys.index(next(name for name in COUNTED if name in keys))]
                assert asked("/customers", limit=1, **row["leads"])["total"] == count, (table["key"], row["words"])


@pytest.mark.parametrize("wrong", [{"concern": "母婴"}, {"held_tag": ">"}, {"campaign_hour": "24"}, {"contact": "gossip"}], ids=str)
def test_what_stands_for_no_group_is_refused(sign_in, wrong):
    assert sign_in("marketer").get("/api/v1/customers", params=wrong).status_code == 422


def test_a_project_without_the_tables_is_told_so(asked, monkeypatch):
    import kezhi.serve.findings.routes as findings
    import kezhi.serve.teams.routes as teams

    monkeypatch.setattr(findings, "tables_of", lambda _reader: {})
    monkeypatch.setattr(findings, "kept", lambda _owner, _key, make: make())
    monkeypatch.setattr(teams, "has", lambda *_: False)
    assert all(asked(f"/findings/{subject}")["tables"] == [] for subject in SUBJECTS)
    assert (asked("/teams/sales")["items"], asked("/teams/product_team")["total"]) == ([], 0)


def test_a_view_is_listed_page_by_page_without_a_gap(asked, city_project):
    table = city_project.table("for_product_team")
    found, cursor = [], {}
    while True:
        page = asked("/teams/product_team", limit=200, **cursor)
        found += [one["id"] for one in page["items"]]
        if not page["next"]:
            break
        cursor = {"cursor": page["next"]}
    assert len(found) == len(set(found)) == page["total"] == table.count().to_pyarrow().as_py()
    richest = asked("/teams/sales", limit=1, sort="-net_amount_365d")["items"][0]["id"]
    first = city_project.table("for_sales").order_by(_.net_amount_365d.desc(), "customer_id").limit(1)
    assert richest == first.customer_id.to_pyarrow().to_pylist()[0]


def test_who_sees_a_region_sees_only_its_customers_in_a_view(app, sign_in, city_project):
    client, store = sign_in("service"), app.state.workspace.store
    with store.session() as session:
        users.change_user(session, "service", regions=["武汉市"])
    try:
        page = client.get("/api/v1/teams/service", params={"limit": 5}).json()
    finally:
        with store.session() as session:
            users.change_user(session, "service", regions=[])
    customers = city_project.table("customers")
    assert page["total"] == customers.filter(_.city == "武汉市").count().to_pyarrow().as_py()
    assert page["items"]
