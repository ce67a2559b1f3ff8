"""Which records each system keeps of which person, and what keys stand in them: the base of all identity truth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from kezhi.city.chance import some, stream
from kezhi.city.people import SYSTEMS, People
from kezhi.city.seasons import DAYS

# What stands where a phone number should be. OLD and NEW are right numbers of the person.
NO_PHONE, OLD, NEW, LANDLINE, PLACEHOLDER, TYPO = range(6)
_ID_FORM = {"shop": ("", 8), "app": ("U", 9), "member": ("JC", 7)}
# share of records with: landline, placeholder, typo, none; then mail, placeholder mail, id number
_PHONES = {"shop": (0.05, 0.015, 0.012, 0.10), "app": (0.0, 0.012, 0.006, 0.15), "member": (0.04, 0.012, 0.01, 0.06)}
_MAILS = {"shop": (0.12, 0.01), "app": (0.45, 0.015), "member": (0.0, 0.0)}
_ID_NUMBERS = {"shop": 0.16, "app": 0.0, "member": 0.62}
_KNOWS_MEMBER = {"shop": 0.34, "app": 0.58, "member": 1.0}
_KNOWS_APP = {"shop": 0.0, "app": 1.0, "member": 0.2}
_GONE = 0.004  # of the shop's customers, deleted from its customer file though orders name them
_TWICE = 0.012  # of the shop's customers, registered a second time


@dataclass(slots=True)
class Records:
    """
    The records of one system, in order of registration, which is the order of their ids.

    `id_number_state` is filled by `defects`: a number that cannot be read right ties nobody.
    """

    source: str
    record_id: pl.Series
    person: np.ndarray
    registered: np.ndarray  # seconds since seasons.START
    in_file: np.ndarray
    phone: np.ndarray  # one of the codes above
    has_email: np.ndarray
    placeholder_email: np.ndarray
    has_id_number: np.ndarray
    id_number_right: np.ndarray  # False where a wrong checksum is written
    knows_member: np.ndarray
    knows_app: np.ndarray
    first_of_person: np.ndarray  # per person: the row of their first record here, or -1

    def __len__(self) -> int:
        return len(self.person)


def records(seed: int, people: People) -> dict[str, Records]:
    """The records of every system."""
    first_seen = _first_seen(seed, people)
    return {source: _of_system(seed, people, number, source, first_seen[:, number]) for number, source in enumerate(SYSTEMS)}


def _first_seen(seed: int, people: People) -> np.ndarray:
    """Day of registration per person and system: one of the selling systems at once, the others later."""
    rng = stream(seed, "registration")
    count = len(people)
    later: np.ndarray = people.joined[:, None] + rng.exponential(150, (count, 3)).astype(np.int64)
    shop_first = people.systems[:, 0] & (~people.systems[:, 1] | (rng.random(count) < 0.6))
    later[shop_first, 0] = people.joined[shop_first]
    later[~shop_first, 1] = people.joined[~shop_first]
    result: np.ndarray = np.minimum(later, DAYS - 1)
    return result


def _of_system(seed: int, people: People, number: int, source: str, day: np.ndarray) -> Records:
    rng = stream(seed, f"records.{source}")
    person = np.flatnonzero(people.systems[:, number])
    seconds = day[person] * 86_400 + rng.integers(8 * 3600, 22 * 3600, len(person))
    if source == "shop":
        again = person[some(rng, len(person), _TWICE)]
        person = np.concatenate([person, again])
        late = np.minimum((day[again] + rng.integers(20, 600, len(again))), DAYS - 1) * 86_400 + rng.integers(
            8 * 3600, 22 * 3600, len(again)
        )
        seconds = np.concatenate([seconds, late])
    order = np.lexsort((person, seconds))
    person, seconds = person[order], seconds[order]
    count = len(person)
    first = np.full(len(people), -1, dtype=np.int64)
    first[person[::-1]] = np.arange(count)[::-1]
    in_member, in_app = people.systems[person, 2], people.systems[person, 1]
    has_id_number = rng.random(count) < _ID_NUMBERS[source]
    mail, placeholder_mail = _MAILS[source]
    asked = rng.random(count)
    prefix, digits = _ID_FORM[source]
    return Records(
        source=source,
        record_id=prefix + pl.Series(np.arange(1, count + 1)).cast(pl.String).str.zfill(digits),
        person=person,
        registered=seconds,
        in_file=(rng.random(count) >= _GONE) if source == "shop" else np.ones(count, dtype=bool),
        phone=_phones(rng, people, person, source),
        has_email=asked < mail,
        placeholder_email=(asked >= mail) & (asked < mail + placeholder_mail),
        has_id_number=has_id_number,
        id_number_right=has_id_number & (rng.random(count) >= 0.03),
        knows_member=in_member & (rng.random(count) < _KNOWS_MEMBER[source]),
        knows_app=in_app & (rng.random(count) < _KNOWS_APP[source]),
        first_of_person=first,
    )


def _phones(rng: np.random.Generator, people: People, person: np.ndarray, source: str) -> np.ndarray:
    newer = {"shop": 0.1, "app": 1.0, "member": 0.5}[source]
    codes = np.where(rng.random(len(person)) < newer, NEW, OLD)
    landline, placeholder, typo, none = np.cumsum(_PHONES[source])
    draw = rng.random(len(person))
    codes[draw < none] = NO_PHONE
    codes[draw < typo] = TYPO
    codes[draw < placeholder] = PLACEHOLDER
    has_landline = people.landline.is_not_null().to_numpy()[person]
    codes[(draw < landline) & has_landline] = LANDLINE
    codes[(draw < landline) & ~has_landline] = NO_PHONE
    return codes


def exact_key_groups(people: People, systems: dict[str, Records]) -> dict[str, np.ndarray]:
    """
    For each record the smallest record (counted over all systems) of its own person that exact keys lead to.

    Two records of a person are tied when both hold the same right mobile, mail, identity number, member id
    or app id; landlines, placeholders and wrong values tie nobody. Records that no file describes are alone.
    """
    person = np.concatenate([r.person for r in systems.values()])
    unchanged = (people.mobile == people.new_mobile).to_numpy()
    keys = np.concatenate([_keys_held(r, unchanged) for r in systems.values()])
    keys[~np.concatenate([r.in_file for r in systems.values()])] = False
    label = np.arange(len(person))
    for _ in range(4):  # a person has at most four records, so three steps reach all
        for key in range(keys.shape[1]):
            holds = np.flatnonzero(keys[:, key])
            smallest = np.full(len(people), len(person))
            np.minimum.at(smallest, person[holds], label[holds])
            label[holds] = np.minimum(label[holds], smallest[person[holds]])
    ends = np.cumsum([len(r) for r in systems.values()])
    return {source: label[end - len(r) : end] for (source, r), end in zip(systems.items(), ends, strict=True)}


def _keys_held(held: Records, unchanged: np.ndarray) -> np.ndarray:
    """Bool per record and key: old mobile, new mobile, mail, identity number, member id, app id."""
    one_number = unchanged[held.person]
    right = (held.phone == OLD) | (held.phone == NEW)
    return np.column_stack(
        [
            (held.phone == OLD) | (right & one_number),
            (held.phone == NEW) & ~one_number,
            held.has_email,
            held.id_number_right,
            held.knows_member,
            held.knows_app,
        ]
    )
