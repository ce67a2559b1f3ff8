"""Measures of a score against scikit-learn, by hand, and at the edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn import metrics

from kezhi.errors import WrongInput
from kezhi.models import evaluation as ev
from kezhi.models.evaluation.intervals import mean_intervals

LABELLED = st.lists(st.tuples(st.booleans(), st.integers(0, 8)), min_size=2, max_size=60)


@settings(max_examples=150, deadline=None)
@given(LABELLED)
def test_measures_are_those_of_scikit_learn_also_with_ties(rows):
    truth, score = np.array([label for label, _ in rows]), np.array([value / 8 for _, value in rows])
    both = 0 < truth.sum() < len(truth)
    assert ev.auc(truth, score) == (pytest.approx(metrics.roc_auc_score(truth, score)) if both else None)
    assert ev.average_precision(truth, score) == (pytest.approx(metrics.average_precision_score(truth, score)) if truth.any() else None)
    assert ev.brier(truth, score) == pytest.approx(metrics.brier_score_loss(truth, score))
    inner = 0.1 + 0.8 * score
    assert ev.log_loss(truth, inner) == pytest.approx(metrics.log_loss(truth, inner, labels=[False, True]))
    assert ev.auc_interval(truth, score).value == (pytest.approx(ev.auc(truth, score)) if both else None)


def test_a_score_against_itself_is_no_better():
    truth, score = [0, 1, 0, 1, 1], [0.1, 0.9, 0.4, 0.3, 0.8]
    assert ev.auc_difference(truth, score, score) == (0.0, 0.0, 0.0)


def test_delongs_interval_is_that_of_the_bootstrap():
    draws = np.random.default_rng(1)
    truth = draws.random(600) < 0.3
    score = truth * 0.8 + draws.normal(size=600)
    by_formula, by_drawing = ev.auc_interval(truth, score), ev.bootstrap_interval(ev.auc, truth, score, rounds=400)
    assert by_formula.low == pytest.approx(by_drawing.low, abs=0.01)
    assert by_formula.high == pytest.approx(by_drawing.high, abs=0.01)


def test_means_drawn_together_have_the_intervals_that_each_has_by_itself():
    """Three rows of 500 cases; without cases nothing is told."""
    rows = np.random.default_rng(2).normal(size=(3, 500))
    alone = [ev.bootstrap_interval(lambda _truth, row: float(row.mean()), row, row) for row in rows]
    assert mean_intervals(rows) == alone
    assert mean_intervals(np.empty((2, 0))) == [(None, None, None)] * 2


def test_gain_and_lift_by_hand():
    """Four rows, two hits: the best half holds one hit and a half of those there are; the first row alone has lift 2."""
    table = ev.gain_table([1, 0, 1, 0], [0.9, 0.8, 0.7, 0.1], parts=2)
    assert [(row["hits"], row["rate"], row["lift"], row["gain"]) for row in table] == [(1, 0.5, 1.0, 0.5), (1, 0.5, 1.0, 1.0)]
    assert ev.lift_at([1, 0, 1, 0], [0.9, 0.8, 0.7, 0.1], 0.25) == 2.0


def test_calibration_error_is_the_distance_of_said_and_came():
    """Two bins of two: said 0.2, came 0.5; said 0.9, came 1: (0.3 + 0.1) / 2."""
    truth, said = [0, 1, 1, 1], [0.2, 0.2, 0.9, 0.9]
    assert [(row["said"], row["came"]) for row in ev.calibration_table(truth, said, bins=2)] == [(0.2, 0.5), (0.9, 1.0)]
    assert ev.expected_calibration_error(truth, said, bins=2) == pytest.approx(0.2)


def test_the_threshold_by_cost_acts_where_it_pays():
    """Contact 10, a saved customer 30: acting on 0.9 and 0.6 earns 2×30−2×10 = 40; 0.2 would only cost."""
    found = ev.cost_threshold([1, 1, 0, 0], [0.9, 0.6, 0.2, 0.1], contact_cost=10, saved_value=30)
    assert (found["threshold"], found["acted"], found["earned"], found["precision"]) == (0.6, 2, 40.0, 1.0)
    none = ev.cost_threshold([1, 0], [0.9, 0.1], contact_cost=10, saved_value=5)
    assert (none["acted"], none["earned"], none["precision"]) == (0, 0.0, None)
    assert none["threshold"] > 1


def test_psi_by_hand_and_nothing_without_rows():
    """Half and half became 80 and 20: 0.3 ln 1.6 + (−0.3) ln 0.4 = 0.416."""
    kept = ev.stability_bins([0.0] * 50 + [1.0] * 50, bins=2)
    assert [share for share in kept["shares"] if share] == [0.5, 0.5]  # each value has a bin of its own; the last one is of NaN
    assert kept["shares"][-1] == 0
    assert ev.population_stability(kept, [0.0] * 80 + [1.0] * 20) == pytest.approx(0.3 * np.log(1.6) - 0.3 * np.log(0.4))
    assert ev.population_stability(kept, [0.0] * 50 + [1.0] * 50) == pytest.approx(0.0)
    assert ev.population_stability(kept, [np.nan] * 100) > ev.drift.MOVED
    assert ev.population_stability(kept, []) is None


@pytest.mark.parametrize("moved", [[0] * 60 + [1] * 40, [1] * 60 + [2] * 40, [1] * 60 + [0.5] * 40])
def test_what_moves_away_from_a_value_that_nearly_all_have_is_seen(moved):
    """Nineteen of twenty were 1, a twentieth 0: forty of a hundred now lie below it, above it, or where nobody was."""
    kept = ev.stability_bins([1] * 95 + [0] * 5)
    assert ev.population_stability(kept, moved) > ev.drift.MOVED
    assert ev.population_stability(kept, [1] * 95 + [0] * 5) == pytest.approx(0)


def test_two_days_of_the_same_customers_have_hardly_moved():
    draws = np.random.default_rng(2)
    for values in (draws.normal(size=3000), draws.poisson(0.3, 3000), draws.poisson(4, 3000)):
        assert ev.population_stability(ev.stability_bins(values[:2000]), values[2000:]) < ev.drift.STEADY


def test_a_few_rows_alone_do_not_tell_that_inputs_moved():
    """Of 60 rows against 60 the index of nothing is above 0.25 in a third of the draws and called moved in a twentieth; what is there is seen."""
    draws, index, moved = np.random.default_rng(4), [], []
    for _ in range(200):
        values = draws.normal(size=120)
        kept = ev.stability_bins(values[:60])
        index.append(ev.population_stability(kept, values[60:]))
        moved.append(ev.has_moved(kept, index[-1], rows_then=60, rows_now=60))
    assert np.mean(np.array(index) > ev.drift.MOVED) > 0.3
    assert sum(moved) <= 16
    kept = ev.stability_bins(draws.normal(size=2000))
    assert ev.has_moved(kept, ev.population_stability(kept, draws.normal(0.6, 1, 2000)), rows_then=2000, rows_now=2000)
    assert not ev.has_moved(kept, None, rows_then=2000, rows_now=2000)


def test_what_is_undefined_is_none():
    assert ev.auc([1, 1], [0.1, 0.2]) is None
    assert ev.auc_interval([], []) == (None, None, None)
    assert ev.log_loss([], []) is None
    assert ev.gain_table([], []) == []
    assert not ev.beats_baseline(ev.judge([1, 1], [0.5, 0.6], [0.5, 0.5]))


def test_a_model_is_used_only_when_it_beats_the_baseline():
    draws = np.random.default_rng(3)
    truth = draws.random(500) < 0.4
    good = 1 / (1 + np.exp(-(3 * truth - 1.7 + draws.normal(size=500))))
    assert ev.beats_baseline(ev.judge(truth, good, np.full(500, 0.4)))
    assert not ev.beats_baseline(ev.judge(truth, np.full(500, 0.4), good))
    assert not ev.beats_baseline(ev.judge(truth, draws.random(500), np.full(500, 0.4)))


@pytest.mark.parametrize(
    ("truth", "score"), [([0, 2], [0.1, 0.2]), ([0, 1], [0.1]), ([0, 1], [0.1, float("nan")]), ([0, 1], ["a", "b"]), ([0, 1], [0.1, 7.0])]
)
def test_what_is_no_label_or_probability_is_refused(truth, score):
    with pytest.raises(WrongInput):
        ev.brier(truth, score)


def test_the_baseline_with_a_little_noise_serves_in_at_most_one_of_twenty_cases():
    """Noise of 0.1 or 0.3 in log-odds, 700 rows, 200 draws each: measured 3 and 0; by the mere difference of log loss 54 and 5."""
    draws = np.random.default_rng(6)
    served, smaller = [], []
    for noise in (0.1, 0.3):
        for _ in range(200):
            odds = draws.normal(size=700)
            truth = draws.random(700) < 1 / (1 + np.exp(-odds))
            base, model = 1 / (1 + np.exp(-odds)), 1 / (1 + np.exp(-odds - noise * draws.normal(size=700)))
            served.append(ev.loss_gain(truth, model, base).low > 0)
            smaller.append(ev.log_loss(truth, model) < ev.log_loss(truth, base))
    assert sum(served[:200]) <= 10
    assert sum(served[200:]) <= 10
    assert sum(smaller) > 40  # what the points alone would let pass


def test_a_gain_is_surer_of_a_hundred_customers_than_of_five_with_twenty_rows_each():
    """Of five customers two gain much: row by row that looks sure, customer by customer it is not."""
    gain, whose = np.repeat([3.0, 3.0, 0.0, -0.5, -0.5], 20), np.repeat(np.arange(5), 20)
    assert ev.mean_interval(gain, level=0.9).low > 0.5
    assert ev.mean_interval(gain, groups=whose, level=0.9).low < 0
    assert ev.mean_interval(gain, groups=np.arange(100), level=0.9) == pytest.approx(ev.mean_interval(gain, level=0.9))
    assert ev.mean_interval([], level=0.9) == (None, None, None)
    assert ev.mean_interval([1.0]) == (1.0, None, None)
    assert ev.mean_interval([1.0, 3.0]) == pytest.approx((2.0, 2 - 12.706, 2 + 12.706), abs=0.001)  # Student's t of one degree


def test_a_card_of_an_earlier_release_proves_nothing():
    found = ev.judge([1, 0, 1, 0], [0.9, 0.1, 0.8, 0.2], [0.5] * 4).as_dict()
    assert not ev.beats_baseline(ev.Judgement(**{name: value for name, value in found.items() if name != "loss_gain"}))


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [((56, 70, 48, 80), 0.0524, 0.3339), ((9, 10, 3, 10), 0.1705, 0.8090), ((10, 10, 0, 20), 0.6791, 1.0000), ((3, 3, 0, 3), 0.2059, 1.0)],
)  # fmt: skip
def test_the_interval_of_two_shares_is_newcombes(counts, low, high):
    """Newcombe (1998), Statistics in Medicine 17, table II, method 10; the last by hand: 1 − √2 × 0.5615, Wilson's end of 0 of 3."""
    found = ev.share_difference(*counts)
    assert (found.low, found.high) == pytest.approx((low, high), abs=6e-5)


def test_shares_of_nobody_differ_by_nothing_that_can_be_told():
    assert ev.share_difference(0, 0, 3, 5) == (None, None, None)
    alike = ev.share_difference(0, 100, 0, 100)
    assert alike.value == 0
    assert alike.high == -alike.low == pytest.approx(0.0370, abs=1e-4)  # 1.96² / (100 + 1.96²)


def test_the_interval_of_two_means_is_welchs():
    one, other = [3.0, 5.0, 9.0, 4.0], [1.0, 1.5, 2.0]
    expected = stats.ttest_ind(one, other, equal_var=False).confidence_interval()
    found = ev.mean_difference(np.mean(one), np.var(one, ddof=1), 4, np.mean(other), np.var(other, ddof=1), 3)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))
    assert ev.mean_difference(5.0, 0.0, 3, 5.0, 0.0, 3) == (0.0, None, None)  # nothing varies: nothing can be told
