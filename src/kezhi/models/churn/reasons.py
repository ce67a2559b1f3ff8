"""Why a score is what it is, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import pyarrow as pa

from kezhi.locales import catalogue, text

LEAST = 0.05  # a smaller contribution in log-odds is not worth a word


def written(value: float) -> str:
    """A number as reasons write it: four digits."""
    return f"{value:,.4g}"


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that moves a score: the feature, its value in the row, and its contribution in log-odds (above 0 raises)."""

    feature: str
    value: float | str | None
    contribution: float

    def say(self, lang: str) -> str:
        """In words, `zh` or `en`: the feature's own where there are some, else its name and value."""
        side = "up" if self.contribution > 0 else "down"
        own = catalogue(lang)["churn"]["reasons"].get(self.feature)
        if own and self.value is None and "unknown" in own:
            side = "unknown"
        key = f"churn.reasons.{self.feature}.{side}" if own else f"churn.reasons.any.{side}"
        return text(key, lang, feature=self.feature, value=self._written(lang))

    def _written(self, lang: str) -> str:
        if self.value is None:
            return text("churn.unknown", lang)
        return written(self.value) if isinstance(self.value, float) else str(self.value)


@dataclass(frozen=True, slots=True)
class Reasons:
    """
    The most telling reasons of many rows, the strongest first.

    Attributes:
        names: Of the features.
        places: Rows x at most so many: the place of the feature among *names*; -1 where there is no reason.
        contributions: Of the same, log-odds.
        shown: The values of a feature in some rows, as a person reads them; asked of rows with such a reason alone.
    """

    names: list[str]
    places: Any
    contributions: Any
    shown: Callable[[str, Any], list[Any]]

    def features(self) -> pa.ListArray:
        """The names of the features of each row."""
        return self._lists(pa.array(self.names, pa.string()).take(pa.array(self.places[self.places >= 0])))

    def in_words(self, *said: Callable[[Reason], str]) -> list[pa.ListArray]:
        """
        What each of *said*, which tell no more of a number than `written` does, says of each reason.

        Each is asked once for each feature, side, and value so written.
        """
        told: dict[tuple[int, Any, bool], int] = {}
        reasons: list[Reason] = []
        of = []
        for place, value, size in self._flat():
            key = place, written(value) if isinstance(value, float) else value, size > 0
            number = told.get(key)
            if number is None:
                number = told[key] = len(reasons)
                reasons.append(Reason(self.names[place], value, size))
            of.append(number)
        places = pa.array(of, pa.int64())
        return [self._lists(pa.array([say(reason) for reason in reasons], pa.string()).take(places)) for say in said]

    def by_row(self) -> list[list[Reason]]:
        """The reasons of each row."""
        each = (Reason(self.names[place], value, size) for place, value, size in self._flat())
        return [list(islice(each, count)) for count in (self.places >= 0).sum(axis=1).tolist()]

    def _flat(self) -> Iterator[tuple[int, Any, float]]:
        """Place of the feature, value and contribution of each reason, row by row."""
        values = np.empty(self.places.shape, dtype=object)
        for place, name in enumerate(self.names):
            rows, ranks = np.nonzero(self.places == place)
            if len(rows):
                values[rows, ranks] = np.fromiter(self.shown(name, rows), dtype=object, count=len(rows))
        there = self.places >= 0
        return zip(*(column[there].tolist() for column in (self.places, values, self.contributions)), strict=True)

    def _lists(self, flat: pa.Array) -> pa.ListArray:
        ends = np.cumsum((self.places >= 0).sum(axis=1))
        return pa.ListArray.from_arrays(pa.array(np.concatenate([[0], ends]), pa.int32()), flat)


def top_reasons(
    names: list[str],
    shown: Callable[[str, Any], list[Any]],
    contributions: Any,
    *,
    most: int,
    rising_only: bool = False,
    least: Any = LEAST,
) -> Reasons:
    """
    The *most* telling reasons of each row, the strongest first.

    Args:
        names: Of the features.
        shown: The values of a feature in some rows (places, rising).
        contributions: Rows x features, log-odds.
        most: At most so many of each row.
        rising_only: Only what raises the score.
        least: A smaller contribution is left out; one number, or one of each row.
    """
    weights = np.where(contributions > 0, contributions, 0.0) if rising_only else np.abs(contributions)
    order = np.argsort(-np.round(weights, 9), axis=1, kind="stable")[:, :most]
    tells = np.take_along_axis(weights, order, axis=1) >= np.broadcast_to(least, len(weights))[:, None]
    return Reasons(names, np.where(tells, order, -1), np.take_along_axis(np.asarray(contributions), order, axis=1), shown)
