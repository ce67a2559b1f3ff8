"""Learned tags: given where held-out customers confirm them, refused with a reason where not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import kezhi
from kezhi.errors import ColumnMissing, WrongInput
from kezhi.models.propagation import fit_propagation, lowest_cut


def people(n: int = 900, *, signal: float = 3.0, seed: int = 1) -> pd.DataFrame:
    """Who has the tag spends more and likes milk; of a third it is not known."""
    draws = np.random.default_rng(seed)
    truth = draws.random(n) < 0.3
    return pd.DataFrame(
        {
            "customer_id": [f"c{i:04d}" for i in range(n)],
            "tag": pd.array([None if i % 3 == 0 else bool(has) for i, has in enumerate(truth)], dtype="boolean"),
            "money": np.where(truth, signal, 0.0) + draws.normal(size=n),
            "likes": np.where(draws.random(n) < np.where(truth, 0.8, 0.2), "milk", None),
            "truth": truth,
        }
    )


def test_a_tag_that_can_be_told_is_given_with_the_precision_that_was_measured():
    frame = people()
    found = kezhi.propagate_tag(frame, "tag", features=["money", "likes"], least_precision=0.85)
    assert found.refusal is None
    (row,) = found.measures.to_dict("records")
    assert row["precision"] >= 0.85
    assert (row["known_customers"], row["spread_customers"]) == (600, len(found.customers))
    given = found.customers.merge(frame, on="customer_id")
    assert given["tag_y"].isna().all()  # nobody of whom it was known
    assert given["truth"].mean() >= 0.8  # measured 0.915 of 71
    assert found.customers["confidence"].between(0.5, 1).all()
    assert abs(given["confidence"].mean() - given["truth"].mean()) < 0.1


def test_what_nothing_tells_is_refused():
    found = kezhi.propagate_tag(people(signal=0.0)[["customer_id", "tag", "money"]], "tag", least_precision=0.9)
    assert found.refusal == "never_precise"
    assert len(found.customers) == 0


def test_too_few_who_are_known_are_refused_and_other_frames_come_back_in_kind():
    frame = people(60)[["customer_id", "tag", "money"]]
    found = kezhi.propagate_tag(pa.Table.from_pandas(frame), "tag")
    assert found.refusal == "few_known"
    assert isinstance(found.measures, pa.Table)
    assert kezhi.propagate_tag(frame.iloc[:0], "tag").refusal == "few_known"


def test_the_same_frame_in_another_order_gives_the_same_tags():
    frame = people()[["customer_id", "tag", "money", "likes"]]
    one, other = (kezhi.propagate_tag(rows, "tag", least_precision=0.8).customers for rows in (frame, frame.iloc[::-1]))
    pd.testing.assert_frame_equal(one.reset_index(drop=True), other.reset_index(drop=True))


def test_wrong_columns_are_refused():
    frame = people(60)
    with pytest.raises(ColumnMissing, match="label"):
        kezhi.propagate_tag(frame, "label")
    with pytest.raises(WrongInput, match="yes and no"):
        kezhi.propagate_tag(frame, "money")
    with pytest.raises(WrongInput, match="monney"):
        kezhi.propagate_tag(frame, "tag", features=["monney"])
    with pytest.raises(WrongInput, match="least_precision"):
        kezhi.propagate_tag(frame, "tag", least_precision=1.5)


def test_the_lowest_cut_keeps_equal_chances_together_and_never_falls_below_one_half():
    chances = np.repeat([0.9, 0.7, 0.6, 0.4], [20, 10, 10, 60])
    holds = np.concatenate([np.ones(20, bool), np.arange(10) < 6, np.arange(10) < 2, np.ones(60, bool)])
    assert lowest_cut(chances, holds, 1.0) == 0.9
    assert lowest_cut(chances, holds, 26 / 30) == 0.7
    assert lowest_cut(chances, holds, 0.7) == 0.6
    assert lowest_cut(chances[10:], np.zeros(90, bool), 0.5) is None


def test_a_customer_who_is_held_out_teaches_nothing_with_any_row():
    """Each customer has a number of their own and two rows: who knew the one row would tell the other for sure."""
    draws = np.random.default_rng(3)
    holds = draws.random(200) < 0.5
    who = np.arange(200)
    values = np.vstack([np.eye(200), np.eye(200)])
    found = fit_propagation(
        values, np.tile(holds, 2), values[:0], who=np.tile(who, 2), judged=np.repeat([False, True], 200), least_precision=0.7
    )
    assert found.refusal is not None


def test_a_column_may_be_called_anything_and_hold_infinity():
    frame = people(400).drop(columns="truth").assign(holds=np.inf, judged=1.0)
    assert kezhi.propagate_tag(frame, "tag", least_precision=0.8).measures["known_customers"].tolist() == [266]
    assert kezhi.propagate_tag(frame, "tag", features="money", least_precision=0.8).measures["known_customers"].tolist() == [266]
