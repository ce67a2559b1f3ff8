"""Why a row is suspicious, in words."""

from __future__ import annotations

from dataclasses import dataclass

from kezhi.locales import text


@dataclass(frozen=True, slots=True)
class FraudReason:
    """
    One thing that makes a row suspicious.

    Attributes:
        kind: `rule` (one that holds), `learned` (raised fraud among the labelled) or `unusual` (far from what is usual).
        feature: The column.
        value: Of the row; None where it is missing.
        weight: Chance of the rule, log-odds added, or distance in robust spreads (below 0: too low).
        usual: Median of the column, for an unusual number.
        rule_zh, rule_en: What the rule is called.
    """

    kind: str
    feature: str
    value: float | str | None
    weight: float
    usual: float | None = None
    rule_zh: str = ""
    rule_en: str = ""

    def say(self, lang: str) -> str:
        """In words, `zh` or `en`."""
        value = text("churn.unknown", lang) if self.value is None else _number(self.value) if isinstance(self.value, float) else self.value
        if self.kind == "rule":
            return text("fraud.reasons.rule", lang, rule=self.rule_zh if lang == "zh" else self.rule_en, feature=self.feature, value=value)
        if self.kind == "learned":
            return text("fraud.reasons.learned", lang, feature=self.feature, value=value)
        side = "high" if self.weight > 0 else "low"
        return text(
            f"fraud.reasons.{side}",
            lang,
            feature=self.feature,
            value=value,
            usual=_number(self.usual or 0.0),
            times=f"{abs(self.weight):.1f}",
        )


def _number(value: float) -> str:
    """Four digits, but no power of ten: 15,293 and not 1.529e+04."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.4g}"
