"""Look-alikes, discriminants and target markets, held against papers and references."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_iris
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

import kezhi
from kezhi.errors import ColumnMissing, ExpressionWrong, WrongInput
from kezhi.models.lookalike import contrast_rows, wilson


def people(rows: int = 1200, seed: int = 0) -> pd.DataFrame:
    """Buyers are those of high spend, mostly; the wish itself is drawn."""
    draws = np.random.default_rng(seed)
    money = np.exp(draws.normal(6, 1, rows))
    wants = draws.random(rows) < 1 / (1 + np.exp(-(np.log(money) - 7) * 2))
    return pd.DataFrame(
        {
            "customer_id": [f"c{n:05}" for n in range(rows)],
            "net_amount_365d": money,
            "tenure_days": draws.integers(1, 900, rows),
            "gender": np.where(draws.random(rows) < 0.5, "female", "male"),
            "wants": wants,
        }
    )


def test_a_share_has_the_interval_of_wilson():
    """10 of 20: (0.2993, 0.7007), as Wilson's formula gives by hand; none of none is unknown."""
    low, high = wilson([10, 0], [20, 0])
    assert (low[0], high[0]) == (pytest.approx(0.2993, abs=1e-4), pytest.approx(0.7007, abs=1e-4))
    assert (low[1], high[1]) == (0.0, 1.0)


def test_the_contrast_counts_buyers_per_value():
    """4 women of whom 3 buy, 4 men of whom 1 does, one unknown who does not: base 4/9."""
    genders = ["female"] * 4 + ["male"] * 4 + [None]
    found = {row["value"]: row for row in contrast_rows(["gender"], [genders], [1, 1, 1, 0, 1, 0, 0, 0, 0])}
    assert (found["female"]["customers"], found["female"]["buyers"]) == (4, 3)
    assert found["female"]["lift"] == pytest.approx(0.75 / (4 / 9))
    assert found["male"]["lift"] == pytest.approx(0.25 / (4 / 9))
    assert not found["male"]["is_sure"]


def test_look_alikes_are_those_who_are_like_the_buyers_and_none_of_them():
    frame = people()
    found = kezhi.lookalike(frame, buyers=list(frame.customer_id[frame.wants]))
    assert not set(found.candidates.customer_id) & set(frame.customer_id[frame.wants])
    assert len(found.candidates) + found.buyers == len(frame)
    assert found.model.auc > 0.8
    assert found.model.better_than_chance
    assert next(iter(found.model.weights)) == "net_amount_365d"
    worth = frame.set_index("customer_id").net_amount_365d
    assert worth[found.candidates.customer_id[:50]].mean() > 3 * worth[found.candidates.customer_id[-50:]].mean()


def test_scores_are_chances_that_come_true():
    """The mean score of held-out tenths and their share of buyers go together: no tenth is off by more than 0.15."""
    frame = people(rows=6000)
    found = kezhi.lookalike(frame, buyers=list(frame.customer_id[frame.wants]))
    assert max(abs(said - was) for said, was in found.model.calibration) < 0.15


@pytest.mark.parametrize("seed", range(3))
def test_buyers_drawn_by_lot_are_said_to_be_like_everybody(seed):
    frame = people(seed=seed)
    lot = np.random.default_rng(seed + 100).choice(frame.customer_id, 300, replace=False)
    assert not kezhi.lookalike(frame, buyers=list(lot)).model.better_than_chance


def test_what_defines_a_buyer_is_not_read_by_the_score():
    frame = people()
    frame["net_amount_90d"] = frame.net_amount_365d / 4
    found = kezhi.lookalike(frame, buyers="net_amount_365d > 600")
    assert found.left_out == ["net_amount_365d", "net_amount_90d"]
    assert set(found.model.weights) <= {"tenure_days", "is_female"}


def test_too_few_buyers_and_wrong_words_are_refused():
    frame = people()
    with pytest.raises(WrongInput, match="2 buyers and 1198 others"):
        kezhi.lookalike(frame, buyers=["c00001", "c00002"])
    with pytest.raises(ExpressionWrong):
        kezhi.lookalike(frame, buyers="net_amount_36d > 5")
    with pytest.raises(ColumnMissing):
        kezhi.lookalike(frame.drop(columns="customer_id"), buyers=["c1"])


def test_discriminants_of_iris_are_those_of_scikit_learn():
    iris = load_iris(as_frame=True).frame
    found = kezhi.discriminants(iris, label="target")
    reference = LinearDiscriminantAnalysis(solver="eigen").fit(iris.drop(columns="target"), iris.target)
    assert found.shares == pytest.approx(reference.explained_variance_ratio_, abs=1e-9)
    ours, theirs = np.asarray(found.coefficients), reference.scalings_[:, :2].T
    for axis in range(2):
        assert abs(np.corrcoef(ours[axis], theirs[axis])[0, 1]) == pytest.approx(1.0, abs=1e-9)
    assert found.accuracy == reference.score(iris.drop(columns="target"), iris.target) == pytest.approx(0.98)
    assert found.base_accuracy == pytest.approx(1 / 3)


def test_discriminants_refuse_one_group_and_features_that_follow_from_others():
    frame = pd.DataFrame({"a": [1.0, 2.0, 3.0, 4.0, 7.0], "b": [2.0, 4.0, 6.0, 8.0, 14.0], "group": list("xxyyy")})
    with pytest.raises(WrongInput, match="follows from the others"):
        kezhi.discriminants(frame, label="group")
    with pytest.raises(WrongInput, match="at least two groups"):
        kezhi.discriminants(frame.assign(group="x"), label="group", features=["a"])


def market_people() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "customer_id": list("abcd"),
            "segment": ["rich", "rich", "poor", None],
            "net_amount_90d": [100.0, 100.0, 10.0, 5.0],
            "net_amount_365d": [200.0, 200.0, 100.0, 5.0],
            "orders_365d": [2, 2, 1, 1],
            "average_order_value_life": [100.0, 100.0, 100.0, 5.0],
        }
    )


def test_contributions_add_up_to_the_score_and_the_better_segment_leads():
    """Rich: best in size, growth and value; margin is known of nobody, so its weight goes to the others: 100 and 0."""
    found = kezhi.market(market_people(), by="segment")
    assert found.segment.tolist() == ["rich", "poor"]
    assert found.score.tolist() == pytest.approx([100.0, 0.0])
    assert found.value.tolist() == [200.0, 100.0]
    parts = found[[f"{name}_points" for name in ("size", "growth", "value", "margin")]].sum(axis=1)
    assert parts.tolist() == pytest.approx(found.score.tolist())


def test_weights_are_editable_and_wrong_ones_refused():
    only_size = kezhi.market(market_people(), by="segment", weights={"size": 1.0})
    assert only_size.size_points.tolist() == pytest.approx([100.0, 0.0])
    for wrong in ({"fame": 1.0}, {"size": -1.0, "value": 2.0}, {"size": 0.0}):
        with pytest.raises(WrongInput):
            kezhi.market(market_people(), by="segment", weights=wrong)
