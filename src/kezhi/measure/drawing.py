"""ECharts options drawn as SVG in a bare V8: no browser, no Node, one engine for all charts of a process."""

from __future__ import annotations

import atexit
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
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
    # ECharts counts ids and classes over all its charts; counted anew, the same option gives the same text
    numbers: dict[str, int] = {}
    return re.sub(r"zr\d+-[a-z]+-?\d+", lambda found: f"{prefix}-{numbers.setdefault(found[0], len(numbers))}", drawn)


def charts_are_built() -> bool:
    """Whether this installation can draw."""
    return _asset().is_file()


def _asset() -> Traversable:
    return files("kezhi.measure").joinpath("assets", "charts.js")


@cache
def _engine() -> MiniRacer:
    if not charts_are_built():
        raise AssetMissing(what="charts.js")
    engine = MiniRacer()
    # Left to the garbage collector at exit, closing waits for a thread that is already gone, and Python never ends.
    atexit.register(engine.close)
    engine.eval(_asset().read_text(encoding="utf-8"))
    return engine
