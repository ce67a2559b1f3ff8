"""The interval of what a group of customers will be worth: it holds as often as it says, also when the parameters are only estimates."""

from __future__ import annotations

import numpy as np
import pytest

from kezhi.models import BgNbd, GammaGamma, customer_value
from kezhi.models.clv.cohort_value import parameter_covariance, sum_interval, value_slopes

TRUE = {"r": 0.8, "alpha": 6.0, "a": 0.8, "b": 3.0}
SPEND = {"p": 6.0, "q": 4.0, "v": 15.0}
HORIZON = 26.0


def lives(people: int, draws: np.random.Generator):
    """Counts of *people* who began at different times, and the money each truly brings in the horizon after, by the models' own story."""
    seen = draws.uniform(10, 80, people)
    rate, leaving = draws.gamma(TRUE["r"], 1 / TRUE["alpha"], people), draws.beta(TRUE["a"], TRUE["b"], people)
    mean = SPEND["p"] / draws.gamma(SPEND["q"], 1 / SPEND["v"], people)
    frequency, recency, later = np.zeros(people), np.zeros(people), np.zeros(people)
    for who in range(people):
        at = draws.exponential(1 / rate[who])
        while at < seen[who] + HORIZON:
            if at < seen[who]:
                frequency[who], recency[who] = frequency[who] + 1, at
            else:
                later[who] += 1
            if draws.random() < leaving[who]:
                break
            at += draws.exponential(1 / rate[who])
    each = mean / SPEND["p"]  # of a gamma with shape p a purchase
    money = [draws.gamma(SPEND["p"] * np.maximum(times, 1e-9)) * each * (times > 0) for times in (frequency, later)]
    spent = np.divide(money[0], frequency, out=np.zeros(people), where=frequency > 0)
    return {"frequency": frequency, "recency": recency, "T": seen, "monetary_value": spent}, money[1]


def test_four_of_five_cohorts_lie_in_the_interval_of_four_fifths_and_not_without_what_is_unsure_of_the_parameters():
    """60 companies of 800 customers, each fitted anew: all customers of a company as one cohort, and every tenth as another."""
    draws = np.random.default_rng(11)
    held = {"whole": [], "tenth": [], "chance only": []}
    for _company in range(60):
        data, money = lives(800, draws)
        purchases, spend = BgNbd().fit(data), GammaGamma().fit({name: data[name] for name in ("frequency", "monetary_value")})
        valued = customer_value(purchases, spend, data, horizon=HORIZON, periods=1, draws=100)
        covariance = parameter_covariance(purchases, spend)
        values, slopes = value_slopes(purchases, spend, data, horizon=HORIZON)
        assert values == pytest.approx(valued["value"].to_numpy())
        for name, of in (("whole", slice(None)), ("tenth", slice(0, None, 10)), ("chance only", slice(None))):
            slope = slopes[of].sum(axis=0)
            unsure = 0.0 if name == "chance only" else float(slope @ covariance @ slope)
            low, high = sum_interval(
                valued["value"].to_numpy()[of].sum(), valued["value_variance"].to_numpy()[of].sum() + unsure, level=0.8
            )
            held[name].append(bool(low <= money[of].sum() <= high))
    shares = {name: np.mean(of) for name, of in held.items()}
    assert 0.68 <= shares["whole"] <= 0.92, shares  # 0.8 and two and a half standard errors of 60 tries
    assert 0.68 <= shares["tenth"] <= 0.92, shares
    assert shares["chance only"] < shares["whole"], shares


def test_slopes_are_those_of_the_value_itself():
    purchases, spend = BgNbd(), GammaGamma()
    purchases.params_, spend.params_ = TRUE, SPEND
    who = {"frequency": [0, 3, 12], "recency": [0.0, 20.0, 30.0], "T": [10.0, 22.0, 40.0], "monetary_value": [0.0, 20.0, 50.0]}
    values, slopes = value_slopes(purchases, spend, who, horizon=HORIZON)
    spend.params_ = SPEND | {"v": SPEND["v"] * 1.01}
    assert value_slopes(purchases, spend, who, horizon=HORIZON)[0] == pytest.approx(values + slopes[:, 6] * np.log(1.01), rel=1e-4)
    purchases.params_ = TRUE | {"r": TRUE["r"] * 1.01}
    spend.params_ = SPEND
    assert value_slopes(purchases, spend, who, horizon=HORIZON)[0] == pytest.approx(values + slopes[:, 0] * np.log(1.01), rel=1e-3)


def test_the_interval_of_a_sum_is_that_of_the_gamma_with_its_mean_and_variance():
    """Mean 1 and variance 1 is the exponential: its tenth and ninetieth are -ln 0.9 and -ln 0.1. No variance: the mean; unknown: unknown."""
    low, high = sum_interval([1.0, 5.0, 5.0], [1.0, 0.0, np.nan], level=0.8)
    assert low[:2] == pytest.approx([-np.log(0.9), 5.0])
    assert high[:2] == pytest.approx([-np.log(0.1), 5.0])
    assert np.isnan([low[2], high[2]]).all()
