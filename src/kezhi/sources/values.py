"""What a column's values look like, told from a sample of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence

_DATE = re.compile(
    r"(\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2})|(19|20)\d{2}(0[1-9]|1[0-2])([0-2]\d|3[01])"
    r"|\d{1,2}[- ][A-Za-z]{3,9}[- ,]+\d{2,4})([T ]+\d{1,2}[:时]\d{2}.*|\d{4,6})?"
)
_EPOCH = re.compile(r"1\d{9}(\d{3})?(\.\d+)?")
_SLASHED = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})\b")
_MONEY = re.compile(r"[-+(]?[￥¥$€£]?[-+]?(\d{1,3}(,\d{3})+|\d+)?([.,]\d+)?(e[-+]?\d+)?[)]?(元|万元|万|rmb|cny)?")
_INTEGER = re.compile(r"[-+]?\d+(\.0+)?")
_PHONE = re.compile(r"(\+?86)?1[3-9]\d{9}|0\d{2,3}\d{7,8}|\+\d{8,15}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}")
_ID_NUMBER = re.compile(r"\d{17}[\dXx]|\d{15}")
_CHINESE_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}(·[\u4e00-\u9fff]{2,6})?")
_GENDERS = frozenset(
    [
        "男",
        "女",
        "男性",
        "女性",
        "先生",
        "女士",
        "未知",
        "保密",
        "不详",
        "m",
        "f",
        "male",
        "female",
        "man",
        "woman",
        "0",
        "1",
        "2",
        "u",
        "unknown",
    ]
)
_BLANKS = re.compile(r"\s+")


def plain(value: str) -> str:
    """Half width, without outer blanks."""
    return unicodedata.normalize("NFKC", value).strip()


def is_time(value: str) -> bool:
    """A date, with or without a time of day, or seconds or milliseconds since 1970."""
    return bool(_DATE.fullmatch(value) or _EPOCH.fullmatch(value))


def is_date(value: str) -> bool:
    """A date, with or without a time of day; numbers of seconds are none."""
    return _DATE.fullmatch(value) is not None


def is_number(value: str) -> bool:
    """A number, with or without sign, thousands and currency."""
    return any(c.isdigit() for c in value) and _MONEY.fullmatch(_BLANKS.sub("", value).lower()) is not None


TESTS: dict[str, Callable[[str], bool]] = {
    "date": is_time,
    "timestamp": is_time,
    "money": is_number,
    "number": is_number,
    "integer": lambda value: bool(re.match(r"\d", value)),
    "phone": lambda value: len(re.sub(r"\D", "", value)) >= 6,
    "email": lambda value: "@" in value,
    "id_number": lambda value: len(value) in (15, 18) or "*" in value,
    "gender": lambda value: value.lower() in _GENDERS,
}


def share(values: Iterable[str | None], test: Callable[[str], bool]) -> float:
    """The share of values that pass, empty ones left out; 1 when all are empty, as nothing speaks against it."""
    known = [plain(value) for value in values if value is not None and value.strip()]
    return sum(map(test, known)) / len(known) if known else 1.0


def fits(kind: str, values: Sequence[str | None]) -> float:
    """How well values fit a kind of `tables.Field`; kinds of free text fit anything."""
    return share(values, TESTS[kind]) if kind in TESTS else 1.0


def personal_field(values: Sequence[str | None]) -> str | None:
    """The field that values speak for by their form alone: phone, email or id_number."""
    if not any(value and value.strip() for value in values):
        return None
    for field, pattern in (("email", _EMAIL), ("id_number", _ID_NUMBER), ("phone", _PHONE)):
        if share(values, lambda value, p=pattern: p.fullmatch(re.sub(r"[\s-]", "", value)) is not None) >= 0.8:  # type: ignore[misc]
            return field
    return None


def are_names(values: Sequence[str | None]) -> bool:
    """Whether most values are Chinese personal names by their form."""
    return any(values) and share(values, lambda value: _CHINESE_NAME.fullmatch(value) is not None) >= 0.7


def are_integers(values: Sequence[str | None]) -> bool:
    """Whether all values are whole numbers."""
    return share(values, lambda value: _INTEGER.fullmatch(value) is not None) == 1.0


def distinct_share(values: Sequence[str | None]) -> float:
    """Different values per value, empty ones left out; 0 without any."""
    known = [value for value in values if value]
    return len(set(known)) / len(known) if known else 0.0


def date_order(values: Iterable[str | None]) -> str | None:
    """
    `mdy` or `dmy` as soon as a value tells; `ymd` when no value has the year last; none when none of them tells.

    12/1/2010 may be December or January; 13/1/2010 cannot be a month first.
    """
    undecided = False
    for value in values:
        match = _SLASHED.match(plain(value)) if value else None
        if match is None:
            continue
        undecided = True
        first, second = int(match[1]), int(match[2])
        if first > 12 >= second:
            return "dmy"
        if second > 12 >= first:
            return "mdy"
    return None if undecided else "ymd"


def cancel_prefix(order_ids: Sequence[str | None], amounts: Sequence[str | None]) -> str | None:
    """
    The letters that order numbers of refunds begin with, as `C` in `C536379`.

    Most numbers are digits alone, and at least nine in ten of those with the prefix have a quantity or amount below 0.
    """
    prefixed: dict[str, list[bool]] = {}
    plain_ids = 0
    for order_id, amount in zip(order_ids, amounts, strict=True):
        match = re.fullmatch(r"([A-Za-z]{1,3})-?\d+", order_id or "")
        if match:
            prefixed.setdefault(match[1], []).append(plain(amount or "").startswith(("-", "(")))
        elif (order_id or "").isdigit():
            plain_ids += 1
    sure = [prefix for prefix, below in prefixed.items() if sum(below) >= 0.9 * len(below) and plain_ids > len(below)]
    return max(sure, key=lambda prefix: len(prefixed[prefix])) if sure else None
