"""RFM, lifecycle, groups, products and baskets, as the pages ask for them; the customers behind each cell."""

from __future__ import annotations

import pytest

from kezhi.kit.engine import _


@pytest.fixture
def asked(sign_in):
    """What a marketer is answered."""

    def ask(path: str, **params):
        answer = sign_in("marketer").get(f"/api/v1{path}", params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return ask


def count(table) -> int:
    return table.count().to_pyarrow().as_py()


def test_every_cell_of_the_matrix_leads_to_as_many_customers(asked, city_project):
    shown = asked("/rfm")
    assert sum(cell["customers"] for cell in shown["cells"]) == count(city_project.table("rfm"))
    for cell in shown["cells"][::6]:
        assert asked("/customers", r_score=cell["r_score"], f_score=cell["f_score"])["total"] == cell["customers"]


def test_groups_have_their_shares_and_plays(asked):
    groups = asked("/rfm")["groups"]
    assert len(groups) == 8
    assert sum(one["customer_share"] for one in groups) == pytest.approx(1)
    assert sum(one["monetary_share"] for one in groups) == pytest.approx(1)
    first = groups[0]
    assert (first["rfm_group"], first["name"]) == ("重要价值客户", "Key value")
    assert first["play"].startswith("Your best")
    assert asked("/customers", rfm_group=first["rfm_group"])["total"] == first["customers"]


@pytest.mark.parametrize("path", ["/rfm", "/lifecycle"])
def test_a_move_leads_to_those_who_made_it(asked, path):
    moves = asked(path)["moves"]
    assert moves
    for move in moves[::7]:
        assert asked("/customers", moved=f"{move['from_state']}>{move['to_state']}")["total"] == move["customers"]


def test_stages_and_tiers_hold_everybody_once(asked, city_project):
    shown = asked("/lifecycle")
    assert sum(one["customers"] for one in shown["stages"]) == count(city_project.table("lifecycle"))
    assert shown["stages"][0]["name"] == "Prospect"
    assert sum(one["customers"] for one in shown["tiers"]) == count(city_project.table("tiers"))
    top = shown["tiers"][0]
    assert top["name"] == "Diamond"
    assert asked("/customers", tier=top["tier"])["total"] == top["customers"]
    assert [one["name"] for one in shown["aarrr"]] == ["Acquisition", "Activation", "Retention", "Revenue", "Referral"]


def test_what_is_no_move_is_refused(sign_in):
    answer = sign_in("marketer").get("/api/v1/customers", params={"moved": "重要价值客户"})
    assert (answer.status_code, answer.json()["code"]) == (422, "wrong_input")
    assert sign_in("marketer").get("/api/v1/customers", params={"r_score": "five"}).status_code == 422


@pytest.mark.parametrize("kind", ["classic", "rolling", "n_day"])
def test_the_curve_is_the_sum_of_its_complete_cohorts(asked, city_project, kind):
    shown = asked("/groups/retention", kind=kind)
    table = city_project.table("retention").filter((_.kind == kind) & (_.period_no == 3) & _.is_complete)
    wanted = table.aggregate(n=_.customers.sum(), k=_.active_customers.sum()).to_pyarrow().to_pylist()[0]
    third = next(point for point in shown["curve"] if point["period_no"] == 3)
    assert (third["customers"], third["active_customers"]) == (wanted["n"], wanted["k"])
    assert third["rate_low"] < third["retention_rate"] < third["rate_high"]
    assert len({cell["cohort_on"] for cell in shown["cells"]}) <= 18


def test_the_funnel_is_that_of_python(asked, city_project):
    import kezhi

    steps = ["view", "add_to_cart", "purchase"]
    shown = asked("/groups/funnel", step=steps, within_days=30)
    wanted = kezhi.funnel(city_project.actions(), steps, within_days=30).to_pyarrow().to_pylist()
    assert [one["customers"] for one in shown["steps"]] == [row["customers"] for row in wanted]
    assert {one["event_name"] for one in shown["known"]} >= set(steps)
    assert asked("/groups/funnel")["steps"] == []


def test_a_step_that_nobody_did_is_named(sign_in):
    answer = sign_in("marketer").get("/api/v1/groups/funnel", params={"step": ["view", "fly"]})
    assert (answer.status_code, answer.json()["code"]) == (422, "wrong_input")
    assert "fly" in answer.json()["message"]


def test_clusters_say_what_lifts_them_and_lead_to_their_members(asked):
    items = asked("/groups/clusters")["items"]
    assert sum(one["customer_share"] for one in items) == pytest.approx(1)
    assert sum(one["net_share"] for one in items) == pytest.approx(1)
    assert all(len(one["told"]) == 3 for one in items)
    assert "median" in items[0]["told"][0]
    assert asked("/customers", cluster=items[0]["cluster"])["total"] == items[0]["customers"]


def test_ways_and_habits_come_from_their_tables(asked, city_project):
    shown = asked("/groups/ways")
    hunters = count(city_project.table("buying_habits").filter(_.is_promotion_hunter))
    assert shown["habits"]["hunters"] == hunters
    assert [one["visits"] for one in shown["paths"]] == sorted((one["visits"] for one in shown["paths"]), reverse=True)
    for start in {one["start"] for one in shown["switches"]}:
        assert sum(one["share"] for one in shown["switches"] if one["start"] == start) == pytest.approx(1)


def test_products_are_listed_page_by_page_without_a_gap(asked, city_project):
    found, cursor = [], {}
    while True:
        shown = asked("/products", sort="-margin_rate", limit=200, **cursor)
        found += [one["product_id"] for one in shown["items"]]
        if not shown["next"]:
            break
        cursor = {"cursor": shown["next"]}
    assert len(found) == len(set(found)) == shown["total"] == count(city_project.table("product_view"))
    grown = asked("/products", stage="衰退")
    assert {one["stage_name"] for one in grown["items"]} <= {"Decline"}


def test_a_product_says_who_buys_it_and_what_goes_with_it(asked, sign_in, city_project):
    rule = city_project.table("association_rules").filter(_.q_value <= 0.05).order_by("rule_no").limit(1).to_pyarrow().to_pylist()[0]
    product = rule["antecedent"][0]
    shown = asked(f"/products/{product}")
    assert shown["product"]["product_id"] == product
    assert rule["rule_no"] in {one["rule_no"] for one in shown["goes_with"]}
    assert shown["goes_with"][0]["bought"][0]["name"]
    lifts = [one["lift"] for one in shown["suits"]]
    assert lifts == sorted(lifts, reverse=True)
    assert sign_in("marketer").get("/api/v1/products/nothing").status_code == 404


def test_rules_are_hardly_chance_and_reach_the_bounds(asked, city_project):
    shown = asked("/rules", min_confidence=0.2, sort="-confidence")
    table = city_project.table("association_rules").filter((_.q_value <= 0.05) & (_.confidence >= 0.2))
    assert shown["total"] == count(table)
    confidences = [one["confidence"] for one in shown["items"]]
    assert confidences == sorted(confidences, reverse=True)
    assert all(one["confidence"] >= 0.2 for one in shown["items"])


def test_a_company_that_has_only_orders_is_told_so_and_not_failed(app, sign_in, monkeypatch):
    """Without products, events or clusters the pages are empty."""
    import kezhi.serve.groups.routes as groups
    import kezhi.serve.products.routes as products

    for module in (groups, products):
        monkeypatch.setattr(module, "has", lambda *_: False)
    client = sign_in("marketer")
    for path in ("/products", "/categories", "/rules", "/groups/clusters"):
        assert client.get(f"/api/v1{path}").json()["items"] == []
    assert client.get("/api/v1/groups/ways").json()["habits"] is None
    assert client.get("/api/v1/groups/retention").json()["cells"] == []
    assert {one["event_name"] for one in client.get("/api/v1/groups/funnel").json()["known"]} >= {"purchase"}
    assert client.get("/api/v1/products/x").status_code == 404


def test_forecasts_are_the_tables_with_their_backtest(sign_in, city_project):
    """Per series the months behind, those to come where a forecast is used, and their sum beside last year's."""
    asked = sign_in("analyst").get("/api/v1/forecasts", params={"dimension": "category", "metric": "orders"})
    assert asked.status_code == 200
    answer = asked.json()
    assert set(answer["dimensions"]) == {"total", "category", "channel", "province"}
    kept = city_project.table("forecasts").filter((_.dimension == "category") & (_.metric == "orders")).to_pyarrow().to_pylist()
    for item in answer["items"]:
        mine = [row for row in kept if row["member"] == item["member"]]
        assert item["is_published"] == bool(mine) == (len(item["coming"]) == 3)
        assert len(item["past"]) == 36
        if mine:
            assert item["value"] == pytest.approx(sum(row["value"] for row in mine))
            assert item["change"] == pytest.approx(item["value"] / sum(row["year_ago"] for row in mine) - 1)
    assert any(item["is_published"] for item in answer["items"])
