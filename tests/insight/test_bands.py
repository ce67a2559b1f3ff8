"""Bands between cut points: names and edges by hand, nobody lost between two days."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from pydantic import ValidationError
from shop import buy, random_shop
from support import rows, table

import kezhi
from kezhi.errors import WrongInput
from kezhi.insight.bands import band_names, bands, named_bands
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
    made = {name: {row["customer_id"]: row["state"] for row in rows(found)} for name, found in bands(data, CutPointSettings()).items()}
    assert made["frequency"] == {"edge": "2-3", "below": "1", "idle": "none"}
    assert made["amount"] == {"edge": "500-2000", "below": "<500", "idle": "none"}
    assert made["average_order_value"] == {"edge": "100-300", "below": "300-600", "idle": "none"}


def test_a_customer_who_spends_more_moves_up_and_a_new_one_comes():
    orders = table("orders", [buy("1", "a", "2025-01-10", 90), buy("2", "a", "2025-04-01", 900), buy("3", "b", "2025-05-01", 50)])
    cells = {(r["dimension"], r["from_band"], r["to_band"]): r for r in rows(kezhi.band_movement(orders, as_of=AS_OF, from_on=FROM))}
    assert set(cells) == {
        ("frequency", "1", "2-3"), ("frequency", "新出现", "1"), ("amount", "<500", "500-2000"), ("amount", "新出现", "<500"),
        ("average_order_value", "<100", "300-600"), ("average_order_value", "新出现", "<100"),
    }  # fmt: skip
    assert (cells["amount", "<500", "500-2000"]["customers"], cells["amount", "<500", "500-2000"]["net_amount"]) == (1, 900)


def test_no_buyer_is_lost_whatever_the_cut_points():
    cuts = CutPointSettings(frequency=[2, 5], amount=[100], average_order_value=[50, 60])
    orders = table("orders", random_shop(3, AS_OF)["orders"])
    buyers = sum(1 for row in rows(kezhi.features(orders, as_of=AS_OF)) if row["orders_life"])
    found = rows(kezhi.band_movement(orders, as_of=AS_OF, from_on=FROM, cut_points=cuts))
    for dimension, names in named_bands(cuts).items():
        mine = [row for row in found if row["dimension"] == dimension]
        assert sum(row["customers"] for row in mine if row["to_band"] != "不再出现") == buyers
        assert {row["to_band"] for row in mine} <= {*names, "不再出现"}


@pytest.mark.parametrize("wrong", [{"frequency": [2, 1]}, {"frequency": [0, 1]}, {"amount": [5, 5]}, {"amount": []}])
def test_cut_points_that_would_never_be_met_are_refused(wrong):
    with pytest.raises(ValidationError):
        CutPointSettings(**wrong)


def test_the_earlier_day_must_be_earlier_and_pandas_comes_back_as_pandas():
    orders = pd.DataFrame(
        {"customer_id": ["a", None], "ordered_at": pd.to_datetime(["2025-01-01", "2025-01-02"]), "net_amount": [10.0, 5.0]}
    )
    assert isinstance(kezhi.band_movement(orders, as_of=AS_OF, from_on=FROM), pd.DataFrame)
    assert len(kezhi.band_movement(orders.iloc[:0], as_of=AS_OF, from_on=FROM)) == 0
    with pytest.raises(WrongInput):
        kezhi.band_movement(orders, as_of=FROM, from_on=AS_OF)
