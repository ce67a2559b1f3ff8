"""Filters with which the pages of figures lead to the customers behind a cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import Field

from kezhi.errors import WrongInput
from kezhi.flow.reader import Reader
from kezhi.kit.engine import _, ir
from kezhi.locales import Phrase

SCORES = ("r_score", "f_score", "m_score")
HELD = {  # filter -> the table and column that hold it
    "tier": ("tiers", "tier"),
    "cluster": ("clusters", "cluster"),
    "churn_band": ("churn", "band"),
    "play": ("churn", "play"),
    "risk_grade": ("risk_grades", "grade"),
}
Score = Annotated[list[Annotated[int, Field(ge=1, le=5)]] | None, Query(description="1 to 5")]
MOVED = "a move from one RFM group or lifecycle stage to another, as `重要价值客户>重要保持客户`"


@dataclass(frozen=True)
class Drill:
    """What a cell stands for; an empty filter does not filter."""

    r_score: Score = None
    f_score: Score = None
    m_score: Score = None
    tier: Annotated[list[str] | None, Query(description="Tier of the membership")] = None
    cluster: Annotated[list[Annotated[int, Field(ge=-1, le=10_000)]] | None, Query(description="Number of the group of alike buyers")] = (
        None
    )
    churn_band: Annotated[list[Literal["high", "medium", "low", "lost"]] | None, Query(description="Chance to leave, by bands")] = None
    play: Annotated[list[str] | None, Query(description="What fits against leaving")] = None
    risk_grade: Annotated[list[str] | None, Query(description="Grade of risk, by the worst case the customer is in")] = None
    moved: Annotated[str | None, Query(max_length=200, description=MOVED)] = None

    def noted(self) -> dict[str, Any]:
        """What filters, for the audit log."""
        return {name: value for name, value in vars(self).items() if value}


def drilled(reader: Reader, customers: ir.Table, drill: Drill) -> ir.Table:
    """
    The rows of *customers* that the cell holds.

    Raises:
        WrongInput: `moved` is no move.
    """
    for name in SCORES:
        if chosen := getattr(drill, name):
            scored = reader.table("rfm", ("customer_id", name))
            customers = customers.semi_join(scored.filter(scored[name].isin(chosen)), "customer_id")
    for name, (table, column) in HELD.items():
        if chosen := getattr(drill, name):
            held = reader.table(table, ("customer_id", column))
            customers = customers.semi_join(held.filter(held[column].isin(chosen)), "customer_id")
    if drill.moved:
        start, between, end = drill.moved.partition(">")
        if not (start and between and end):
            raise WrongInput(problem=Phrase("pages.problems.moved", given=drill.moved))
        rule = (_.compared_with == "recomputed") & (_.from_state == start) & (_.to_state == end)
        customers = customers.semi_join(reader.table("moves").filter(rule), "customer_id")
    return customers
