"""The words for codes: a group, stage, rule, reason or key kind as a reader of a language calls it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kezhi.locales import catalogue, text
from kezhi.measure.definitions import METRICS
from kezhi.measure.metrics import standard
from kezhi.settings import Settings

_OWN = {"event_name": "events", "channel": "channels", "favourite_channel": "channels", "page": "pages"}  # column -> of `settings.words`


def say(key: str, lang: str, **fields: Any) -> str:
    """The text of section `report` under *key*."""
    return text(f"report.{key}", lang, **fields)


def known(key: str, lang: str) -> str | None:
    """The text under the dotted *key*; None where the catalogue has none."""
    section, _dot, code = key.rpartition(".")
    return _texts(section, lang).get(code)


def code_word(section: str, code: str | None, lang: str) -> str:
    """The word for *code*; a code of a user's own making is its own word, None is unknown."""
    if code is None:
        return say("unknown", lang)
    return _texts(section, lang).get(code, code)


def figure_name(code: str, lang: str) -> str:
    """What a figure is called: by the metric dictionary where it defines it."""
    return standard()[code].name(lang) if code in METRICS else say(f"figures.{code}.name", lang)


def figure_means(code: str, lang: str) -> str:
    """A figure's definition in words."""
    return standard()[code].means(lang) if code in METRICS else say(f"figures.{code}.means", lang)


def group_word(group: str, lang: str) -> str:
    """One of the eight RFM groups."""
    return code_word("report.groups", group, lang)


def category_word(category: str, lang: str) -> str:
    """A product category; what the tables call products without one is translated."""
    return code_word("report.categories", category, lang)


def event_word(event: str | None, settings: Settings, lang: str) -> str:
    """An event by the company's own word, else Kezhi's, else its name."""
    return settings.words.of("events", lang).get(event or "") or code_word("serve.events", event, lang)


def rule_word(rule: str, lang: str) -> str:
    """A rule of cleaning."""
    return code_word("rules", rule, lang)


def reason_word(reason: str, lang: str) -> str:
    """Why a row was rejected."""
    return code_word("rejects", reason, lang)


def stage_word(stage: str, settings: Settings, lang: str) -> str:
    """A lifecycle stage, by the name that the settings give it."""
    names = {entry.name: entry.name_en for entry in settings.lifecycle}
    return (names.get(stage) or stage) if lang == "en" else stage


def tag_words(tag: str, settings: Settings, lang: str) -> tuple[str, str]:
    """A tag's name and what it means: the settings' sentence, else its expression."""
    for entry in settings.tags:
        if entry.name == tag:
            return ((entry.name_en or tag), (entry.doc_en or entry.when)) if lang == "en" else (tag, (entry.doc or entry.when))
    return tag, ""


def segment_words(row: Mapping[str, Any], settings: Settings, lang: str) -> tuple[str, str]:
    """The name of a row of `tables.SEGMENTS` and what it means: the settings' sentence, else its expression."""
    docs = {entry.key: entry.doc_en if lang == "en" else entry.doc for entry in settings.segments}
    return row["segment_name_en" if lang == "en" else "segment_name"], docs.get(row["segment"]) or row["expression"]


def tier_word(tier: str, settings: Settings, lang: str) -> str:
    """A tier of the membership, by the name that the settings give it."""
    names = {level.name: level.name_en for level in settings.tiers.levels}
    return (names.get(tier) or tier) if lang == "en" else tier


def topic_word(topic: str, settings: Settings, lang: str) -> str:
    """A topic of what customers say, by the name that the settings give it; what is no topic stands for itself."""
    names = {one.key: (one.name_en if lang == "en" else one.name) for one in settings.feedback.topics}
    return names.get(topic) or topic


def answer_words(answer: str, settings: Settings, lang: str) -> str:
    """An answer to a concern, or the words of what must hold, in *lang*, found by its Chinese (or only) words."""
    if lang != "en":
        return answer
    english = {one.answer: one.answer_en for one in settings.feedback.answers} | {one.doc: one.doc_en for one in settings.criteria}
    return english.get(answer) or answer


def dimension_word(column: str, lang: str) -> str:
    """What figures are split by."""
    return code_word("pages.dimensions", column, lang)


def value_word(column: str, value: str | None, settings: Settings, lang: str) -> str:
    """A value of *column* as a reader calls it; what no text is known for is its own word, None is unknown."""
    if value is None:
        return say("unknown", lang)
    moved = known(f"report.moved.{value}", lang)
    if column in ("rfm_group", "from_group", "to_group"):
        return moved or group_word(value, lang)
    if column in ("lifecycle_stage", "stage", "from_stage", "to_stage"):
        return moved or stage_word(value, settings, lang)
    if column == "tier":
        return tier_word(value, settings, lang)
    if column in _OWN:
        return settings.words.of(_OWN[column], lang).get(value) or (event_word(value, settings, lang) if column == "event_name" else value)
    sections = {"gender": "report.genders", "category": "report.categories", "favourite_category": "report.categories"}
    return code_word(sections[column], value, lang) if column in sections else value


def _texts(section: str, lang: str) -> dict[str, str]:
    """The texts that stand in *section* itself; a code is looked up whole, whatever letters a user gave it."""
    node: Any = catalogue(lang)
    for part in section.split("."):
        node = node.get(part, {})
    return {key: value for key, value in node.items() if isinstance(value, str)}
