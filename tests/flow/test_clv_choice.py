"""Which model of purchases serves, and by which clock."""

from __future__ import annotations

import numpy as np
from clv_shop import DAY, inputs, ledger, shop
from support import module_bench

from kezhi import profile
from kezhi.flow.clv import clv
from kezhi.flow.clv_choice import SEASONAL, Candidate, chosen, first_purchases, fitted_purchases, trade
from kezhi.flow.model_registry import ModelRegistry
from kezhi.models import TradeTime
from kezhi.models.cards import say

bench = module_bench


class Fixed:
    """Expects what it is given."""

    def __init__(self, expected):
        self.expected = np.array(expected, dtype=float)

    def expected_purchases(self, _t, _data):
        """Of each customer."""
        return self.expected


def fixed(expected, log_likelihood=-1.0) -> Candidate:
    return Candidate(Fixed(expected), TradeTime(), {}, 4.0, log_likelihood)


def test_the_likeliest_model_that_did_not_surely_miss_more_serves_and_the_card_says_so(bench, tmp_path):
    clv(inputs(bench, shop(), tmp_path))
    card = ModelRegistry(tmp_path).card("clv")
    errors = {row["method"]: row["purchases_rmse"] for row in card.candidates}
    assert set(errors) == {name + clock for name in ("bg_nbd", "mbg_nbd", "pareto_nbd") for clock in ("", SEASONAL)}
    open_ = {
        row["method"]: row["log_likelihood"]
        for row in card.candidates
        if (row["low"] or 0) <= 0 and errors[row["method"]] <= errors[row["method"].removesuffix(SEASONAL)]
    }
    assert card.method == max(open_, key=lambda name: open_[name])
    assert all(row["behind"] == 0 if row["method"] == card.method else row["high"] >= 0 for row in card.candidates)
    assert f"{errors[card.method]:.4f}" in say(card.limits[0], "en")
    assert f"{errors[card.method]:.4f}" in say(card.limits[0], "zh")


def test_candidates_fitted_side_by_side_are_those_fitted_one_after_the_other(bench):
    """Six: three models by two clocks."""
    days = profile.purchase_days(ledger(bench, shop()))
    rows = bench.arrow(profile.purchase_counts(days, as_of=DAY, horizon_days=90))
    known = trade(days, first_purchases(days, DAY), DAY, bench)
    alone, beside = (fitted_purchases(rows, DAY, 90, known, threads=threads) for threads in (1, 2))
    assert [*beside] == [*alone] == [name + clock for clock in ("", SEASONAL) for name in ("bg_nbd", "mbg_nbd", "pareto_nbd")]
    assert [one.model.params_ for one in beside.values()] == [one.model.params_ for one in alone.values()]
    assert [one.log_likelihood for one in beside.values()] == [one.log_likelihood for one in alone.values()]


def test_of_models_whose_errors_differ_by_chance_the_likeliest_serves_and_a_surely_worse_one_never():
    draws = np.random.default_rng(1)
    came = draws.poisson(3.0, 400).astype(float)
    best, equal, worse = (
        fixed(came + draws.normal(0, 1, 400), -900.0),
        fixed(came + draws.normal(0, 1.01, 400), -800.0),
        fixed(came + 3, -1.0),
    )
    found = chosen({"bg_nbd": best, "mbg_nbd": equal, "pareto_nbd": worse}, came, seed=7)
    assert found.method == "mbg_nbd"
    assert "may be chance" in say(found.sentence, "en")
    assert chosen({"bg_nbd": best, "pareto_nbd": worse}, came, seed=7).method == "bg_nbd"


def test_the_clock_of_trade_serves_only_where_the_same_model_misses_less_with_it():
    draws = np.random.default_rng(1)
    came = draws.poisson(3.0, 400).astype(float)
    off = draws.normal(0, 1, 400)
    plain, better, worse = (fixed(came + share * off, likelihood) for share, likelihood in ((1, -9.0), (0.98, -5.0), (1.02, -5.0)))
    assert chosen({"bg_nbd": plain, "bg_nbd_seasonal": better}, came, seed=7).method == "bg_nbd_seasonal"
    assert chosen({"bg_nbd": plain, "bg_nbd_seasonal": worse}, came, seed=7).method == "bg_nbd"


def test_where_all_buy_before_a_feast_the_clock_of_trade_serves_is_told_and_kept(bench, tmp_path):
    """Of the purchases of the first ten months of each year three in four are left out: November and December hold four times the others."""
    draws = np.random.default_rng(5)
    bought = [row for row in shop(1500, seed=4) if row[1].month > 10 or draws.random() < 0.25]
    first = {name: bench.arrow(one) for name, one in clv(inputs(bench, bought, tmp_path, judge_days=90)).items()}
    card = ModelRegistry(tmp_path).card("clv")
    assert card.method.endswith(SEASONAL)
    assert any("season of the whole company" in say(limit, "en") for limit in card.limits)
    again = {name: bench.arrow(one) for name, one in clv(inputs(bench, bought, tmp_path, judge_days=90)).items()}
    assert ModelRegistry(tmp_path).versions("clv") == [1]
    for name in ("clv", "clv_history", "next_purchase"):
        keys = [(key, "ascending") for key in ("customer_id", "seen_on") if key in first[name].column_names]
        assert again[name].sort_by(keys).equals(first[name].sort_by(keys)), name


def test_the_choice_is_of_the_error_and_the_judged_expectation_of_either_half_of_the_other():
    """One is right of all but the last customer, the other of the last only; equals go to the first."""
    came = np.array([1.0, 2.0, 3.0, 9.0] * 10)
    right, wrong = fixed(came), fixed(came + 1)
    found = chosen({"bg_nbd": wrong, "mbg_nbd": right, "pareto_nbd": right}, came, seed=7)
    assert found.method == "mbg_nbd"
    assert found.expected.tolist() == came.tolist()
    assert [row["behind"] for row in found.candidates] == [1.0, 0.0, 0.0]
    assert "surely" not in say(found.sentence, "en")  # the third is as good
