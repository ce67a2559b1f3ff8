"""Cross tables: published numbers, scipy, laws."""

from __future__ import annotations

import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import kezhi
from kezhi.errors import ColumnMissing, WrongInput
from kezhi.kit.chi_square import independence
from kezhi.kit.engine import ibis
from kezhi.kit.intervals import wilson

# Gender by party identification, 2000 General Social Survey: Agresti, An Introduction to Categorical Data Analysis,
# 2nd ed. (2007), table 2.5: X2 = 30.1, df = 2; standardised residuals of table 2.6.
PARTY = {("female", "democrat"): 762, ("female", "independent"): 327, ("female", "republican"): 468,
         ("male", "democrat"): 484, ("male", "independent"): 239, ("male", "republican"): 477}  # fmt: skip
RESIDUALS = {("female", "democrat"): 4.50, ("female", "independent"): 0.70, ("female", "republican"): -5.32}


def people(cells: dict) -> pd.DataFrame:
    return pd.DataFrame([{"gender": g, "party": p} for (g, p), n in cells.items() for _ in range(n)])


def test_gender_and_party_depend_on_each_other_as_published():
    made = kezhi.crosstab(people(PARTY), "gender", "party")
    assert (round(made.test.chi_square, 1), made.test.degrees_of_freedom) == (30.1, 2)
    found = {(row.gender, row.party): row for row in made.cells.itertuples()}
    assert {cell: round(found[cell].residual, 2) for cell in RESIDUALS} == RESIDUALS
    assert round(found["female", "democrat"].expected, 1) == 703.7


def test_the_test_is_that_of_scipy():
    made = kezhi.crosstab(people(PARTY), "gender", "party").test
    wide = pd.crosstab(people(PARTY).gender, people(PARTY).party)
    reference = stats.chi2_contingency(wide, correction=False)
    assert made.p_value == pytest.approx(reference.pvalue, rel=1e-10)
    assert made.cramers_v == pytest.approx(stats.contingency.association(wide, method="cramer"), rel=1e-12)


@given(st.lists(st.lists(st.integers(1, 60), min_size=3, max_size=3), min_size=2, max_size=5))
def test_a_test_is_that_of_scipy(table):
    """Statistic, degrees of freedom and chance of a whole table."""
    test = independence((r, c, count) for r, row in enumerate(table) for c, count in enumerate(row))
    expected = stats.chi2_contingency(table, correction=False)
    assert test.degrees_of_freedom == expected.dof
    assert test.chi_square == pytest.approx(expected.statistic, abs=1e-9)
    assert test.p_value == pytest.approx(expected.pvalue, rel=1e-8, abs=1e-14)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), min_size=1, max_size=40))
def test_laws_of_the_test(pairs):
    """Strength and chance lie in 0 to 1, and rows and columns may change places."""
    test = independence((r, c, 1) for r, c in pairs)
    turned = independence((c, r, 1) for r, c in pairs)
    assert test.observations == len(pairs)
    assert test.chi_square == pytest.approx(turned.chi_square)
    if test.p_value is None:
        assert len({r for r, _ in pairs}) == 1 or len({c for _, c in pairs}) == 1
    else:
        assert 0 <= test.p_value <= 1
        assert 0 <= test.cramers_v <= 1


def test_pairs_that_never_meet_are_cells_of_zero_and_nulls_are_left_out():
    frame = pl.DataFrame({"a": ["x", "y", None], "b": ["p", "q", "p"]})
    made = kezhi.crosstab(frame, "a", "b")
    assert isinstance(made.cells, pl.DataFrame)
    assert made.cells.select("a", "b", "observed", "expected").rows() == [
        ("x", "p", 1, 0.5), ("x", "q", 0, 0.5), ("y", "p", 0, 0.5), ("y", "q", 1, 0.5),
    ]  # fmt: skip
    assert made.test.cramers_v == 1


def test_one_value_is_no_test_and_not_an_error():
    made = kezhi.crosstab(pd.DataFrame({"a": ["x", "x"], "b": ["p", "q"]}), "a", "b")
    assert (made.test.p_value, made.test.cramers_v) == (None, None)


def test_wrong_columns_are_refused():
    with pytest.raises(ColumnMissing, match="gender"):
        kezhi.crosstab(people(PARTY), "gendr", "party")
    with pytest.raises(WrongInput, match="two columns"):
        kezhi.crosstab(people(PARTY), "party", "party")
    with pytest.raises(WrongInput, match="rename"):
        kezhi.crosstab(people(PARTY).rename(columns={"party": "lift"}), "gender", "lift")


# Newcombe (1998), Statistics in Medicine 17, table I, method 3.
@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718), (20, 20, 0.8389, 1.0)],
)
def test_the_interval_is_wilsons(part, whole, low, high):
    row = ibis.memtable({"part": [part], "whole": [whole]})
    ends = wilson(row.part, row.whole)
    found = row.select(low=ends[0], high=ends[1]).to_pyarrow().to_pylist()[0]
    assert (round(found["low"], 4), round(found["high"], 4)) == (low, high)


def test_of_nobody_nothing_is_known():
    row = ibis.memtable({"part": [0], "whole": [0]})
    ends = wilson(row.part, row.whole)
    assert row.select(low=ends[0], high=ends[1]).to_pyarrow().to_pylist() == [{"low": None, "high": None}]
