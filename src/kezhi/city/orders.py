"""Who bought when, where and what: the true ledger, before any system writes it down. Money is in fen (1/100 yuan)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from kezhi.city import catalogue as goods
from kezhi.city.bundles import bundled
from kezhi.city.chance import stream
from kezhi.city.people import People
from kezhi.city.records import Records
from kezhi.city.seasons import DAY_SECONDS, DAYS, intensity, timestamps
from kezhi.city.words import CITIES, STORES, shares

SLICE = 100_000  # orders filled in at a time
ANONYMOUS_SHARE = 0.03  # of the shop's orders
HIDDEN = 0.004  # orders whose id another system uses for another order
PAID, UNPAID, CANCELLED = "paid", "unpaid", "cancelled"


@dataclass(frozen=True, slots=True)
class Skeleton:
    """Person (-1: nobody knows), time and system of every order, by time."""

    person: np.ndarray
    seconds: np.ndarray  # since seasons.START
    in_app: np.ndarray

    def __len__(self) -> int:
        return len(self.person)


@dataclass(slots=True)
class Ledger:
    """
    Some orders with their lines.

    `orders`: number, source, order_id, person, record_row, ordered_at, gross, discount, net, status, channel, store,
    payment_method, order_kind, refund_of, refund_number. `lines`: number, line_no, product, quantity, price, discount, net.
    """

    orders: pl.DataFrame
    lines: pl.DataFrame


def skeleton(seed: int, people: People, systems: dict[str, Records]) -> Skeleton:
    """
    Purchases as a Poisson process with a rate per person and the season's intensity, from joining to leaving.

    Persons that only the member system knows buy nothing that could be told from anonymous sales.
    """
    rng = stream(seed, "skeleton")
    cumulative = np.concatenate([[0.0], np.cumsum(intensity())])
    begin = np.clip(people.joined, 0, DAYS)
    end = np.clip(people.left, 0, DAYS)
    expected = people.orders_per_year / 365 * (cumulative[end] - cumulative[begin])
    expected[~people.systems[:, :2].any(axis=1)] = 0
    bought = rng.poisson(expected)
    first = (bought == 0) & (expected > 0) & (rng.random(len(people)) < 0.5)  # many registered because they bought
    bought[first] = 1
    person = np.repeat(np.arange(len(people)), bought)
    day = _days(rng, cumulative, begin[person], end[person])
    second = _seconds(rng, people.peak_hour[person])
    in_app = _in_app(rng, people, systems, person, day)
    nobody = round((~in_app).sum() * ANONYMOUS_SHARE)
    day = np.concatenate([day, _days(rng, cumulative, np.zeros(nobody, dtype=np.int64), np.full(nobody, DAYS))])
    second = np.concatenate([second, _seconds(rng, np.full(nobody, 15))])
    person = np.concatenate([person, np.full(nobody, -1)])
    in_app = np.concatenate([in_app, np.zeros(nobody, dtype=bool)])
    seconds = day * DAY_SECONDS + second
    order = np.argsort(seconds, kind="stable")
    return Skeleton(person[order].astype(np.int32), seconds[order].astype(np.int32), in_app[order])


def _days(rng: np.random.Generator, cumulative: np.ndarray, begin: np.ndarray, end: np.ndarray) -> np.ndarray:
    """A day from *begin* to before *end*, by the season's intensity."""
    level = cumulative[begin] + rng.random(len(begin)) * (cumulative[end] - cumulative[begin])
    day: np.ndarray = np.clip(np.searchsorted(cumulative, level, side="right") - 1, begin, np.maximum(end - 1, begin))
    return day


def _seconds(rng: np.random.Generator, peak_hour: np.ndarray) -> np.ndarray:
    """Second of the day: half of the purchases near the person's hour, the others between 9 and 22."""
    count = len(peak_hour)
    near = (peak_hour + 0.5) * 3600 + rng.normal(0, 2400, count)
    anywhen = rng.uniform(9 * 3600, 22 * 3600, count)
    return np.clip(np.where(rng.random(count) < 0.55, near, anywhen), 0, DAY_SECONDS - 1).astype(np.int64)


def _in_app(rng: np.random.Generator, people: People, systems: dict[str, Records], person: np.ndarray, day: np.ndarray) -> np.ndarray:
    in_shop, in_app = people.systems[person, 0], people.systems[person, 1]
    chosen = in_app & (~in_shop | (rng.random(len(person)) < people.app_share[person]))
    registered = {name: np.full(len(people), DAYS) for name in ("shop", "app")}
    for name, days in registered.items():
        held = systems[name]
        has = held.first_of_person >= 0
        days[has] = held.registered[held.first_of_person[has]] // DAY_SECONDS
    too_early = chosen & in_shop & (day < registered["app"][person])
    not_yet_shop = ~chosen & in_app & (day < registered["shop"][person])
    result: np.ndarray = (chosen & ~too_early) | not_yet_shop
    return result


def slices(skeleton_: Skeleton) -> Iterator[tuple[int, int, int, int]]:
    """(number, year, first order, end) of each slice; a slice lies within one calendar year."""
    years = timestamps(np.arange(DAYS) * DAY_SECONDS).astype("datetime64[Y]").astype(int) + 1970
    number = 0
    for year in np.unique(years):
        inside = np.flatnonzero(years == year)
        begin, end = np.searchsorted(skeleton_.seconds, [inside[0] * DAY_SECONDS, (inside[-1] + 1) * DAY_SECONDS])
        for first in range(int(begin), int(end), SLICE):
            yield number, int(year), first, min(first + SLICE, int(end))
            number += 1


