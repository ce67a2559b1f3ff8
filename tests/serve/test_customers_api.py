"""The list of customers and one customer, over HTTP, against the tables themselves."""

from __future__ import annotations

import base64
import json

import pytest

from kezhi.kit.engine import _, ibis


def pages(client, **params):
    """All items of a list, page by page."""
    found, cursor = [], None
    while True:
        answer = client.get("/api/v1/customers", params={**params, **({"cursor": cursor} if cursor else {})})
        assert answer.status_code == 200, answer.text
        body = answer.json()
        found += body["items"]
        cursor = body["next"]
        if cursor is None:
            return found, body["total"]


@pytest.mark.parametrize("sort", ["-net_amount_365d", "last_purchase_on", "-recency_days", "-customer_id"])
def test_the_pages_together_are_the_whole_list_in_order(sign_in, city_project, sort):
    """Nulls and equal values are where a cursor loses or repeats rows."""
    found, total = pages(sign_in("analyst"), sort=sort, limit=200)
    ids = [row["customer_id"] for row in found]
    profile = city_project.table("profile")
    column = sort.removeprefix("-")
    first = ibis.desc(column, nulls_first=False) if sort.startswith("-") else ibis.asc(column, nulls_first=False)
    keys = [first] if column == "customer_id" else [first, "customer_id"]
    wanted = profile.order_by(keys).customer_id.to_pyarrow().to_pylist()
    assert (ids, total) == (wanted, len(wanted))


def test_filters_hold_together(sign_in, city_project):
    found, total = pages(sign_in("analyst"), rfm_group="重要价值客户", city="武汉市", limit=200)
    rule = (_.rfm_group == "重要价值客户") & (_.city == "武汉市")
    wanted = city_project.table("profile").filter(rule).customer_id.to_pyarrow().to_pylist()
    assert {row["customer_id"] for row in found} == set(wanted)
    assert total == len(wanted) > 0


def test_a_customer_is_found_by_a_whole_phone_number_but_not_by_a_part(sign_in, city_project):
    """A part would let somebody who sees only masked numbers guess the rest."""
    one = city_project.table("customers").filter(_.phone.notnull()).order_by("customer_id").limit(1).to_pyarrow().to_pylist()[0]
    client = sign_in("analyst")
    assert one["customer_id"] in {row["customer_id"] for row in pages(client, q=one["phone"])[0]}
    assert pages(client, q=one["phone"][:7])[1] == 0


@pytest.mark.parametrize("by", ["customer_id", "email", "name"])
def test_words_find_whom_they_name_and_no_other(sign_in, city_project, by):
    table = city_project.table("customers")
    one = table.filter(_.email.notnull() & (_.name.length() > 2)).order_by("customer_id").limit(1).to_pyarrow().to_pylist()[0]
    words = one[by] if by != "name" else one["name"][1:]
    rule = _[by].contains(words) if by == "name" else _[by] == words
    found, total = pages(sign_in("analyst"), q=f" {words} ", limit=2)
    assert [row["customer_id"] for row in found if row["customer_id"] == one["customer_id"]] == [one["customer_id"]]
    assert {row["customer_id"] for row in found} == set(table.filter(rule).customer_id.to_pyarrow().to_pylist())
    assert total == len(found)


def test_a_segment_and_filters_hold_together_and_every_page_tells_how_many(sign_in, city_project):
    rule = (_.orders_365d >= 2) & (_.city == "武汉市")
    found, total = pages(sign_in("analyst"), segment="orders_365d >= 2", city="武汉市", limit=3)
    wanted = city_project.table("profile").filter(rule).customer_id.to_pyarrow().to_pylist()
    assert {row["customer_id"] for row in found} == set(wanted)
    assert total == len(wanted) > 3  # of the last page
    last = found[-1]
    cursor = base64.urlsafe_b64encode(json.dumps(["-net_amount_365d", str(last["net_amount_365d"]), last["customer_id"]]).encode()).decode()
    client = sign_in("analyst")
    behind = client.get("/api/v1/customers", params={"segment": "orders_365d >= 2", "city": "武汉市", "cursor": cursor}).json()
    assert (behind["items"], behind["total"], behind["next"]) == ([], total, None)


def test_a_cursor_of_another_order_is_refused(sign_in):
    client = sign_in("analyst")
    cursor = client.get("/api/v1/customers", params={"sort": "-recency_days"}).json()["next"]
    answer = client.get("/api/v1/customers", params={"sort": "recency_days", "cursor": cursor})
    assert (answer.status_code, answer.json()["code"]) == (422, "wrong_input")
    assert client.get("/api/v1/customers", params={"sort": "phone"}).status_code == 422


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("customers", ["-net_amount_365d", {}, "x"]),
        ("customers", ["-net_amount_365d", "abc", "x"]),
        ("customers", ["-net_amount_365d", "1e40", "x"]),
        ("customers", ["-net_amount_365d", "1.00", 1]),
        ("customers", ["-last_purchase_on", "soon", "x"]),
        ("customers", ["-recency_days", 10**30, "x"]),
        ("leads", ["rank", {}, "x"]),
    ],
)
def test_a_cursor_that_somebody_wrote_is_refused(sign_in, path, said):
    cursor = base64.urlsafe_b64encode(json.dumps(said).encode()).decode()
    answer = sign_in("analyst").get(f"/api/v1/{path}", params={"sort": said[0], "cursor": cursor})
    assert (answer.status_code, answer.json()["code"]) == (422, "wrong_input")


def test_personal_values_are_masked(sign_in, city_project):
    known = city_project.table("customers").filter(_.phone.notnull() & _.email.notnull()).limit(1).to_pyarrow().to_pylist()[0]
    shown = sign_in("admin").get(f"/api/v1/customers/{known['customer_id']}")
    customer = shown.json()["customer"]
    assert customer["phone"] == known["phone"][:3] + "****" + known["phone"][-4:]
    for name in ("name", "email", "address", "id_number", "wechat_id"):
        assert known[name] is None or known[name] not in shown.text


def test_who_is_given_a_region_sees_no_other(app, sign_in, city_project):
    from kezhi.store import users
    from kezhi.store.records import CustomerOwner

    profile = city_project.table("profile")
    elsewhere = profile.filter(_.city != "武汉市").order_by(ibis.desc("customer_id")).limit(2).customer_id.to_pyarrow().to_pylist()
    store = app.state.workspace.store
    with store.session() as session:
        one = users.add_user(session, "wuhan", "correct horse battery", "sales")
        users.change_user(session, "wuhan", regions=["武汉市"])
        session.add(CustomerOwner(customer_id=elsewhere[0], user_id=one.user_id))
    client = sign_in("wuhan")
    found, total = pages(client, limit=200)
    inside = profile.filter(_.city == "武汉市").count().to_pyarrow().as_py()
    assert total == inside + 1, "those of the region, and the one that is theirs"
    assert {row["city"] for row in found if row["customer_id"] != elsewhere[0]} == {"武汉市"}
    assert client.get(f"/api/v1/customers/{elsewhere[0]}").status_code == 200
    answer = client.get(f"/api/v1/customers/{elsewhere[1]}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
