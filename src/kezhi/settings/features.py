"""Features that a project declares: one number or text per customer, made of what Kezhi knows."""

from __future__ import annotations

from typing import Literal

from kezhi.settings.section import Section

# What may stand beside each kind; anything else would be passed over in silence, and is an error.
FEATURE_KINDS: dict[str, tuple[str, ...]] = {
    "ratio": (),
    "cross": (),
    "trend": ("windows", "measure", "column", "where"),
    "window": ("days", "measure", "column", "where"),
}


class FeatureSettings(Section):
    """
    One feature of features.yaml: exactly one of ratio, cross, trend and window, and its words.

    `profile.declared` says what each kind means and checks it.
    """

    ratio: list[str | int] | None = None  # [top, bottom]: expressions that give numbers
    cross: list[str] | None = None  # expressions that give texts
    trend: str | None = None  # a deed: order, refund, event or the name of an event
    window: str | None = None  # the same
    windows: list[int] = [30, 90]  # days: the short and the long window of a trend
    days: int = 30  # of a window
    measure: Literal["count", "sum", "average", "min", "max", "days_since"] = "count"
    column: str | None = None  # of the deed, that sum, average, min and max are of
    where: str | None = None  # a condition over one deed
    name: str = ""
    name_en: str = ""
    doc: str = ""
    doc_en: str = ""
