"""The effect of a treatment per customer: curves by hand, differences found where there are some and not invented where not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from scipy.stats import spearmanr
from sklearn.base import clone

from kezhi.errors import ColumnMissing, WrongInput
from kezhi.models import UpliftModel
from kezhi.models.cards import say
from kezhi.models.evaluation import Interval, auuc, qini, qini_table, share_difference
from kezhi.models.uplift.honest import Heterogeneity


def test_the_qini_of_four_rows_is_what_the_paper_says():
    """One treated responder first, one untreated responder last: a perfect order is 1, its reverse −1, equal scores 0."""
    y, treated = [1, 0, 0, 1], [1, 0, 1, 0]
    assert qini(y, [4, 3, 2, 1], treated).value == pytest.approx(1.0)
    assert qini(y, [1, 1, 1, 1], treated).value == pytest.approx(0.0)
    assert qini(y, [1, 2, 3, 4], treated).value < 0
    assert auuc(y, [1, 1, 1, 1], treated).value == pytest.approx(0.0)
    assert qini([1, 0], [1, 2], [1, 1]).value is None
    assert qini([], [], []).value is None
    with pytest.raises(WrongInput):
        qini([1, 0], [1, 2], [1, 3])


def test_qini_and_auuc_agree_with_scikit_uplift():
    """Figures of scikit-uplift 0.5.1 `qini_auc_score` and `uplift_auc_score` on these draws, ties among the scores."""
    draws = np.random.default_rng(3)
    treated, score = draws.integers(0, 2, 400), draws.normal(size=400).round(1)
    y = (draws.random(400) < 0.2 + 0.1 * treated * (score > 0)).astype(int)
    assert qini(y, score, treated).value == pytest.approx(0.026390723124, abs=1e-9)
    assert auuc(y, score, treated).value == pytest.approx(0.020334103895, abs=1e-9)
    curve = qini_table(y, score, treated, parts=4, rounds=20)
    assert [row["share"] for row in curve] == [0, 0.25, 0.5, 0.75, 1]
    assert curve[0]["gain"] == 0
    assert curve[-1]["gain"] == pytest.approx(curve[-1]["random"])
    assert all(row["low"] <= row["gain"] <= row["high"] for row in curve)


def campaign(rows: int = 4000, *, differs: bool, seed: int = 5) -> tuple[pa.Table, np.ndarray, np.ndarray, np.ndarray]:
    """Columns with gaps, who was written to, who came, and the true effect: 0 to 30 points by age, or 10 for everybody."""
    draws = np.random.default_rng(seed)
    age, city = draws.uniform(20, 60, rows), draws.choice(["沪", "京", "深"], rows)
    effect = (age - 20) / 40 * 0.3 if differs else np.full(rows, 0.1)
    treated = draws.random(rows) < 0.5
    came = draws.random(rows) < 0.1 + 0.1 * (city == "沪") + treated * effect
    table = pa.table({"age": pa.array(age, mask=draws.random(rows) < 0.05), "city": city, "id": [f"c{place}" for place in range(rows)]})
    return table, treated, came, effect


@pytest.mark.parametrize("method", ["t", "x", "r"])
def test_true_differences_are_recovered_in_rank_and_size(method):
    table, treated, came, effect = campaign(differs=True)
    model = UpliftModel(method, leaves=2).fit(table, treated, came)
    assert model.has_heterogeneity_
    assert spearmanr(model.predict(table), effect)[0] > 0.8
    average = model.average_effect_
    assert average.low < effect.mean() < average.high
    assert model.buckets_[0]["effect"] > model.buckets_[-1]["effect"]
    assert model.qini_.low > 0
    assert "differs" in model.told()[1].say("en")


def test_the_same_effect_for_all_is_said_to_be_so_and_no_difference_is_invented():
    found = []
    for seed in range(5):
        table, treated, came, _ = campaign(2000, differs=False, seed=seed)
        model = UpliftModel(leaves=2, folds=3).fit(table, treated, came)
        found.append(model.has_heterogeneity_)
        if not model.has_heterogeneity_:
            assert np.ptp(model.predict(table)) == 0
            assert model.predict(table)[0] == model.average_effect_.value
            assert "hardly any difference" in model.told()[1].say("en")
            assert "几乎没有差异" in model.told()[1].say("zh")
            assert model.card().refusal is not None
            assert set(model.persuadables(table)["verdict"].to_pylist()) == {"persuadable"}
    assert sum(found) <= 1  # one in a hundred is expected


def test_the_words_follow_the_number():
    """Differences that are sure are not called hardly any, whether they order nobody or are small."""
    table, treated, came, _ = campaign(400, differs=False)
    model = UpliftModel(leaves=2, folds=2, trees=5).fit(table, treated, came)
    model.has_heterogeneity_, model.heterogeneity_ = False, Heterogeneity(0.4, 0.1, 0.003, 0.01, True)
    model.qini_ = Interval(0.02, -0.01, 0.05)
    assert "(p = 0.003), but their order by it is not surely better than a random one (Qini 0.020, from -0.010)" in model.told()[1].say(
        "en"
    )
    model.qini_ = Interval(0.02, 0.01, 0.05)
    assert "but little (standard deviation 0.01 beside the average" in model.told()[1].say("en")
    assert "差异很小" in model.told()[1].say("zh")


def test_honest_intervals_hold_the_truth_as_often_as_they_say():
    """95% intervals of the average in 12 draws: at most 3 may miss (a chance of 0.2% if they are honest)."""
    missed = 0
    for seed in range(12):
        table, treated, came, effect = campaign(600, differs=True, seed=seed)
        average = UpliftModel(leaves=2, folds=2, trees=10).fit(table, treated, came).average_effect_
        missed += not average.low <= effect.mean() <= average.high
    assert missed <= 3


def test_honest_intervals_of_buckets_hold_the_mean_of_new_customers():
    """1,500 rows and 10,000 new customers: of 100 draws 323 of 330 buckets held; told each for itself at 95%, 305 did. 60 draws here."""
    held = []
    for seed in range(60):
        table, treated, came, _ = campaign(1500, differs=True, seed=seed)
        model = UpliftModel("x", leaves=4, folds=3, trees=40).fit(table, treated, came)
        if not model.has_heterogeneity_:
            continue
        new, _, _, effect = campaign(10_000, differs=True, seed=1000 + seed)
        ends, bucket = model.intervals(new), model._bucket(model.predict(new))
        for number in np.unique(bucket):
            low, high = ends[bucket == number][0]
            held.append(low <= effect[bucket == number].mean() <= high)
    assert len(held) >= 150
    assert np.mean(held) >= 0.95


def test_an_outcome_that_nobody_or_nobody_of_an_arm_had_still_has_an_interval():
    """400 rows, half of them treated: of 0 in both arms up to two of a hundred may be moved; of 0 among the controls it is Newcombe's."""
    table, treated, _, _ = campaign(400, differs=True)
    nobody = UpliftModel(leaves=2, folds=2, trees=5).fit(table, treated, np.zeros(400)).average_effect_
    assert nobody.value == 0
    assert -0.03 < nobody.low < -0.01 < 0.01 < nobody.high < 0.03
    came = treated & (np.arange(400) % 4 == 0)
    hits, rows = int(came.sum()), int(treated.sum())
    found = UpliftModel(leaves=2, folds=2, trees=5).fit(table, treated, came).average_effect_
    assert found == share_difference(hits, rows, 0, 400 - rows)


