"""Fraud: rules, anomalies, labels; reasons in words; features that know nothing of the future."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from sklearn.base import clone

import kezhi
from kezhi.errors import ColumnMissing, WrongInput
from kezhi.models import FraudModel
from kezhi.models.evaluation import auc, average_precision
from kezhi.models.fraud import Rule


def payments(rows: int = 600, seed: int = 4) -> tuple[pa.Table, np.ndarray]:
    """Amounts about 60, some missing; every fiftieth is 5,000 at night, and fraud."""
    draws = np.random.default_rng(seed)
    fraud = np.arange(rows) % 50 == 7
    amount = np.where(fraud, 5000.0, draws.normal(60, 8, rows))
    hour = np.where(fraud, 3.0, draws.integers(8, 22, rows))
    table = pa.table({"amount": pa.array(amount, mask=draws.random(rows) < 0.02), "hour": hour,
                      "city": draws.choice(["沪", "京"], rows), "id": [f"p{place}" for place in range(rows)]})  # fmt: skip
    return table, fraud


def test_without_labels_the_unusual_stand_out_with_the_reason_in_both_languages():
    table, fraud = payments()
    model = FraudModel().fit(table)
    assert not model.has_labels_
    assert auc(fraud, model.predict_proba(table)[:, 1]) > 0.98
    assert auc(fraud, -model.score_samples(table)) > 0.98  # the lower, the more anomalous
    assert not model.drivers_
    row = table.filter(pa.array(fraud)).slice(1, 1)
    reason = next(one for one in model.reasons(row)[0] if one.feature == "amount")
    assert reason.kind == "unusual"
    assert reason.say("en").startswith("amount = 5,000 is unusually high")
    assert reason.say("zh").startswith("amount = 5,000 异常偏高")
    assert 0.005 <= model.predict(table).mean() <= 0.02


def test_labels_are_learned_from_where_they_exist():
    table, fraud = payments()
    model = FraudModel(trees=30).fit(table, fraud)
    chance = model.predict_proba(table)
    assert chance.sum(axis=1) == pytest.approx(1)
    assert auc(fraud, chance[:, 1]) > 0.98
    reasons = model.reasons(table.filter(pa.array(fraud)).slice(1, 1))[0]
    assert {"learned"} <= {one.kind for one in reasons}
    assert all(one.say("zh") and one.say("en") for one in reasons)
    some = [None if place % 3 else bool(value) for place, value in enumerate(fraud)]
    partly = FraudModel(trees=30).fit(table, some)
    assert partly.rows_ == 200
    assert not model.card(table, fraud).is_published  # here the unusual are the frauds: labels add nothing
    small = np.array([amount is not None and amount < 55 for amount in table["amount"].to_pylist()])  # frauds that look usual
    assert FraudModel(trees=30).fit(table, small).card(table, small).is_published


def test_labels_that_say_no_more_than_how_unusual_a_row_is_are_refused():
    """Whether a payment is fraud hangs on how unusual it is alone; 20 draws: against an uncalibrated rank nearly all of them served."""
    served = 0
    for seed in range(20):
        draws = np.random.default_rng(seed)
        table = pa.table({"amount": draws.normal(60, 8, 1200), "minutes": draws.normal(size=1200)})
        unusual = -FraudModel().fit(table.slice(0, 800)).score_samples(table)
        fraud = draws.random(1200) < 1 / (1 + np.exp(2.5 - unusual))
        model = FraudModel(trees=20).fit(table.slice(0, 800), fraud[:800])
        card = model.card(table.slice(800), fraud[800:])
        assert card.judgement["metrics"]["log_loss"]["baseline"] < 0.6  # that of a chance, not of a rank
        served += card.is_published
    assert served <= 1


def test_without_labels_the_card_tells_of_the_order_alone():
    table, fraud = payments()
    card = FraudModel().fit(table).card(table, fraud)
    assert not card.is_published  # it is the baseline itself
    assert sorted(card.judgement["metrics"]) == ["auc", "average_precision"]
    assert card.judgement["calibration"] == []
    rules = [Rule("city", "==", "京", 0.9)]
    fraud = np.array([city == "京" for city in table["city"].to_pylist()])
    assert FraudModel(rules).fit(table).card(table, fraud).is_published


def test_a_rule_raises_the_chance_and_is_the_first_reason():
    table = pa.table({"amount": [float(place % 40 + 10) for place in range(100)], "country": ["CN"] * 99 + ["XX"]})
    rules = [Rule("amount", ">", 48, 0.8, "大额", "large amount"), {"column": "country", "comparison": "==", "value": "XX", "chance": 0.5}]
    model = FraudModel(rules).fit(table)
    bare = FraudModel().fit(table)
    raised = 1 - (1 - model.predict_proba(table)[:, 1]) / (1 - bare.predict_proba(table)[:, 1]).clip(1e-12)
    large = np.array(table["amount"].to_pylist()) > 48
    assert raised[large] == pytest.approx(0.8)
    assert raised[~large][:-1] == pytest.approx(0)
    assert model.reasons(table)[39][0].say("zh") == "规则：大额（amount = 49）"
    assert model.reasons(table)[99][0].say("en") == "Rule: country == XX (country = XX)"


def test_any_frame_gives_the_same_and_the_model_is_read_back_without_code():
    table, fraud = payments(300)
    for given in (None, fraud):
        model = FraudModel([Rule("hour", "<", 5, 0.3)], trees=10).fit(table, given)
        chance = model.predict_proba(table)
        for frame in (table.to_pandas(), pl.from_arrow(table)):
            assert np.array_equal(clone(model).fit(frame, given).predict_proba(frame), chance)
        files = model.to_files()
        assert not any(data.startswith(b"\x80") for data in files.values())
        read = FraudModel.from_files(files)
        assert np.allclose(read.predict_proba(table), chance)
        assert read.reasons(table) == model.reasons(table)
        assert read.line_ == model.line_


def test_what_no_fraud_can_be_told_from_is_said():
    table, fraud = payments(100)
    for X, y in ((table, fraud[:5]), (table, [True] * 100), (table, [None] * 100), (table.slice(0, 0), None), (table.slice(0, 1), None),
                 (table.select(["id"]), None), ("text", None)):  # fmt: skip
        with pytest.raises(WrongInput):
            FraudModel().fit(X, y)
    for wrong in (
        {"trees": 0},
        {"contamination": 1.5},
        {"rules": [{"column": "amount"}]},
        {"rules": [{"column": "a", "comparison": "~", "value": 1}]},
    ):
        with pytest.raises(WrongInput):
            FraudModel(**wrong).fit(table)
    with pytest.raises(ColumnMissing, match="amuont"):
        FraudModel([Rule("amuont", ">", 1)]).fit(table)
    model = FraudModel().fit(table)
    with pytest.raises(ColumnMissing, match="hour"):
        model.predict_proba(table.drop_columns(["hour"]))
    assert model.predict_proba(table.slice(0, 0)).shape == (0, 2)
    assert model.reasons(table.slice(0, 0)) == []
    strange = pa.table({name: pa.array([None], table[name].type) for name in table.column_names})
    assert np.isfinite(model.predict_proba(strange)).all()


def paid(*given: tuple[str, int, float, str, bool]) -> pd.DataFrame:
    """Rows of payment, hours after the first of July, amount, terminal, fraud; all of one customer."""
    start = datetime(2024, 7, 1)
    return pd.DataFrame([
        {"payment_id": one, "customer_id": "c1", "paid_at": start + timedelta(hours=hours), "amount": amount, "terminal_id": place, "is_fraud": fraud}
        for one, hours, amount, place, fraud in given
    ])  # fmt: skip


def test_features_of_a_payment_know_the_past_only_and_frauds_a_week_late():
    """24 hours after a payment its day is over; a fraud counts from seven days on, for the window's length."""
    frame = paid(
        ("a", 0, 10, "t", True),
        ("b", 23, 30, "t", False),
        ("c", 24, 50, "t", False),
        ("d", 24 * 7, 50, "t", False),
        ("e", 24 * 8 + 1, 50, "t", False),
    )
    made = kezhi.payment_features(frame).set_index("payment_id")
    assert made.loc["b", "customer_payments_1d"] == 2
    assert made.loc["b", "customer_amount_mean_1d"] == 20
    assert made.loc["c", "customer_payments_1d"] == 2  # b and itself
    assert made.loc["c", "terminal_risk_30d"] == 0
    assert made.loc["d", "terminal_risk_1d"] == 1  # a alone is seven days old
    assert made.loc["e", "terminal_risk_1d"] == 0
    assert made.loc["e", "terminal_risk_7d"] == pytest.approx(1 / 3)
    future = pd.concat([frame, paid(("z", 24 * 20, 9999, "t", True))])
    again = kezhi.payment_features(future).set_index("payment_id").loc[made.index]
    assert again.equals(made)
    with pytest.raises(ColumnMissing, match="amount"):
        kezhi.payment_features(frame.drop(columns="amount"))
    with pytest.raises(WrongInput):
        kezhi.payment_features(frame, windows=(0,))
    assert len(kezhi.payment_features(frame.iloc[:0])) == 0


