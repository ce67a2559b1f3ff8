"""The estimator of leaving: mixed columns as they come, reasons in words, files without code, the same for the same seed."""

from __future__ import annotations

import datetime as dt
import os

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from sklearn.base import clone
from sklearn.model_selection import StratifiedKFold, cross_val_score

from kezhi.errors import ColumnMissing, RunFailed, WrongInput
from kezhi.kit.threads import in_order
from kezhi.models import ChurnModel, CoxModel
from kezhi.models.churn.reasons import Reason, top_reasons
from kezhi.models.mixed_columns import learn


def people(rows: int = 300, seed: int = 2) -> tuple[pa.Table, np.ndarray]:
    """Numbers, texts, yes and no, days, money as text with blanks, an id, a constant; the plan and the pace tell who leaves."""
    draws = np.random.default_rng(seed)
    plan, pace = draws.choice(["month", "year"], rows), draws.normal(size=rows)
    left = draws.random(rows) < 1 / (1 + np.exp(-(1.5 * (plan == "month") + pace - 1)))
    blank = draws.random(rows) < 0.1
    table = pa.table(
        {
            "id": [f"c{number}" for number in range(rows)],
            "plan": pa.array(plan, mask=blank),
            "pace": pa.array(pace, mask=draws.random(rows) < 0.1),
            "paid": [" " if gap else f"{amount:.2f}" for gap, amount in zip(blank, draws.random(rows) * 90, strict=True)],
            "by_app": pa.array(draws.random(rows) < 0.5),
            "since": [dt.date(2024, 1, 1) + dt.timedelta(days=int(day)) for day in draws.integers(0, 300, rows)],
            "country": ["CN"] * rows,
        }
    )
    return table, left


METHODS = ("lightgbm", "logistic", "random_forest")


@pytest.mark.parametrize("method", METHODS)
def test_the_same_rows_give_the_same_model_in_any_frame_and_after_reading_back(method):
    table, left = people()
    model = ChurnModel(method, trees=20).fit(table, left)
    chance = model.predict_proba(table)
    assert chance.shape == (300, 2)
    assert chance.sum(axis=1) == pytest.approx(1.0)
    assert np.isfinite(chance).all()
    for frame in (table.to_pandas(), pl.from_arrow(table)):
        again = clone(model).fit(frame, pd.Series(left))
        assert np.array_equal(again.predict_proba(frame), chance)
    files = model.to_files()
    assert not any(data.startswith(b"\x80") for data in files.values())  # no pickle
    read = ChurnModel.from_files(files)
    assert np.allclose(read.predict_proba(table), chance)
    assert read.drivers_ == model.drivers_
    assert {name for name, _ in model.drivers_[:2]} <= {"plan", "pace"}


@pytest.mark.parametrize("method", METHODS)
def test_a_reason_names_what_raises_the_score_in_both_languages(method):
    table, left = people()
    model = ChurnModel(method, trees=30).fit(table, left)
    row = table.filter(pa.array([value == "month" for value in table["plan"].to_pylist()])).slice(0, 1)
    plan = next(reason for reason in model.reasons(row, most=5)[0] if reason.feature == "plan")
    assert plan.contribution > 0
    assert plan.say("en") == "plan = month raises the risk"
    assert plan.say("zh") == "plan = month，流失风险升高"
    assert model.reasons(table.slice(0, 0)) == []


@pytest.mark.parametrize("method", METHODS)
def test_several_threads_may_ask_one_model_at_once(method):
    table, left = people(2000)
    model = ChurnModel(method, trees=60).fit(table, left)

    def asked(part: pa.Table) -> tuple[list[float], list[list[Reason]]]:
        return model.predict_proba(part)[:, 1].tolist(), model.reasons(part)

    parts = [table.slice(start, 250) for start in range(0, 2000, 250)]
    assert list(in_order(asked, parts, threads=4)) == [asked(part) for part in parts]


def test_contributions_of_trees_and_lines_add_up_to_the_score():
    table, left = people()
    for method in ("lightgbm", "logistic"):
        model = ChurnModel(method, trees=20).fit(table, left)
        rest = model.log_odds(table) - model.contributions(table).sum(axis=1)
        assert np.ptp(rest) < 1e-9


def test_labels_may_be_words_and_columns_follow_the_sorted_classes():
    table, left = people()
    model = ChurnModel("logistic").fit(table, np.where(left, "Yes", "No"))
    assert model.classes_.tolist() == ["No", "Yes"]
    assert set(model.predict(table)) == {"No", "Yes"}
    assert model.predict_proba(table)[left, 1].mean() > model.predict_proba(table)[~left, 1].mean()