def test_any_frame_gives_the_same_and_the_model_is_read_back_without_code():
    table, treated, came, _ = campaign(1500, differs=True)
    model = UpliftModel("x", trees=20, folds=2).fit(table, treated, came)
    effects = model.predict(table)
    for frame in (table.to_pandas(), pl.from_arrow(table)):
        assert np.array_equal(clone(model).fit(frame, pd.Series(treated), pd.Series(came)).predict(frame), effects)
    files = model.to_files()
    assert not any(data.startswith(b"\x80") for data in files.values())
    read = UpliftModel.from_files(files)
    assert np.allclose(read.predict(table), effects)
    assert read.persuadables(table).equals(model.persuadables(table))
    assert read.card() == model.card()


def test_persuadables_are_those_whose_bucket_is_surely_worth_it():
    table, treated, came, effect = campaign(differs=True)
    model = UpliftModel(leaves=2, folds=3).fit(table, treated, came)
    found = model.persuadables(table, worth=0.15).to_pylist()
    assert [row["effect"] for row in found] == sorted((row["effect"] for row in found), reverse=True)
    chosen = [row["row"] for row in found if row["verdict"] == "persuadable"]
    left = [row["row"] for row in found if row["verdict"] == "unmoved"]
    assert effect[chosen].mean() > 0.15 > effect[left].mean()
    assert all(row["low"] > 0.15 for row in found if row["verdict"] == "persuadable")


def test_several_arms_are_held_against_one_control_one_at_a_time():
    table, treated, came, _ = campaign(1500, differs=True)
    arms = np.where(treated, np.where(np.arange(1500) % 2, "mail", "call"), "none")
    with pytest.raises(WrongInput, match="arm="):
        UpliftModel(control="none").fit(table, arms, came)
    with pytest.raises(WrongInput, match="control="):
        UpliftModel().fit(table, arms, came)
    model = UpliftModel(control="none", arm="mail", folds=2, trees=5).fit(table, arms, came)
    assert model.rows_ == (arms != "call").sum()
    with pytest.raises(WrongInput, match="letter"):
        UpliftModel(control="none", arm="letter").fit(table, arms, came)


