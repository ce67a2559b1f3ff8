"""What people do in the app: visits of a few steps, more for those who buy more."""

from __future__ import annotations

import numpy as np
import polars as pl

from kezhi.city import catalogue as goods
from kezhi.city.chance import stream
from kezhi.city.people import People
from kezhi.city.records import Records
from kezhi.city.seasons import DAY_SECONDS, DAYS, timestamps

SLICE = 20_000  # app users at a time
VISITS = 4.2  # a user, on average
STEPS = 4.8  # a visit
STRANGERS = 0.03  # of visits are not logged in


def events(seed: int, part: int, users: Records, people: People, catalogue: goods.Catalogue) -> pl.DataFrame:
    """
    Events of the app users of slice *part*, by time.

    Returns:
        user (row of the app's records; null when not logged in), occurred_at, event_name, visit (number), product (number or null).
    """
    rng = stream(seed, "events", part)
    row = np.arange(part * SLICE, min((part + 1) * SLICE, len(users)))
    person = users.person[row]
    begin = np.clip(users.registered[row] // DAY_SECONDS, 0, DAYS - 1)
    end = np.clip(people.left[person], begin + 1, DAYS)
    activity = 0.35 + 0.65 * np.minimum(people.orders_per_year[person] / 8.5, 4)
    lived = (end - begin) / 460
    visits = np.minimum(rng.poisson(VISITS * activity * lived), 200)
    owner = np.repeat(np.arange(len(row)), visits)
    start = (begin[owner] + rng.random(len(owner)) * (end - begin)[owner]).astype(np.int64) * DAY_SECONDS
    start += np.clip((people.peak_hour[person[owner]] + 0.5) * 3600 + rng.normal(0, 9000, len(owner)), 0, DAY_SECONDS - 4000).astype(
        np.int64
    )
    steps = 1 + np.minimum(rng.poisson(STEPS - 1, len(owner)), 14)
    visit = np.repeat(np.arange(len(owner)), steps)
    step = np.arange(len(visit)) - np.repeat(np.cumsum(steps) - steps, steps)
    who = person[owner[visit]]
    category = np.where(
        rng.random(len(visit)) < 0.6, people.category[who], rng.choice(len(goods.CATEGORIES), len(visit), p=goods.POPULARITY)
    )
    product = catalogue.draw(rng, category, people.brand[who], people.loyal[who] & (category == people.category[who]))
    kind = rng.choice(4, len(visit), p=[0.0, 0.22, 0.62, 0.16])
    kind[step == 0] = 0
    names = pl.Series(["login", "search", "view", "add_to_cart"])
    stranger = (rng.random(len(owner)) < STRANGERS)[visit]
    return (
        pl.DataFrame(
            {
                "user": row[owner[visit]],
                "stranger": stranger,
                "occurred_at": timestamps(start[visit] + step * rng.integers(8, 240, len(owner))[visit]),
                "event_name": names.gather(kind),
                "visit": visit,
                "product": product,
                "kind": kind,
            }
        )
        .with_columns(user=pl.when(~pl.col("stranger")).then("user"), product=pl.when(pl.col("kind") >= 2).then("product"))
        .sort("occurred_at", "visit", maintain_order=True)
    )
