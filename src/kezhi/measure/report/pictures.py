"""The charts of a page, each drawn twice: for a wide window or paper, and for a telephone."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from markupsafe import Markup

from kezhi.measure import answers, charts, market_charts, movement_charts
from kezhi.measure.drawing import svg
from kezhi.measure.figures import Figures
from kezhi.measure.figures.movement import Movement
from kezhi.measure.figures.rows import Rows
from kezhi.measure.figures.sales import COHORTS, TOP_CATEGORIES
from kezhi.measure.formats import Formats
from kezhi.settings import Settings

WIDE, NARROW = 900, 330
MENDED_RULES = 15


def pictures(figures: Figures, settings: Settings, formats: Formats) -> dict[str, Markup]:
    """The page's charts by name, as SVG that is safe to put into a page; a chart without data is absent."""
    made: dict[str, Markup] = {}

    def draw(name: str, height: int, build: Callable[[bool], charts.Option]) -> None:
        both = [
            f'<div class="{size}">{svg(build(size == "narrow"), width, height, prefix=f"{name}-{size}")}</div>'
            for size, width in (("wide", WIDE), ("narrow", NARROW))
        ]
        # ECharts escapes the texts it draws; tests/measure/test_html.py holds it to that.
        made[name] = Markup("".join(both))

    if rules := (figures.corrections or [])[:MENDED_RULES]:
        draw("mended", 10 + 32 * len(rules), lambda narrow: charts.mended(rules, formats, narrow=narrow))
    if matrix := figures.rfm_matrix:
        draw("rfm_matrix", 330, lambda narrow: charts.rfm_matrix(matrix, formats, narrow=narrow))
        groups = figures.rfm_groups or []
        draw("rfm_groups", 40 + 46 * len(groups), lambda narrow: charts.rfm_groups(groups, formats, narrow=narrow))
    if stages := figures.stages:
        draw("lifecycle", 10 + 38 * len(stages), lambda narrow: charts.lifecycle_stages(stages, settings, formats, narrow=narrow))
    if categories := (figures.categories or [])[:TOP_CATEGORIES]:
        draw("categories", 10 + 34 * len(categories), lambda narrow: charts.top_categories(categories, formats, narrow=narrow))
    if clusters := figures.clusters:
        draw("clusters", 40 + 46 * len(clusters), lambda narrow: charts.clusters(clusters, formats, narrow=narrow))
    if months := figures.months:
        draw("monthly", 320, lambda narrow: charts.monthly_trend(months, formats, narrow=narrow))
    if cohorts := [row for row in figures.cohorts or [] if row["month_no"] >= 1 and row["is_complete"]]:
        rows = min(COHORTS, len({row["cohort_month"] for row in cohorts}))
        draw("cohorts", 60 + 30 * rows, lambda narrow: charts.cohort_retention(cohorts, formats, narrow=narrow))
    for name, segments in (figures.told["market"] or {}).items():
        column = name.removeprefix("market_by_")
        named = [row | {"segment": answers.cell(column, row["segment"], formats, settings)} for row in segments]
        if len(named) >= 3:
            draw(name, 380, partial(_map, named, formats))
    _movement(figures.movement, settings, formats, draw)
    return made


def _map(segments: Rows, formats: Formats, narrow: bool) -> charts.Option:
    return market_charts.perceptual_map(segments, formats, narrow=narrow)


def _movement(found: Movement, settings: Settings, formats: Formats, draw: Callable[[str, int, Callable[[bool], Any]], None]) -> None:
    """The charts of the tables that look back."""
    if cells := found.migration:
        draw("migration", 400, lambda narrow: movement_charts.rfm_migration(cells, formats, narrow=narrow))
    if moved := found.transitions:
        height = 90 + 38 * (len(settings.lifecycle) + 1)
        draw("transitions", height, lambda narrow: movement_charts.transitions(moved, settings, formats, narrow=narrow))
    if deciles := found.deciles:
        draw("deciles", 40 + 46 * len(deciles), lambda narrow: movement_charts.revenue_deciles(deciles, formats, narrow=narrow))
    if levels := found.tiers:
        draw("tiers", 40 + 46 * len(levels), lambda narrow: movement_charts.tiers(levels, settings, formats, narrow=narrow))
    if stages := found.aarrr:
        draw("aarrr", 10 + 38 * len(stages), lambda narrow: movement_charts.aarrr(stages, formats, narrow=narrow))
