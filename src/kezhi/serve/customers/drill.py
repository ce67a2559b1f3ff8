"""Filters with which the pages of figures lead to the customers behind a cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import Field

from kezhi.errors import WrongInput
from kezhi.flow.reader import Reader
from kezhi.insight import concerns_raised, raised_topics
from kezhi.kit.ages import age_band
from kezhi.kit.engine import _, ibis, ir
from kezhi.locales import Phrase
from kezhi.tables.treatments import UPLIFT_GROUPS

SCORES = ("r_score", "f_score", "m_score")
HELD = {  # filter -> the table and column that hold it
    "tier": ("tiers", "tier"),
    "cluster": ("clusters", "cluster"),
    "churn_band": ("churn", "band"),
    "play": ("churn", "play"),
    "risk_grade": ("risk_grades", "grade"),
    "need": ("needs", "category"),
    "contact": ("needs", "why"),
    "place": ("frequented_places", "place_name"),
    "place_preference": ("behaviour_patterns", "place_preference"),
    "campaign_hour": ("behaviour_patterns", "campaign_hour"),
    "circle": ("circle_members", "community"),
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
    age_band: Annotated[list[str] | None, Query(description="Age band such as 25-34")] = None
    topic: Annotated[list[str] | None, Query(description="Key of a topic that they raised")] = None
    concern: Annotated[
        str | None, Query(max_length=200, description="A category and a topic that they are concerned about, as `母婴>safety`")
    ] = None
    need: Annotated[list[str] | None, Query(description="Category that they need")] = None
    contact: Annotated[
        list[Literal["asked", "interested", "already_met", "wants_no_contact"]] | None,
        Query(description="Why a contact would be a service, or not"),
    ] = None
    place: Annotated[list[str] | None, Query(description="Place where they are often seen")] = None
    place_preference: Annotated[list[Literal["online", "store", "both"]] | None, Query(description="Where they buy")] = None
    campaign_hour: Annotated[list[Annotated[int, Field(ge=0, le=23)]] | None, Query(description="Hour at which to write to them")] = None
    circle: Annotated[list[Annotated[int, Field(ge=0, le=10_000_000)]] | None, Query(description="Number of their circle")] = None
    held_tag: Annotated[str | None, Query(max_length=200, description="Family and tag that they have, as `place>…`")] = None
    uplift: Annotated[
        list[Annotated[str, Field(max_length=500)]] | None,
        Query(description="A campaign, its arm and how it moves them, as `spring>mail>persuadable`; one of several does"),
    ] = None
    moved: Annotated[str | None, Query(max_length=200, description=MOVED)] = None

    def noted(self) -> dict[str, Any]:
        """What filters, for the audit log."""
        return {name: value for name, value in vars(self).items() if value}


def drilled(reader: Reader, customers: ir.Table, drill: Drill) -> ir.Table:
    """
    The rows of *customers* that the cell holds.

    Raises:
        WrongInput: `moved` is no move, `concern` or `held_tag` no pair, `uplift` no campaign, arm and group.
        NoSnapshot: The project has not the table of a filter.
    """
    for name in SCORES:
        if chosen := getattr(drill, name):
            scored = reader.table("rfm", ("customer_id", name))
            customers = customers.semi_join(scored.filter(scored[name].isin(chosen)), "customer_id")
    for name, (table, column) in HELD.items():
        if chosen := getattr(drill, name):
            held = reader.table(table, ("customer_id", column))
            customers = customers.semi_join(held.filter(held[column].isin(chosen)), "customer_id")
    if drill.age_band:
        ages = reader.table("profile", ("customer_id", "age_years"))
        customers = customers.semi_join(ages.filter(age_band(ages.age_years).isin(drill.age_band)), "customer_id")
    if drill.topic:
        customers = customers.semi_join(raised_topics(reader.table("feedback_topics")).filter(_.topic.isin(drill.topic)), "customer_id")
    if drill.concern:
        category, topic = _pair(drill.concern)
        raised = concerns_raised(reader.table("feedback_topics"))
        customers = customers.semi_join(raised.filter((_.category == category) & (_.topic == topic)), "customer_id")
    if drill.held_tag:
        family, tag = _pair(drill.held_tag)
        customers = customers.semi_join(reader.table("customer_tags").filter((_.family == family) & (_.tag == tag)), "customer_id")
    if drill.uplift:
        told = reader.table("uplift")
        rules = [
            (told.campaign == campaign) & (told.arm == arm) & (told.uplift_group == group)
            for campaign, arm, group in map(_of_campaign, drill.uplift)
        ]
        customers = customers.semi_join(told.filter(ibis.or_(*rules)), "customer_id")
    if drill.moved:
        start, between, end = drill.moved.partition(">")
        if not (start and between and end):
            raise WrongInput(problem=Phrase("pages.problems.moved", given=drill.moved))
        rule = (_.compared_with == "recomputed") & (_.from_state == start) & (_.to_state == end)
        customers = customers.semi_join(reader.table("moves").filter(rule), "customer_id")
    return customers


def _pair(given: str) -> tuple[str, str]:
    first, between, second = given.partition(">")
    if not (first and between and second):
        raise WrongInput(problem=Phrase("pages.problems.pair", given=given))
    return first, second


def _of_campaign(given: str) -> tuple[str, str, str]:
    """Campaign, arm and group; a campaign's name may hold the sign between, too."""
    parts = given.rsplit(">", 2)
    if len(parts) != 3 or not all(parts) or parts[2] not in UPLIFT_GROUPS:
        raise WrongInput(problem=Phrase("pages.problems.uplift", given=given, known=", ".join(UPLIFT_GROUPS)))
    return parts[0], parts[1], parts[2]
