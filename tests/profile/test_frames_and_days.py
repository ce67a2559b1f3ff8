"""What callers hand in: times with a zone, days as Timestamps, things that are no frames, names that an answer uses itself."""

from __future__ import annotations

from datetime import date, datetime

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import kezhi
from kezhi.errors import ColumnMissing, WrongInput
from kezhi.kit.engine import ibis

AS_OF = date(2025, 4, 1)
HALF_PAST_MIDNIGHT = pd.to_datetime(["2025-02-01 00:30", "2025-03-01 00:30"])
ORDERS = pd.DataFrame({"customer_id": ["a", "b"], "ordered_at": HALF_PAST_MIDNIGHT, "net_amount": [1.0, 2.0]})
EVENTS = pd.DataFrame({"customer_id": ["a", "a"], "occurred_at": HALF_PAST_MIDNIGHT, "event_name": ["view", "buy"], "channel": ["x", "y"]})


@pytest.mark.parametrize("kind", [lambda frame: frame, pl.from_pandas, lambda frame: pa.Table.from_pandas(frame, preserve_index=False)])
@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York", "UTC"])
def test_a_time_with_a_zone_is_what_its_own_clock_shows(kind, zone):
    """Half past midnight in Shanghai is still the evening before in UTC: the order is one of February, whatever the engine's zone."""
    zoned = ORDERS.assign(ordered_at=ORDERS.ordered_at.dt.tz_localize(zone))
    made = kezhi.sales_monthly(kind(zoned), as_of=AS_OF)
    made = made if isinstance(made, pd.DataFrame) else made.to_pandas()
    assert dict(zip(made["month"].astype(str), made["orders"], strict=True)) == {"2025-02-01": 1, "2025-03-01": 1}


def test_zoned_times_of_an_ibis_table_are_refused():
    """Only its owner can turn them into local ones without running it."""
    zoned = ibis.table({"customer_id": "string", "ordered_at": "timestamp('UTC')", "net_amount": "float64"}, name="far")
    with pytest.raises(WrongInput, match="ordered_at holds times with a zone"):
        kezhi.rfm(zoned, as_of=AS_OF)


@pytest.mark.parametrize("name", ["rfm", "features", "retention", "value", "tiers", "loyalty", "sales_monthly", "cohort_retention"])
def test_a_midnight_is_a_day(name):
    """A pandas Timestamp and the text of the day give what the date gives."""
    function = getattr(kezhi, name)
    by_date, *others = (
        function(ORDERS, as_of=day).astype(str).sort_values(by=list(function(ORDERS, as_of=AS_OF).columns), ignore_index=True)
        for day in (AS_OF, pd.Timestamp(2025, 4, 1), "2025-04-01")
    )
    for other in others:
        pd.testing.assert_frame_equal(by_date, other)


@pytest.mark.parametrize("given", ["2025-4-1", "2025-04-31", datetime(2025, 4, 1, 12), pd.NaT, 20250401])
def test_what_is_no_day_is_refused(given):
    """Other texts, a noon, no time and a number: which orders were seen could only be guessed."""
    with pytest.raises(WrongInput, match="as_of must be a day"):
        kezhi.retention(ORDERS, as_of=given)


@pytest.mark.parametrize("given", [[1, 2], {"order_id": [1]}, "orders.csv", None])
def test_what_is_no_frame_is_refused(given):
    """The answer says what came."""
    with pytest.raises(WrongInput, match=f"a {type(given).__name__} came"):
        kezhi.frequent_itemsets(given)
    with pytest.raises(WrongInput, match=f"a {type(given).__name__} came"):
        kezhi.retention(given, as_of=AS_OF)


@pytest.mark.parametrize("column", ["customer_id", "customers", "step", "step_no", "rate_low"])
def test_a_funnel_by_a_column_of_its_own_answer_is_refused(column):
    """Two columns of one name cannot stand in a table."""
    with pytest.raises(WrongInput, match=f"cannot be called {column}"):
        kezhi.funnel(EVENTS.assign(**{column: "x"}), ["view", "buy"], by=column)


def test_a_funnel_of_no_events_unread_times_and_endless_days_says_so():
    """Each with what to do."""
    with pytest.raises(WrongInput, match="There are no events"):
        kezhi.funnel(EVENTS[:0], ["view"])
    with pytest.raises(WrongInput, match="'soon' is no time"):
        kezhi.funnel(EVENTS.assign(occurred_at="soon"), ["view"])
    with pytest.raises(WrongInput, match="within_days"):
        kezhi.funnel(EVENTS, ["view"], within_days=float("inf"))


def test_switches_without_a_channel_are_not_an_empty_answer():
    """No column is not the same as nobody who switches."""
    with pytest.raises(ColumnMissing, match="channel"):
        kezhi.channel_switches(ORDERS, as_of=AS_OF)


@pytest.mark.parametrize("amount", [float("inf"), float("-inf"), 1e17])
def test_an_amount_that_no_money_can_be_is_refused_with_its_row(amount):
    """Not an error of the engine, and not of NaN, which is pandas' word for none."""
    orders = ORDERS.assign(net_amount=ORDERS["net_amount"].astype(float))
    orders.loc[orders.index[1], "net_amount"] = amount
    for one in (orders, orders.assign(ordered_at=orders["ordered_at"].astype(str))):
        with pytest.raises(WrongInput, match="row 2"):
            kezhi.rfm(one, as_of=AS_OF)
    orders.loc[orders.index[1], "net_amount"] = float("nan")
    assert len(kezhi.rfm(orders, as_of=AS_OF))


def test_whole_amounts_that_no_money_can_be_are_refused_too():
    orders = ORDERS.assign(net_amount=[10] * (len(ORDERS) - 1) + [10**17])
    with pytest.raises(WrongInput, match=f"row {len(ORDERS)}"):
        kezhi.rfm(orders, as_of=AS_OF)
