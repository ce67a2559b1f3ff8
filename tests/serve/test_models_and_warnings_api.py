"""Models with their cards, the early-warning list and the cases of risk over HTTP, held against the registry and the tables."""

from __future__ import annotations

import pytest

from kezhi.flow.model_registry import ModelRegistry
from kezhi.kit.engine import _
from kezhi.locales import Phrase, text
from kezhi.models.cards import said
from kezhi.store import users


@pytest.fixture
def ask(sign_in):
    """A good answer to an analyst."""

    def asked(path, role="analyst", status=200, **params):
        answer = sign_in(role).get(f"/api/v1{path}", params=params)
        assert answer.status_code == status, answer.text
        return answer.json()

    return asked


def test_the_list_and_the_card_say_what_the_registry_keeps(ask, city_project):
    registry = ModelRegistry(city_project.folder / ".kezhi" / "models")
    listed = {one["name"]: one for one in ask("/models")["items"]}
    assert {name: one["champion"] for name, one in listed.items()} == {name: registry.champion(name) for name in registry.names()}
    kept, card = registry.card("churn"), ask("/models/churn")
    auc = {name: card["measures"][0][name] for name in ("model", "low", "high", "baseline")}
    assert auc == kept.judgement["metrics"]["auc"]
    assert (card["rows"], card["method"], card["is_champion"]) == (kept.rows, text(f"cli.model.methods.{kept.method}", "en"), True)
    assert [one["weight"] for one in card["drivers"]] == [one["weight"] for one in kept.drivers]
    assert card["gain"][-1]["gain"] == pytest.approx(1)
    assert {one["method"] for one in card["candidates"] if one["is_chosen"]} == {kept.method}
    assert "{" not in card["definition"]
    ask("/models/nobody", status=404)
    ask("/models/churn", version=99, status=404)


