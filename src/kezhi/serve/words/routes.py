"""Names of groups, stages, tiers, tags and codes in both languages, so that no page has a list of its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel

from kezhi.locales import catalogue
from kezhi.measure.words import figure_means
from kezhi.serve.access import needs
from kezhi.serve.problems import answers
from kezhi.serve.segments.asking import settings_now
from kezhi.serve.workspace import workspace
from kezhi.settings import Settings

router = APIRouter(prefix="/words", tags=["words"], responses=answers())
SECTIONS = {  # kind -> section of the locales
    "rfm_group": "report.groups",
    "group_means": "report.actions",
    "gender": "report.genders",
    "key_kind": "report.key_kinds",
    "family": "serve.families",
    "basis": "serve.bases",
    "note_source": "serve.note_sources",
    "order_kind": "serve.order_kinds",
    "status": "serve.statuses",
    "channel": "serve.channels",
    "event": "serve.events",
    "page": "serve.pages",
    "moved_by": "serve.moved_by",
    "tie": "serve.ties",
    "place": "report.tag_values.place",
    "action": "serve.actions",
    "right": "serve.rights",
    "play": "serve.plays",
    "moved": "report.moved",
    "category": "report.categories",
    "tag_code": "serve.tag_codes",
    "uplift": "cli.uplift.groups",
    "comparison": "cli.identity.fields",
    "agreement": "cli.identity.levels",
    "identity_outcome": "cli.identity.outcomes",
    "identity_event": "cli.identity.events",
    "survival_rule": "cli.identity.rules",
    "contact": "report.need_reasons",
    "place_preference": "report.detail.places",
}

FIGURES = ("r_score", "f_score", "m_score", "stage", "tag", "value_score", "loyalty_index", "tier")  # whose definition a page shows


class Words(BaseModel):
    """By kind and code: the word; a code that is missing is its own word. `order` says which codes there are, in order."""

    zh: dict[str, dict[str, str]]
    en: dict[str, dict[str, str]]
    order: dict[str, list[str]]


@router.get("", operation_id="getWords", dependencies=[needs("account.own")])
def get_words(request: Request) -> Words:
    """The words for what stands in tables."""
    settings = settings_now(workspace(request))
    stages = [one.name for one in settings.lifecycle]
    return Words(
        zh=_words(settings, "zh"),
        en=_words(settings, "en"),
        order={
            "rfm_group": list(_section("report.groups", "zh")),
            "lifecycle_stage": stages,
            "note_source": list(_section("serve.note_sources", "zh")),
        },
    )


def _words(settings: Settings, lang: str) -> dict[str, dict[str, str]]:
    made = {kind: _section(section, lang) for kind, section in SECTIONS.items()}
    for kind in ("event", "channel", "page"):
        made[kind] = made[kind] | settings.words.of(f"{kind}s", lang)
    made["lifecycle_stage"] = _named(settings.lifecycle, lang)
    made["tier"] = _named(settings.tiers.levels, lang)
    made["value_band"] = _named(settings.value.bands, lang)
    made["tag"] = _named(settings.tags, lang)
    made["tag_means"] = {one.name: (one.doc_en if lang == "en" else one.doc) or one.when for one in settings.tags}
    made["means"] = {figure: figure_means(figure, lang) for figure in FIGURES}
    made["topic"] = {one.key: (one.name_en if lang == "en" else "") or one.name for one in settings.feedback.topics}
    made["segment"] = {one.key: (one.name_en if lang == "en" else "") or one.name for one in settings.segments}
    return made


def _named(those: Iterable[Any], lang: str) -> dict[str, str]:
    return {one.name: (one.name_en if lang == "en" else "") or one.name for one in those}


def _section(section: str, lang: str) -> dict[str, str]:
    node: Any = catalogue(lang)
    for part in section.split("."):
        node = node.get(part, {})
    return {key: value for key, value in node.items() if isinstance(value, str)}
