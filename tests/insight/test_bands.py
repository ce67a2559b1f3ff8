"""Bands between cut points: names and edges by hand, nobody lost between two days."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from support import rows

import kezhi
from kezhi.errors import WrongInput
from kezhi.insight.bands import COLUMNS, band_names, bands, named_bands
from kezhi.kit.engine import ibis
from kezhi.settings import CutPointSettings

AS_OF, FROM = date(2025, 6, 1), date(2025, 3, 3)
FEATURES = {"customer_id": "string", "orders_life": "int64", "orders_365d": "int64", "net_amount_365d": "float64",
            "average_order_value_365d": "float64"}  # fmt: skip


def test_names_say_which_numbers_a_band_holds():
    assert band_names([1, 2, 4, 7, 12], whole=True) == ["none", "1", "2-3", "4-6", "7-11", "12+"]
    assert band_names([3, 4], whole=True) == ["none", "1-2", "3", "4+"]
    assert band_names([500, 2000.5], whole=False) == ["none", "<500", "500-2000.5", "2000.5+"]


def test_a_band_holds_its_lower_end_and_who_never_bought_is_in_none():
    people = [("edge", 2, 2, 500, 250), ("below", 1, 1, 499.99, 499.99), ("idle", 3, 0, 0, None), ("never", 0, 0, 0, None)]
    data = ibis.memtable([dict(zip(FEATURES, one, strict=True)) for one in people], schema=FEATURES)
    found = rows(data.select("customer_id", **bands(data, CutPointSettings())))
    made = {name: {row["customer_id"]: row[name] for row in found} for name in COLUMNS}
    assert made["frequency"] == {"edge": "2-3", "below": "1", "idle": "none", "never": None}
    assert made["amount"] == {"edge": "500-2000", "below": "<500", "idle": "none", "never": None}
    assert made["average_order_value"] == {"edge": "100-300", "below": "300-600", "idle": "none", "never": None}


def test_a_customer_who_spends_more_moves_up_and_a_new_one_comes():
    """The answer is a frame of the kind that came."""
    orders = pd.DataFrame(
        {
            "customer_id": ["a", "a", "b", None],
            "ordered_at": pd.to_datetime(["2025-01-10", "2025-04-01", "2025-05-01", "2025-05-01"]),
            "net_amount": [90.0, 900.0, 50.0, 70.0],
        }
    )
    found = kezhi.band_movement(orders, as_of=AS_OF, from_on=FROM).to_dict("records")
    cells = {(row["dimension"], row["from_band"], row["to_band"]): row for row in found}
    assert set(cells) == {
        ("frequency", "1", "2-3"), ("frequency", "新出现", "1"), ("amount", "<500", "500-2000"), ("amount", "新出现", "<500"),
        ("average_order_value", "<100", "300-600"), ("average_order_value", "新出现", "<100"),
    }  # fmt: skip
    assert (cells["amount", "<500", "500-2000"]["customers"], cells["amount", "<500", "500-2000"]["net_amount"]) == (1, 900)
    with pytest.raises(WrongInput):
        kezhi.band_movement(orders, as_of=FROM, from_on=AS_OF)


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(-5, 3000)), max_size=30),
    st.lists(st.integers(1, 9), min_size=1, max_size=4, unique=True),
)
@settings(max_examples=15, deadline=None)
def test_every_buyer_is_in_one_band_of_each_dimension_whatever_the_cut_points(people, cuts):
    chosen = CutPointSettings(frequency=sorted(cuts), amount=sorted(cut * 300 for cut in cuts), average_order_value=sorted(cuts))
    data = [
        {
            "customer_id": f"c{n}",
            "orders_life": orders,
            "orders_365d": orders,
            "net_amount_365d": float(net),
            "average_order_value_365d": 5.0,
        }
        for n, (orders, net) in enumerate(people)
    ]
    buyers = {row["customer_id"] for row in data if row["orders_life"]}
    people = ibis.memtable(data, schema=FEATURES)
    told = rows(people.select("customer_id", **bands(people, chosen)))
    for dimension, names in named_bands(chosen).items():
        assert {row["customer_id"] for row in told if row[dimension] is not None} == buyers
        assert {row[dimension] for row in told} <= {None, *names}


@pytest.mark.parametrize("wrong", [{"frequency": [2, 1]}, {"frequency": [0, 1]}, {"amount": [5, 5]}, {"amount": []}])
def test_cut_points_that_would_never_be_met_are_refused(wrong):
    with pytest.raises(ValidationError):
        CutPointSettings(**wrong)
