"""
The 7P of customers: profiling, persistency, profitability, performance, prospecting, product, promotion.

Each part is filled from tables that a run makes; its figures come through the metric dictionary. Where data are absent
a part says what is needed, and never a zero.
"""

from __future__ import annotations

from kezhi.measure.seven_p.asked import Part
from kezhi.measure.seven_p.customers import persistency, profiling, prospecting
from kezhi.measure.seven_p.goods import product
from kezhi.measure.seven_p.money import performance, profitability, promotion
from kezhi.measure.source import ReportSource

__all__ = ["PARTS", "Part", "seven_p"]

PARTS = (profiling, persistency, profitability, performance, prospecting, product, promotion)


def seven_p(source: ReportSource) -> list[Part]:
    """The seven parts of *source*, in the order of the seven; about forty small aggregates."""
    return [fill(source) for fill in PARTS]
