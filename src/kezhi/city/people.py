"""The people of the city: who they are, where they shop, what they like, how often they buy and when they leave."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

import numpy as np
import polars as pl

from kezhi.city import catalogue as goods
from kezhi.city import words
from kezhi.city.chance import stream
from kezhi.city.seasons import DAYS, days

NEVER = np.iinfo(np.int32).max  # the day of something that does not happen
SYSTEMS = ("shop", "app", "member")


@dataclass(frozen=True, slots=True)
class People:
    """Columns of one row per person; days are counted from `seasons.START` and may be negative."""

    person_id: pl.Series
    name: pl.Series
    pinyin: pl.Series
    mobile: pl.Series  # the number used now, or before a change
    new_mobile: pl.Series  # the number after a change; the same for most
    landline: pl.Series  # the household's; null for most
    email: pl.Series
    wechat: pl.Series
    id_number: pl.Series
    address: pl.Series
    occupation: pl.Series
    household: np.ndarray
    shares_mobile: np.ndarray  # uses the mobile of another member of the household as their own
    city: np.ndarray  # number in words.CITIES
    female: np.ndarray
    birth_day: np.ndarray
    systems: np.ndarray  # bool, one column per SYSTEMS
    joined: np.ndarray
    left: np.ndarray  # first day after the last possible purchase, or NEVER
    churn_hazard: np.ndarray  # chance of leaving per year
    orders_per_year: np.ndarray
    category: np.ndarray  # favourite, a number in catalogue.CATEGORIES
    brand: np.ndarray  # favourite brand within it
    loyal: np.ndarray  # asks for the brand
    high_end: np.ndarray
    app_share: np.ndarray  # of purchases, where the person has app and shop
    peak_hour: np.ndarray
    thrift: np.ndarray  # 0 to 1, how far the person waits for discounts

    def __len__(self) -> int:
        return len(self.household)


def people(seed: int, count: int) -> People:
    """*count* persons of the city *seed*."""
    rng = stream(seed, "people")
    household = np.repeat(np.arange(count), rng.choice([1, 2, 3, 4], count, p=[0.55, 0.25, 0.13, 0.07]))[:count]
    city = rng.choice(len(words.CITIES), count, p=words.shares(tuple(row[4] for row in words.CITIES)))[household]
    female = rng.random(count) < 0.56
    age = rng.normal(38, 12.5, count)
    age = np.where((age < 18) | (age > 86), rng.uniform(18, 60, count), age)
    birth_day = (DAYS - age * 365.2425).astype(np.int64)
    name, pinyin = _names(rng, female)
    mobile, new_mobile, shares_mobile = _mobiles(rng, household)
    number = _scatter(rng, count, 10_000_019)
    systems = _systems(rng, count)
    habits = _habits(rng, count, female, age)
    return People(
        person_id=_padded("P", np.arange(1, count + 1), 8),
        name=name,
        pinyin=pinyin,
        mobile=mobile,
        new_mobile=new_mobile,
        landline=_landlines(rng, household, city),
        email=pinyin + pl.Series(number).cast(pl.String) + "@" + _pick(rng, words.MAIL_HOSTS, count),
        wechat="wx_" + pinyin + pl.Series(number).cast(pl.String),
        id_number=_id_numbers(rng, city, birth_day, female),
        address=_addresses(rng, household, city),
        occupation=_pick(rng, words.OCCUPATIONS, count),
        household=household,
        shares_mobile=shares_mobile,
        city=city,
        female=female,
        birth_day=birth_day,
        systems=systems,
        **habits,
    )


def _names(rng: np.random.Generator, female: np.ndarray) -> tuple[pl.Series, pl.Series]:
    surname = rng.choice(len(words.SURNAMES), len(female), p=words.shares(tuple(row[2] for row in words.SURNAMES)))
    first, second = (
        pl.Series(
            np.where(
                female,
                *(np.array(list(given))[rng.integers(0, len(given), len(female))] for given in (words.GIVEN_FEMALE, words.GIVEN_MALE)),
            )
        )
        for _ in range(2)
    )
    second = pl.select(pl.when(pl.Series(rng.random(len(female)) < 0.72)).then(second).otherwise(pl.lit(""))).to_series()
    chosen = pl.Series(surname)
    return pl.Series([row[0] for row in words.SURNAMES]).gather(chosen) + first + second, pl.Series(
        [row[1] for row in words.SURNAMES]
    ).gather(chosen)


def _mobiles(rng: np.random.Generator, household: np.ndarray) -> tuple[pl.Series, pl.Series, np.ndarray]:
    """Unique numbers; 6% changed theirs; in half a percent a member uses the number of the household's first."""
    count = len(household)
    number = _scatter(rng, 2 * count, len(words.MOBILE_PREFIXES) * 10**8)
    old = number[:count].copy()
    new = np.where(rng.random(count) < 0.06, number[count:], old)
    first = np.searchsorted(household, household)
    shares = (rng.random(count) < 0.012) & (first != np.arange(count))
    old[shares] = old[first[shares]]
    new[shares] = old[shares]
    return _mobile_text(old), _mobile_text(new), shares


