"""Rows from which no estimator learns anything: the step says so in a note, and the run goes on."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pyarrow as pa
import pytest
from support import table

from kezhi.errors import ColumnMissing, WrongInput
from kezhi.flow.fraud import fraud
from kezhi.flow.lead_training import pick_up_model
from kezhi.flow.step import Inputs
from kezhi.flow.training import unfit
from kezhi.locales import Phrase
from kezhi.settings import Settings

DAY = date(2025, 1, 1)


def test_calls_that_are_all_alike_propose_no_hour(bench):
    """400 calls to mobiles at ten on a Wednesday, each the first: nothing tells who picks up."""
    called = [datetime(2024, 9, 11, 10) + timedelta(weeks=week) for week in range(16) for _ in range(25)]
    calls = pa.table({
        "call_id": [f"k{number:03}" for number in range(400)], "lead_id": [f"l{number:03}" for number in range(400)], "called_at": called, "hour": [10] * 400, "weekday": [3] * 400,
        "number_quality": ["mobile"] * 400, "attempt": [1] * 400, "connected": [number % 3 == 0 for number in range(400)],
    })  # fmt: skip
    given = Inputs({}, Settings(), DAY, DAY, {}, None, bench, None)
    assert pick_up_model(given, bench.keep(calls.schema, calls.to_batches())) is None
    assert [note.key for note in given.notes] == ["leads.unfit_connected"]
    assert "No column tells anything" in given.notes[0].say("en")
    assert "没有任何列带来信息" in given.notes[0].say("zh")


def test_payments_that_are_all_alike_get_no_score(bench):
    """1,000 first payments of 10 yuan on Wednesdays at ten, a third of them denied."""
    paid = [datetime(2024, 12, 25, 10) - timedelta(weeks=number // 10) for number in range(1000)]
    orders = [{"order_id": f"o{number}", "customer_id": f"c{number}", "source": "app", "ordered_at": at, "net_amount": Decimal(10),
               "gross_amount": Decimal(10), "status": "paid", "order_kind": "purchase"} for number, at in enumerate(paid)]  # fmt: skip
    denied = [{"order_id": f"o{number}", "source": "app", "known_at": paid[number] + timedelta(days=5),
               "denied_amount": Decimal(10)} for number in range(0, 1000, 3)]  # fmt: skip
    tables = {"orders": table("orders", orders, bench), "chargebacks": table("chargebacks", denied, bench)}
    given = Inputs(tables, Settings(), DAY, DAY, {}, None, bench, None)
    assert fraud(given) == {}
    assert [note.key for note in given.notes] == ["fraud.unfit"]


def test_what_the_rows_cannot_tell_is_a_note_and_a_mistake_of_ours_is_raised():
    assert unfit(WrongInput(problem=Phrase("churn.nothing_tells"))) == Phrase("churn.nothing_tells")
    with pytest.raises(ColumnMissing):
        unfit(ColumnMissing(table="X", missing=["hour"], present=[], hint=""))