def test_the_handbooks_frauds_are_told_as_well_as_its_best_model(data_dir):
    """
    The handbook's split: a week to learn, a week until frauds are known, a week to judge without customers known to be defrauded.

    The floors are its random forest's (data README): AUC 0.867, average precision 0.66. All rows, features by `payment_features`.
    """
    frame = pd.read_parquet(data_dir / "fraud/handbook_sim_2018-06-18_08-14.parquet")
    table = pa.table({
        "payment_id": frame.TRANSACTION_ID.astype(str).tolist(), "customer_id": frame.CUSTOMER_ID.astype(str).tolist(),
        "paid_at": pa.array(frame.TX_DATETIME.astype("datetime64[us]")), "amount": frame.TX_AMOUNT.to_numpy(),
        "terminal_id": frame.TERMINAL_ID.astype(str).tolist(), "is_fraud": (frame.TX_FRAUD == 1).to_numpy(),
    })  # fmt: skip
    made = kezhi.payment_features(table).to_pandas()
    on = made.paid_at.dt.normalize()
    first, day = pd.Timestamp("2018-07-25"), pd.Timedelta(days=1)
    learn = made[(on >= first) & (on < first + 7 * day)]
    known, parts = set(learn.customer_id[learn.is_fraud]), []
    for number in range(7):
        known |= set(made.customer_id[(on == first + (6 + number) * day) & made.is_fraud])
        parts.append(made[(on == first + (14 + number) * day) & ~made.customer_id.isin(known)])
    held = pd.concat(parts)
    columns = [name for name in made.columns if name not in ("payment_id", "customer_id", "paid_at", "terminal_id", "is_fraud")]
    model = FraudModel().fit(learn[columns], learn.is_fraud)
    chance = model.predict_proba(held[columns])[:, 1]
    assert len(learn) == 67240
    assert auc(held.is_fraud, chance) >= 0.867
    assert average_precision(held.is_fraud, chance) >= 0.66
