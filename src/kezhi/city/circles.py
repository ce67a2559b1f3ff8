"""Who knows whom: households, and circles of friends with the same taste; and the part of it that systems get to see."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from kezhi.city import defects
from kezhi.city.chance import stream
from kezhi.city.layouts import Layout
from kezhi.city.pages import Page
from kezhi.city.people import People
from kezhi.city.records import Records
from kezhi.city.seasons import DAY_SECONDS, DAYS, timestamps

IN_A_CIRCLE = 0.4  # of the people
SMALLEST, LARGEST = 8, 20  # people of a circle of friends
FRIENDS = 8  # ties that a member has inside, on average
STRAY = 0.06  # ties between anybody, per tie inside
SHARED_DEVICE = 0.4  # of two people of a household
WORDS = {"household": "家庭", "device": "共用设备", "referral": "推荐", "call": "通话"}


@dataclass(frozen=True, slots=True)
class Circles:
    """
    The true net.

    Attributes:
        circle: Per person the number of the circle of friends, or -1.
        one, other: The people of each tie, each two at most once per kind.
        kind: A name of `WORDS`.
        weight: Calls in all; 1 for the other kinds.
        seconds: When it began, since seasons.START.
    """

    circle: np.ndarray
    one: np.ndarray
    other: np.ndarray
    kind: np.ndarray
    weight: np.ndarray
    seconds: np.ndarray


def circles(seed: int, people: People) -> Circles:
    """
    The net of the city *seed*.

    Friends have the same favourite category and mostly live near; nobody buys otherwise for being in a circle, so the
    rest of the city is as it is without circles.
    """
    rng = stream(seed, "circles")
    circle = _friends(rng, people)
    pairs = [_family(rng, people), _ties_inside(rng, circle), _strays(rng, len(people), circle)]
    one, other = (np.concatenate([pair[end] for pair in pairs]) for end in (0, 1))
    kind = np.concatenate([pair[2] for pair in pairs])
    count = len(one)
    weight = np.where(kind == "call", 1 + rng.poisson(4, count), 1)
    return Circles(circle, one, other, kind, weight, rng.integers(0, DAYS * DAY_SECONDS, count))


def _friends(rng: np.random.Generator, people: People) -> np.ndarray:
    """Of each favourite category, people in the order of a city's neighbourhoods, cut into circles."""
    joins = rng.random(len(people)) < IN_A_CIRCLE
    near = people.city + rng.random(len(people)) * 1.5
    circle = np.full(len(people), -1, dtype=np.int64)
    number = 0
    for category in np.unique(people.category):
        members = np.flatnonzero(joins & (people.category == category))
        members = members[np.argsort(near[members], kind="stable")]
        while len(members) >= SMALLEST:
            size = int(rng.integers(SMALLEST, LARGEST + 1))
            if len(members) - size < SMALLEST:
                size = min(len(members), LARGEST)
            circle[members[:size]] = number
            members, number = members[size:], number + 1
    return circle


def _family(rng: np.random.Generator, people: People) -> tuple[np.ndarray, ...]:
    """Every two people of a household; some of them share a device as well."""
    ones, others = [], []
    for step in range(1, 4):  # a household has at most four people, who stand side by side
        first = np.flatnonzero(people.household[:-step] == people.household[step:])
        ones.append(first)
        others.append(first + step)
    one, other = np.concatenate(ones), np.concatenate(others)
    shares = rng.random(len(one)) < SHARED_DEVICE
    kind = np.concatenate([np.full(len(one), "household"), np.full(int(shares.sum()), "device")])
    return np.concatenate([one, one[shares]]), np.concatenate([other, other[shares]]), kind


def _ties_inside(rng: np.random.Generator, circle: np.ndarray) -> tuple[np.ndarray, ...]:
    """Each member calls or refers half of `FRIENDS` others of the circle; who is called knows the caller too."""
    members = np.flatnonzero(circle >= 0)
    members = members[np.argsort(circle[members], kind="stable")]
    label = circle[members]
    begin, end = np.searchsorted(label, label), np.searchsorted(label, label, side="right")
    caller = np.repeat(np.arange(len(members)), FRIENDS // 2)
    size = (end - begin)[caller]
    called = begin[caller] + (caller - begin[caller] + 1 + (rng.random(len(caller)) * (size - 1)).astype(np.int64)) % np.maximum(size, 1)
    return _once(members[caller], members[called], rng)


def _strays(rng: np.random.Generator, count: int, circle: np.ndarray) -> tuple[np.ndarray, ...]:
    number = int((circle >= 0).sum() * FRIENDS // 2 * STRAY)
    return _once(rng.integers(0, count, number), rng.integers(0, count, number), rng)


def _once(one: np.ndarray, other: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Each two people once, nobody with oneself; three in ten met by a referral, the others call each other."""
    differ = one != other
    one, other = one[differ], other[differ]
    _, kept = np.unique(
        np.minimum(one, other) * (int(max(one.max(initial=0), other.max(initial=0))) + 1) + np.maximum(one, other), return_index=True
    )
    kept = np.sort(kept)
    return one[kept], other[kept], np.where(rng.random(len(kept)) < 0.3, "referral", "call")


def relation_page(seed: int, layout: Layout, net: Circles, held: Records, others: Records | None, purpose: str = "relations") -> Page:
    """The relations that the system of *held* sees: both people have a record in its file; what *others* see is left to them."""
    rng = stream(seed, f"{layout.source} {purpose}")
    row = _row_of(held, len(net.circle))
    seen = (row[net.one] >= 0) & (row[net.other] >= 0)
    if others is not None:
        elsewhere = _row_of(others, len(net.circle))
        seen &= (elsewhere[net.one] < 0) | (elsewhere[net.other] < 0)
    ties = np.flatnonzero(seen)
    one, other = row[net.one[ties]], row[net.other[ties]]
    cells = {
        "from_record_id": held.record_id.gather(one),
        "to_record_id": held.record_id.gather(other),
        "kind": pl.Series([WORDS[kind] for kind in net.kind[ties].tolist()], dtype=pl.String),
        "weight": pl.Series(net.weight[ties]).cast(pl.String),
        "related_at": pl.Series(timestamps(net.seconds[ties])).dt.strftime("%Y-%m-%d %H:%M:%S"),
    }
    frame = pl.DataFrame({header: cells[field] for field, header in layout.columns.items()})
    page = Page(layout.source, layout.table_name, layout.path, frame, cells["from_record_id"] + "/" + cells["to_record_id"], layout.fields)
    if len(page):
        defects.repeat_rows(rng, page, 0.01)
        (defects.break_rows if layout.path.endswith("csv") else defects.break_objects)(rng, page, 0.002)
    return page


def _row_of(held: Records, persons: int) -> np.ndarray:
    """Per person a row of the system's file, or -1: the first record, unless it was deleted."""
    first = held.first_of_person[:persons].copy()
    there = first >= 0
    first[there] = np.where(held.in_file[first[there]], first[there], -1)
    return first
