"""What the models of purchase counts and spend refuse, and in what words."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kezhi.errors import ColumnMissing, WrongInput
from kezhi.models import BgBb, BgNbd, GammaGamma, MbgNbd, ParetoNbd, ShiftedBetaGeometric, customer_value


@pytest.fixture(scope="module")
def bought() -> pd.DataFrame:
    """300 customers of 10 weeks, with what they spent each time."""
    draws = np.random.default_rng(5)
    times = draws.poisson(draws.gamma(0.8, 1.5, 300))
    last = np.where(times > 0, draws.uniform(1, 10, 300), 0.0)
    return pd.DataFrame({"frequency": times, "recency": last, "T": 10.0, "monetary_value": draws.gamma(3.0, 10.0, 300)})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"frequency": 1.5}, "no whole number"),
        ({"frequency": -1.0}, "below 0"),
        ({"recency": 99.0}, "after T"),
        ({"frequency": 0.0}, "frequency of 0"),
        ({"T": np.nan}, "empty"),
    ],
)
def test_a_row_that_cannot_be_is_refused_with_its_place(change, words):
    """The third row is wrong; its place and value are named."""
    table = pd.DataFrame({"frequency": [1.0] * 4, "recency": [5.0] * 4, "T": [10.0] * 4})
    for name, value in change.items():
        table.loc[2, name] = value
    with pytest.raises(WrongInput, match=words) as caught:
        BgNbd().fit(table)
    assert "row 2" in str(caught.value)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (np.ones((3, 3)), "came ndarray"),
        ([1, 2, 3], "came list"),
        (None, "came NoneType"),
        (pd.DataFrame([[1, 1, 2, 3]], columns=["frequency", "frequency", "recency", "T"]), "2 columns frequency"),
        ({"frequency": [1, 2], "recency": [1.0], "T": [2.0, 3.0]}, "frequency 2, recency 1, T 2"),
        ({"frequency": np.ones((2, 2)), "recency": [1.0, 1.0], "T": [2.0, 3.0]}, "frequency 2 x 2, recency 2"),
        ({"frequency": 1, "recency": 1.0, "T": 2.0}, "differ in length"),
    ],
)
def test_what_is_no_table_of_columns_is_refused_in_words(table, words):
    """Of both languages; a number is no column either."""
    with pytest.raises(WrongInput, match=words) as caught:
        BgNbd().fit(table)
    assert caught.value.say("zh") != caught.value.say("en")


@pytest.mark.parametrize("t", [-5, float("nan"), float("inf"), "soon", None])
def test_a_time_that_cannot_be_is_refused(t, bought):
    """No purchases below 0, and none of a time that is no number."""
    for kind in (BgNbd, MbgNbd, ParetoNbd):
        model = kind().fit(bought)
        for asked in (model.expected_purchases, model.expected_purchases_new, model.probability_of_purchase):
            with pytest.raises(WrongInput, match=f"t = {t}: expected a number of at least 0"):
                asked(t)
        with pytest.raises(WrongInput, match="above 0 and below 1"):
            model.time_to_purchase(1.5)


@pytest.mark.parametrize("kind", [BgBb, ShiftedBetaGeometric])
def test_a_broken_number_of_opportunities_is_refused_and_a_whole_one_of_any_type_taken(kind):
    """2.9 opportunities were those of 2."""
    model = kind().fit({"frequency": [3, 2, 0, 4], "recency": [4, 2, 0, 5], "T": [5, 5, 5, 5]})
    with pytest.raises(WrongInput, match=r"t = 2[.]9: expected a whole number"):
        model.expected_purchases(2.9)
    assert model.expected_purchases(2.0).tolist() == model.expected_purchases(np.int64(2)).tolist()


@pytest.mark.parametrize(
    "asked",
    [
        {"level": 1.5},
        {"level": 0},
        {"horizon": -26},
        {"periods": 0},
        {"periods": 1.5},
        {"draws": -1},
        {"discount_rate": -2},
        {"horizon": None},
    ],
)
def test_a_value_of_what_cannot_be_is_refused_by_name(asked, bought):
    """Which argument, what came and what was expected."""
    (name, value), *_more = asked.items()
    with pytest.raises(WrongInput, match=f"{name} = {value}: expected"):
        customer_value(BgNbd().fit(bought), GammaGamma().fit(bought), bought, **{"horizon": 26.0} | asked)


def test_a_table_without_the_columns_or_rows_is_refused():
    """A missing column by name; an empty table; weights of another length."""
    with pytest.raises(ColumnMissing, match="recency"):
        BgNbd().fit(pd.DataFrame({"frequency": [1], "T": [2]}))
    with pytest.raises(WrongInput, match="no rows"):
        BgNbd().fit(pd.DataFrame({"frequency": [], "recency": [], "T": []}))
    with pytest.raises(WrongInput, match="2 weights for 1 row"):
        BgNbd().fit(pd.DataFrame({"frequency": [1], "recency": [1], "T": [2]}), weights=[1, 1])
    with pytest.raises(WrongInput, match=r"3[.]0 purchases in 2[.]0"):
        BgBb().fit(pd.DataFrame({"frequency": [3], "recency": [2], "T": [5]}))
