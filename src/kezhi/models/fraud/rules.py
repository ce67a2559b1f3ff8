"""What is known to be suspicious without learning: a column, a comparison, a value."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from kezhi.errors import WrongInput
from kezhi.locales import Phrase

COMPARISONS = {">": np.greater, ">=": np.greater_equal, "<": np.less, "<=": np.less_equal}
EQUALITIES = ("==", "!=")


@dataclass(frozen=True, slots=True)
class Rule:
    """
    Rows where *column* compares to *value* as told are fraud with a chance of *chance* by this alone.

    Attributes:
        column: Name of a column.
        comparison: `>`, `>=`, `<`, `<=`, `==` or `!=`; a missing value never holds.
        value: A number, or a text for `==` and `!=`.
        chance: Above 0, at most 1.
        name_zh, name_en: What to call it; the comparison itself without.
    """

    column: str
    comparison: str
    value: float | str
    chance: float = 0.9
    name_zh: str | None = None
    name_en: str | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be compared."""
        known = (*COMPARISONS, *EQUALITIES)
        is_number = isinstance(self.value, (int, float)) and not isinstance(self.value, bool) and np.isfinite(self.value)
        if self.comparison not in known or not (is_number or (isinstance(self.value, str) and self.comparison in EQUALITIES)):
            raise WrongInput(problem=Phrase("fraud.no_rule", rule=self.written, known=" ".join(known)))
        if isinstance(self.chance, bool) or not isinstance(self.chance, (int, float)) or not 0 < self.chance <= 1:
            raise WrongInput(problem=Phrase("fraud.rule_chance", rule=self.written, chance=self.chance))

    @property
    def written(self) -> str:
        """The comparison as it reads: amount > 220."""
        return f"{self.column} {self.comparison} {self.value}"

    def name(self, lang: str) -> str:
        """What to call it in *lang*."""
        return (self.name_zh if lang == "zh" else self.name_en) or self.written

    def holds(self, values: list[Any]) -> Any:
        """A boolean per value, which is a number, a text or None."""
        known = np.array([value is not None for value in values], dtype=bool)
        if isinstance(self.value, str):
            same = np.array([value is not None and str(value) == self.value for value in values], dtype=bool)
            return same if self.comparison == "==" else known & ~same
        numbers = np.array([_number(value) for value in values], dtype=np.float64)
        known = ~np.isnan(numbers)
        if self.comparison in EQUALITIES:
            return known & ((numbers == self.value) == (self.comparison == "=="))
        return known & COMPARISONS[self.comparison](np.where(known, numbers, 0.0), self.value)

    def as_dict(self) -> dict[str, Any]:
        """All of it as plain data."""
        return asdict(self)


def _number(value: Any) -> float:
    try:
        return float("nan") if value is None else float(value)
    except (TypeError, ValueError):
        return float("nan")
