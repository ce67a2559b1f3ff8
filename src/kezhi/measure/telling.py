"""A cluster in words, for the report and the command line."""

from __future__ import annotations

from typing import Any

from kezhi.locales import catalogue, text


def cluster_name(row: dict[str, Any], lang: str) -> str:
    """The name of a row of `cluster_profiles` in *lang*."""
    return str(row["cluster_name_en"] if lang == "en" else row["cluster_name"])


def feature_word(feature: str, lang: str) -> str:
    """What a feature is called; its own name where the texts have none."""
    return str(catalogue(lang)["clusters"]["features"].get(feature, feature))


def evidence(row: dict[str, Any], lang: str) -> str:
    """A row of `cluster_features` as a sentence: this median against that of all."""
    return text(
        "clusters.evidence",
        lang,
        feature=feature_word(row["feature"], lang),
        median=_short(row["median"]),
        base=_short(row["base_median"]),
        difference=f"{row['difference']:+.1f}".replace("-", "−"),
    )


def loading(feature: str, value: float, lang: str) -> str:
    """A feature of an axis with its loading."""
    return f"{feature_word(feature, lang)} {value:+.2f}".replace("-", "−")


def _short(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.2f}".rstrip("0").rstrip(".")
