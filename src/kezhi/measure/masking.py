"""Personal values made safe to show: enough left to recognise a case, too little to reach a person."""

from __future__ import annotations

import re

PERSONAL = {"name", "phone", "email", "id_number", "wechat_id", "address", "member_id", "app_id", "birth_date", "record_id", "*"}
STAR = "*"


def masked(column: str, value: str | None) -> str | None:
    """
    *value* of *column* as a report may show it.

    Letters and digits in the middle become stars and everything else stays, so that a corrected
    "138 0013-8000" still shows what was wrong with it. Columns that tell nothing about a person are left alone.
    """
    if value is None or column not in PERSONAL:
        return value
    if column == "*":
        return STAR * 3  # a whole row: any part of it may be personal
    account, at, domain = value.partition("@")
    if column == "email" and at:
        return _middle(account, 1, 0) + at + domain
    if column == "birth_date":
        return _middle(value, 4, 0)
    if column == "phone":
        return _middle(value, 3, 4)
    if column == "id_number":
        return _middle(value, 3, 2)
    return _middle(value, 1, 0)


_IN_WORDS = (
    ("email", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("id_number", re.compile(r"(?<![\dA-Za-z])(?:\d{17}[\dXx]|\d{15})(?![\dA-Za-z])")),
    ("phone", re.compile(r"(?<!\d)(?:\+?86[- ]?)?1\d{2}[- ]?\d{4}[- ]?\d{4}(?!\d)")),
    ("phone", re.compile(r"(?<!\d)0\d{2,3}[- ]?\d{7,8}(?!\d)")),
)


def masked_words(words: str) -> str:
    """*words* that somebody wrote, with the mail addresses, id numbers and phone numbers among them masked."""
    for column, pattern in _IN_WORDS:
        words = pattern.sub(lambda found, column=column: masked(column, found[0]) or "", words)  # type: ignore[misc]
    return words


def _middle(value: str, first: int, last: int) -> str:
    places = [i for i, letter in enumerate(value) if letter.isalnum()]
    if len(places) <= first + last:
        first, last = min(1, len(places) - 1), 0
    hidden = set(places[first : len(places) - last])
    return "".join(STAR if i in hidden else letter for i, letter in enumerate(value))