def fill(seed: int, part: int, first: int, end: int, world: tuple[People, dict[str, Records], goods.Catalogue, Skeleton]) -> Ledger:
    """The orders *first* to *end* of the skeleton with ids, lines, amounts, status, place and payment."""
    people, systems, catalogue, skeleton_ = world
    rng = stream(seed, "orders", part)
    person, in_app = skeleton_.person[first:end].astype(np.int64), skeleton_.in_app[first:end]
    number = np.arange(first, end)
    ordered_at = timestamps(skeleton_.seconds[first:end])
    lines = bundled(seed, part, _lines(rng, people, catalogue, number, person), first, end, catalogue)
    sums = lines.group_by("number", maintain_order=True).agg(
        gross=(pl.col("quantity") * pl.col("price")).sum(), discount=pl.col("discount").sum(), net=pl.col("net").sum()
    )
    orders = pl.DataFrame(
        {
            "number": number,
            "source": pl.Series(np.where(in_app, "app", "shop")),
            "order_id": _order_ids(rng, ordered_at, number, in_app),
            "person": person,
            "record_row": np.where(in_app, systems["app"].first_of_person[person], systems["shop"].first_of_person[person]),
            "ordered_at": ordered_at,
            "gross": sums["gross"],
            "discount": sums["discount"],
            "net": sums["net"],
            "status": pl.Series(rng.choice([PAID, CANCELLED, UNPAID], end - first, p=[0.955, 0.03, 0.015])),
            **_places(rng, people, person, in_app),
            "order_kind": pl.repeat("purchase", end - first, eager=True),
            "refund_of": pl.Series([None] * (end - first), dtype=pl.String),
        }
    ).with_columns(record_row=pl.when(pl.col("person") >= 0).then("record_row"))
    return Ledger(orders, lines)


def _order_ids(rng: np.random.Generator, ordered_at: np.ndarray, number: np.ndarray, in_app: np.ndarray) -> pl.Series:
    """Day, running number and 0; a few orders of the app carry the id of an order of the shop."""
    ids = pl.Series(ordered_at).dt.strftime("%Y%m%d") + pl.Series(number).cast(pl.String).str.zfill(9) + "0"
    app, shop = np.flatnonzero(in_app), np.flatnonzero(~in_app)
    count = min(len(app), len(shop), max(1, int(len(app) * HIDDEN)))
    if count:
        ids = ids.scatter(np.sort(rng.choice(app, count, replace=False)), ids.gather(np.sort(rng.choice(shop, count, replace=False))))
    return ids


def _lines(rng: np.random.Generator, people: People, catalogue: goods.Catalogue, number: np.ndarray, person: np.ndarray) -> pl.DataFrame:
    per_order = np.minimum(1 + rng.poisson(0.8, len(number)), 6)
    owner = np.repeat(np.where(person >= 0, person, rng.integers(0, len(people), len(person))), per_order)
    known = np.repeat(person >= 0, per_order)
    count = len(owner)
    category = np.where(
        known & (rng.random(count) < np.where(people.high_end[owner], 0.66, 0.52)),
        people.category[owner],
        rng.choice(len(goods.CATEGORIES), count, p=goods.POPULARITY),
    )
    product = catalogue.draw(rng, category, people.brand[owner], people.loyal[owner] & (category == people.category[owner]))
    price = catalogue.price_fen[product]
    quantity = np.where((price < 15_000) & (rng.random(count) < 0.35), rng.integers(2, 5, count), 1)
    waits = rng.random(count) < 0.15 + 0.7 * people.thrift[owner]
    rate = np.where(waits, rng.choice([0.05, 0.1, 0.15, 0.2, 0.3], count), 0.0)
    discount = (quantity * price * rate).astype(np.int64) // 10 * 10
    return pl.DataFrame(
        {
            "number": np.repeat(number, per_order),
            "line_no": np.arange(count) - np.repeat(np.cumsum(per_order) - per_order, per_order) + 1,
            "product": product,
            "quantity": quantity,
            "price": price,
            "discount": discount,
            "net": quantity * price - discount,
        }
    )


def _places(rng: np.random.Generator, people: People, person: np.ndarray, in_app: np.ndarray) -> dict[str, pl.Series]:
    count = len(person)
    home = np.where((person >= 0) & (rng.random(count) < 0.92), people.city[person], rng.integers(0, len(CITIES), count))
    favourite = rng.random(count) < 0.7  # the person's own store, else any of the city
    store = np.empty(count, dtype=np.int64)
    for city in range(len(CITIES)):
        of_city = np.array([number for number, row in enumerate(STORES) if row[1] == city])
        rows = np.flatnonzero(home == city)
        usual = of_city[people.household[person[rows]] % len(of_city)]
        store[rows] = np.where(favourite[rows], usual, rng.choice(of_city, len(rows), p=shares(tuple(STORES[n][2] for n in of_city))))
    guided = ~in_app & (rng.random(count) < 0.12)
    names = pl.Series([row[0] for row in STORES]).gather(store)
    frame = pl.DataFrame({"in_app": in_app, "guided": guided, "store": names, "draw": rng.random(count)}).select(
        channel=pl.when("in_app").then(pl.lit("app")).when("guided").then(pl.lit("导购")).otherwise(pl.lit("门店")),
        store=pl.when(~pl.col("in_app")).then("store"),
        payment_method=pl.when(pl.col("draw") < 0.46).then(pl.lit("微信支付")).when(pl.col("draw") < 0.8).then(pl.lit("支付宝"))
        .when(pl.col("in_app") | (pl.col("draw") < 0.93)).then(pl.lit("银行卡")).otherwise(pl.lit("现金")),
    )  # fmt: skip
    return {name: frame[name] for name in frame.columns}