def test_what_cannot_be_learned_from_is_said():
    table, left = people(60)
    for X, y in ((table, left[:5]), (table, [True] * 60), (table, [None, *left[1:]]), (table.slice(0, 0), []),
                 (table.select(["id", "country"]), left), ("text", left), (table, list(range(60)))):  # fmt: skip
        with pytest.raises(WrongInput):
            ChurnModel().fit(X, y)
    with pytest.raises(WrongInput, match="lightgbm"):
        ChurnModel("oracle").fit(table, left)
    model = ChurnModel("logistic").fit(table, left)
    with pytest.raises(ColumnMissing, match="pace"):
        model.predict_proba(table.drop_columns(["pace"]))
    with pytest.raises(WrongInput, match="pace"):
        model.predict_proba(table.set_column(2, "pace", pa.array(["fast"] * 60)))
    assert model.predict_proba(table.slice(0, 1)).shape == (1, 2)
    assert model.predict_proba(table.slice(0, 0)).shape == (0, 2)


def test_a_category_never_seen_and_nothing_known_still_give_a_chance():
    table, left = people()
    model = ChurnModel(trees=20).fit(table, left)
    strange = pa.table({name: pa.array([None], table[name].type) for name in table.column_names})
    odd = strange.set_column(1, "plan", pa.array(["lifetime"]))
    assert 0 < model.predict_proba(strange)[0, 1] < 1
    assert 0 < model.predict_proba(odd)[0, 1] < 1


def test_a_file_that_holds_more_than_a_forest_is_not_opened():
    import skops.io
    from sklearn.linear_model import SGDClassifier

    table, left = people(80)
    files = ChurnModel("random_forest", trees=3).fit(table, left).to_files()
    files["model.skops"] = skops.io.dumps({"forest": os.path.join, "usual": SGDClassifier(), "owners": 1})
    with pytest.raises(RunFailed, match="more than a forest"):
        ChurnModel.from_files(files)


@pytest.mark.data
def test_telco_is_told_with_an_area_of_0_845_without_resampling(data_dir):
    """IBM Telco, five folds, all columns as they come (11 blank TotalCharges): measured 0.849."""
    telco = pd.read_csv(data_dir / "churn" / "ibm_telco_churn.csv.gz")
    left = telco.pop("Churn") == "Yes"
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    assert cross_val_score(ChurnModel(calibrate=False), telco, left, cv=folds, scoring="roc_auc").mean() >= 0.845


def test_the_hazards_of_cox_by_hand():
    """Three rows, no ties, x = 0, 1, 0 at times 1, 2, 3, all events: the slope is 0 at e^b(…); maximised by golden search."""
    from scipy.optimize import minimize_scalar

    def loss(b: float) -> float:
        return -(0 - np.log(2 + np.exp(b)) + b - np.log(np.exp(b) + 1) + 0)

    best = minimize_scalar(loss, bounds=(-5, 5), method="bounded").x
    rows = {"x": [0.0, 1.0, 0.0]}
    model = CoxModel(penalty=0.0, scale=False).fit(rows, [1, 2, 3], [1, 1, 1])
    assert model.coefficients_ == pytest.approx([best], abs=1e-4)
    alive = model.survival(rows, 2)
    assert ((0 < alive) & (alive < 1)).all()
    assert model.survival(rows, 0.5).tolist() == [1.0, 1.0, 1.0]
    with pytest.raises(WrongInput):
        CoxModel().fit(rows, [0, 1, 2], [1, 1, 1])
    with pytest.raises(WrongInput):
        CoxModel().fit(rows, [1, 1, 2], [0, 0, 0])


def test_coefficients_errors_and_likelihood_are_those_of_lifelines():
    """60 rows with many ties and a third censored, by CoxPHFitter of lifelines 0.30.3 (which needs pandas below 3)."""
    draws = np.random.default_rng(5)
    rows = {"x": draws.integers(0, 5, 60), "z": draws.integers(0, 2, 60)}
    time, event = draws.integers(1, 12, 60), draws.random(60) < 0.7
    model = CoxModel(penalty=0.0, scale=False).fit(rows, time, event)
    assert model.coefficients_ == pytest.approx([0.07697039050962455, -0.02968253768750731], abs=1e-6)
    assert model.standard_errors_ == pytest.approx([0.1135301610284113, 0.3244228868765562], abs=1e-6)
    assert model.log_likelihood_ == pytest.approx(-130.01356839253862, abs=1e-6)


def survivors(rows: int = 400):
    draws = np.random.default_rng(3)
    times = draws.exponential(10, rows) + 0.1
    return pd.DataFrame({"age": draws.normal(40, 9, rows)}), times, draws.random(rows) < 0.7


@pytest.mark.parametrize(
    "wrong", [lambda e: np.where(e, 1.0, np.nan), lambda e: np.where(e, "yes", "no"), lambda e: np.where(e, 2, 1), lambda e: e[:, None]]
)
def test_an_event_that_is_neither_true_nor_false_is_refused_and_does_not_count_as_one(wrong):
    frame, times, event = survivors()
    plain = CoxModel().fit(frame, times, event)
    assert CoxModel().fit(frame, times, event.astype(float)).hazard_[-1] == plain.hazard_[-1]
    with pytest.raises(WrongInput, match="true or false"):
        CoxModel().fit(frame, times, wrong(event))


