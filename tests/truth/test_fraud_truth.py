"""Denied payments of the city: what the bank told is learned from, and tells which recent payments are fraud."""

from __future__ import annotations

import json

import polars as pl
import pytest
from sklearn.metrics import roc_auc_score


@pytest.fixture(scope="module")
def card(city_project) -> dict:
    folder = city_project.folder / ".kezhi" / "models" / "fraud"
    version = json.loads((folder / "champion.json").read_text())["version"]
    return json.loads((folder / str(version) / "card.json").read_text())


def truth(project) -> pl.DataFrame:
    return pl.read_parquet(project.folder / "truth" / "frauds.parquet").with_columns(order_id="app:" + pl.col("order_id"))


def test_every_denied_payment_is_there_with_its_money(city_project):
    told = pl.from_arrow(city_project.table("chargebacks").to_pyarrow())
    assert set(told["order_id"]) == set(truth(city_project).filter("is_told")["order_id"])
    assert (told["denied_amount"] > 0).all()


def test_the_model_beats_the_rules_on_later_payments(card):
    assert card["is_published"]
    assert card["judgement"]["metrics"]["auc"]["model"] >= 0.78
    assert card["judgement"]["auc_gain"]["low"] > 0
    assert card["judgement"]["metrics"]["ece"]["model"] <= 0.03
    assert 0 < card["threshold"]["threshold"] < 1
    assert set(card["stability"]) == {*card["features"], "score"}


def test_recent_payments_are_ranked_by_what_truly_makes_fraud_and_each_suspicion_has_reasons(city_project):
    scores = pl.from_arrow(city_project.table("fraud_scores").to_pyarrow())
    both = scores.join(truth(city_project), on="order_id")
    assert both.height >= 0.9 * scores.height >= 100
    inclined = both["fraud_odds"] >= -4.0
    assert roc_auc_score(inclined.to_numpy(), both["fraud_probability"].to_numpy()) >= 0.85
    suspicious = scores.filter("is_suspicious")
    assert 0 < suspicious.height < 0.2 * scores.height
    assert (suspicious["reasons"].list.len() > 0).all()
    assert scores.filter(~pl.col("is_suspicious"))["reasons"].list.len().sum() == 0
    cases = pl.from_arrow(city_project.table("risk_cases").to_pyarrow()).filter(pl.col("kind") == "customer")
    assert set(suspicious["customer_id"]) <= set(cases["customer_id"])
