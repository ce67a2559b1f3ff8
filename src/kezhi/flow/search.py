"""
Whom words may mean: a part of the name, a whole phone number or mail address, or an id.

The serving copy has each name once, and phone numbers and mail addresses in order, with the places of their customers in the profile
(`hot.py`): a seventh of the names is looked through, and customers are matched by a number. A snapshot without it is looked through whole,
which finds the same customers.
"""

from __future__ import annotations

from kezhi.flow.hot import KEY, MARKS
from kezhi.flow.reader import Reader
from kezhi.kit.engine import ir


def meant(reader: Reader, words: str, columns: tuple[str, ...] = (KEY,)) -> ir.Table:
    """
    The rows of `profile`, as if it had only *columns*, of the customers that *words* may mean.

    Letters are told apart by case, and no sign has a meaning of its own. A part of a phone number or of a mail address finds nobody: who sees
    only masked ones could guess the rest.

    Args:
        reader: Of a snapshot with `profile` and `customers`.
        words: Not empty.
        columns: With customer_id among them.
    """
    whole = [mark for mark, sign in zip(MARKS, (any(letter.isdigit() for letter in words), "@" in words), strict=True) if sign]
    is_id = bool(reader.pick("customers", KEY, [words], (KEY,)))
    placed = reader.placed("profile", (*columns, "place"))
    if placed is None:
        return reader.table("profile", columns).semi_join(_looked_through(reader, words, whole, is_id=is_id), KEY)
    names, marks = reader.placed("names"), reader.placed("marks")
    assert names is not None
    assert marks is not None
    found = names.filter(names.name.contains(words)).select(place=names.places.unnest())
    if whole:
        found = found.union(marks.filter((marks.mark == words) & marks.kind.isin(whole)).select("place"))
    if is_id:
        found = found.union(placed.filter(placed[KEY] == words).select("place"))
    return placed.semi_join(found, "place").drop("place")


def _looked_through(reader: Reader, words: str, whole: list[str], *, is_id: bool) -> ir.Table:
    """customer_id of all customers that *words* may mean, by *whole* marks also, and as an id."""
    known = reader.table("customers", (KEY, "name", *MARKS))
    fits = known.name.contains(words)
    for mark in whole:
        fits |= known[mark] == words
    if is_id:
        fits |= known[KEY] == words
    return known.filter(fits).select(KEY)
