"""
ECharts options from figures: plain data without functions, drawn by `drawing.svg` or by a browser.

Each takes rows of `figures`, the `Formats` of the reader and `narrow` for a telephone; amounts on an axis
are divided by a unit that the axis names. Texts come from `locales`, section `report`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from kezhi.measure.figures.rows import Rows
from kezhi.measure.formats import Formats
from kezhi.measure.palette import AMBER, BLUE, BLUE_PALE, INK, LINE, MUTED, base, ink_on, shade
from kezhi.measure.telling import cluster_name
from kezhi.measure.words import category_word, group_word, rule_word, say, stage_word
from kezhi.settings import Settings

Option = dict[str, Any]


def monthly_trend(months: Rows, formats: Formats, *, narrow: bool = False) -> Option:
    """Net sales as bars and buying customers as a line, by month; a month cut short is pale."""
    shown = months[-12:] if narrow else months[-36:]
    size, unit = formats.scale(row["net_amount"] for row in shown)
    people, people_unit = formats.scale(row["customers"] for row in shown)
    lang = formats.lang
    bars = [
        {"value": round(float(row["net_amount"]) / size, 4), "itemStyle": {"color": BLUE if row["is_complete"] else BLUE_PALE}}
        for row in shown
    ]
    return base() | {
        "grid": {"left": 8, "right": 8, "top": 64, "bottom": 8, "containLabel": True},
        "legend": {"top": 0, "left": 0, "itemGap": 18, "textStyle": {"color": INK}},
        "xAxis": {"type": "category", "data": [formats.month(row["month"]) for row in shown], **_axis(rotate=45 if narrow else 0)},
        "yAxis": [
            {"type": "value", "name": _with_unit(say("net_amount", lang), formats.sign.strip() + unit, lang), **_value_axis("left")},
            {
                "type": "value",
                "name": _with_unit(say("people", lang), people_unit, lang),
                **_value_axis("right"),
                "splitLine": {"show": False},
            },
        ],
        "series": [
            {
                "type": "bar",
                "name": say("net_amount", lang),
                "data": bars,
                "barMaxWidth": 28,
                "itemStyle": {"color": BLUE, "borderRadius": [3, 3, 0, 0]},
            },
            {
                "type": "line",
                "name": say("buying_customers", lang),
                "yAxisIndex": 1,
                "data": [row["customers"] / people for row in shown],
                "symbol": "circle",
                "symbolSize": 6,
                "lineStyle": {"width": 2.5, "color": AMBER},
                "itemStyle": {"color": AMBER},
            },
        ],
    }


def rfm_matrix(matrix: Rows, formats: Formats, *, narrow: bool = False) -> Option:
    """Customers by recency score (down, 5 on top) and frequency score (across)."""
    counts = {(row["r_score"], row["f_score"]): row["customers"] for row in matrix}
    largest = max(counts.values(), default=0)
    cells = []
    for r in range(1, 6):
        for f in range(1, 6):
            count = counts.get((r, f), 0)
            part = (count / largest) ** 0.5 if largest else 0.0
            cells.append(_cell(f - 1, r - 1, count, part, formats.number(count)))
    lang = formats.lang
    # The words at the ends of the axes say what a high score is, for readers who do not know RFM.
    across = [say("f_axis_low", lang), "2", "3", "4", say("f_axis_high", lang)]
    down = [say("r_axis_low", lang), "2", "3", "4", say("r_axis_high", lang)]
    return _heatmap(cells, across, down, say("f_axis", lang), say("r_axis", lang), narrow=narrow)


def rfm_groups(groups: Rows, formats: Formats, *, narrow: bool = False) -> Option:
    """The groups' share of customers beside their share of money."""
    lang = formats.lang
    names = [group_word(row["rfm_group"], lang) for row in groups]
    series = [
        (say("customer_share", lang), [row["customer_share"] for row in groups], BLUE_PALE),
        (say("monetary_share", lang), [row["monetary_share"] for row in groups], BLUE),
    ]
    return _bars(names, series, formats.share, narrow=narrow)


def clusters(groups: Rows, formats: Formats, *, narrow: bool = False) -> Option:
    """The clusters' share of buyers beside their share of money."""
    lang = formats.lang
    series = [
        (say("customer_share", lang), [row["customer_share"] for row in groups], BLUE_PALE),
        (say("heads.net_share", lang), [row["net_share"] for row in groups], BLUE),
    ]
    return _bars([f"{row['cluster']} {cluster_name(row, lang)}" for row in groups], series, formats.share, narrow=narrow)


def lifecycle_stages(stages: Rows, settings: Settings, formats: Formats, *, narrow: bool = False) -> Option:
    """Customers by stage: a stock on one day, so bars and not a funnel."""
    names = [stage_word(row["stage"], settings, formats.lang) for row in stages]
    return _bars(names, [(say("customers", formats.lang), [row["customers"] for row in stages], BLUE)], formats.number, narrow=narrow)


def top_categories(categories: Rows, formats: Formats, *, narrow: bool = False) -> Option:
    """Net amount of the largest categories."""
    names = [category_word(row["category"], formats.lang) for row in categories]
    return _bars(names, [(say("net_amount", formats.lang), [row["net_amount"] for row in categories], BLUE)], formats.money, narrow=narrow)


