"""Campaigns of the app with a control group drawn by chance, what they truly do to each person, and what people did then."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from kezhi.city import defects
from kezhi.city.chance import stream
from kezhi.city.layouts import APP_EVENTS, APP_TREATMENTS
from kezhi.city.pages import Page
from kezhi.city.people import People
from kezhi.city.records import Records
from kezhi.city.seasons import DAY_SECONDS, DAYS, timestamps

CONTROL = "对照"
ANSWER_DAYS = 25  # within which those answer who do; nobody answers later
GROUPS = ("sure_thing", "lost_cause", "persuadable", "sleeping_dog")
WITHOUT, WITH = np.array([0.75, 0.04, 0.10, 0.65]), np.array([0.77, 0.05, 0.70, 0.15])  # chance to answer, by group
FLAT_WITHOUT, FLAT_EFFECT = 0.25, 0.15
RARE, OFTEN = 3.0, 10.0  # orders a year
_UNMOVED, _CARES = 0.12, 0.3  # thrift: who never looks for a discount, and who does


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign: sent on *day* (from `seasons.START`), to which effect, and what it asks people to do."""

    name: str
    arm: str
    day: int
    event: str | None  # what those who answer do; none: there is nothing to do
    page: str
    differs: bool  # whether it moves people differently
    by_chance: bool
    cost: float
    discount: float | None


CAMPAIGNS = (
    Campaign("春季领券", "领券", DAYS - 118, "coupon_used", "coupon", True, True, 0.5, 0.15),
    Campaign("签到提醒", "提醒", DAYS - 82, "check_in", "check_in", False, True, 0.05, None),
    Campaign("老客回馈", "礼包", DAYS - 60, None, "gift", False, False, 12.0, None),
)


def campaigns(seed: int, users: Records, people: People) -> tuple[Page, Page, pl.DataFrame]:
    """
    Who was sent what, the answers as events of the app, and the truth.

    The first campaign persuades those who buy now and then and look for a discount, annoys those who buy often and do not,
    and leaves the others as they are; the second moves everybody who is still there by the same. The third went to those who
    buy often, by no draw, and does nothing: whoever compares takes the customers for the effect.

    Returns:
        Rows of `treatments`, rows of `events`, and truth/uplift: campaign, record_id, arm, chance_without, chance_with, true_effect,
        true_group (null where nobody differs), has_answered.
    """
    sent = [_sent(stream(seed, "campaigns", number), campaign, users, people) for number, campaign in enumerate(CAMPAIGNS)]
    every = pl.concat(sent)
    number = pl.Series(np.arange(1, len(every) + 1)).cast(pl.String).str.zfill(8)
    cells = {
        "treatment_id": "T" + number,
        "record_id": every["record_id"],
        "campaign": every["campaign"],
        "arm": every["arm"],
        "assigned_at": every["sent_at"].dt.strftime("%Y-%m-%d %H:%M:%S"),
        "is_randomised": every["by_chance"].replace_strict({True: "是", False: "否"}, return_dtype=pl.String),
        "cost": every["cost"].cast(pl.String),
        "discount_share": every["discount"].cast(pl.String),
    }
    frame = pl.DataFrame({header: cells[field] for field, header in APP_TREATMENTS.columns.items()})
    page = Page("app", "treatments", APP_TREATMENTS.path, frame, cells["treatment_id"], APP_TREATMENTS.fields)
    defects.repeat_rows(stream(seed, "campaign page"), page, 0.002)
    truth = every.select(
        "campaign", "record_id", "arm", "chance_without", "chance_with", "true_group",
        true_effect=pl.col("chance_with") - pl.col("chance_without"), has_answered=pl.col("answered_at").is_not_null(),
    )  # fmt: skip
    return page, _answers(every.filter(pl.col("answered_at").is_not_null()).sort("answered_at", "record_id")), truth


def _sent(rng: np.random.Generator, campaign: Campaign, users: Records, people: People) -> pl.DataFrame:
    """One campaign: a row per app user of before its day."""
    row = np.flatnonzero(users.registered < (campaign.day - 1) * DAY_SECONDS)
    if not campaign.differs and campaign.by_chance:  # a reminder of the app reaches those who still have it
        row = row[people.left[users.person[row]] > campaign.day + ANSWER_DAYS]
    person = users.person[row]
    group = _group(people, person, campaign.day)
    if campaign.differs:
        without, given = WITHOUT[group], WITH[group]
        here = people.left[person] > campaign.day
        without, given = np.where(here, without, 0.0), np.where(here, given, 0.0)
    else:
        effect = FLAT_EFFECT if campaign.by_chance else 0.0
        without = np.full(len(row), FLAT_WITHOUT if campaign.event else 0.0)
        given = without + effect
    draw = rng.random(len(row))
    treated = draw < 0.5 if campaign.by_chance else people.orders_per_year[person] >= OFTEN
    answers = rng.random(len(row)) < np.where(treated, given, without)
    second = campaign.day * DAY_SECONDS + rng.integers(9 * 3600, 20 * 3600, len(row))
    later = second + rng.integers(3600, ANSWER_DAYS * DAY_SECONDS, len(row))
    names = pl.Series(GROUPS).gather(group) if campaign.differs else pl.Series([None] * len(row), dtype=pl.String)
    return pl.DataFrame(
        {
            "campaign": np.full(len(row), campaign.name),
            "record_id": users.record_id.gather(row),
            "arm": np.where(treated, campaign.arm, CONTROL),
            "sent_at": timestamps(second),
            "by_chance": np.full(len(row), campaign.by_chance),
            "cost": pl.Series(np.where(treated, campaign.cost, 0.0)),
            "discount": pl.Series(np.where(treated, campaign.discount or 0.0, 0.0)),
            "chance_without": without,
            "chance_with": given,
            "true_group": names,
            "event": np.full(len(row), campaign.event or ""),
            "page": np.full(len(row), campaign.page),
            "answered_at": pl.select(pl.when(pl.Series(answers)).then(pl.Series(timestamps(later)))).to_series(),
        }
    )


def _group(people: People, person: np.ndarray, day: int) -> np.ndarray:
    """Places in `GROUPS`, by how often people buy and how far they look for a discount."""
    rate, thrift = people.orders_per_year[person], people.thrift[person]
    now_and_then = np.where(thrift < _UNMOVED, 0, 2)
    often = np.where(thrift < _CARES, 3, 0)
    group = np.where(rate < RARE, 1, np.where(rate < OFTEN, now_and_then, often))
    return np.where(people.left[person] > day, group, 1)


def _answers(answered: pl.DataFrame) -> Page:
    number = pl.Series(np.arange(1, len(answered) + 1)).cast(pl.String).str.zfill(8)
    cells = {
        "event_id": "c" + number,
        "record_id": answered["record_id"],
        "occurred_at": answered["answered_at"].dt.strftime("%Y-%m-%d %H:%M:%S"),
        "event_name": answered["event"],
        "session_id": "sc" + number,
        "product_id": pl.Series([None] * len(answered), dtype=pl.String),
        "page": answered["page"],
        "channel": pl.Series(["android", "ios", "miniprogram"]).gather(np.arange(len(answered)) % 3),
    }
    frame = pl.DataFrame({header: cells[field] for field, header in APP_EVENTS.columns.items()})
    return Page("app", "events", APP_EVENTS.path, frame, cells["event_id"], APP_EVENTS.fields)