@pytest.mark.parametrize(("lang", "name"), [("en", "Spending trend"), ("zh", "消费趋势")])
def test_a_declared_feature_that_drives_a_model_has_its_own_name(sign_in, lang, name):
    """`spend_trend` of features.yaml, on the card and among what it was fitted on."""
    card = sign_in("analyst").get("/api/v1/models/churn", headers={"Accept-Language": lang}).json()
    assert {one["feature"]: one["name"] for one in card["drivers"]}["spend_trend"] == name
    assert name in card["features"]
    assert "spend_trend" not in card["features"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_feature_of_a_card_is_said_in_words(sign_in, city_project, lang):
    client = sign_in("analyst")
    client.headers["Accept-Language"] = lang
    registry = ModelRegistry(city_project.folder / ".kezhi" / "models")
    raw = {
        name: set(client.get(f"/api/v1/models/{name}").json()["features"]) & set(registry.card(name, registry.versions(name)[-1]).features)
        for name in registry.names()
    }
    assert {name: codes for name, codes in raw.items() if codes} == {}


def test_a_refused_model_says_why_and_the_champion_still_serves(ask, app, city_project, tmp_path, monkeypatch):
    """A copy of the registry with a challenger that lost, and with drift seen on a later day."""
    import shutil

    import kezhi.serve.models.routes as routes

    folder = tmp_path / "models"
    shutil.copytree(city_project.folder / ".kezhi" / "models", folder)
    registry = ModelRegistry(folder)
    old = registry.card("churn")
    lost = old.as_dict() | {"is_published": False, "refusal": said("churn.champion_better", version=old.version)}
    registry.add(type(old)(**lost), {})
    registry.record(
        "churn",
        old.version,
        {"as_of": "2025-09-01", "rows": 9, "auc": 0.6, "score_psi": 0.3, "feature_psi": {"orders_90d": 0.1, "silent_days": 0.4}},
    )
    monkeypatch.setattr(routes, "registry_of", lambda _: registry)
    row = next(one for one in ask("/models")["items"] if one["name"] == "churn")
    assert (row["champion"], row["newest"]["version"], row["newest"]["is_published"]) == (old.version, old.version + 1, False)
    assert str(old.version) in row["newest"]["refusal"]
    seen = ask("/models/churn")["seen"][-1]
    assert [one["feature"] for one in seen["features"]] == ["silent_days", "orders_90d"]  # what moved most comes first
    assert (seen["score_psi"], seen["features"][0]["name"]) == (0.3, "Days of silence")


def test_an_analyst_chooses_which_kept_version_serves(ask, sign_in, city_project, tmp_path, monkeypatch):
    import shutil

    import kezhi.serve.models.routes as routes

    folder = tmp_path / "models"
    shutil.copytree(city_project.folder / ".kezhi" / "models", folder)
    registry = ModelRegistry(folder)
    old = registry.card("churn")
    newer = registry.add(old, registry.files("churn"))
    lost = registry.add(type(old)(**old.as_dict() | {"is_published": False}), {})
    monkeypatch.setattr(routes, "registry_of", lambda _: registry)
    path = "/api/v1/models/churn/champion"
    assert sign_in("marketer").put(path, json={"version": newer.version}).status_code == 403
    analyst = sign_in("analyst")
    assert analyst.put(path, json={"version": newer.version, "reason": "fewer false alarms"}).json()["is_champion"]
    assert registry.champion("churn") == newer.version
    assert [analyst.put(path, json={"version": wrong}).status_code for wrong in (lost.version, 99)] == [422, 404]
    assert registry.champion("churn") == newer.version
    noted = next(row for row in sign_in("auditor").get("/api/v1/audit").json()["items"] if row["action"] == "model.chosen")
    assert (noted["subject"], noted["reason"], noted["details"]) == (
        "churn", "fewer false alarms", {"version": newer.version, "before": old.version},
    )  # fmt: skip


def test_why_a_model_is_not_used_is_said_in_the_language_of_who_asks(app, sign_in, monkeypatch):
    """The run was in Chinese; a manifest of an earlier release has its text alone, and keeps that."""
    steps = app.state.workspace.reader().snapshot.manifest["steps"]
    note = Phrase("fraud.few_labels", hits=3, rows=700, needed=30)
    monkeypatch.setitem(steps, "fraud", {"how": "made", "notes": [note.say("zh")], "phrases": [note.as_dict()]})
    monkeypatch.setitem(steps, "clv", {"how": "made", "notes": ["历史太短。"]})

    def why(lang: str) -> dict:
        listed = sign_in("analyst").get("/api/v1/models", headers={"Accept-Language": lang}).json()
        return {one["name"]: one["why"] for one in listed["not_made"]}

    assert why("en")["fraud"] == "Only 3 of 700 payments were denied; 30 are needed. Payments get no score of fraud for now."
    assert why("zh")["fraud"] == note.say("zh") != note.say("en")
    assert why("en")["clv"] == why("zh")["clv"] == "历史太短。"


def test_the_early_warning_list_is_by_what_is_at_risk_and_leads_to_the_customers(ask, city_project):
    churn = city_project.table("churn")
    summary = {one["band"]: one for one in ask("/churn")["bands"]}
    counted = churn.group_by("band").aggregate(n=_.count()).to_pyarrow().to_pylist()
    assert {band: one["customers"] for band, one in summary.items()} == {row["band"]: row["n"] for row in counted}
    first = ask("/churn/customers", limit=5)
    second = ask("/churn/customers", limit=5, cursor=first["next"])
    risks = [float(one["value_at_risk"]) for one in (*first["items"], *second["items"])]
    assert risks == sorted(risks, reverse=True)
    assert first["total"] == summary["high"]["customers"] + summary["medium"]["customers"]
    assert all("*" in one["name"] for one in first["items"] if one["name"])
    assert all(one["reasons"] and one["band"] in ("high", "medium") for one in first["items"])
    assert ask("/customers", churn_band="high")["total"] == summary["high"]["customers"]


def test_the_list_of_customers_holds_whom_a_campaign_moves(ask, city_project):
    """One group, two groups, and a filter that names no group."""
    told = city_project.table("uplift").select("customer_id", "campaign", "arm", "uplift_group").to_pyarrow().to_pylist()
    campaign, arm = told[0]["campaign"], told[0]["arm"]
    groups = {
        group: {row["customer_id"] for row in told if (row["campaign"], row["arm"], row["uplift_group"]) == (campaign, arm, group)}
        for group in ("persuadable", "sure_thing", "lost_cause", "sleeping_dog")
    }
    first, second = sorted(groups, key=lambda group: -len(groups[group]))[:2]
    assert groups[second]
    of = {group: f"{campaign}>{arm}>{group}" for group in groups}
    found = ask("/customers", uplift=of[second], limit=200)
    assert found["total"] == len(groups[second])
    assert {one["customer_id"] for one in found["items"]} <= groups[second]
    assert ask("/customers", uplift=[of[first], of[second]])["total"] == len(groups[first] | groups[second])
    assert "persuadable" in str(ask("/customers", status=422, uplift=f"{campaign}>{arm}>nobody"))
    assert ask("/customers", uplift=f"{campaign}>{arm}x>{first}")["total"] == 0


def test_the_cases_of_risk_are_those_of_the_table(ask, city_project):
    cases = city_project.table("risk_cases").to_pyarrow().to_pylist()
    shown = ask("/risk-cases", limit=200)
    assert [one["customer_id"] for one in shown["items"]] == [
        one["customer_id"] for one in sorted(cases, key=lambda one: (-one["score"], one["case_id"]))
    ]
    rings = ask("/risk-cases", kind="ring")
    assert rings["total"] == sum(one["kind"] == "ring" for one in cases) > 0
    assert all(len(one["members"]) == one["size"] >= 3 for one in rings["items"])
    assert all("*" in member["name"] for one in rings["items"] for member in one["members"] if member["name"])
    for grade in shown["grades"]:
        assert ask("/risk-cases", grade=grade)["total"] == sum(one["grade"] == grade for one in cases)


def test_the_policy_table_counts_whom_the_list_of_customers_shows(ask):
    table = ask("/risk-policy")["rows"]
    assert [one["grade"] for one in table] == ["high", "medium", "low"]
    assert table[0]["allowed"] == "pay before delivery, each order is checked"
    assert ask("/customers", risk_grade="high")["total"] == table[0]["customers"] > 0


def test_leads_come_by_the_premium_to_expect_with_masked_numbers_until_a_reason_is_given(ask, sign_in, app, city_project):
    first = ask("/leads", limit=5)
    ranks = [one["rank"] for one in (*first["items"], *ask("/leads", limit=5, cursor=first["next"])["items"])]
    assert ranks == list(range(1, 11))
    assert first["total"] == city_project.table("lead_scores").count().to_pyarrow().as_py()
    assert all("*" in one["phone"] and "*" in one["name"] for one in first["items"] if one["phone"])
    asked = first["items"][0]["lead_id"]
    [known] = city_project.table("leads").filter(_.lead_id == asked).to_pyarrow().to_pylist()
    path = f"/api/v1/leads/{asked}/personal"
    assert sign_in("sales").post(path, json={"reason": "回电"}).status_code == 422
    seen = sign_in("sales").post(path, json={"reason": "客户要求回电"}).json()
    assert (seen["name"], seen["phone"]) == (known["name"], known["phone"])
    assert sign_in("analyst").post(path, json={"reason": "客户要求回电"}).status_code == 403
    one = ask("/leads", channel="短视频", limit=50)["items"]
    assert {row["channel"] for row in one} == {"短视频"}


def test_connect_rates_are_those_of_the_table(ask, city_project):
    shown = ask("/connect-rates")["rows"]
    table = city_project.table("connect_rates").to_pyarrow().to_pylist()
    assert {(one["dimension"], one["member"]): one["connect_rate"] for one in shown} == {
        (row["dimension"], row["member"]): row["connect_rate"] for row in table
    }


def test_nobody_is_listed_whom_one_may_not_see(ask, app, sign_in, city_project):
    with app.state.workspace.store.session() as session:
        users.add_user(session, "nobodys", "correct horse battery", "sales")
        users.change_user(session, "nobodys", own_customers_only=True)
    for path in ("/churn/customers", "/risk-cases", "/leads"):
        assert ask(path, role="nobodys")["total"] == 0


def test_the_figures_above_the_warnings_are_of_the_customers_whom_one_may_see(app, ask, sign_in):
    """Of a city fewer than of the company, and as many as its list says; of nobody none."""
    everybody = {one["band"]: one["customers"] for one in ask("/churn", "manager")["bands"]}
    reader = app.state.workspace.reader()
    cities = reader.answer(
        reader.table("profile").filter(_.city.notnull()).group_by("city").aggregate(n=_.count()).order_by(_.n.desc(), _.city)
    )
    with app.state.workspace.store.session() as session:
        for login, regions, own in (("of-a-city", [cities["city"][0].as_py()], False), ("of-nobody", [], True)):
            users.add_user(session, login, "correct horse battery", "sales")
            users.change_user(session, login, regions=regions, own_customers_only=own)
    here = {one["band"]: one["customers"] for one in ask("/churn", "of-a-city")["bands"]}
    assert 0 < here["high"] < everybody["high"]
    assert here["high"] == ask("/churn/customers", "of-a-city", band="high")["total"]
    nobody = ask("/churn", "of-nobody")
    assert (nobody["bands"], nobody["causes"], nobody["why_not"]) == ([], [], None)
