"""Charts of how customers moved and what they are worth; made as those of `charts`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kezhi.measure.charts import Option, _bars, _cell, _heatmap
from kezhi.measure.figures.movement import GONE, NEW
from kezhi.measure.figures.people import GROUPS
from kezhi.measure.figures.rows import Rows
from kezhi.measure.formats import Formats
from kezhi.measure.palette import BLUE, BLUE_PALE
from kezhi.measure.words import code_word, group_word, say, stage_word
from kezhi.settings import Settings


def rfm_migration(cells: Rows, formats: Formats, *, narrow: bool = False) -> Option:
    """Customers by group then (down) and now (across, by number); the darker, the larger the share of the group."""
    renamed = [row | {"start": row["from_group"], "end": row["to_group"]} for row in cells]
    return _moved(renamed, GROUPS, lambda name: group_word(name, formats.lang), formats, narrow=narrow)


def transitions(cells: Rows, settings: Settings, formats: Formats, *, narrow: bool = False) -> Option:
    """Customers by stage then (down) and now (across, by number)."""
    renamed = [row | {"start": row["from_stage"], "end": row["to_stage"]} for row in cells]
    names = [stage.name for stage in settings.lifecycle]
    return _moved(renamed, names, lambda name: stage_word(name, settings, formats.lang), formats, narrow=narrow)


def revenue_deciles(deciles: Rows, formats: Formats, *, narrow: bool = False) -> Option:
    """Share of revenue of each tenth of buyers, and of all up to it."""
    names = [str(row["decile"]) for row in deciles]
    series = [
        (say("movement.cumulative", formats.lang), [row["cumulative_share"] for row in deciles], BLUE_PALE),
        (say("figures.revenue_share.name", formats.lang), [row["revenue_share"] for row in deciles], BLUE),
    ]
    return _bars(names, series, formats.share, narrow=narrow)


def tiers(levels: Rows, settings: Settings, formats: Formats, *, narrow: bool = False) -> Option:
    """Customers per tier now and in 90 days."""
    words = {level.name: level.name_en for level in settings.tiers.levels}
    names = [(words.get(row["tier"]) or row["tier"]) if formats.lang == "en" else row["tier"] for row in levels]
    series = [
        (say("movement.now", formats.lang), [row["customers"] for row in levels], BLUE),
        (say("movement.later", formats.lang), [row["later"] for row in levels], BLUE_PALE),
    ]
    return _bars(names, series, formats.number, narrow=narrow)


def aarrr(stages: Rows, formats: Formats, *, narrow: bool = False) -> Option:
    """Customers of the five stages; one without data is a dash."""
    names = [code_word("report.aarrr", row["stage"], formats.lang) for row in stages]
    return _bars(names, [(say("customers", formats.lang), [row["customers"] for row in stages], BLUE)], formats.number, narrow=narrow)


def _moved(cells: Rows, order: Sequence[str], word: Callable[[str], str], formats: Formats, *, narrow: bool) -> Option:
    """A matrix whose rows carry names and whose columns carry their numbers, so that it fits a telephone."""
    found = {row[side] for row in cells for side in ("start", "end")}
    names = [*order, *sorted(found - {*order, NEW, GONE})]
    ends = [*names, *([GONE] if GONE in found else [])]
    starts = [*names, *([NEW] if NEW in found else [])]
    moved = {NEW: "+", GONE: "−"}
    signs = {name: moved.get(name, str(names.index(name) + 1 if name in names else "")) for name in {*starts, *ends}}
    down = list(reversed(starts))
    made = [
        _cell(ends.index(row["end"]), down.index(row["start"]), row["customers"], row["share"], formats.number(row["customers"]))
        for row in cells
        if row["start"] in starts and row["end"] in ends
    ]
    labels = [f"{signs[name]} {code_word('report.moved', name, formats.lang) if name == NEW else word(name)}" for name in down]
    across = [signs[name] for name in ends]
    return _heatmap(made, across, labels, say("movement.to_group", formats.lang), say("movement.from_group", formats.lang), narrow=narrow)
