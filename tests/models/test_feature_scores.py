"""Features told apart by three families of methods, with those that know the answer marked; principal components by hand."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

import kezhi
from kezhi.errors import ColumnMissing, WrongInput
from kezhi.models.components import principal_components


def planted(rows: int = 600) -> pa.Table:
    """One feature that tells much, one that tells little, a category that tells, two of noise, and one written after the fact."""
    draws = np.random.default_rng(5)
    much, little, noise = draws.normal(size=(3, rows))
    kind = draws.choice(["a", "b", "c"], rows)
    left = 2 * much + 0.5 * little + np.select([kind == "a"], [1.5], 0.0) + draws.logistic(size=rows) > 0.5
    closed = np.where(left, draws.integers(1, 90, rows).astype(float), np.nan)  # only who left has a day of closing
    return pa.table(
        {"noise": noise, "much": much, "little": little, "kind": kind, "coin": draws.choice(["x", "y"], rows),
         "closed_days": pa.array(closed, mask=np.isnan(closed)), "left": left}
    )  # fmt: skip


def test_what_was_planted_leads_noise_comes_last_and_the_answer_is_marked():
    rows = {row["feature"]: row for row in kezhi.compare_features(planted(), "left").to_pylist()}
    assert {name for name, row in rows.items() if row["is_leak"]} == {"closed_days"}
    honest = kezhi.compare_features(planted().drop_columns(["closed_days"]), "left").to_pylist()
    assert [row["feature"] for row in honest][:2] == ["much", "kind"]
    assert {row["feature"] for row in honest[-2:]} == {"noise", "coin"}
    best = honest[0]
    assert (best["filter_rank"], best["wrapper_rank"], best["embedded_rank"]) == (1, 1, 1)
    assert best["p_value"] < 1e-6
    assert honest[-1]["p_value"] > 1e-3
    assert sum(row["tree_share"] for row in honest) == pytest.approx(1)


def test_the_numbers_of_a_small_table_are_those_of_a_hand():
    """30 of 40 women and 10 of 40 men bought: chi-square 80 x (30 x 30 - 10 x 10)^2 / 40^4 = 20; information in nats."""
    sex = ["w"] * 40 + ["m"] * 40
    bought = [True] * 30 + [False] * 10 + [True] * 10 + [False] * 30
    found = kezhi.compare_features(pa.table({"sex": sex, "bought": bought, "age": list(range(80))}), "bought").to_pylist()
    row = next(one for one in found if one["feature"] == "sex")
    assert row["chi_square"] == pytest.approx(20)
    told = np.log(2) + 0.75 * np.log(0.75) + 0.25 * np.log(0.25)
    assert row["mutual_information"] == pytest.approx(told)
    assert row["correlation"] is None  # a category has none
    assert row["auc"] == pytest.approx(0.75)


def test_a_target_that_is_not_there_or_too_rare_is_refused():
    with pytest.raises(ColumnMissing):
        kezhi.compare_features(planted(), "gone")
    with pytest.raises(WrongInput, match="10"):
        kezhi.compare_features(pa.table({"x": [1.0, 2.0, 3.0], "y": [True, False, False]}), "y")


def test_two_columns_that_are_one_have_one_component():
    """x, 2x and a column that knows nothing of them: two thirds of the variance are one component."""
    x = np.array([1.0, 2.0, 3.0, 4.0])
    apart = np.array([1.0, -1.0, -1.0, 1.0])
    found = principal_components(np.column_stack([x, 2 * x, apart]))
    assert found.shares == pytest.approx([2 / 3, 1 / 3, 0], abs=1e-9)
    assert found.loadings[0] == pytest.approx([1, 1, 0], abs=1e-9)
    assert found.loadings[1] == pytest.approx([0, 0, 1], abs=1e-9)
    assert np.corrcoef(found.scores[:, 0], x)[0, 1] == pytest.approx(1)
    with pytest.raises(WrongInput):
        principal_components(np.ones((5, 2)))
