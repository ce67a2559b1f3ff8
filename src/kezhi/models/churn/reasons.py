"""Why a score is what it is, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from kezhi.locales import catalogue, text

LEAST = 0.05  # a smaller contribution in log-odds is not worth a word


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
        return f"{self.value:,.4g}" if isinstance(self.value, float) else str(self.value)


def top_reasons(
    names: list[str], values: list[list[Any]], contributions: Any, *, most: int, rising_only: bool = False, least: Any = LEAST
) -> list[list[Reason]]:
    """
    The *most* telling reasons of each row, the strongest first.

    Args:
        names: Of the features.
        values: Per feature the value of each row.
        contributions: Rows x features, log-odds.
        most: At most so many of each row.
        rising_only: Only what raises the score.
        least: A smaller contribution is left out; one number, or one of each row.
    """
    weights = np.where(contributions > 0, contributions, 0.0) if rising_only else np.abs(contributions)
    bounds = np.broadcast_to(least, len(weights))
    order = np.argsort(-np.round(weights, 9), axis=1, kind="stable")[:, :most]
    return [
        [
            Reason(names[place], values[place][row], float(contributions[row, place]))
            for place in places
            if weights[row, place] >= bounds[row]
        ]
        for row, places in enumerate(order)
    ]