def test_times_and_columns_without_sense_are_refused_in_words():
    frame, times, event = survivors()
    with pytest.raises(WrongInput, match="Times must be numbers"):
        CoxModel().fit(frame, ["a"] * len(times), event)
    with pytest.raises(WrongInput, match="No column tells"):
        CoxModel().fit(frame.assign(age=1), times, event)
    model = CoxModel().fit(frame, times, event)
    for at in (np.nan, -4.0, [1.0, 2.0]):
        with pytest.raises(WrongInput):
            model.survival(frame, at)
    assert model.survival(frame, 0.0).tolist() == [1.0] * len(frame)


@pytest.mark.parametrize("slip", [1e9, 1e155, 1e300])
def test_one_value_that_is_a_slip_does_not_silence_its_column(slip):
    draws = np.random.default_rng(0)
    signal = draws.normal(size=1000)
    left = draws.random(1000) < 1 / (1 + np.exp(-2 * signal))
    for values in (signal, np.exp(signal)):
        with_slip = np.where(np.arange(1000) == 0, slip, values)
        plain, other = (ChurnModel("logistic").fit({"x": one}, left).predict_proba({"x": values})[:, 1] for one in (values, with_slip))
        assert np.abs(plain - other)[1:].mean() < 0.04


@pytest.mark.parametrize("rows", [5, 40, 1000])
def test_a_column_is_scaled_as_if_its_slip_were_not_there(rows):
    values = np.random.default_rng(0).normal(size=rows)
    values[0] = values[1]
    scale = learn(pa.table({"x": values})).plans[0].scale
    for slip in (1e155, -1e300):
        values[0] = slip
        assert learn(pa.table({"x": values})).plans[0].scale == pytest.approx(scale, rel=0.3)


def test_days_and_what_is_not_known_are_said_as_people_say_them():
    draws = np.random.default_rng(0)
    days = pd.Timestamp("2025-01-01") + pd.to_timedelta(np.arange(300), "D")
    left = (np.arange(300) > 150) ^ (draws.random(300) < 0.2)
    frame = pd.DataFrame({"day": days, "gap_days_std": np.where(left & (draws.random(300) < 0.6), np.nan, draws.normal(9, 2, 300))})
    model = ChurnModel("logistic").fit(frame, left)
    said = [reason.say("en") for reasons in model.reasons(frame) for reason in reasons]
    assert "day = 2025-01-01 lowers the risk" in said
    assert "How much gaps vary is not known yet" in said
    assert not [words for words in said if "unknown" in words or "e+" in words]


def test_reasons_as_columns_are_those_of_each_row_and_each_sentence_is_made_once():
    """Three rows: two strong reasons, the weaker below the bound of its row; one that lowers; none at all. Equal ones are asked for once."""
    values = {"calls": [4.0, 4.0, 4.0], "plan": ["month", None, "year"]}
    sizes = np.array([[0.4, 0.9], [-0.3, 0.02], [0.01, -0.01]])
    asked: list[tuple[str, list[int]]] = []

    def shown(name: str, rows) -> list:
        asked.append((name, list(rows)))
        return [values[name][row] for row in rows]

    found = top_reasons(["calls", "plan"], shown, sizes, most=2)
    assert found.by_row() == [[Reason("plan", "month", 0.9), Reason("calls", 4.0, 0.4)], [Reason("calls", 4.0, -0.3)], []]
    assert asked == [("calls", [0, 1]), ("plan", [0])]
    assert found.features().to_pylist() == [["plan", "calls"], ["calls"], []]
    assert top_reasons(["calls", "plan"], shown, sizes, most=2, rising_only=True).features().to_pylist() == [["plan", "calls"], [], []]
    assert top_reasons(["calls", "plan"], shown, sizes, most=2, least=[0.5, 0.01, 0.01]).features().to_pylist() == [
        ["plan"],
        ["calls", "plan"],
        ["calls", "plan"],
    ]
    said: list[Reason] = []

    def say(reason: Reason) -> str:
        said.append(reason)
        return f"{reason.feature}{'+' if reason.contribution > 0 else '-'}"

    # 4 and 4.00001 are written alike
    same = top_reasons(["calls"], lambda _, rows: [4.0, 4.00001, 4.0][: len(rows)], np.array([[0.3], [0.6], [-0.2], [0.0]]), most=3)
    words, loud = same.in_words(say, lambda reason: reason.feature.upper())
    assert words.to_pylist() == [["calls+"], ["calls+"], ["calls-"], []]
    assert loud.to_pylist() == [["CALLS"], ["CALLS"], ["CALLS"], []]
    assert len(said) == 2
    told = top_reasons(["calls"], lambda _, rows: [1234.4, 1234.6, None], np.full((3, 1), 0.3), most=1)
    assert told.in_words(lambda reason: reason.say("en"))[0].to_pylist() == [
        [f"calls = {value} raises the risk"] for value in ("1,234", "1,235", "unknown")
    ]
