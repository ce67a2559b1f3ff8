"""Rings: a few people on shared devices who send back, or buy with coupons, in concert; and friends who only buy together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from kezhi.city import catalogue as goods
from kezhi.city.chance import stream
from kezhi.city.circles import Circles
from kezhi.city.orders import PAID, Ledger
from kezhi.city.people import NEVER, People
from kezhi.city.records import Records
from kezhi.city.seasons import DAY_SECONDS, DAYS, timestamps

PEOPLE_PER_RING = 330  # one ring for so many people, and at least one of each kind
KINDS = ("refunds", "coupons", "friends")  # friends are honest: they stand beside the rings to be told apart
SMALLEST, LARGEST = 4, 7
SELDOM = 7  # orders a year beside: such accounts are held for little else
RAIDS = 5  # days on which all buy within the hour, spread over the last RECENT_DAYS
RECENT_DAYS, REST_DAYS = 150, 16
SENT_BACK = 0.85
COUPON = 0.4  # off the list price
GOODS = ("数码家电", "运动户外", "家居家纺")


@dataclass(frozen=True, slots=True)
class Rings:
    """
    The rings of a city.

    Attributes:
        person: The members.
        ring: Number of each one's ring, from 0.
        kind: Of each ring, a name of `KINDS`.
        net: Their ties: devices shared, and referrals that lead in a circle.
    """

    person: np.ndarray
    ring: np.ndarray
    kind: tuple[str, ...]
    net: Circles


def rings(seed: int, people: People, users: Records, circle: np.ndarray) -> Rings:
    """Members are users of the app who still buy, though seldom, of no *circle* and of different homes; a small city has fewer rings."""
    rng = stream(seed, "rings")
    first = users.first_of_person[: len(people)]
    known = (first >= 0) & (people.left == NEVER) & (people.joined < DAYS - 200) & (people.orders_per_year < SELDOM) & (circle < 0)
    homes = np.flatnonzero(known)
    _, alone = np.unique(people.household[homes], return_index=True)
    free = rng.permutation(homes[alone])
    number = max(len(KINDS), len(people) // PEOPLE_PER_RING)
    sizes = rng.integers(SMALLEST, LARGEST + 1, number)
    sizes = sizes[np.cumsum(sizes) <= len(free)]
    ring = np.repeat(np.arange(len(sizes)), sizes)
    person = free[: len(ring)]
    kind = tuple(KINDS[place % len(KINDS)] for place in range(len(sizes)))
    return Rings(person, ring, kind, _ties(rng, person, ring))


def _ties(rng: np.random.Generator, person: np.ndarray, ring: np.ndarray) -> Circles:
    """Each member shares a device with the next one; each referred the next, and the last the first."""
    ones, others, kinds = [], [], []
    for number in np.unique(ring):
        members = person[ring == number]
        ones += [members[:-1], members]
        others += [members[1:], np.roll(members, -1)]
        kinds += [np.full(len(members) - 1, "device"), np.full(len(members), "referral")]
    one, other, kind = (np.concatenate(parts) if parts else np.array([], dtype=np.int64) for parts in (ones, others, kinds))
    seconds = rng.integers((DAYS - 400) * DAY_SECONDS, (DAYS - 200) * DAY_SECONDS, len(one))
    return Circles(np.full(int(person.max(initial=0)) + 1, -1), one, other, kind, np.ones(len(one), dtype=np.int64), seconds)


def ring_orders(seed: int, found: Rings, catalogue: goods.Catalogue, users: Records, first_number: int) -> tuple[Ledger, Ledger]:
    """
    What the members buy on their raids and what they send back, beside all that they buy like anybody.

    Args:
        seed: Of the city.
        found: What `rings` gave.
        catalogue: What can be bought.
        users: Records of the app, where all of it happens.
        first_number: Of the first order.

    Returns:
        Purchases, and negative orders with `refund_of_written`.
    """
    rng = stream(seed, "ring orders")
    days = np.stack([np.sort(rng.choice(np.arange(DAYS - RECENT_DAYS, DAYS - REST_DAYS), RAIDS, replace=False)) for _ in found.kind])
    begin = days * DAY_SECONDS + rng.integers(9 * 3600, 21 * 3600, days.shape)
    owner = np.repeat(np.arange(len(found.person)), RAIDS)
    ring = found.ring[owner]
    seconds = begin[ring, np.tile(np.arange(RAIDS), len(found.person))] + rng.integers(0, 2400, len(owner))
    order = np.argsort(seconds, kind="stable")
    owner, ring, seconds = owner[order], ring[order], seconds[order]
    kind = np.array(found.kind, dtype=object)[ring]
    count, number = len(owner), first_number + np.arange(len(owner))
    category = np.array([goods.NAMES.index(name) for name in GOODS])[ring % len(GOODS)]
    product = catalogue.draw(rng, category, np.zeros(count, dtype=np.int64), np.zeros(count, dtype=bool))
    price = catalogue.price_fen[product]
    discount = np.where(kind == "coupons", (price * COUPON).astype(np.int64) // 10 * 10, 0)
    ordered_at = pl.Series(timestamps(seconds))
    lines = pl.DataFrame({"number": number, "line_no": np.ones(count, dtype=np.int64), "product": product,
                          "quantity": np.ones(count, dtype=np.int64), "price": price, "discount": discount, "net": price - discount})  # fmt: skip
    person = found.person[owner]
    orders = pl.DataFrame(
        {
            "number": number, "source": pl.repeat("app", count, eager=True),
            "order_id": ordered_at.dt.strftime("%Y%m%d") + pl.Series(number).cast(pl.String).str.zfill(9) + "0",
            "person": person, "record_row": users.first_of_person[person], "ordered_at": ordered_at,
            "gross": price, "discount": discount, "net": price - discount, "status": pl.repeat(PAID, count, eager=True),
            "channel": pl.repeat("app", count, eager=True), "store": pl.Series([None] * count, dtype=pl.String),
            "payment_method": pl.repeat("银行卡", count, eager=True), "order_kind": pl.repeat("purchase", count, eager=True),
            "refund_of": pl.Series([None] * count, dtype=pl.String), "refund_of_written": pl.Series([None] * count, dtype=pl.String),
        }
    )  # fmt: skip
    back = np.flatnonzero((kind == "refunds") & (rng.random(count) < SENT_BACK))
    later = pl.Series((rng.integers(2, 10, len(back)) * DAY_SECONDS) * 1_000_000).cast(pl.Duration("us"))
    given = orders[back].with_columns(
        ordered_at=pl.col("ordered_at") + later, gross=-pl.col("net"), discount=pl.lit(0, dtype=pl.Int64), net=-pl.col("net"),
        order_kind=pl.lit("refund"), refund_of=pl.col("order_id"), refund_of_written=pl.col("order_id"),
        order_id=pl.col("order_id").str.head(-1) + "1",
    )  # fmt: skip
    sent = lines[back].with_columns(quantity=-pl.col("quantity"), discount=pl.lit(0, dtype=pl.Int64), net=-pl.col("net"))
    return Ledger(orders, lines), Ledger(given, sent)
