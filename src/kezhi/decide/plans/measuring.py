"""
Use by line and month, counted in every way that some plan counts it.

*use* is what the rest of the room calls the metered records in one form: `customer_id` (who pays), `line_id`
(who used), `used_at` (timestamp) and one int64 column `use_<number>` per kind, in millionths of its unit, null where
the record is of another kind.
"""

from __future__ import annotations

from collections.abc import Sequence

from kezhi.decide.plans.offers import Measure
from kezhi.kit.engine import ibis, ir


def use_column(kind: str, kinds: Sequence[str]) -> str:
    """The column of *use* that holds *kind*; a number, as a kind may be called by any words."""
    return f"use_{list(kinds).index(kind)}"


def monthly_use(use: ir.Table, measures: Sequence[Measure], kinds: Sequence[str]) -> ir.Table:
    """
    One row per line and month that *use* has a row of.

    Args:
        use: See above.
        measures: What is counted.
        kinds: The kinds of use, as they are numbered in *use*.

    Returns:
        customer_id, line_id, month (its first day), month_no (1 for the first month of the payer), `m<i>` per
        measure and `raw_<i>` per kind (int64, millionths, never null).
        Months without a row are not there: a row with 0 says that a month was idle.
    """
    sums = {f"m{number}": _counted(use, measure, kinds).sum().fill_null(0).cast("int64") for number, measure in enumerate(measures)}
    raw = {f"raw_{number}": use[use_column(kind, kinds)].sum().fill_null(0).cast("int64") for number, kind in enumerate(kinds)}
    months = use.mutate(month=use.used_at.truncate("M").date()).group_by("customer_id", "line_id", "month").aggregate(**sums, **raw)
    first = months.month.min().over(group_by=months.customer_id)
    number = (months.month.year() - first.year()) * 12 + months.month.month() - first.month() + 1
    return months.mutate(month_no=number.cast("int32"))


def _counted(use: ir.Table, measure: Measure, kinds: Sequence[str]) -> ir.IntegerValue:
    quantity = rounded(use[use_column(measure.kind, kinds)], measure.unit, measure.mode)
    tests: list[ir.BooleanValue] = []
    if measure.hours:
        minute = use.used_at.hour() * 60 + use.used_at.minute()
        first, end = measure.hours
        tests.append((minute >= first) & (minute < end) if first < end else (minute >= first) | (minute < end))
    if measure.weekdays:
        tests.append((use.used_at.date().day_of_week.index() + 1).isin(measure.weekdays))
    for test in tests:
        quantity = ibis.cases((test, quantity), else_=ibis.null("int64"))
    return quantity


def rounded(quantity: ir.IntegerValue, unit: int, mode: str) -> ir.IntegerValue:
    """*quantity*, at least 0, as a multiple of *unit*; exact, without a division. 0 for *unit* leaves it."""
    if not unit:
        return quantity
    if mode == "up":
        rest = quantity % unit
        return quantity + ibis.cases((rest > 0, unit - rest), else_=0)
    if mode == "nearest":
        quantity = quantity + unit // 2  # half a unit goes up
    return quantity - quantity % unit


def by_payer(months: ir.Table, measures: int, kinds: int) -> ir.Table:
    """Use of all lines of a payer together, as one line; `lines` is how many they are."""
    names = [*(f"m{number}" for number in range(measures)), *(f"raw_{number}" for number in range(kinds))]
    together = months.group_by("customer_id", "month", "month_no").aggregate(
        lines=months.line_id.count().cast("int64"), **{name: months[name].sum().cast("int64") for name in names}
    )
    return together.mutate(line_id=together.customer_id)
