"""Age bands: the one cutting of ages that figures, metrics and cross tables share."""

from __future__ import annotations

from kezhi.kit.engine import ibis, ir

AGE_BANDS: tuple[tuple[int, int | None], ...] = ((0, 17), (18, 24), (25, 34), (35, 44), (45, 54), (55, 64), (65, None))


def age_band(age_years: ir.IntegerValue) -> ir.StringValue:
    """`00-17`, `18-24` … `65+`, texts that sort by age; null for an unknown age or one below 0."""
    known = age_years.notnull() & (age_years >= 0)
    names = [(low, f"{low:02d}+" if high is None else f"{low:02d}-{high}") for low, high in reversed(AGE_BANDS)]
    return ibis.cases(*((known & (age_years >= low), name) for low, name in names), else_=ibis.null("string"))
