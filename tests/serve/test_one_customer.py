"""One customer over HTTP: what is known, what happened, personal data for a reason, notes; and nothing unmasked besides."""

from __future__ import annotations

import pytest
from fastapi.routing import APIRoute

from kezhi.kit.engine import _, ibis
from kezhi.serve.app import ROUTERS
from kezhi.store import audit
from kezhi.store.records import AuditEntry


def rich(project) -> str:
    """The customer with the most orders."""
    return project.table("profile").order_by(ibis.desc("orders_life"), "customer_id").limit(1).customer_id.to_pyarrow().to_pylist()[0]


def last_entry(app) -> AuditEntry:
    with app.state.workspace.store.reading() as session:
        return audit.entries(session, limit=1)[0]


def test_the_answer_is_what_the_tables_say(sign_in, city_project):
    one = rich(city_project)
    said = sign_in("analyst").get(f"/api/v1/customers/{one}").json()
    for place, name in (("profile", "profile"), ("rfm", "rfm"), ("value", "value"), ("tier", "tiers"), ("lifecycle", "lifecycle")):
        (row,) = city_project.table(name).filter(_.customer_id == one).to_pyarrow().to_pylist()
        assert said[place].keys() == row.keys()
    assert float(said["profile"]["net_amount_life"]) == float(
        city_project.table("profile").filter(_.customer_id == one).net_amount_life.to_pyarrow()[0].as_py()
    )
    tags = city_project.table("customer_tags").filter(_.customer_id == one).to_pyarrow().to_pylist()
    assert {(tag["family"], tag["tag"]) for tag in said["tags"]} == {(tag["family"], tag["tag"]) for tag in tags} != set()
    assert len(said["records"]) == said["customer"]["records"]
    assert said["has_circle"] == ("ties" in city_project.tables)


def test_the_id_of_any_record_leads_to_its_customer(sign_in, city_project):
    links = city_project.table("identity_links").filter(_.record_id != _.customer_id).limit(1).to_pyarrow().to_pylist()[0]
    assert sign_in("analyst").get(f"/api/v1/customers/{links['record_id']}").json()["customer_id"] == links["customer_id"]


def test_the_pages_of_the_timeline_are_all_orders_and_events_newest_first(sign_in, city_project):
    one, found, cursor = rich(city_project), [], None
    while True:
        asked = {"limit": 50, **({"cursor": cursor} if cursor else {})}
        said = sign_in("service").get(f"/api/v1/customers/{one}/timeline", params=asked).json()
        found += said["items"]
        cursor = said["next"]
        if cursor is None:
            break
    wanted = {("order", key) for key in city_project.table("orders").filter(_.customer_id == one).order_id.to_pyarrow().to_pylist()}
    wanted |= {("event", key) for key in city_project.table("events").filter(_.customer_id == one).event_id.to_pyarrow().to_pylist()}
    assert len(found) == len(wanted)
    assert {(row["kind"], row["key"]) for row in found} == wanted
    assert [row["at"] for row in found] == sorted((row["at"] for row in found), reverse=True)
    assert any(row["products"] for row in found)


def test_a_wrong_kind_or_cursor_is_refused(sign_in, city_project):
    client, one = sign_in("analyst"), rich(city_project)
    for wrong in ({"kind": "gossip"}, {"cursor": "x"}, {"cursor": "e30="}):
        assert client.get(f"/api/v1/customers/{one}/timeline", params=wrong).status_code == 422


def test_personal_data_is_shown_for_a_reason_and_the_log_says_who_saw_it(app, sign_in, city_project):
    known = city_project.table("customers").filter(_.phone.notnull() & _.email.notnull()).limit(1).to_pyarrow().to_pylist()[0]
    address = f"/api/v1/customers/{known['customer_id']}/personal"
    client = sign_in("service")
    for blank in ("  ", "   ", " a \t\n"):
        assert client.post(address, json={"reason": blank}).status_code == 422
    said = client.post(address, json={"reason": "核对送货地址"}).json()
    assert (said["customer"]["phone"], said["customer"]["email"]) == (known["phone"], known["email"])
    entry = last_entry(app)
    assert (entry.action, entry.subject, entry.login, entry.reason) == ("customer.shown", known["customer_id"], "service", "核对送货地址")
    assert sign_in("analyst").post(address, json={"reason": "curious"}).status_code == 403


