"""Arithmetic of money that is exact: whole cents, never a float."""

from __future__ import annotations

from decimal import Decimal

from kezhi.kit.engine import ibis, ir
from kezhi.tables import MONEY


def mean_amount(total: ir.DecimalValue, count: ir.IntegerValue) -> ir.DecimalValue:
    """
    total / count as money, half a cent rounded up; null where count is 0 or total is null.

    Engines round a float or a DECIMAL quotient differently at half a cent, hence whole cents.
    """
    cents = (total.cast(MONEY) * 100).cast("int64")
    n = count.cast("int64").nullif(0)
    rounded = (cents * 2 + n) // (n * 2)
    return (rounded.cast(MONEY) * ibis.literal(Decimal("0.01"), type=MONEY)).cast(MONEY)


def amount_of(value: ir.FloatingValue) -> ir.DecimalValue:
    """An estimate in float64 as money, half a cent rounded up on every engine; null stays null."""
    cents = (value * 100.0 + 0.5).floor().cast("int64")
    made: ir.DecimalValue = (cents.cast(MONEY) * ibis.literal(Decimal("0.01"), type=MONEY)).cast(MONEY)
    return made
