"""What a comparison of two records is: levels from the best to `differs`, and how each is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kezhi.kit.engine import ibis, ir

Told = Callable[[str], ir.Value]  # `at("phone")` is the value of one record
OfBoth = Callable[[Told, Told], ir.BooleanValue]

EDITS, ALIKE, REARRANGED = "edits", "alike", "rearranged"
UNKNOWN = -1  # the level where one of the two tells nothing: no evidence either way


@dataclass(frozen=True, slots=True)
class Measured:
    """Two texts as near as this; told by `kit.text_distance`, because engines count characters differently."""

    measure: str  # EDITS: at most; ALIKE: at least; REARRANGED: 1
    field: str
    bound: float
    other: str | None = None  # the field of the second record, where it is another one

    @property
    def column(self) -> str:
        """Where the measure stands."""
        return f"{self.measure}__{self.field}"


@dataclass(frozen=True, slots=True)
class Level:
    """
    One degree of agreement.

    `match` and `chance` are what is expected before anything is learnt: how often records of one person, and how
    often records of two strangers, agree to this degree.
    """

    name: str
    test: OfBoth | Measured | None  # None: always, the last level
    match: float
    chance: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """One piece of evidence; the level is the first whose test holds, `UNKNOWN` where `known` does not."""

    name: str
    known: OfBoth
    levels: tuple[Level, ...]
    value: str | None = None  # the field whose frequency says how much `same` is worth: a rare name more than a common one

    @property
    def level_names(self) -> tuple[str, ...]:
        """Names of the levels, best first."""
        return tuple(level.name for level in self.levels)


def both(*fields: str) -> OfBoth:
    """Both records tell one of *fields*."""

    def known(left: Told, right: Told) -> ir.BooleanValue:
        def any_of(at: Told) -> ir.BooleanValue:
            found = at(fields[0]).notnull()
            for field in fields[1:]:
                found = found | at(field).notnull()
            return found

        return any_of(left) & any_of(right)

    return known


def same(field: str) -> OfBoth:
    """Both tell the same of *field*."""
    return lambda left, right: (left(field) == right(field)).fill_null(False)


def whole(left: Told, right: Told, comparison: Comparison) -> ir.IntegerValue:
    """The best level that needs no measure: its number, that of the last level if none holds, or `UNKNOWN`."""
    tests = [(level.test(left, right), number) for number, level in enumerate(comparison.levels) if callable(level.test)]
    last = len(comparison.levels) - 1
    return ibis.cases((~comparison.known(left, right), UNKNOWN), *tests, else_=last).cast("int8")
