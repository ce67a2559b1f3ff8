"""Colours and type of charts and reports. Every text colour has a contrast of at least 4.5 on what it stands on."""

from __future__ import annotations

from typing import Any

INK = "#1f2933"
MUTED = "#52606d"
LINE = "#d9dee4"
READABLE = 4.5  # the least contrast of text, WCAG 2 level AA
BLUE = "#2f6db5"
BLUE_PALE = "#a9c6e8"
AMBER = "#b4690e"
TEAL = "#13806f"
GREY = "#8a96a3"

FONT = '"Helvetica Neue", "Segoe UI", Arial, "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", sans-serif'

_PALE, _DEEP = (241, 246, 252), (104, 156, 216)  # ink reads well on all between


def shade(part: float) -> str:
    """A blue for *part* of the largest value, 0 (pale) to 1 (strong)."""
    return "#" + "".join(f"{round(low + (high - low) * part):02x}" for low, high in zip(_PALE, _DEEP, strict=True))


def ink_on(background: str) -> str:
    """The first of ink, white and black that reads well on *background* (#rrggbb); of black and white one always does."""
    return next(colour for colour in (INK, "#ffffff", "#000000") if contrast(colour, background) >= READABLE)


def contrast(one: str, other: str) -> float:
    """Contrast of two colours as WCAG 2 defines it, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def base() -> dict[str, Any]:
    """What all chart options share."""
    return {"textStyle": {"fontFamily": FONT, "color": INK, "fontSize": 12}, "backgroundColor": "transparent", "animation": False}


def _luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
