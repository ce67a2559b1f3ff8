"""The report as one HTML page: styles and charts inside, no network, no scripts."""

from __future__ import annotations

import os
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from kezhi.measure import answers, telling, words
from kezhi.measure.definitions import FIGURES, KEY_FIGURES, MONEY, SHARES
from kezhi.measure.figures import Figures, Row, compute
from kezhi.measure.figures.movement import NEW
from kezhi.measure.figures.sales import TOP_CATEGORIES
from kezhi.measure.formats import MISSING, Formats
from kezhi.measure.masking import masked
from kezhi.measure.metrics import standard
from kezhi.measure.palette import FONT
from kezhi.measure.report.pictures import pictures
from kezhi.measure.report.scores import own_choice, score_table
from kezhi.measure.report.summary import sentences
from kezhi.measure.seven_p import seven_p
from kezhi.measure.source import ReportSource

LONGEST_EXAMPLE = 60
LARGEST_MOVES = 12


def write_html(source: ReportSource, path: Path, *, lang: str, kind: str = "all", figures: Figures | None = None) -> None:
    """
    Write the report of *source* to *path*, whole or not at all.

    Args:
        source: The snapshot; a table it lacks makes its section say so.
        path: The file; its folder is made.
        lang: `zh` or `en`.
        kind: `all`, or `7p` for the seven parts alone.
        figures: Those of *source*, where they are known already.

    Raises:
        AssetMissing: The chart engine was not built into this installation.
    """
    page = seven_p_html(source, lang=lang) if kind == "7p" else html(source, lang=lang, figures=figures)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.write_text(page, encoding="utf-8")
    unfinished.replace(path)


def html(source: ReportSource, *, lang: str, figures: Figures | None = None) -> str:
    """The report of *source* as one page of HTML; *figures* as for `write_html`."""
    figures = figures or compute(source)
    formats = Formats(lang, source.settings.currency)

    def say(key: str, **fields: Any) -> str:
        return words.say(key, lang, **fields)

    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            source=source,
            figures=figures,
            values=figures.values,
            formats=formats,
            lang=lang,
            say=say,
            css=Markup(_css()),
            pictures=pictures(figures, source.settings, formats),
            summary=sentences(figures, formats),
            shown=lambda code: written(code, figures.values[code], formats),
            key_figures=KEY_FIGURES,
            definitions=FIGURES,
            figure_name=lambda code: words.figure_name(code, lang),
            figure_means=lambda code: words.figure_means(code, lang),
            word=lambda section, code: words.code_word(section, code, lang),
            stage_word=lambda stage: words.stage_word(stage, source.settings, lang),
            segment_words=lambda row: words.segment_words(row, source.settings, lang),
            topic_word=lambda topic: words.topic_word(topic, source.settings, lang),
            tag_words=lambda tag: words.tag_words(tag, source.settings, lang),
            action=lambda group: words.known(f"report.actions.{group}", lang) or MISSING,
            field_word=lambda column: words.code_word("report.fields", column, lang),
            gender_word=lambda row: words.code_word("report.genders", row["gender"], lang),
            province_word=lambda row: row["province"] or words.say("unknown", lang),
            age_word=lambda row: _age_word(row, lang),
            clipped=_clipped,
            linked_customers=figures.values["linked_customers"],
            masked=masked,
            score_table=score_table(source.settings.rfm, formats),
            own_choice=own_choice(source.settings.rfm),
            top_categories=TOP_CATEGORIES,
            cluster_name=lambda row: telling.cluster_name(row, lang),
            evidence=lambda row: telling.evidence(row, lang),
            population=_population(figures, formats),
            **_answer_words(source, formats),
            **_movement_words(source, figures, lang),
        )
    )


def seven_p_html(source: ReportSource, *, lang: str) -> str:
    """The 7P of *source* as one page of HTML."""
    formats = Formats(lang, source.settings.currency)
    return (
        _environment()
        .get_template("seven_p.html.j2")
        .render(
            source=source,
            parts=seven_p(source),
            formats=formats,
            lang=lang,
            say=lambda key, **fields: words.say(key, lang, **fields),
            css=Markup(_css()),
            means=lambda key: standard()[key].means(lang),
            **_answer_words(source, formats),
        )
    )


def _answer_words(source: ReportSource, formats: Formats) -> dict[str, Any]:
    """What tables of answers ask for."""
    return {
        "head": lambda column: answers.head(column, formats.lang),
        "cell": lambda column, value, row=None: answers.cell(column, value, formats, source.settings, row),
        "metric_name": lambda key: answers.figure(key, formats.lang),
        "is_number": lambda rows, column: any(answers.is_number(row[column]) for row in rows),
    }


def _movement_words(source: ReportSource, figures: Figures, lang: str) -> dict[str, Any]:
    """What the sections that look back ask for."""
    settings = source.settings
    bands = {band.name: band for band in settings.value.bands}
    english = {level.name: level.name_en for level in settings.tiers.levels} | {name: band.name_en for name, band in bands.items()}

    def band_words(name: str) -> tuple[str, str]:
        band = bands.get(name)
        own = (band.strategy_en if lang == "en" else band.strategy) if band else ""
        return (english.get(name) or name if lang == "en" else name), own or words.known(f"report.strategies.{name}", lang) or MISSING

    def moved_word(name: str) -> str:
        for section in ("report.groups", "report.moved"):
            if found := words.known(f"{section}.{name}", lang):
                return found
        return words.stage_word(name, settings, lang)

    moves = [row for row in figures.movement.migration or [] if row["from_group"] not in (row["to_group"], NEW)]
    return {
        "band_words": band_words,
        "moved_word": moved_word,
        "band_word": lambda name: words.known(f"report.moved.{name}", lang) or name,
        "tier_word": lambda name: english.get(name) or name if lang == "en" else name,
        "play": lambda stage: words.known(f"report.plays.{stage}", lang) or MISSING,
        "cost_words": lambda codes: ("、" if lang == "zh" else ", ").join(words.code_word("report.costs", code, lang) for code in codes),
        "largest_moves": moves[:LARGEST_MOVES],
    }


def written(code: str, value: Any, formats: Formats) -> str:
    """A single figure as text: money, a share or a number, as its code says."""
    if code in MONEY:
        return formats.money(value)
    return formats.share(value) if code in SHARES else formats.number(value)


def _population(figures: Figures, formats: Formats) -> str:
    found = figures.values
    return words.say(
        "population_value", formats.lang, customers=formats.number(found["customers"]), purchases=formats.number(found["purchases"])
    )


def _age_word(row: Row, lang: str) -> str:
    low, high = row["low"], row["high"]
    if low is None:
        return words.say("unknown", lang)
    if high is None:
        return words.say("ages.over", lang, low=low)
    return words.say("ages.under", lang, high=high) if low == 0 else words.say("ages.between", lang, low=low, high=high)


def _clipped(value: str | None) -> str:
    if value is None:
        return MISSING
    return value if len(value) <= LONGEST_EXAMPLE else f"{value[:LONGEST_EXAMPLE]}…"


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("kezhi.measure.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _css() -> str:
    css = files("kezhi.measure.report").joinpath("templates", "report.css").read_text(encoding="utf-8")
    return css.replace("FONT", FONT)
