"""Inputs that are cleaned without looking at any other: to add one, write its two functions and a line here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kezhi.clean import chargebacks, events, leads, memberships, treatments, usage, voices
from kezhi.clean.typing import TypedRows
from kezhi.kit.engine import ir


def _own(made: ir.Table) -> list[ir.Table]:
    return [made]


def _nobody(_made: ir.Table) -> list[ir.Table]:
    return []


def _author(made: ir.Table) -> list[ir.Table]:
    return [made.filter(made.record_id.notnull())]


def _user_and_account(made: ir.Table) -> list[ir.Table]:
    return [made, made.select("source", record_id=made.account_id)]


@dataclass(frozen=True, slots=True)
class Alone:
    """
    One such input.

    Attributes:
        input: Its name.
        makes: The table.
        type_rows: Raw rows to typed ones.
        as_clean: Typed rows, and the fates of those that do not go on, to the table.
        names: Of the table the source and record_id of people who are customers; leads are none: nobody joins them with records.
        is_settled: Whether the table is computed at once; events, of which there are many, are read once, when they are written.
    """

    input: str
    makes: str
    type_rows: Callable[..., TypedRows]
    as_clean: Callable[..., ir.Table]
    names: Callable[[ir.Table], list[ir.Table]] = _own
    is_settled: bool = True


ALONE = (
    Alone("events", "clean_events", events.type_events, events.as_clean_events, is_settled=False),
    Alone("usage", "clean_usage", usage.type_usage, usage.as_clean_usage, _user_and_account),
    Alone("memberships", "clean_memberships", memberships.type_memberships, memberships.as_clean_memberships, is_settled=False),
    Alone("point_entries", "clean_point_entries", memberships.type_points, memberships.as_clean_points),
    Alone("feedback", "clean_feedback", voices.type_feedback, voices.as_clean_feedback, _author),
    Alone("place_visits", "clean_place_visits", voices.type_place_visits, voices.as_clean_place_visits),
    Alone("treatments", "clean_treatments", treatments.type_treatments, treatments.as_clean_treatments),
    Alone("leads", "leads", leads.type_leads, leads.as_leads, _nobody),
    Alone("calls", "calls", leads.type_calls, leads.as_calls, _nobody),
    Alone("chargebacks", "chargebacks", chargebacks.type_chargebacks, chargebacks.as_chargebacks, _nobody),
)
