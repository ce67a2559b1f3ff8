"""What is known of a lead before a call: nothing from later, and nothing that only the call tells."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from support import rows, table

from kezhi.flow.leads import leads
from kezhi.flow.step import Inputs
from kezhi.insight import lead_signals as signals
from kezhi.settings import Settings

DAY = date(2025, 6, 1)


def lead(number: int, on: datetime, **more) -> dict:
    return {
        "lead_id": f"L{number}",
        "source": "s",
        "created_at": on,
        "channel": "web",
        "interest": "car",
        "number_quality": "mobile",
    } | more


def call(number: int, of: int, at: datetime, connected: bool | None, **more) -> dict:
    return {"call_id": f"C{number}", "source": "s", "lead_id": f"L{of}", "called_at": at, "connected": connected, "agent": "Ann"} | more


LEADS = [
    lead(1, datetime(2025, 5, 20)),
    lead(2, datetime(2025, 5, 25, 9), converted_at=datetime(2025, 6, 3), premium_amount=Decimal(500)),  # after the day: still open
    lead(3, datetime(2025, 5, 1), converted_at=datetime(2025, 5, 30), premium_amount=Decimal(900)),  # before it: closed
    lead(4, datetime(2025, 1, 1)),  # too old
    lead(5, datetime(2025, 6, 1)),  # not there yet
]
CALLS = [
    call(1, 1, datetime(2025, 5, 21, 9), False, duration_seconds=0.0),
    call(2, 1, datetime(2025, 5, 28, 19), True, duration_seconds=300.0),
    call(3, 1, datetime(2025, 6, 1), True, duration_seconds=900.0),  # of the day itself: not seen
    call(4, 2, datetime(2025, 5, 26, 9), None),
]


def test_an_open_lead_is_known_by_what_happened_before_the_day(bench):
    found = {
        row["lead_id"]: row
        for row in rows(signals.lead_signals(table("leads", LEADS, bench), table("calls", CALLS, bench), as_of=DAY, open_days=90))
    }
    assert set(found) == {"L1", "L2"}
    one = found["L1"]
    assert (one["calls"], one["connected_calls"], one["age_days"], one["silent_days"], one["created_weekday"]) == (2, 1, 12, 4, 2)
    assert (found["L2"]["calls"], found["L2"]["connected_calls"]) == (1, 0)
    came = {row["lead_id"]: row["converted"] for row in rows(signals.conversions(table("leads", LEADS, bench), as_of=DAY, horizon_days=30))}
    assert [name for name, hit in came.items() if hit] == ["L2"]


def test_neither_later_rows_nor_the_length_of_a_call_change_what_is_known(bench):
    """A planted future and planted lengths leave every signal as it was."""

    def known(leads: list[dict], calls: list[dict]) -> list[dict]:
        made = signals.lead_signals(table("leads", leads, bench), table("calls", calls, bench), as_of=DAY, open_days=90)
        return sorted(rows(made), key=lambda row: row["lead_id"])

    longer = [row | {"duration_seconds": 9999.0} for row in CALLS]
    later = [call(9, 2, datetime(2025, 6, 5), True), call(10, 1, datetime(2025, 7, 1), False)]
    assert known(LEADS, CALLS) == known([*LEADS, lead(9, datetime(2025, 6, 9))], [*longer, *later])
    assert not {"duration_seconds", "converted_at", "premium_amount"} & {*signals.SIGNALS, *signals.CALL_SIGNALS}


def test_a_premium_is_drawn_to_that_of_all(bench):
    """900 and 300 of cars, 6,000 of a house: the mean of all is 2,400, and counts as much as one conversion."""
    paid = [lead(place, datetime(2025, 1, 1), converted_at=datetime(2025, 2, 1), interest=interest, premium_amount=Decimal(money))
            for place, (interest, money) in enumerate([("car", 900), ("car", 300), ("house", 6000)])]  # fmt: skip
    made = signals.premiums(table("leads", [*paid, lead(9, datetime(2025, 5, 1), interest="life")], bench), as_of=DAY, drawn=1)
    assert {row["interest"]: row["converted_premium_amount"] for row in rows(made)} == {"car": 1200, "house": 4200, "life": 2400}


def test_too_few_conversions_leave_the_rate_of_the_channel_and_say_so(bench):
    tables = {"leads": table("leads", LEADS, bench), "calls": table("calls", CALLS, bench)}
    inputs = Inputs(tables, Settings(), DAY, DAY, {}, None, bench)
    made = leads(inputs)
    [first, second] = sorted(rows(made["lead_scores"]), key=lambda row: row["rank"])
    assert (first["model_version"], first["best_hour"], first["connect_probability"]) == (None, None, None)
    assert first["reasons_en"] == second["reasons_en"] == ["The recent rate of the channel web"]
    # a month before one web lead (L3) was open, and converted: with ten leads at the rate of all, which is the same, 100%
    assert first["conversion_probability"] == pytest.approx(1.0)
    assert first["expected_premium_amount"] == 900
    rates = {(row["dimension"], row["member"]): row["connect_rate"] for row in rows(made["connect_rates"])}
    assert rates["all", "all"] == rates["number_quality", "mobile"] == 0.5
    assert rates["weekday_hour", "3-19"] == 1.0
    assert {note.key for note in inputs.notes} == {"leads.few_connected", "leads.few_converted"}
