"""The models of purchase counts and spend: papers' numbers, another implementation, and laws."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from sklearn.base import clone

from kezhi.models import BgBb, BgNbd, GammaGamma, MbgNbd, ParetoNbd, ShiftedBetaGeometric, customer_value
from kezhi.models.clv.counts import counts
from kezhi.models.clv.likelihood import by_differences

TIMED = [BgNbd, MbgNbd, ParetoNbd]


@pytest.fixture(scope="module")
def cdnow(data_dir: Path) -> pd.DataFrame:
    """2,357 customers of CDNOW over 39 weeks (Fader, Hardie, Lee 2005), with mean spend of repeat purchases."""
    table = pd.read_csv(data_dir / "clv" / "cdnow_customers_summary_with_transactions.csv.gz")
    return table.rename(columns={"x": "frequency", "t_x": "recency", "zbar": "monetary_value"})


@pytest.fixture(scope="module")
def made() -> pd.DataFrame:
    """1,500 customers drawn from a Pareto/NBD world (r 0.6, alpha 10, s 0.6, beta 12) by a plain loop."""
    rng = np.random.default_rng(5)
    found = []
    for seen in rng.integers(27, 60, 1500):
        rate, life = rng.gamma(0.6, 1 / 10), rng.exponential(1 / rng.gamma(0.6, 1 / 12))
        time, times = 0.0, []
        while (time := time + rng.exponential(1 / rate)) <= min(seen, life):
            times.append(time)
        found.append((len(times), times[-1] if times else 0.0, float(seen)))
    return pd.DataFrame(found, columns=["frequency", "recency", "T"])


def near(found: dict[str, float], published: dict[str, float], digits: int = 3) -> bool:
    return all(abs(found[name] - value) <= 0.5 * 10**-digits + 1e-12 for name, value in published.items())


def test_bg_nbd_of_cdnow_is_that_of_the_paper(cdnow):
    """Fader, Hardie, Lee (2005), table 2: r 0.243, alpha 4.414, a 0.793, b 2.426, LL -9582.4."""
    model = BgNbd().fit(cdnow)
    assert near(model.params_, {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426})
    assert round(model.log_likelihood_, 1) == -9582.4
    assert model.fit_.status == "converged"


@pytest.mark.parametrize("kind", [BgNbd, MbgNbd, ParetoNbd])
def test_a_search_that_begins_at_the_maximum_of_a_few_rows_ends_where_the_other_does(cdnow, kind, monkeypatch):
    """As it is done of more than a hundred thousand rows."""
    whole = kind().fit(cdnow)
    monkeypatch.setattr("kezhi.models.clv.purchase_model.MANY_ROWS", 1_000)
    monkeypatch.setattr("kezhi.models.clv.purchase_model.FEW_ROWS", 20_000)
    from_few = kind().fit(cdnow)
    assert from_few.fit_.evaluations <= min(12, whole.fit_.evaluations) or kind is ParetoNbd  # of so few rows it has no curvature
    assert from_few.params_ == pytest.approx(whole.params_, rel=1e-4)
    assert from_few.log_likelihood_ == pytest.approx(whole.log_likelihood_, abs=1e-4)


def test_pareto_nbd_of_cdnow_is_that_of_the_paper(cdnow):
    """Same paper and table: r 0.553, alpha 10.578, s 0.606, beta 11.669 (11.668 at the exact maximum), LL -9595.0."""
    model = ParetoNbd().fit(cdnow)
    assert near(model.params_, {"r": 0.553, "alpha": 10.578, "s": 0.606})
    assert abs(model.params_["beta"] - 11.669) < 0.002
    assert round(model.log_likelihood_, 1) == -9595.0


def test_gamma_gamma_of_cdnow_is_that_of_the_paper(cdnow):
    """Fader, Hardie (2013), section 4: p 6.25, q 3.74, v 15.44 over the 946 repeat buyers, LL -4055.92 (CLVTools)."""
    model = GammaGamma().fit(cdnow)
    published = {"p": 6.25, "q": 3.74, "v": 15.44}  # found by a spreadsheet's solver
    assert all(abs(model.params_[name] - value) < 0.01 for name, value in published.items())
    assert round(model.log_likelihood_, 2) == -4055.92
    assert model.n_customers_ == 946


def test_bg_bb_of_donations_is_that_of_the_paper():
    """Fader, Hardie, Shang (2010), table 3: alpha 1.204, beta 0.750, gamma 0.657, delta 2.783, LL -33225.6 of 11,104 donors."""
    from lifetimes.datasets import load_donations

    model = BgBb().fit(load_donations().rename(columns={"periods": "T"}), weights="weights")
    assert near(model.params_, {"alpha": 1.204, "beta": 0.750, "gamma": 0.657, "delta": 2.783})
    assert round(model.log_likelihood_, 1) == -33225.6
    assert model.n_customers_ == 11_104


@pytest.mark.parametrize(
    ("there", "published"),
    [
        ([1000, 869, 743, 653, 593, 551, 517, 491], {"alpha": 0.668, "beta": 3.806}),
        ([1000, 631, 468, 382, 326, 289, 262, 241], {"alpha": 0.704, "beta": 1.182}),
    ],
)
def test_retention_of_two_cohorts_is_that_of_the_paper(there, published):
    """Fader, Hardie (2007), high end and regular customers: seven years of renewals of a thousand customers."""
    left = -np.diff(there)
    rows = pd.DataFrame({"frequency": [*range(7), 7], "T": [7] * 8, "customers": [*left, there[-1]]})
    model = ShiftedBetaGeometric().fit(rows, weights="customers")
    assert near(model.params_, published)
    assert np.abs(model.survival(7) * 1000 - there).max() < 20  # 18 in the first year of the high end, as in figure 5
    assert np.allclose(np.cumprod(model.retention(7)), model.survival(7)[1:])


@pytest.mark.parametrize("name", ["BetaGeoFitter", "ModifiedBetaGeoFitter", "ParetoNBDFitter"])
def test_what_is_expected_is_what_lifetimes_expects(name, cdnow):
    """Probability alive, purchases of the next 39 weeks and of a new customer, against the package lifetimes 0.11.3."""
    import lifetimes

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        peer = getattr(lifetimes, name)().fit(cdnow.frequency, cdnow.recency, cdnow["T"])
        expected = peer.conditional_expected_number_of_purchases_up_to_time(39, cdnow.frequency, cdnow.recency, cdnow["T"])
        alive = np.ravel(peer.conditional_probability_alive(cdnow.frequency, cdnow.recency, cdnow["T"]))
        new = peer.expected_number_of_purchases_up_to_time(39)
    model = dict(zip(["BetaGeoFitter", "ModifiedBetaGeoFitter", "ParetoNBDFitter"], TIMED, strict=True))[name]().fit(cdnow)
    assert np.abs(np.asarray(expected) - model.expected_purchases(39)).max() < 5e-4
    assert np.abs(alive - model.probability_alive()).max() < 5e-5
    assert abs(float(new) - model.expected_purchases_new(39)) < 1e-4


def test_what_donors_are_expected_to_give_is_what_lifetimes_expects():
    """Expected donations at the next five opportunities and probability to be there, against lifetimes."""
    from lifetimes import BetaGeoBetaBinomFitter
    from lifetimes.datasets import load_donations

    donations = load_donations()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        peer = BetaGeoBetaBinomFitter().fit(donations.frequency, donations.recency, donations.periods, donations.weights)
        expected = peer.conditional_expected_number_of_purchases_up_to_time(5, donations.frequency, donations.recency, donations.periods)
        alive = peer.conditional_probability_alive(1, donations.frequency, donations.recency, donations.periods)
    model = BgBb().fit(donations.rename(columns={"periods": "T"}), weights="weights")
    assert np.abs(np.asarray(expected) - model.expected_purchases(5)).max() < 1e-4
    assert np.abs(np.asarray(alive) - model.probability_alive()).max() < 1e-4


@pytest.mark.parametrize("kind", [BgNbd, MbgNbd, GammaGamma])
def test_gradients_are_those_of_differences(kind, made):
    """At three points away from the maximum, the written gradient is the measured one to six digits."""
    table = made.assign(monetary_value=made["T"] / 7)
    data = counts(table[table.frequency > 0], kind.columns)
    objective = kind()._objective(data)
    measured = by_differences(lambda at: objective(at)[0])
    for point in np.random.default_rng(1).normal(0, 0.7, (3, len(kind.symbols))):
        assert np.allclose(objective(point)[1], measured(point)[1], atol=1e-6, rtol=1e-5)


def test_the_compiled_sum_is_the_plain_one(made):
    """The BG/NBD likelihood at the fit, against the formula of the paper written out in NumPy."""
    from scipy.special import beta, gamma

    model = BgNbd().fit(made)
    r, alpha, a, b = model.params_.values()
    x, tx, seen = made.frequency.to_numpy(), made.recency.to_numpy(), made["T"].to_numpy()
    stayed = beta(a, b + x) / beta(a, b) * gamma(r + x) * alpha**r / (gamma(r) * (alpha + seen) ** (r + x))
    left = np.where(
        x > 0, beta(a + 1, b + np.maximum(x, 1) - 1) / beta(a, b) * gamma(r + x) * alpha**r / (gamma(r) * (alpha + tx) ** (r + x)), 0
    )
    assert abs(np.log(stayed + left).sum() - model.log_likelihood_) < 1e-6


@pytest.mark.parametrize("kind", TIMED)
def test_a_row_that_counts_twice_is_two_rows(kind, made):
    """Weights of one and two give the fit of the table with those rows repeated."""
    weights = np.where(np.arange(len(made)) % 3 == 0, 2, 1)
    one = kind().fit(made, weights=weights)
    other = kind().fit(made.loc[made.index.repeat(weights)])
    assert one.n_customers_ == other.n_customers_
    assert np.allclose([*one.params_.values(), one.log_likelihood_], [*other.params_.values(), other.log_likelihood_], rtol=1e-4)


@pytest.mark.parametrize("kind", TIMED)
def test_the_unit_of_time_changes_only_the_parameters_that_are_times(kind, made):
    """Days instead of weeks: alpha is seven times as large, probabilities and expectations of the same time are equal."""
    weeks = kind().fit(made)
    days = kind().fit(made.assign(recency=made.recency * 7, T=made["T"] * 7))
    for symbol in kind.symbols:
        assert days.params_[symbol] == pytest.approx(weeks.params_[symbol] * (7 if symbol in kind.times else 1), rel=1e-3)
    assert np.allclose(days.probability_alive(), weeks.probability_alive(), atol=1e-4)
    assert np.allclose(days.expected_purchases(70), weeks.expected_purchases(10), atol=1e-4)


@pytest.mark.parametrize("kind", [*TIMED, BgBb])
def test_expectations_grow_with_time_and_probabilities_are_probabilities(kind, made):
    """Nobody is expected to take purchases back, and nothing is expected of no time."""
    table = (
        made
        if kind is not BgBb
        else made.assign(T=made["T"].round(), recency=np.minimum(np.ceil(made.recency), made["T"])).query("frequency <= recency")
    )
    model = kind().fit(table)
    alive = model.probability_alive()
    assert ((alive >= 0) & (alive <= 1)).all()
    expected = np.stack([model.expected_purchases(t) for t in (0, 1, 10, 100)])
    assert np.allclose(expected[0], 0, atol=1e-9)
    assert (np.diff(expected, axis=0) >= -1e-9).all()


def test_a_thousand_purchases_do_not_overflow():
    """A buyer of every day beside one of once: finite probabilities, and the busy buyer who fell silent is the likelier gone."""
    table = pd.DataFrame({"frequency": [1000, 1000, 1, 0], "recency": [1000.0, 700.0, 300.0, 0.0], "T": [1001.0] * 4})
    for kind in TIMED:
        alive = kind().fit(table).probability_alive()
        assert np.isfinite(alive).all()
        assert alive[0] > 0.9 > 0.1 > alive[1]


def test_simulated_futures_have_the_expected_mean(made):
    """The mean of 4,000 simulated numbers of purchases of each customer is the expectation, within five standard errors."""
    for kind in TIMED:
        model = kind().fit(made)
        data = counts(made, kind.columns)
        drawn = model.sample_purchases(data, model.probability_alive(), 26.0, 4000, np.random.default_rng(3))
        error = 5 * drawn.std(axis=0) / np.sqrt(4000) + 0.003  # of a rare buyer all draws may be 0
        assert (np.abs(drawn.mean(axis=0) - model.expected_purchases(26.0)) < error).all()


def test_the_value_is_purchases_times_spend_and_lies_in_its_interval(cdnow):
    """Without discount the product of two expectations; a discount takes from it; the same seed gives the same interval."""
    repeat = cdnow[cdnow.frequency > 0].head(300)
    purchases, spend = BgNbd().fit(cdnow), GammaGamma().fit(cdnow)
    value = customer_value(purchases, spend, repeat, horizon=39)
    assert np.allclose(value["value"], value.expected_purchases * value.expected_spend)
    assert (value.value_low <= value.value_high).all()
    assert (value["value"] <= value.value_high).mean() > 0.9
    less = customer_value(purchases, spend, repeat, horizon=39, discount_rate=0.01)
    assert (less["value"] < value["value"]).all()
    pd.testing.assert_frame_equal(value, customer_value(purchases, spend, repeat, horizon=39))


def test_who_bought_once_is_expected_to_spend_by_what_that_was_where_the_mean_is_of_all_purchases():
    """p 6, q 4, v 15: of one purchase of 790 yuan 6 * (15 + 790) / 9, of one of 4 yuan 6 * 19 / 9; of repeat purchases alone 6 * 15 / 3 for both."""
    purchases, spend = BgNbd(), GammaGamma()
    purchases.params_, spend.params_ = {"r": 0.8, "alpha": 6.0, "a": 0.8, "b": 3.0}, {"p": 6.0, "q": 4.0, "v": 15.0}
    once = {"frequency": [0, 0], "recency": [0, 0], "T": [9, 9], "monetary_value": [790.0, 4.0], "margin_value": [79.0, np.nan]}
    assert customer_value(purchases, spend, once, horizon=9).expected_spend.tolist() == [30.0, 30.0]
    of_all = customer_value(purchases, spend, once | {"purchases": [1, 1]}, horizon=9, margin=spend)
    assert of_all.expected_spend.tolist() == pytest.approx([6 * 805 / 9, 6 * 19 / 9])
    assert of_all.margin_high[0] < of_all.value_high[0] / 5
    assert np.isnan(of_all.margin[1])


def test_eight_of_ten_futures_lie_in_the_interval_of_eight_tenths(cdnow, data_dir):
    """CDNOW weeks 40 to 78: the share of repeat buyers whose purchases lie within the interval of their fit of weeks 1 to 39."""
    rows = pd.read_csv(data_dir / "clv" / "CDNOW_sample.txt.gz", sep=r"\s+", header=None, names=["master", "id", "day", "cds", "money"])
    day = pd.to_datetime(rows.day.astype(str))
    later = rows[day > "1997-09-30"].drop_duplicates(["id", "day"]).groupby("id").size()
    bought = later.reindex(range(1, len(cdnow) + 1), fill_value=0).to_numpy()
    model = BgNbd().fit(cdnow)
    data = counts(cdnow, BgNbd.columns)
    drawn = model.sample_purchases(data, model.probability_alive(), 39.0, 500, np.random.default_rng(0))
    low, high = np.quantile(drawn, [0.1, 0.9], axis=0)
    assert 0.8 <= ((bought >= low) & (bought <= high)).mean() <= 0.97  # numbers are whole, so the interval holds a little more


@pytest.mark.parametrize("kind", ["pandas", "polars", "arrow", "mapping"])
def test_any_kind_of_table_gives_the_same_fit(kind, made):
    """The four kinds of tables hold the same customers."""
    table = {
        "pandas": lambda: made,
        "polars": lambda: pl.DataFrame(made.to_dict("list")),
        "arrow": lambda: pa.Table.from_pandas(made),
        "mapping": lambda: {name: made[name].to_numpy() for name in made},
    }[kind]()
    assert BgNbd().fit(table).params_ == BgNbd().fit(made).params_


def test_a_clone_has_the_parameters_and_no_fit():
    """As scikit-learn wants it."""
    model = clone(ParetoNbd(seed=7))
    assert model.get_params() == {"seed": 7}
    assert not hasattr(model, "params_")


def test_data_without_a_maximum_say_that_they_have_none():
    """Nobody ever bought again: no rate and no dropout can be told, and no interval is given."""
    table = pd.DataFrame({"frequency": [0.0] * 20, "recency": [0.0] * 20, "T": [10.0] * 20})
    model = BgNbd().fit(table)
    assert model.fit_.status == "regularised"
    assert np.isnan([*model.standard_errors_.values()]).all()
    assert "似然" in model.fit_.phrase.say("zh")
    assert np.isfinite(model.expected_purchases(10)).all()


def test_where_a_few_rows_have_no_maximum_the_first_search_of_all_is_believed(monkeypatch):
    """Nobody leaves: the chance of it runs to the bounds, from any start. The estimate is that of five searches."""
    draws = np.random.default_rng(5)
    times = draws.poisson(draws.gamma(2.0, 2.0, 2_000))
    table = pd.DataFrame({"frequency": times.astype(float), "recency": np.where(times > 0, 10.0, 0.0), "T": 10.0})
    searched = BgNbd().fit(table)
    monkeypatch.setattr("kezhi.models.clv.purchase_model.MANY_ROWS", 1_000)
    believed = BgNbd().fit(table)
    assert (searched.fit_.status, searched.fit_.starts) == ("regularised", 5)
    assert (believed.fit_.status, believed.fit_.starts) == ("regularised", 1)
    assert believed.params_ == searched.params_
