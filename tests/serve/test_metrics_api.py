"""The metric dictionary, its answers, targets and the cockpit, as programs ask for them."""

from __future__ import annotations

import json
from datetime import date

import pytest

from kezhi.store import audit


def get(client, path: str, **params):
    answer = client.get(f"/api/v1{path}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_dictionary_says_each_metric_in_the_asked_language(sign_in):
    client = sign_in("auditor")
    english = {one["key"]: one for one in get(client, "/metrics")["items"]}
    assert english["refund_share"]["name"] == "Refund rate"
    assert english["refund_share"]["formula"] == "refund_amount / sales_before_refunds"
    assert {one["key"]: one["name"] for one in english["net_sales"]["dimensions"]}["rfm_group"] == "RFM group"
    assert english["customers"]["is_stock"]
    assert not english["net_sales"]["is_stock"]
    chinese = {one["key"]: one["name"] for one in get(client, "/metrics", lang="zh")["items"]}
    assert chinese["refund_share"] == "退款率"


@pytest.mark.parametrize(
    "asked",
    [
        {"by": ["rfm_group"]},
        {"period": "quarter"},
        {"by": ["channel"], "period": "year"},
        {"where": "orders_90d >= 2"},
        {"since": "2025-01-01", "until": "2025-03-01"},
    ],
)
def test_the_page_and_python_give_one_figure(sign_in, city_project, asked):
    shown = get(sign_in("analyst"), "/metrics/repurchase_rate", **asked)
    days = {name: date.fromisoformat(asked[name]) for name in ("since", "until") if name in asked}
    wanted = city_project.metric("repurchase_rate", **(asked | days)).to_pyarrow().to_pylist()
    by = asked.get("by", [])
    found = {(row["period_start"], *row["groups"]): row["value"] for row in shown["rows"]}
    said = {
        (str(row["period_start"]) if "period" in asked else None, *(row[name] for name in by)): row["repurchase_rate"] for row in wanted
    }
    assert found == pytest.approx(said)
    assert found


def test_groups_are_named_in_the_asked_language_and_the_largest_comes_first(sign_in):
    rows = get(sign_in("analyst"), "/metrics/customers", by="rfm_group")["rows"]
    assert [row["value"] for row in rows] == sorted((row["value"] for row in rows), reverse=True)
    names = {row["groups"][0]: row["group_names"][0] for row in rows}
    assert names["重要价值客户"] == "Key value"


@pytest.mark.parametrize(
    ("path", "status", "code", "words"),
    [
        ("/metrics/nonsense", 404, "not_found", "nonsense"),
        ("/metrics/customers?period=month", 422, "metric_wrong", "stock"),
        ("/metrics/net_sales?by=shoe_size", 422, "metric_wrong", "cannot be split by shoe_size"),
        ("/metrics/net_sales?period=fortnight", 422, "metric_wrong", "fortnight"),
        ("/metrics/net_sales?where=orders_90d", 422, "expression_wrong", "orders_90d"),
        ("/metrics/net_sales?where=__import__('os')", 422, "expression_wrong", "__import__"),
        ("/metrics/net_sales?since=2025-02-30", 422, "request_wrong", "since"),
    ],
)
def test_what_has_no_sense_is_refused_in_words(sign_in, path, status, code, words):
    answer = sign_in("analyst").get(f"/api/v1{path}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert words in answer.text


def test_a_target_is_kept_audited_and_judged(app, sign_in):
    client, path = sign_in("manager"), "/api/v1/metrics/purchases/target"
    assert client.put(path, json={"target": 10, "lower": 5, "upper": 1_000_000}).json()["target"]["owner"] == "manager"
    figure = next(one for one in get(client, "/cockpit")["figures"] if one["metric"]["key"] == "purchases")
    assert (figure["standing"], figure["metric"]["target"]["target"]) == ("reached", 10)
    client.put(path, json={"target": 10, "upper": 11})
    assert next(one for one in get(client, "/cockpit")["figures"] if one["metric"]["key"] == "purchases")["standing"] == "above"
    weekly = next(one for one in get(client, "/cockpit", period="week")["figures"] if one["metric"]["key"] == "purchases")
    assert weekly["standing"] is None, "a target of a month says nothing about a week"
    assert client.delete(path).status_code == 204
    assert get(client, "/metrics/purchases")["metric"]["target"] is None
    with app.state.workspace.store.reading() as session:
        kept = [entry.action for entry in audit.entries(session, subject="purchases")]
    assert kept == ["metric.target_removed", "metric.target", "metric.target"]


@pytest.mark.parametrize("body", [{"target": 1, "lower": 5, "upper": 2}, {"target": "much"}, {}, '{"target": NaN}'])
def test_a_target_without_sense_is_refused(sign_in, body):
    sent = body if isinstance(body, str) else json.dumps(body)
    answer = sign_in("manager").put("/api/v1/metrics/purchases/target", content=sent, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422


def test_the_cockpit_shows_the_last_complete_month_and_the_one_before(sign_in, city_project):
    shown = get(sign_in("analyst"), "/cockpit")
    months = city_project.metric("net_sales", period="month").filter(lambda t: t.is_complete).to_pyarrow().to_pylist()
    figure = next(one for one in shown["figures"] if one["metric"]["key"] == "net_sales")
    assert figure["period_on"] == str(months[-1]["period_start"])
    assert (figure["value"], figure["before"]) == (float(months[-1]["net_sales"]), float(months[-2]["net_sales"]))
    assert [point["value"] for point in figure["points"]] == [float(row["net_sales"]) for row in months[-13:]]
    stock = next(one for one in shown["figures"] if one["metric"]["key"] == "customers")
    assert stock["value"] == city_project.table("profile").count().to_pyarrow().as_py()
    assert stock["points"] == []


def test_pins_are_ones_own_and_keep_their_order(sign_in):
    client = sign_in("service")
    assert get(client, "/cockpit")["is_default"]
    pinned = ["refund_share", "customers", "net_sales"]
    assert client.put("/api/v1/cockpit/pins", json={"metrics": pinned}).status_code == 200
    shown = get(client, "/cockpit")
    assert ([one["metric"]["key"] for one in shown["figures"]], shown["is_default"]) == (pinned, False)
    assert get(sign_in("sales"), "/cockpit")["is_default"]
    assert client.put("/api/v1/cockpit/pins", json={"metrics": ["customers", "customers"]}).status_code == 422
    assert client.put("/api/v1/cockpit/pins", json={"metrics": ["nonsense"]}).status_code == 404
    assert [one["metric"]["key"] for one in get(client, "/cockpit")["figures"]] == pinned
    client.put("/api/v1/cockpit/pins", json={"metrics": []})
    assert get(client, "/cockpit")["is_default"]


@pytest.mark.parametrize("period", ["week", "quarter", "year"])
def test_every_period_has_a_trend_without_gaps(sign_in, period):
    figure = get(sign_in("analyst"), "/cockpit", period=period)["figures"][0]
    days = [point["on"] for point in figure["points"]]
    assert days == sorted(set(days))
    assert figure["period_on"] == days[-1]
