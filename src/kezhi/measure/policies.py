"""The policy table of risk in words: what each grade allows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kezhi.locales import text
from kezhi.measure.formats import Formats
from kezhi.measure.words import code_word
from kezhi.settings import GradeSettings, Settings


def policy_rows(settings: Settings, customers: Mapping[str, int], lang: str) -> list[dict[str, Any]]:
    """
    One row per grade, the highest first: grade, grade_name, least_score, policy, allowed (a sentence), customers.

    Args:
        settings: Of the project.
        customers: How many have a grade; one that is not there has nobody.
        lang: `zh` or `en`.
    """
    return [
        {
            "grade": one.key,
            "grade_name": code_word("risk.grades", one.key, lang),
            "least_score": one.least_score,
            "policy": code_word("risk.policies", one.policy, lang),
            "allowed": allowed(one, settings.currency, lang),
            "customers": customers.get(one.key, 0),
        }
        for one in sorted(settings.risk.grades, key=lambda one: -one.least_score)
    ]


def allowed(grade: GradeSettings, currency: str, lang: str) -> str:
    """What *grade* allows, in words: pay before delivery, up to what amount, with or without a check."""
    said = []
    if grade.prepay:
        said.append(text("risk.allowed.prepay", lang))
    if grade.order_limit is not None:
        said.append(text("risk.allowed.limit", lang, amount=Formats(lang, currency).money(grade.order_limit)))
    if grade.manual_check:
        said.append(text("risk.allowed.manual_check", lang))
    return text("risk.ties.and", lang).join(said) or text("risk.allowed.free", lang)
