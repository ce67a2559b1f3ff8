"""Where segments stand to each other: the perceptual map."""

from __future__ import annotations

from math import sqrt

from kezhi.measure.charts import Option
from kezhi.measure.figures.rows import Rows
from kezhi.measure.formats import Formats
from kezhi.measure.palette import BLUE, INK, LINE, MUTED, base
from kezhi.measure.words import say

LARGEST = 46  # pixels across of the largest segment


def perceptual_map(segments: Rows, formats: Formats, *, narrow: bool = False) -> Option:
    """
    Segments by order value (across) and purchases (up), each against all customers; the area is the number of customers.

    Both axes are logarithmic and cross where all customers stand, so that half and twice are as far away.
    """
    lang = formats.lang
    known = [
        row for row in segments if row["price_level"] and row["frequency_level"] and min(row["price_level"], row["frequency_level"]) > 0
    ]
    most = max((row["customers"] for row in known), default=1)
    scales = [
        _scale([row[name] for row in known], say(text, lang))
        for name, text in (("price_level", "market.across"), ("frequency_level", "market.up"))
    ]
    points = [
        {
            "name": row["segment"], "value": [round(row["price_level"], 4), round(row["frequency_level"], 4)],
            "symbolSize": round((LARGEST if not narrow else LARGEST / 2) * sqrt(row["customers"] / most) + 6, 1),
            "label": {"formatter": str(row["segment"])},
        }
        for row in known
    ]  # fmt: skip
    return base() | {
        "grid": {"left": 30, "right": 24, "top": 16, "bottom": 30},
        "xAxis": scales[0],
        "yAxis": scales[1],
        "series": [
            {
                "type": "scatter", "data": points, "itemStyle": {"color": BLUE, "opacity": 0.72},
                "label": {"show": True, "position": "top", "color": INK, "fontSize": 11},
                "labelLayout": {"hideOverlap": True},
                "markLine": {"silent": True, "symbol": "none", "label": {"show": False}, "lineStyle": {"color": MUTED, "type": "dashed"},
                             "data": [{"xAxis": 1}, {"yAxis": 1}]},
            }
        ],
    }  # fmt: skip


def _scale(levels: list[float], name: str) -> Option:
    """An axis with 1 in its middle, as far as the level that lies farthest from it."""
    reach = max((max(level, 1 / level) for level in levels), default=1.0) * 1.4
    return {
        "type": "log", "min": round(1 / reach, 3), "max": round(reach, 3), "name": name, "nameLocation": "middle", "nameGap": 10, "nameTextStyle": {"color": MUTED},
        "splitLine": {"show": False}, "axisTick": {"show": False}, "axisLabel": {"show": False}, "axisLine": {"lineStyle": {"color": LINE}},
    }  # fmt: skip
