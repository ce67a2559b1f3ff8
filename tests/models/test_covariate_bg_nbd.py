"""BG/NBD with covariates: what was put in comes out, nothing put in is the plain model, and customers are told apart by it."""

from __future__ import annotations

from copy import copy

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from kezhi.errors import ColumnMissing, WrongInput
from kezhi.models import BgNbd, CovariateBgNbd, GammaGamma, customer_value
from kezhi.models.clv.cohort_value import value_slopes
from kezhi.models.clv.counts import counts
from kezhi.models.clv.likelihood import by_differences

TRUE = {"r": 1.2, "alpha": 6.0, "a": 0.6, "b": 3.0}
GAMMA1, GAMMA2, HORIZON = 0.5, 0.7, 26.0  # for a year of age over ten; for one who came by the web


@pytest.fixture(scope="module")
def made() -> pd.DataFrame:
    """5,000 customers by a plain loop: the older buy more often, who came by the web leaves sooner; `later` is what came in 26 weeks after."""
    draws = np.random.default_rng(3)
    found = []
    for _who in range(5000):
        age, web = draws.normal(40, 10), float(draws.random() < 0.4)
        rate = draws.gamma(TRUE["r"], 1 / TRUE["alpha"]) * np.exp(GAMMA1 * (age - 40) / 10)
        leaving = draws.beta(TRUE["a"] * np.exp(GAMMA2 * web), TRUE["b"])
        seen, at, times = draws.uniform(20, 80), 0.0, []
        while (at := at + draws.exponential(1 / rate)) < seen + HORIZON:
            times.append(at)
            if draws.random() < leaving:
                break
        before = [time for time in times if time < seen]
        found.append((len(before), before[-1] if before else 0.0, seen, age, web, len(times) - len(before)))
    return pd.DataFrame(found, columns=["frequency", "recency", "T", "age", "web", "later"])


@pytest.fixture(scope="module")
def fitted(made) -> CovariateBgNbd:
    return CovariateBgNbd(rate=["age", "web"], dropout=["age", "web"]).fit(made)


def test_the_coefficients_that_were_put_in_come_out_within_their_standard_errors(fitted, made):
    """Of age 0.5 on the rate, of the web 0.7 on dropping out, 0 of the other two; per standard deviation, within three standard errors."""
    deviation = {name: fitted.scales_[name][1] for name in ("age", "web")}
    true = {"gamma1_age": GAMMA1 * deviation["age"] / 10, "gamma1_web": 0.0, "gamma2_age": 0.0, "gamma2_web": GAMMA2 * deviation["web"]}
    for symbol, value in true.items():
        assert abs(fitted.params_[symbol] - value) < 3 * fitted.standard_errors_[symbol], (symbol, fitted.params_)
        assert fitted.standard_errors_[symbol] < 0.12
    at_mean = TRUE | {"a": TRUE["a"] * np.exp(GAMMA2 * made.web.mean())}
    for symbol, value in at_mean.items():
        assert abs(fitted.params_[symbol] - value) < 3 * fitted.standard_errors_[symbol], (symbol, fitted.params_)
    assert fitted.fit_.status == "converged"
    assert fitted.log_likelihood_ > BgNbd().fit(made).log_likelihood_ + 100


def test_who_is_older_is_expected_to_buy_more_and_does(fitted, made):
    """By the plain model the old who never came back are expected to buy as the young who did not."""
    new = made[made["T"] < 40]
    oldest, youngest = (new.age > new.age.quantile(0.8)), (new.age < new.age.quantile(0.2))
    expected, plain = fitted.expected_purchases(HORIZON, new), BgNbd().fit(made).expected_purchases(HORIZON, new)
    for who in (oldest, youngest):
        assert expected[who].sum() == pytest.approx(new.later[who].sum(), rel=0.1)
    assert ((expected - new.later) ** 2).mean() < ((plain - new.later) ** 2).mean()


def test_without_covariates_it_is_the_plain_model_to_the_last_digit(made):
    plain, same = BgNbd().fit(made), CovariateBgNbd().fit(made)
    assert (same.params_, same.log_likelihood_) == (plain.params_, plain.log_likelihood_)
    assert same.expected_purchases(9).tolist() == plain.expected_purchases(9).tolist()
    model = CovariateBgNbd(rate=["age"], dropout=["web"]).fit(made)
    model.params_ = plain.params_ | {"gamma1_age": 0.0, "gamma2_web": 0.0}
    assert model.expected_purchases(9, made) == pytest.approx(plain.expected_purchases(9), rel=1e-12)
    at = np.log([*plain.params_.values(), 1.0, 1.0])
    value = model._objective(model.read(made))(at)[0]
    assert value == pytest.approx(BgNbd()._objective(counts(made, BgNbd.columns))(at[:4])[0], rel=1e-12)