def test_treatment_that_was_no_fair_draw_is_said_and_weighed():
    draws = np.random.default_rng(1)
    loyal = draws.normal(size=4000)
    treated = draws.random(4000) < 1 / (1 + np.exp(-loyal))
    spent = 5 * loyal + 2 * treated + draws.normal(size=4000)
    model = UpliftModel(leaves=4, folds=3).fit({"loyal": loyal}, treated, spent)
    assert model.balance_.low > 0.5
    assert "no fair draw" in model.told()[-1].say("en")
    naive = spent[treated].mean() - spent[~treated].mean()
    assert naive > 6
    assert model.average_effect_.value == pytest.approx(2, abs=0.4)
    assert not model.is_fair_
    assert not model.card().is_published
    assert "no fair draw" in say(model.card().refusal, "en")
    assert UpliftModel.from_files(model.to_files()).card() == model.card()
    known = 1 / (1 + np.exp(-loyal))  # chances that were given to the draw are fair
    assert UpliftModel(leaves=4, folds=3, trees=20).fit({"loyal": loyal}, treated, spent, propensity=known).is_fair_


def test_what_no_effect_can_be_told_from_is_said():
    table, treated, came, _ = campaign(200, differs=True)
    bad = [
        (table, treated[:5], came), (table, treated, came[:5]), (table, np.ones(200), came), (table, treated, ["yes"] * 200),
        (table, [None, *treated[1:]], came), (table, treated, [np.nan, *came[1:]]), (table.slice(0, 0), [], []),
        (table.slice(0, 1), [1], [1]), ("text", treated, came), ({"x": [1] * 200}, treated, came),
    ]  # fmt: skip
    for X, arms, y in bad:
        with pytest.raises(WrongInput):
            UpliftModel().fit(X, arms, y)
    for wrong in ({"method": "z"}, {"folds": 1}, {"trees": 0}, {"propensity": 2.0}, {"level": 0}, {"leaves": 1.5}):
        with pytest.raises(WrongInput):
            UpliftModel(**wrong).fit(table, treated, came)
    model = UpliftModel(trees=5, folds=2).fit(table, treated, came)
    with pytest.raises(ColumnMissing):
        model.predict(table.drop_columns(["age"]))
    assert len(model.predict(table.slice(0, 0))) == 0
    assert model.persuadables(table.slice(0, 0)).num_rows == 0


def test_the_qini_of_effects_that_do_not_differ_is_that_of_a_random_order(monkeypatch):
    """60 campaigns of 300 customers and a column of noise: 0 on average; ordered across folds by the effects themselves it was -0.050 (0.006)."""
    monkeypatch.setattr("kezhi.models.uplift.estimator.ROUNDS", 2)
    found = []
    for seed in range(60):
        draws = np.random.default_rng(seed)
        noise, treated = draws.normal(size=(300, 1)), draws.integers(0, 2, 300)
        came = (draws.random(300) < 0.3 + 0.2 * treated).astype(float)
        found.append(UpliftModel("t", leaves=4, trees=20, folds=3, seed=seed).fit(noise, treated, came).qini_.value)
    assert abs(np.mean(found)) < 3 * np.std(found, ddof=1) / np.sqrt(len(found))


COLUMNS = ["recency", "history_segment", "history", "mens", "womens", "zip_code", "newbie", "channel"]


def test_hillstrom_womens_mail_beats_the_logistic_floor_and_mens_has_hardly_any_heterogeneity(data_dir):
    """Visits; the floor 0.061 is the two-model logistic's over half splits (data README); two of five splits here."""
    mails = pd.read_csv(data_dir / "campaign/hillstrom_email.csv.gz")
    of_women = mails[mails.segment.isin(["Womens E-Mail", "No E-Mail"])].reset_index(drop=True)
    treated = (of_women.segment == "Womens E-Mail").astype(int)
    found = []
    for split in (0, 1):
        order = np.random.default_rng(split).permutation(len(of_women))
        seen, held = np.array_split(order, 2)
        model = UpliftModel(leaves=2, folds=3).fit(of_women[COLUMNS].iloc[seen], treated[seen], of_women.visit[seen])
        assert model.has_heterogeneity_
        found.append(qini(of_women.visit[held], model.predict(of_women[COLUMNS].iloc[held]), treated[held]).value)
    assert np.mean(found) >= 0.061
    of_men = mails[mails.segment.isin(["Mens E-Mail", "No E-Mail"])]
    model = UpliftModel(control="No E-Mail", leaves=2, folds=3).fit(of_men[COLUMNS], of_men.segment, of_men.visit)
    assert not model.has_heterogeneity_
    assert model.average_effect_.value == pytest.approx(0.1828 - 0.1062, abs=0.003)  # visit rates of the data README
