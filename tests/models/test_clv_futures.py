"""Simulated futures follow the distributions that the models' papers give: shares, means and variances against closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import betaln
from scipy.stats import nbinom

from kezhi.models import BgNbd, CovariateBgNbd, GammaGamma, MbgNbd, ParetoNbd, customer_value
from kezhi.models.clv.counts import Counts, counts
from kezhi.models.clv.futures import _ends, interval

DRAWS = 40_000
WEEKS = 13.0
BG = {"r": 0.8, "alpha": 6.0, "a": 0.9, "b": 3.0}
PARETO = {"r": 1.2, "alpha": 6.0, "s": 2.5, "beta": 30.0}
WHO = {"frequency": [0, 2, 9, 40], "recency": [0.0, 20.0, 40.0, 50.0], "T": [10.0, 30.0, 41.0, 52.0]}
ERRORS = 5.0  # standard errors that a mean of draws may be off


def of(kind, parameters):
    model = kind()
    model.params_ = parameters
    return model


def drawn(model, who=None, weeks=WEEKS, seed=1):
    data = model.read(WHO if who is None else who)
    return data, model.sample_purchases(data, model.probability_alive(data.columns), weeks, DRAWS, np.random.default_rng(seed))


def is_near(values, mean) -> bool:
    """Whether the mean of each column of *values* is *mean* within `ERRORS` standard errors."""
    return bool((np.abs(values.mean(axis=0) - mean) <= ERRORS * values.std(axis=0) / np.sqrt(len(values)) + 1e-9).all())


def shares_of_counts(count: int, parameters, x: float, seen: float, alive: float, shift: int) -> float:
    """
    The chance of at least *count* purchases: a negative binomial number would be bought, and nobody dropped out before the last of them.

    Of a chance to drop out that is beta (a, b + x) the latter is B(a, b + x + count - 1) / B(a, b + x).
    """
    r, alpha, a, b = (parameters[name] for name in ("r", "alpha", "a", "b"))
    would = nbinom.sf(count - 1, r + x, (alpha + seen) / (alpha + seen + WEEKS))
    return alive * would * np.exp(betaln(a, b + x + shift + count - 1) - betaln(a, b + x + shift))


@pytest.mark.parametrize(("kind", "shift"), [(BgNbd, 0), (MbgNbd, 1)])
def test_at_least_so_many_are_bought_as_often_as_the_negative_binomial_cut_by_leaving_says(kind, shift):
    model = of(kind, BG)
    data, bought = drawn(model)
    alive = model.probability_alive(WHO)
    for count in (1, 2, 3, 5, 8):
        told = [
            shares_of_counts(count, BG, x, seen, here, shift) for x, seen, here in zip(data["frequency"], data["T"], alive, strict=True)
        ]
        assert is_near(bought >= count, told), count


def test_customers_with_parameters_of_their_own_draw_by_their_own():
    """A covariate of 1 that multiplies the rate by e and the odds of leaving by 2: alpha / e and 2 a; of 0 the plain model."""
    model = of(CovariateBgNbd, BG | {"gamma1_web": 1.0, "gamma2_web": float(np.log(2))})
    model.rate = model.dropout = ["web"]
    model.scales_ = {"web": (0.0, 1.0)}
    data, bought = drawn(model, WHO | {"web": [0, 1, 0, 1]})
    alive = model.probability_alive(data.columns)
    own = [BG, BG | {"alpha": 6.0 / np.e, "a": 1.8}] * 2
    for count in (1, 2, 4):
        told = [shares_of_counts(count, *row, 0) for row in zip(own, data["frequency"], data["T"], alive, strict=True)]
        assert is_near(bought >= count, told), count


def test_pareto_futures_have_the_mean_and_the_second_moment_of_rate_and_life():
    """N(N-1) has the mean E[rate^2] E[life^2], life cut at the horizon; E[life^2] is the integral of 2 u P(life > u)."""
    model = of(ParetoNbd, PARETO)
    data, bought = drawn(model)
    alive = model.probability_alive(WHO)
    assert is_near(bought, model.expected_purchases(WEEKS, WHO))
    shape, rate = PARETO["r"] + data["frequency"], PARETO["alpha"] + data["T"]
    life = [quad(lambda u, b=PARETO["beta"] + seen: 2 * u * (b / (b + u)) ** PARETO["s"], 0, WEEKS)[0] for seen in data["T"]]
    assert is_near(bought * (bought - 1), alive * shape * (shape + 1) / rate**2 * life)


@pytest.mark.parametrize("model", [of(BgNbd, BG), of(MbgNbd, BG), of(ParetoNbd, PARETO)])
def test_a_row_is_a_future_of_all_in_which_customers_are_independent(model):
    """Two equal customers, alive with one half or so: their numbers in the same future do not go together; nor do those of neighbouring futures."""
    twins = {name: [values[2]] * 2 for name, values in WHO.items()}
    bought = drawn(model, twins)[1]
    assert bought.shape == (DRAWS, 2)
    for one, other in ((bought[:, 0], bought[:, 1]), (bought[1:, 0], bought[:-1, 0])):
        assert abs(np.corrcoef(one, other)[0, 1]) < ERRORS / np.sqrt(DRAWS)


@pytest.mark.parametrize("model", [of(BgNbd, BG), of(MbgNbd, BG), of(ParetoNbd, PARETO)])
def test_nobody_buys_in_no_time_and_who_is_gone_never(model):
    assert not drawn(model, weeks=0.0)[1].any()
    data = model.read(WHO)
    gone = np.array([0.0, 1.0, 0.0, 1.0])
    bought = model.sample_purchases(data, gone, WEEKS, 2000, np.random.default_rng(0))
    assert (bought.any(axis=0) == gone.astype(bool)).all()


def test_spend_of_so_many_purchases_has_the_mean_and_variance_of_gamma_gamma():
    """Of n purchases: mean n p E[1/rate], variance n p E[1/rate^2] + (n p)^2 Var[1/rate], the rate gamma (p x + q, v + x m); of none 0."""
    p, q, v = 6.0, 9.0, 15.0
    spend = of(GammaGamma, {"p": p, "q": q, "v": v})
    x, mean = np.array([1.0, 20.0, 0.0]), np.array([80.0, 20.0, 0.0])
    data = Counts({"frequency": x, "monetary_value": mean}, np.ones(3))
    shape, rate = p * x + q, v + x * mean
    first, second = rate / (shape - 1), rate**2 / ((shape - 1) * (shape - 2))
    for n in (1.0, 4.0):
        money = spend.sample_spend(data, np.full((DRAWS, 3), n), np.random.default_rng(2))
        told = n * p * first
        assert is_near(money, told)
        assert is_near((money - told) ** 2, n * p * second + (n * p) ** 2 * (second - first**2))
    mixed = np.zeros((4, 3))
    mixed[1, 0] = mixed[3, 2] = 2.0
    assert ((spend.sample_spend(data, mixed, np.random.default_rng(2)) > 0) == (mixed > 0)).all()


@pytest.mark.parametrize("draws", [1, 2, 3, 10, 200])
@pytest.mark.parametrize("level", [0.1, 0.5, 0.8, 0.99])
def test_the_ends_of_who_surely_buys_are_those_of_numpy(draws, level):
    money = np.where(np.random.default_rng(draws).random((draws, 50)) < 0.5, 0.0, np.random.default_rng(1).gamma(2.0, 40.0, (draws, 50)))
    found = _ends(money, np.arange(50), np.ones(50), level)
    assert np.allclose(found, np.quantile(money, [(1 - level) / 2, (1 + level) / 2], axis=0), rtol=1e-12)


def test_who_may_be_gone_has_the_quantiles_of_money_mixed_with_nothing():
    """Futures of 0 to 1000 yuan, all alike: alive with 4/5 the middle 3/5 ends at the 0th and the 75th hundredth of them, with 1/10 at 0."""
    money = np.linspace(0.0, 1000.0, 1001)[:, None]
    low, high = _ends(money, np.zeros(4, dtype=np.int64), np.array([1.0, 0.8, 0.1, 0.0]), 0.6)
    assert low == pytest.approx([200.0, 0.0, 0.0, 0.0])
    assert high == pytest.approx([800.0, 750.0, 0.0, 0.0])


@pytest.mark.parametrize("model", [of(BgNbd, BG), of(MbgNbd, BG), of(ParetoNbd, PARETO)])
def test_ends_and_variance_are_those_of_futures_drawn_of_each_customer_alone(model):
    """Five customers of two states, who differ in their last day and in their amounts; of one nothing is known of the amounts."""
    who = {"frequency": [2, 2, 2, 9, 9], "recency": [5.0, 28.0, 28.0, 20.0, 41.0], "T": [30.0, 30.0, 30.0, 41.0, 41.0]}
    spend = of(GammaGamma, {"p": 6.0, "q": 9.0, "v": 15.0})
    data, alive = model.read(who), model.probability_alive(who)
    means = Counts({"frequency": data["frequency"] + 1, "monetary_value": np.array([80.0, 20.0, 0.0, 50.0, 35.0])}, np.ones(5))
    low, high, variance = interval(model, spend, data, means, alive, WEEKS, level=0.8, draws=DRAWS, rng=np.random.default_rng(3))
    rng = np.random.default_rng(4)
    money = spend.sample_spend(means, model.sample_purchases(data, alive, WEEKS, DRAWS, rng), rng)
    told = np.quantile(money, [0.1, 0.9], axis=0)
    assert np.allclose([low, high], told, rtol=0.03, atol=1.0)
    assert is_near((money - money.mean(axis=0)) ** 2, variance)


def test_expected_purchases_of_many_ends_are_those_of_each():
    for model in (of(BgNbd, BG), of(MbgNbd, BG), of(ParetoNbd, PARETO)):
        ends = [0.0, 4.0, 13.0]
        found = model.expected_purchases_by(ends, WHO)
        assert found.shape == (3, 4)
        assert [row.tolist() for row in found] == [model.expected_purchases(end, WHO).tolist() for end in ends]


def test_who_is_valued_beside_whom_changes_no_expectation():
    """The four of `WHO` alone, or each a thousand times over, which is more than one part of the simulation."""
    model, spend = of(BgNbd, BG), of(GammaGamma, {"p": 6.0, "q": 4.0, "v": 15.0})
    few = {name: np.array(values) for name, values in WHO.items()} | {"monetary_value": np.array([0.0, 30.0, 50.0, 20.0])}
    many = customer_value(model, spend, {name: np.tile(values, 1000) for name, values in few.items()}, horizon=WEEKS, draws=50)
    told = ["probability_alive", "expected_purchases", "expected_spend", "value"]
    alone = customer_value(model, spend, few, horizon=WEEKS, draws=50)
    assert (many[told].to_numpy() == np.tile(alone[told].to_numpy(), (1000, 1))).all()
    assert counts(few, BgNbd.columns).customers == 4
    assert (many[["value_low", "value_high"]].nunique() <= 4).all()  # and the same awaits who is the same


def test_margins_of_some_move_no_interval_of_money():
    """Margins known of one of two equal customers make two states of them for the margin, and one for the money."""
    model, spend = of(BgNbd, BG), of(GammaGamma, {"p": 6.0, "q": 4.0, "v": 15.0})
    twins = {name: [values[2]] * 2 for name, values in WHO.items()} | {"monetary_value": [30.0, 30.0], "margin_value": [5.0, np.nan]}
    plain, both = (customer_value(model, spend, twins, horizon=WEEKS, margin=margin) for margin in (None, spend))
    money = ["value_low", "value_high", "value_variance"]
    assert (plain[money] == both[money]).all(axis=None)
    assert both.margin_high[0] > 0
    assert np.isnan(both.margin_high[1])


def test_without_draws_there_is_a_value_and_no_interval():
    model, spend = of(BgNbd, BG), of(GammaGamma, {"p": 6.0, "q": 4.0, "v": 15.0})
    table = WHO | {"monetary_value": [0.0, 30.0, 50.0, 20.0]}
    none, some = (customer_value(model, spend, table, horizon=WEEKS, draws=draws) for draws in (0, 10))
    assert (none.value == some.value).all()
    assert none[["value_low", "value_high", "value_variance"]].isna().all(axis=None)