def test_a_note_is_shown_at_once_marked_so_and_withdrawn_by_its_author_alone(app, sign_in, city_project):
    address = f"/api/v1/customers/{rich(city_project)}"
    made = sign_in("sales").post(f"{address}/notes", json={"tag": "露营", "words": "太太电话 13912345678", "source": "visit"})
    assert made.status_code == 201
    note = made.json()
    assert (note["author"], note["pending"], note["words"]) == ("sales", True, "太太电话 139****5678")
    assert note in sign_in("analyst").get(address).json()["notes"]
    assert last_entry(app).action == "note.added"
    own = f"{address}/notes/{note['note_id']}"
    assert sign_in("service").delete(own).status_code == 422, "another's"
    assert sign_in("analyst").delete(own).status_code == 403
    assert sign_in("manager").delete(own).json()["withdrawn_by"] == "manager"
    assert last_entry(app).action == "note.withdrawn"
    assert sign_in("sales").post(f"{address}/notes", json={"words": ""}).status_code == 422
    assert sign_in("sales").post("/api/v1/customers/nobody/notes", json={"words": "x"}).status_code == 404


def test_ties_are_asked_for_only_where_there_are_any(sign_in, city_project):
    answer = sign_in("analyst").get(f"/api/v1/customers/{rich(city_project)}/circle")
    assert answer.status_code == (200 if "ties" in city_project.tables else 404)


def test_no_get_answer_holds_a_true_phone_number_mail_or_id(app, sign_in, city_project):
    """Every GET route, asked as an analyst and an admin about real customers, against all true values of the city."""
    columns = ("phone", "email", "id_number", "wechat_id")
    records = city_project.table("customer_records").select(*columns).to_pyarrow().to_pydict()
    true = {value for column in columns for value in records[column] if value}
    assert len(true) > 1000
    client = sign_in("analyst")
    ids = city_project.table("customers").filter(_.records > 1).order_by("customer_id").limit(3).customer_id.to_pyarrow().to_pylist()
    phone = min(value for value in records["phone"] if value)  # what can be told from other words, and is blotted out
    for one in ids:
        sign_in("sales").post(f"/api/v1/customers/{one}/notes", json={"words": f"ring {phone}"})
    asked = 0
    for router in ROUTERS:
        for route in router.routes:
            if (
                not isinstance(route, APIRoute)
                or "GET" not in route.methods
                or route.operation_id in ("signInWithCompany", "companySignInBack")
            ):
                continue
            for one in ids if "{customer_id}" in route.path else [""]:
                path = "/api/v1" + route.path.replace("{customer_id}", one)
                answer = client.get(path, params={"limit": 200, "page": "customers"})
                if answer.status_code == 403:
                    answer = sign_in("admin").get(path, params={"limit": 200, "page": "customers"})
                words = set("".join(letter if letter.isalnum() or letter in "@._-" else " " for letter in answer.text).split())
                assert words & true == set(), path
                asked += 1
    assert asked > 10


@pytest.mark.parametrize("restricted", [{"regions": ["武汉市"]}, {"own_customers_only": True}])
def test_one_customer_is_seen_exactly_by_whom_the_list_shows_it_to(app, sign_in, city_project, restricted):
    """`sees` says of a row what `seen_by` says of a table."""
    from kezhi.store import owners, users

    login = f"sees{len(restricted.get('regions', []))}"
    some = city_project.table("customers").order_by("customer_id").limit(8).to_pyarrow().to_pylist()
    some += city_project.table("customers").filter(_.city == "武汉市").order_by("customer_id").limit(2).to_pyarrow().to_pylist()
    with app.state.workspace.store.session() as session:
        one = users.add_user(session, login, "correct horse battery", "sales")
        users.change_user(session, login, **restricted)
        owners.give(session, one.user_id, [some[3]["customer_id"]])
    client = sign_in(login)
    listed = {
        one
        for row in some
        for one in (found["customer_id"] for found in client.get("/api/v1/customers", params={"q": row["customer_id"]}).json()["items"])
    }
    opened = {row["customer_id"] for row in some if client.get(f"/api/v1/customers/{row['customer_id']}").status_code == 200}
    assert opened == listed
    assert some[3]["customer_id"] in opened