def mended(corrections: Rows, formats: Formats, *, narrow: bool = False) -> Option:
    """Corrected values by rule."""
    names = [rule_word(row["rule"], formats.lang) for row in corrections]
    return _bars(names, [(say("values", formats.lang), [row["values"] for row in corrections], BLUE)], formats.number, narrow=narrow)


def cohort_retention(cohorts: Rows, formats: Formats, *, narrow: bool = False) -> Option:
    """Share of each month's new customers who bought again n months later; incomplete months and month 0 are left out."""
    last = 5 if narrow else 12
    months: list[date] = sorted({row["cohort_month"] for row in cohorts})[-12:]
    shown = [row for row in cohorts if row["cohort_month"] in months and 1 <= row["month_no"] <= last and row["is_complete"]]
    largest = max((row["retention_rate"] for row in shown), default=0.0)
    down = list(reversed(months))  # a category axis begins at the bottom; the oldest cohort belongs on top
    sizes = {row["cohort_month"]: row["customers"] for row in cohorts}
    cells = [
        _cell(row["month_no"] - 1, down.index(row["cohort_month"]), row["retention_rate"], row["retention_rate"] / largest if largest else 0.0,
              f"{row['retention_rate'] * 100:.0f}%")
        for row in shown
    ]  # fmt: skip
    across = [str(n) for n in range(1, max((row["month_no"] for row in shown), default=last) + 1)]
    words = [f"{formats.month(month)} ({formats.number(sizes[month])})" for month in down]
    return _heatmap(cells, across, words, say("cohort_axis", formats.lang), "", narrow=narrow)


def _cell(across: int, down: int, value: Any, part: float, label: str) -> dict[str, Any]:
    colour = shade(part)
    return {"value": [across, down, value], "itemStyle": {"color": colour}, "label": {"formatter": label, "color": ink_on(colour)}}


def _heatmap(
    cells: list[dict[str, Any]], across: Sequence[str], down: Sequence[str], across_name: str, down_name: str, *, narrow: bool
) -> Option:
    return base() | {
        "grid": {"left": 8, "right": 8, "top": 30 if down_name else 8, "bottom": 30, "containLabel": True},
        "xAxis": {
            "type": "category",
            "data": list(across),
            "name": across_name,
            "nameLocation": "middle",
            "nameGap": 34,
            **_axis(every=True),
        },
        "yAxis": {
            "type": "category",
            "data": list(down),
            "name": down_name,
            "nameGap": 12,
            **_axis(),
            "nameTextStyle": {"color": MUTED, "align": "left"},
        },
        # Colours stand on the cells themselves; the visual map is there because a heat map must have one.
        "visualMap": {"show": False, "min": 0, "max": 1, "dimension": 2, "inRange": {"color": [shade(0), shade(1)]}},
        "series": [
            {
                "type": "heatmap",
                "data": [cell | {"visualMap": False} for cell in cells],
                "label": {"show": True, "fontSize": 11 if narrow else 12},
                "itemStyle": {"borderColor": "#ffffff", "borderWidth": 2},
            }
        ],
    }


def _bars(names: Sequence[str], series: Sequence[tuple[str, Sequence[Any], str]], write: Callable[[Any], str], *, narrow: bool) -> Option:
    """Lying bars, the first name on top, each with its value written at its end."""
    largest = max((float(value or 0) for _name, values, _colour in series for value in values), default=0.0)
    return base() | {
        "grid": {"left": 8, "right": 64 if narrow else 84, "top": 34 if len(series) > 1 else 4, "bottom": 4, "containLabel": True},
        "legend": {"show": len(series) > 1, "top": 0, "left": 0, "textStyle": {"color": INK}},
        "xAxis": {"type": "value", "show": False, "min": 0, "max": largest or 1},
        "yAxis": {
            "type": "category",
            "inverse": True,
            "data": list(names),
            "axisLine": {"show": False},
            "axisTick": {"show": False},
            "axisLabel": {"color": INK, "width": 112 if narrow else 230, "overflow": "truncate", "interval": 0},
        },
        "series": [
            {
                "type": "bar",
                "name": name,
                "barMaxWidth": 22,
                "barGap": "15%",
                "itemStyle": {"color": colour, "borderRadius": [0, 3, 3, 0]},
                "label": {"show": True, "position": "right", "color": INK},
                "data": [{"value": max(float(value or 0), 0.0), "label": {"formatter": write(value)}} for value in values],
            }
            for name, values, colour in series
        ],
    }


def _axis(*, rotate: int = 0, every: bool = False) -> dict[str, Any]:
    return {
        "axisLine": {"lineStyle": {"color": LINE}},
        "axisTick": {"show": False},
        "axisLabel": {"color": MUTED, "rotate": rotate, "interval": 0 if every else "auto"},
        "nameTextStyle": {"color": MUTED},
    }


def _value_axis(side: str) -> dict[str, Any]:
    return {
        "nameTextStyle": {"color": MUTED, "align": side},
        "axisLabel": {"color": MUTED},
        "splitLine": {"lineStyle": {"color": LINE, "type": "dashed"}},
        "position": side,
    }


def _with_unit(name: str, unit: str, lang: str) -> str:
    if not unit:
        return name
    return f"{name}（{unit}）" if lang == "zh" else f"{name} ({unit})"
