"""How figures are written for people: thousands separators, currency signs, dates, and a dash for what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from kezhi.locales import text

MISSING = "–"
SIGNS = {"CNY": "￥", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "HKD": "HK$"}
SCALES = {"zh": ((10**8, "hundred_million"), (10**4, "ten_thousand")), "en": ((10**9, "billion"), (10**6, "million"), (10**3, "thousand"))}


@dataclass(frozen=True, slots=True)
class Formats:
    """Figures as text in one language and currency; None becomes a dash everywhere."""

    lang: str
    currency: str

    @property
    def sign(self) -> str:
        """What stands before an amount: the currency's sign, else its code and a space."""
        return SIGNS.get(self.currency, f"{self.currency} ")

    def number(self, value: Any) -> str:
        """A whole number with thousands separators."""
        return MISSING if value is None else f"{value:,.0f}".replace("-", "−")

    def decimal(self, value: Any) -> str:
        """A number with one decimal, without it when it is 0."""
        return MISSING if value is None else f"{value:,.1f}".removesuffix(".0").replace("-", "−")

    def money(self, value: Any) -> str:
        """An amount; from 1,000 on without cents."""
        if value is None:
            return MISSING
        digits = f"{abs(value):,.0f}" if abs(value) >= 1000 or value == 0 else f"{abs(value):,.2f}"
        return f"{'−' if value < 0 else ''}{self.sign}{digits}"

    def share(self, value: Any) -> str:
        """A share of 0 to 1 as percent with one decimal."""
        return MISSING if value is None else f"{value * 100:.1f}%".replace("-", "−")

    def day(self, value: date | None) -> str:
        """A day, 2025年3月1日 or 1 March 2025."""
        if value is None:
            return MISSING
        month = text("report.months", self.lang).split(",")[value.month - 1]
        return text("report.day", self.lang, year=value.year, month=month, day=value.day)

    def month(self, value: date | None) -> str:
        """A month as 2025-03."""
        return MISSING if value is None else f"{value:%Y-%m}"

    def scale(self, values: Iterable[Any]) -> tuple[int, str]:
        """A divisor that keeps an axis short, and its word: (10000, '万'); (1, '') for small values."""
        largest = max((abs(value) for value in values if value is not None), default=0)
        for size, name in SCALES[self.lang]:
            if largest >= 10 * size:
                return size, text(f"report.scale.{name}", self.lang)
        return 1, ""
