"""Leads of the company's insurance desk and the calls to them: who truly converts, and when who picks up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from kezhi.city import defects
from kezhi.city.chance import stream
from kezhi.city.layouts import DESK_CALLS, DESK_LEADS
from kezhi.city.pages import Page
from kezhi.city.seasons import DAY_SECONDS, DAYS, timestamps
from kezhi.city.words import CITIES, GIVEN_FEMALE, GIVEN_MALE, SURNAMES

PER_PERSON = 1.5  # leads for each person of the city
YEAR_DAYS = 420  # they came within so many days before the data end
CHANNELS = (
    ("老客推荐", 0.16, 0.9),
    ("搜索广告", 0.28, 0.1),
    ("短视频", 0.26, -0.5),
    ("地推", 0.14, 0.0),
    ("名单采购", 0.16, -1.4),
)  # share, log-odds
INTERESTS = (
    ("医疗险", 0.36, 0.2, 1200),
    ("重疾险", 0.24, 0.0, 5200),
    ("车险", 0.26, 0.35, 3100),
    ("年金险", 0.14, -0.6, 16000),
)  # …, premium in yuan
CONVERTS = -0.1  # log-odds of a man of 40 who was reached
PEAK_AGE, AGE_EFFECT = 42, -0.035  # log-odds per year away from it
ASKED_TWICE = 0.8  # log-odds of whoever asked for an offer before
NUMBERS = (("mobile", 0.80, 0.0), ("landline", 0.08, -0.7), ("foreign", 0.07, -1.2), ("shared", 0.05, -1.6))  # share, log-odds to pick up
PICKS_UP = -0.75  # log-odds, on a Monday at 9
HOURS = {9: 0.0, 10: 0.3, 11: 0.5, 12: 0.1, 13: -0.2, 14: 0.0, 15: 0.2, 16: 0.3, 17: 0.6, 18: 0.9, 19: 1.1, 20: 0.8}
WEEKDAYS = (0.0, 0.1, 0.1, 0.1, -0.2, 0.4, 0.3)
AGENTS = (("周敏", 0.3), ("吴磊", 0.0), ("何静", 0.1), ("高翔", -0.3), ("罗燕", 0.0), ("郑凯", -0.1))
MOST_CALLS, STOPS = 5, 0.2  # chance to give up after a call that nobody took
_FIRST_WEEKDAY = 4  # seasons.START is a Friday
_ISO = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True, slots=True)
class Leads:
    """Both pages, and the truth: per lead `conversion_odds` (of one who is reached) and `number_odds`; per hour and weekday the odds to pick up."""

    leads: Page
    calls: Page
    truth: pl.DataFrame


def leads(seed: int, people: int) -> Leads:
    """The leads of the last `YEAR_DAYS` days; streams of their own, so that the rest of the city is as it is without."""
    rng = stream(seed, "leads")
    count = max(60, int(people * PER_PERSON))
    created = np.sort(rng.integers((DAYS - YEAR_DAYS) * DAY_SECONDS, (DAYS - 1) * DAY_SECONDS, count))
    channel, interest = (rng.choice(len(rows), count, p=[row[1] for row in rows]) for rows in (CHANNELS, INTERESTS))
    number = rng.choice(len(NUMBERS), count, p=[row[1] for row in NUMBERS])
    age, female, asked = np.clip(rng.normal(41, 11, count), 20, 70).astype(np.int64), rng.random(count) < 0.5, rng.random(count) < 0.25
    odds = CONVERTS + np.array([row[2] for row in CHANNELS])[channel] + np.array([row[2] for row in INTERESTS])[interest]
    odds = odds + AGE_EFFECT * np.abs(age - PEAK_AGE) + ASKED_TWICE * asked
    calls = _calls(rng, created, np.array([row[2] for row in NUMBERS])[number])
    reached = np.full(count, DAYS * DAY_SECONDS)
    np.minimum.at(reached, calls["lead"][calls["connected"]], calls["second"][calls["connected"]])
    decided = reached + (rng.exponential(14, count) * DAY_SECONDS).astype(np.int64)
    converts = (rng.random(count) < _chance(odds)) & (decided < DAYS * DAY_SECONDS)
    premium = np.array([row[3] for row in INTERESTS])[interest] * rng.lognormal(-0.08, 0.4, count)
    ids = "L" + pl.Series(np.arange(1, count + 1)).cast(pl.String).str.zfill(7)
    cells = {
        "lead_id": ids,
        "created_at": pl.Series(timestamps(created)).dt.strftime(_ISO),
        "channel": pl.Series([row[0] for row in CHANNELS]).gather(channel),
        "interest": pl.Series([row[0] for row in INTERESTS]).gather(interest),
        "name": _names(rng, female),
        "phone": _phones(rng, number),
        "gender": pl.Series(np.where(female, "女", "男")),
        "age": pl.Series(age).cast(pl.String),
        "city": pl.Series([row[0] for row in CITIES]).gather(rng.integers(0, len(CITIES), count)),
        "asked_before": pl.Series(np.where(asked, "是", "否")),
        "converted_at": _only(pl.Series(timestamps(np.minimum(decided, DAYS * DAY_SECONDS - 1))).dt.strftime(_ISO), converts),
        "premium": _only(defects.money_text((premium * 100).astype(np.int64) // 100 * 100), converts),
    }
    frame = pl.DataFrame({header: cells[field] for field, header in DESK_LEADS.columns.items()})
    page = Page("desk", "leads", DESK_LEADS.path, frame, ids, DESK_LEADS.fields)
    defects.repeat_rows(rng, page, 0.004)
    defects.break_rows(rng, page, 0.001)
    truth = pl.DataFrame({
        "lead_id": ids, "conversion_odds": odds, "number_quality": pl.Series([row[0] for row in NUMBERS]).gather(number),
        "number_odds": np.array([row[2] for row in NUMBERS])[number] + PICKS_UP, "is_reached": reached < DAYS * DAY_SECONDS, "converted": converts,
    })  # fmt: skip
    return Leads(page, _call_page(rng, calls, ids), truth)


def pick_up() -> pl.DataFrame:
    """The true log-odds that each hour and weekday (1 is Monday) adds to a call's being taken: dimension, value, log_odds; and of agents."""
    rows = [("hour", str(hour), odds) for hour, odds in HOURS.items()]
    rows += [("weekday", str(place + 1), odds) for place, odds in enumerate(WEEKDAYS)]
    rows += [("agent", name, odds) for name, odds in AGENTS]
    return pl.DataFrame(rows, schema=["dimension", "value", "log_odds"], orient="row")