def test_the_gradient_is_that_of_differences(fitted, made):
    """At three points away from the maximum, to six digits."""
    objective = fitted._objective(fitted.read(made.head(500)))
    for point in np.random.default_rng(1).normal(0, 0.4, (3, 8)):
        assert objective(point)[1] == pytest.approx(by_differences(lambda at: objective(at)[0])(point)[1], abs=1e-6, rel=1e-5)


def test_units_of_time_and_of_covariates_and_doubled_rows_change_nothing(made):
    """Days and months of age; each third customer counted twice, by weight or by row."""
    some = made.head(1500)
    weights = np.where(np.arange(len(some)) % 3 == 0, 2, 1)
    one = CovariateBgNbd(rate=["age"], dropout=["web"]).fit(some, weights=weights)
    days = some.assign(recency=some.recency * 7, T=some["T"] * 7, age=some.age * 12).loc[some.index.repeat(weights)]
    other = CovariateBgNbd(rate=["age"], dropout=["web"]).fit(days)
    for symbol, value in one.params_.items():
        assert other.params_[symbol] == pytest.approx(value * (7 if symbol == "alpha" else 1), rel=1e-3, abs=1e-4)
    assert other.n_customers_ == one.n_customers_ == weights.sum()
    assert other.expected_purchases(70, days) == pytest.approx(
        one.expected_purchases(10, some)[np.repeat(np.arange(len(some)), weights)], rel=1e-3
    )


def test_futures_values_and_the_summary_know_the_covariates(fitted, made):
    """The mean of 2,000 futures is the expectation; a value needs no more than the columns; a clone has the names and no fit."""
    some = made.head(300).assign(monetary_value=20.0)
    data = fitted.read(some)
    drawn = fitted.sample_purchases(data, fitted.probability_alive(some), HORIZON, 2000, np.random.default_rng(3))
    error = 5 * drawn.std(axis=0) / np.sqrt(2000) + 0.02  # of a rare buyer all draws may be 0
    assert (np.abs(drawn.mean(axis=0) - fitted.expected_purchases(HORIZON, some)) < error).all()
    spend = GammaGamma()
    spend.params_ = {"p": 6.0, "q": 4.0, "v": 15.0}
    assert (
        customer_value(fitted, spend, some, horizon=HORIZON).expected_purchases.tolist()
        == fitted.expected_purchases(HORIZON, some).tolist()
    )
    told = fitted.summary().loc["gamma1_age"]
    assert told.low < GAMMA1 < told.high
    assert told.ratio == pytest.approx(np.exp(told.estimate))
    assert told.per == pytest.approx(made.age.std(ddof=0))
    assert clone(fitted).get_params() == {"rate": ["age", "web"], "dropout": ["age", "web"], "seed": 0}


def test_covariates_that_are_not_there_unknown_or_alike_are_refused(made):
    """By their names."""
    with pytest.raises(ColumnMissing, match="shoe"):
        CovariateBgNbd(rate=["shoe"]).fit(made)
    with pytest.raises(WrongInput, match="column age: 1 row is empty or infinite, the first is row 2"):
        CovariateBgNbd(dropout=["age"]).fit(made.head(9).assign(age=[1, 2, None, 4, 5, 6, 7, 8, 9]))
    for other in (made.age * 2 + 1, 3.0):
        with pytest.raises(WrongInput, match="age, other cannot be told apart"):
            CovariateBgNbd(rate=["age", "other"]).fit(made.assign(other=other))


def test_slopes_of_the_value_are_those_of_the_model_with_its_covariates(fitted, made):
    """One column for each of eight parameters and of the three of amounts; a little more of gamma1_age moves the value as its column says."""
    some, spend = made.head(200).assign(monetary_value=20.0), GammaGamma()
    spend.params_ = {"p": 6.0, "q": 4.0, "v": 15.0}
    values, slopes = value_slopes(fitted, spend, some, horizon=HORIZON)
    bought = fitted.expected_purchases(HORIZON, some)
    assert values == pytest.approx(bought * spend.expected_spend(some))
    assert slopes.shape == (200, len(fitted.params_) + 3)
    assert fitted.log_covariance_.shape == (len(fitted.params_), len(fitted.params_))
    more = copy(fitted)
    for place, (symbol, value) in enumerate(fitted.params_.items()):
        more.params_ = fitted.params_ | {symbol: value * 1.0001 if symbol in fitted.symbols else value + np.log(1.0001)}
        moved = more.expected_purchases(HORIZON, some) * spend.expected_spend(some)
        assert (moved - values) / np.log(1.0001) == pytest.approx(slopes[:, place], rel=0.01, abs=0.02), symbol
