"""Where app users who share their place are seen: who commutes, and each one's haunt."""

from __future__ import annotations

import numpy as np
import polars as pl

from kezhi.city import defects
from kezhi.city.chance import some
from kezhi.city.layouts import APP_PLACES
from kezhi.city.pages import Page
from kezhi.city.records import Records
from kezhi.city.seasons import DAY_SECONDS, DAYS, timestamps

SHARES_PLACE = 0.25
COMMUTES = 0.35
HAUNTS = (
    ("东湖高尔夫球场", "高尔夫"),
    ("江滩小酒馆", "酒吧"),
    ("万国影城", "影院"),
    ("力健工作室", "健身房"),
    ("省图书馆", "图书馆"),
    ("欢乐谷", "亲子乐园"),
)
STATIONS = ("光谷站", "江汉路站", "街道口站", "汉口站")
_VISIT = np.dtype([("user", np.int64), ("second", np.int64), ("place", np.int64)])  # place: haunts first, then stations
_WEEKEND = 5
_FIRST_WEEKDAY = 4  # seasons.START is a Friday


def places(rng: np.random.Generator, users: Records) -> tuple[Page, pl.DataFrame]:
    """The visits of a year, by time, as the app writes them; and the truth: record_id, is_commuter, haunt (null without one)."""
    owner = some(rng, len(users), SHARES_PLACE, at_least=10)
    commutes = rng.random(len(owner)) < COMMUTES
    haunt = np.where(rng.random(len(owner)) < 0.7, rng.integers(0, len(HAUNTS), len(owner)), -1)
    days = np.arange(DAYS - 365, DAYS)
    workdays = days[(days + _FIRST_WEEKDAY) % 7 < _WEEKEND]
    parts = []
    for number, user in enumerate(owner.tolist()):
        rides = rng.choice(workdays, int(rng.integers(28, 56)) if commutes[number] else int(rng.integers(0, 5)), replace=False)
        rush = np.where(rng.random(len(rides)) < 0.5, rng.uniform(7, 9.9, len(rides)), rng.uniform(17, 19.9, len(rides)))
        hour = rush if commutes[number] else rng.uniform(10, 16, len(rides))
        parts.append(_visits(user, rides, hour, len(HAUNTS) + user % len(STATIONS)))
        if haunt[number] >= 0:
            often = rng.choice(days, int(rng.integers(7, 20)), replace=False)
            parts.append(_visits(user, often, rng.uniform(10, 21, len(often)), int(haunt[number])))
        once = rng.choice(days, int(rng.integers(0, 3)), replace=False)
        parts.append(_visits(user, once, rng.uniform(10, 21, len(once)), int(rng.integers(0, len(HAUNTS)))))
    every = np.concatenate(parts)
    every = every[np.lexsort((every["user"], every["second"]))]
    names = [name for name, _ in HAUNTS] + [f"地铁{name}" for name in STATIONS]
    kinds = [kind for _, kind in HAUNTS] + ["地铁站"] * len(STATIONS)
    cells = {
        "visit_id": pl.Series([f"V{number:09d}" for number in range(1, len(every) + 1)], dtype=pl.String),
        "record_id": users.record_id.gather(every["user"]),
        "visited_at": pl.Series(timestamps(every["second"])).dt.strftime("%Y-%m-%d %H:%M:%S"),
        "place_name": pl.Series(names).gather(every["place"]),
        "place_kind": pl.Series(kinds).gather(every["place"]),
    }
    frame = pl.DataFrame({header: cells[field] for field, header in APP_PLACES.columns.items()})
    page = Page("app", "place_visits", APP_PLACES.path, frame, cells["visit_id"], APP_PLACES.fields)
    defects.repeat_rows(rng, page, 0.002)
    known = pl.Series(haunt)
    truth = pl.DataFrame(
        {
            "record_id": users.record_id.gather(owner),
            "is_commuter": commutes,
            "haunt": pl.select(pl.when(known >= 0).then(pl.Series([kind for _, kind in HAUNTS]).gather(known.clip(0)))).to_series(),
        }
    )
    return page, truth


def _visits(user: int, day: np.ndarray, hour: np.ndarray, place: int) -> np.ndarray:
    made = np.empty(len(day), _VISIT)
    made["user"], made["second"], made["place"] = user, day.astype(np.int64) * DAY_SECONDS + (hour * 3600).astype(np.int64), place
    return made