def _mobile_text(number: np.ndarray) -> pl.Series:
    return pl.Series(words.MOBILE_PREFIXES).gather(number // 10**8) + _padded("", number % 10**8, 8)


def _landlines(rng: np.random.Generator, household: np.ndarray, city: np.ndarray) -> pl.Series:
    number = _scatter(rng, len(household), 60_000_000)[household] + 20_000_000
    area = pl.Series([row[2] for row in words.CITIES]).gather(city)
    digits = pl.Series([8 if len(row[2]) == 3 or row[0] in ("长沙市", "南昌市", "合肥市", "郑州市") else 7 for row in words.CITIES]).gather(
        city
    )
    text = area + "-" + pl.select(pl.Series(number).cast(pl.String).str.slice(0, digits)).to_series()
    has = (rng.random(len(household)) < 0.35)[household]
    return pl.select(pl.when(pl.Series(has)).then(text)).to_series()


def _id_numbers(rng: np.random.Generator, city: np.ndarray, birth_day: np.ndarray, female: np.ndarray) -> pl.Series:
    """Valid 18-character numbers, all different: the serial counts the people of one region, day and gender."""
    codes = [code for row in words.CITIES for _, code in row[3]] + list(words.OTHER_REGIONS)
    offsets = np.cumsum([0, *(len(row[3]) for row in words.CITIES)])
    region = offsets[city] + (rng.random(len(city)) * np.diff(offsets)[city]).astype(np.int64)
    away = rng.random(len(city)) < 0.3
    region[away] = rng.integers(offsets[-1], len(codes), away.sum())
    group = (region * 100_000 + birth_day - birth_day.min()) * 2 + female
    order = np.argsort(group, kind="stable")
    ordered = group[order]
    rank = np.empty(len(group), dtype=np.int64)
    rank[order] = np.arange(len(group)) - np.searchsorted(ordered, ordered)
    day = days(birth_day).astype("datetime64[D]")
    year = day.astype("datetime64[Y]").astype(int) + 1970
    month = day.astype("datetime64[M]").astype(int) % 12 + 1
    dom = (day - day.astype("datetime64[M]")).astype(int) + 1
    serial = ((rank * 37 + group // 2 % 97) % 500) * 2 + np.where(female, 0, 1)
    body = (np.array([int(code) for code in codes])[region] * 10**8 + year * 10**4 + month * 100 + dom) * 1000 + serial
    return pl.Series(body).cast(pl.String) + check_characters(body)


def check_characters(body: np.ndarray) -> pl.Series:
    """The 18th character of identity numbers given their first 17 digits (GB 11643-1999, ISO 7064 MOD 11-2)."""
    total = reduce(lambda sum_, place: sum_ + body // 10**place % 10 * (2 ** (place + 1) % 11), range(17), np.zeros_like(body))
    return pl.Series(list("10X98765432")).gather(total % 11)


def _addresses(rng: np.random.Generator, household: np.ndarray, city: np.ndarray) -> pl.Series:
    count = len(household)
    names = [name for row in words.CITIES for name, _ in row[3]]
    offsets = np.cumsum([0, *(len(row[3]) for row in words.CITIES)])
    district = offsets[city] + (rng.random(count)[household] * np.diff(offsets)[city]).astype(np.int64)
    street = rng.integers(0, len(words.STREETS), count)[household]
    house, block, flat = (rng.integers(1, top, count)[household] for top in (400, 19, 2700))
    return (
        pl.Series(names).gather(district) + pl.Series(words.STREETS).gather(street) + pl.Series(house).cast(pl.String) + "号"
        + pl.Series(block).cast(pl.String) + "栋" + pl.Series(101 + flat).cast(pl.String) + "室"
    )  # fmt: skip


def _systems(rng: np.random.Generator, count: int) -> np.ndarray:
    """Which systems know a person: one 42%, two 38%, three 20%, roughly; never none."""
    chosen = rng.random((count, 3)) < np.array([0.66, 0.56, 0.46])
    nowhere = ~chosen.any(axis=1)
    chosen[nowhere, rng.choice(3, nowhere.sum(), p=[0.6, 0.3, 0.1])] = True
    return chosen


def _habits(rng: np.random.Generator, count: int, female: np.ndarray, age: np.ndarray) -> dict[str, np.ndarray]:
    joined = np.where(rng.random(count) < 0.34, -rng.integers(1, 720, count), DAYS * rng.random(count) ** 0.92).astype(np.int64)
    hazard = rng.gamma(1.3, 0.27, count) + 0.03
    stays = rng.exponential(1 / hazard) * 365
    since = np.maximum(joined, 0)  # those who joined before the data begin are the ones who had not left
    left = np.where(since + stays < DAYS, since + stays, NEVER).astype(np.int64)
    per_year = np.clip(rng.lognormal(np.log(6.0), 0.95, count), 0.3, 110)
    per_year[rng.random(count) < 0.09] = 0  # registered, never buys
    high_end = rng.random(count) < 0.07
    category = rng.choice(len(goods.CATEGORIES), count, p=goods.POPULARITY)
    parent = (rng.random(count) < 0.3) & female & (age > 23) & (age < 42)
    category[parent] = goods.BABY
    category[high_end] = rng.choice(goods.HIGH_END_NUMBERS, high_end.sum())
    brands = np.array([len(row[6]) for row in goods.CATEGORIES])[category]
    return {
        "joined": joined,
        "left": left,
        "churn_hazard": hazard,
        "orders_per_year": per_year,
        "category": category,
        "brand": (rng.random(count) * brands).astype(np.int64),
        "loyal": rng.random(count) < 0.45,
        "high_end": high_end,
        "app_share": rng.beta(0.8, 0.8, count),
        "peak_hour": rng.choice([10, 11, 12, 15, 16, 18, 19, 20, 21], count),
        "thrift": rng.beta(1.2, 3.0, count),
    }


def _scatter(rng: np.random.Generator, count: int, size: int) -> np.ndarray:
    """*count* different numbers below *size* (a one-to-one map of the row number)."""
    step = int(rng.integers(size // 3, size // 2)) | 1
    while np.gcd(step, size) != 1:
        step += 2
    return (np.arange(count, dtype=np.int64) * step + int(rng.integers(size))) % size


def _padded(prefix: str, numbers: np.ndarray, digits: int) -> pl.Series:
    return prefix + pl.Series(numbers).cast(pl.String).str.zfill(digits)


def _pick(rng: np.random.Generator, choices: tuple[str, ...], count: int) -> pl.Series:
    return pl.Series(choices).gather(rng.integers(0, len(choices), count))