def _chance(odds: np.ndarray) -> np.ndarray:
    made: np.ndarray = 1 / (1 + np.exp(-odds))
    return made


def _calls(rng: np.random.Generator, created: np.ndarray, number_odds: np.ndarray) -> dict[str, np.ndarray]:
    """Each lead is called some days after the other until somebody picks up, the agent gives up or the data end."""
    waits = np.arange(len(created))
    at = created.copy()
    parts = []
    for _ in range(MOST_CALLS):
        days = at[waits] // DAY_SECONDS + rng.integers(2, 15, len(waits))
        hour = rng.choice(list(HOURS), len(waits))
        at[waits] = days * DAY_SECONDS + hour * 3600 + rng.integers(0, 3600, len(waits))
        waits, hour, days = (one[at[waits] < DAYS * DAY_SECONDS] for one in (waits, hour, days))
        agent = rng.integers(0, len(AGENTS), len(waits))
        odds = PICKS_UP + number_odds[waits] + np.array([HOURS[one] for one in hour.tolist()]) + np.array([row[1] for row in AGENTS])[agent]
        odds = odds + np.array(WEEKDAYS)[(days + _FIRST_WEEKDAY) % 7]
        connected = rng.random(len(waits)) < _chance(odds)
        parts.append((waits, at[waits], agent, connected))
        waits = waits[~connected & (rng.random(len(waits)) >= STOPS)]
    lead, second, agent, connected = (np.concatenate([part[place] for part in parts]) for place in range(4))
    order = np.lexsort((lead, second))
    return {"lead": lead[order], "second": second[order], "agent": agent[order], "connected": connected[order]}


def _call_page(rng: np.random.Generator, calls: dict[str, np.ndarray], ids: pl.Series) -> Page:
    count = len(calls["lead"])
    number = "H" + pl.Series(np.arange(1, count + 1)).cast(pl.String).str.zfill(8)
    length = np.where(calls["connected"], rng.lognormal(4.6, 0.8, count), 0).astype(np.int64)
    cells = {
        "call_id": number,
        "lead_id": ids.gather(calls["lead"]),
        "agent": pl.Series([row[0] for row in AGENTS]).gather(calls["agent"]),
        "called_at": pl.Series(timestamps(calls["second"])).dt.strftime(_ISO),
        "connected": pl.Series(np.where(calls["connected"], "接通", "未接通")),
        "duration_seconds": pl.Series(length).cast(pl.String),
    }
    frame = pl.DataFrame({header: cells[field] for field, header in DESK_CALLS.columns.items()})
    page = Page("desk", "calls", DESK_CALLS.path, frame, number, DESK_CALLS.fields)
    defects.repeat_rows(rng, page, 0.002)
    return page


def _only(cells: pl.Series, where: np.ndarray) -> pl.Series:
    return pl.DataFrame({"cell": cells, "where": where}).select(pl.when("where").then("cell")).to_series()


def _names(rng: np.random.Generator, female: np.ndarray) -> pl.Series:
    count = len(female)
    surname = pl.Series([row[0] for row in SURNAMES]).gather(rng.integers(0, len(SURNAMES), count))
    given = (np.array(list(letters))[rng.integers(0, len(letters), count)] for letters in (GIVEN_FEMALE, GIVEN_MALE))
    return surname + pl.Series(np.where(female, *given))


def _phones(rng: np.random.Generator, number: np.ndarray) -> pl.Series:
    """A mobile, a landline, one of Hong Kong, or one of a few that many leads gave."""
    count = len(number)
    digits = pl.Series(rng.integers(0, 10**8, count)).cast(pl.String).str.zfill(8)
    mobile = pl.Series(rng.choice(["138", "139", "150", "186", "177"], count)) + digits
    shared = pl.Series([f"1380013800{place}" for place in range(4)]).gather(rng.integers(0, 4, count))
    table = pl.DataFrame(
        {
            "number": number,
            "mobile": mobile,
            "landline": "0278" + digits.str.slice(1),
            "foreign": "+8529" + digits.str.slice(1),
            "shared": shared,
        }
    )
    return table.select(
        pl.when(pl.col("number") == 1)
        .then("landline")
        .when(pl.col("number") == 2)
        .then("foreign")
        .when(pl.col("number") == 3)
        .then("shared")
        .otherwise("mobile")
    ).to_series()
