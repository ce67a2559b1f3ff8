"""Numbers that give the same answer on every engine: exact where money asks for it, float64 elsewhere."""

from __future__ import annotations

from decimal import Decimal

from kezhi.kit.engine import dt, ibis, ir

_MAX_SCALE = 6  # decimals up to here are added exactly; engines disagree on what more would need


def literal(number: int | Decimal) -> ir.NumericValue:
    """A written number: whole ones int64, up to six decimals decimal, more float64."""
    if isinstance(number, int):
        return ibis.literal(number, "int64")
    places = -int(number.as_tuple().exponent)
    if places > _MAX_SCALE:
        return ibis.literal(float(number), "float64")
    precision = max(len(number.as_tuple().digits), places + 1)
    return ibis.literal(number, dt.Decimal(precision, places))


def alike(*values: ir.Value) -> tuple[ir.Value, ...]:
    """*values* of one kind in one type: numbers all int64, all decimal of one scale, or all float64."""
    types = [value.type() for value in values]
    if not all(kind.is_numeric() for kind in types):
        return values
    if all(kind.is_integer() for kind in types):
        return tuple(value.cast("int64") for value in values)
    scale = _scale(types)
    return tuple(value.cast("float64" if scale is None else dt.Decimal(38, scale)) for value in values)


def comparable(*values: ir.Value) -> tuple[ir.Value, ...]:
    """*values* as they stand where engines compare them exactly (whole numbers with anything, one type), else `alike`."""
    types = {value.type() for value in values if not value.type().is_integer()}
    return values if len(types) <= 1 else alike(*values)


def add(left: ir.NumericValue, right: ir.NumericValue) -> ir.NumericValue:
    """left + right: exact for whole numbers and money, whatever their size; else float64."""
    left, right = _summands(left, right)
    return left + right


def subtract(left: ir.NumericValue, right: ir.NumericValue) -> ir.NumericValue:
    """left - right, as `add`."""
    left, right = _summands(left, right)
    return left - right


def multiply(left: ir.NumericValue, right: ir.NumericValue) -> ir.NumericValue:
    """left * right in float64: no engine runs out of digits there."""
    return left.cast("float64") * right.cast("float64")


def _summands(*values: ir.NumericValue) -> tuple[ir.NumericValue, ...]:
    scale = _scale([value.type() for value in values])
    return tuple(value.cast("float64" if scale is None else dt.Decimal(38, scale)) for value in values)


def _scale(types: list[dt.DataType]) -> int | None:
    """The scale that holds every type exactly; None where only float64 does."""
    scales = [0 if kind.is_integer() else kind.scale if kind.is_decimal() else None for kind in types]
    known = [scale for scale in scales if scale is not None]
    return max(known) if len(known) == len(scales) and max(known) <= _MAX_SCALE else None
