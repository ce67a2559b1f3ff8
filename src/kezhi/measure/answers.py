"""How rows of answers are shown, on a page or in a terminal: the head of each column and each value in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from kezhi.measure import words
from kezhi.measure.formats import MISSING, Formats
from kezhi.measure.metrics import standard
from kezhi.measure.telling import loading
from kezhi.settings import Settings

_CODES = {
    "rfm_group": "report.groups", "category": "report.categories", "favourite_category": "report.categories", "main_interest": "report.categories",
    "level": "report.profits", "stage": "report.product_stages", "family": "report.families", "group_kind": "report.group_kinds",
    "verdict": "report.verdicts", "why": "report.need_reasons", "need": "report.need_kinds", "criterion": "report.criteria",
    "position": "report.positions", "department": "report.departments", "file_command": "report.department_commands",
    "last_sentiment": "report.sentiments", "churn_band": "cli.churn.bands", "play": "cli.churn.plays", "place_preference": "report.detail.places",
    "lens": "report.lenses", "lens_figure": "report.lens_figures", "input_table": "report.tables", "issue": "report.issues", "number_quality": "leads.values.number_quality", "margin_kind": "report.detail.margins", "uplift_group": "cli.uplift.groups",
}  # fmt: skip
_LISTS = {"costs": "report.costs"}
_STAGES = ("lifecycle_stage", "from_stage", "to_stage")


def figure(key: str, lang: str) -> str:
    """What a metric of the dictionary is called."""
    return standard()[key].name(lang)


def head(column: str, lang: str) -> str:
    """What *column* of a table is called; a column of metrics by the metric dictionary."""
    return words.known(f"report.answers.{column}", lang) or figure(column, lang)


def is_metric(column: str) -> bool:
    """Whether the metric dictionary defines *column*."""
    return column in standard().metrics


def is_number(value: Any) -> bool:
    """Whether a value is set to the right."""
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def cell(column: str, value: Any, formats: Formats, settings: Settings, row: Mapping[str, Any] | None = None) -> str:
    """*value* of *column* in words, as the rest of its *row* makes it understood; a dash for what is missing."""
    lang = formats.lang
    if value is None:
        return MISSING
    if column in _LISTS:
        return ("、" if lang == "zh" else ", ").join(words.code_word(_LISTS[column], one, lang) for one in value)
    if column == "strongest":
        return ("、" if lang == "zh" else ", ").join(loading(feature, strength, lang) for feature, strength in value)
    if column == "separated_by":
        return head(value, lang) if words.known(f"report.answers.{value}", lang) else str(value)
    if isinstance(value, list):
        return " + ".join(map(str, value))
    if column in _STAGES:
        return words.stage_word(value, settings, lang)
    if column == "tags":
        return ("、" if lang == "zh" else ", ").join(words.tag_words(tag, settings, lang)[0] for tag in str(value).split(","))
    if column == "tier":
        return words.tier_word(value, settings, lang)
    if column == "value_band":
        english = {band.name: band.name_en for band in settings.value.bands}
        return english.get(value) or value if lang == "en" else value
    if column in _CODES:
        return words.code_word(_CODES[column], value, lang)
    if column == "group_value":
        return words.known(f"report.genders.{value}", lang) or words.code_word("report.groups", value, lang)
    if column == "lens_value" and row is not None and row["lens_figure"].endswith(("_buyer", "_user", "_rating")):
        return formats.decimal(value)
    if column in ("topic", "detail", "concern"):
        return words.topic_word(value, settings, lang)
    if column == "condition":
        return _condition(value, settings, lang)
    if column == "answer":
        return words.answer_words(value, settings, lang)
    if column == "tag" and row is not None:
        return _tag(row["family"], value, lang)
    if column == "main_age":
        return value.replace("_", "–") if value[0].isdigit() else words.say(f"told_ages.{value}", lang)
    if column == "attribute":
        return words.known(f"report.answers.{value}", lang) or words.known(f"report.columns.{value}", lang) or str(value)
    if isinstance(value, bool):
        return words.say("columns.yes" if value else "columns.no", lang)
    if isinstance(value, date):
        return formats.month(value) if column == "month" else formats.day(value)
    if isinstance(value, str):
        return value
    return _number(column, value, formats)


def _condition(value: Any, settings: Settings, lang: str) -> str:
    """What a criterion asks for: a group by its kind and value, a topic, or an expression as it stands."""
    of, group = value
    if group is None:
        return words.topic_word(of, settings, lang)
    named = words.known(f"report.genders.{group}", lang) or words.code_word("report.groups", group, lang)
    return f"{words.code_word('report.group_kinds', of, lang)} {named}"


def _tag(family: str, tag: str, lang: str) -> str:
    """A tag's value as its family calls it."""
    if family == "hour":
        return f"{tag}:00"
    return words.known(f"report.tag_values.{family}.{tag}", lang) or words.code_word("report.categories", tag, lang)


def _number(column: str, value: Any, formats: Formats) -> str:
    unit = standard()[column].settings.unit if is_metric(column) else None
    if "points" in column or column == "told_gap":
        return formats.number(round(value))
    if unit == "money" or isinstance(value, Decimal) or column == "value_per_customer":
        return formats.money(value)
    if (
        unit == "share"
        or column.endswith(("share", "_rate", "rate_low", "rate_high"))
        or column
        in (
            "lens_value",
            "price_change",
            "rate",
            "confidence",
            "density",
            "growth",
            "precision",
            "precision_low",
            "least_precision",
            "recall",
            "accuracy",
            "base_accuracy",
        )
    ):
        return formats.share(value)
    if isinstance(value, int):
        return formats.number(value)
    return f"{value:,.2f}".replace("-", "−") if column.endswith(("lift", "_level", "auc", "auc_low")) else formats.decimal(value)
