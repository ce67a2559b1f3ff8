"""What people call the columns of the profile, and what models are fitted on."""

from __future__ import annotations

from collections.abc import Mapping

from kezhi.locales import text
from kezhi.measure.words import known
from kezhi.settings import FeatureSettings
from kezhi.tables import PROFILE

WINDOWS = ("30d", "90d", "365d", "life")


def attribute_name(column: str, lang: str) -> str:
    """What people call a column of the profile: a thing and its window, a favourite and what is said of it, or a word of its own."""
    own = known(f"serve.attributes.{column}", lang)
    if own is not None:
        return own
    stem, _dash, end = column.rpartition("_")
    if not stem:
        return column  # not ours to name
    if end in WINDOWS:
        return text("serve.attribute_window", lang, what=text(f"serve.attributes.{stem}", lang), window=text(f"serve.windows.{end}", lang))
    return text("serve.attribute_of", lang, what=attribute_name(stem, lang), of=text(f"serve.attribute_ends.{end}", lang))


def feature_name(feature: str, lang: str, declared: Mapping[str, FeatureSettings] | None = None) -> str:
    """What people call a feature of a model; one that the project has *declared* has its words there, any other of a company is its own."""
    if declared and feature in declared:
        return (declared[feature].name_en if lang == "en" else declared[feature].name) or feature
    own = known(f"serve.features.{feature}", lang)
    return own or (attribute_name(feature, lang) if feature in PROFILE.column_names else feature)
