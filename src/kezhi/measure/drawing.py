"""ECharts options drawn as SVG in a bare V8: no browser, no Node, one engine for all charts of a process."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from threading import Lock
from typing import Any

from py_mini_racer import MiniRacer

from kezhi.errors import AssetMissing

_LOCK = Lock()


def svg(option: Mapping[str, Any], width: int, height: int, *, prefix: str = "chart") -> str:
    """
    The chart of *option* as an SVG element.

    Args:
        option: An ECharts option of plain data (`charts.py`).
        width: In pixels.
        height: In pixels.
        prefix: Begins the ids and classes inside the drawing; unique within a page, so that charts do not share styles.

    Raises:
        AssetMissing: `charts.js` was not built into this installation.
    """
    with _LOCK:  # an isolate runs one call at a time
        drawn = str(_engine().call("Charts.render", dict(option), width, height))
    # ECharts counts its charts, so ids differ from call to call; under the prefix the same option gives the same text.
    return re.sub(r"zr\d+-", f"{prefix}-", drawn)


@cache
def _engine() -> MiniRacer:
    asset = files("kezhi.measure").joinpath("assets", "charts.js")
    if not asset.is_file():
        raise AssetMissing(what="charts.js")
    engine = MiniRacer()
    engine.eval(asset.read_text(encoding="utf-8"))
    return engine
