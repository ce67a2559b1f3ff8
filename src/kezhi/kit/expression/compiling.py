"""From checked nodes to Ibis, by the house rules that make engines agree."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from operator import and_, eq, ge, gt, le, lt, ne, or_
from typing import Any

from kezhi.kit.days import days_between
from kezhi.kit.engine import ibis, ir, ratio
from kezhi.kit.expression import numbers
from kezhi.kit.expression.functions import FUNCTIONS
from kezhi.kit.expression.nodes import (
    Arithmetic,
    Behaviour,
    Between,
    Call,
    Column,
    Comparison,
    Every,
    InSegment,
    IsNull,
    Like,
    Membership,
    Negative,
    Node,
    Not,
    Sequence,
    Some,
    Today,
    Value,
)

_COMPARE: dict[str, Callable[[Any, Any], Any]] = {"=": eq, "<>": ne, "<": lt, "<=": le, ">": gt, ">=": ge}
_NUMBERS: dict[str, Callable[[Any, Any], Any]] = {"+": numbers.add, "-": numbers.subtract, "*": numbers.multiply, "/": ratio}


def build(node: Node, table: ir.Table) -> ir.Value:
    """The Ibis value of a checked *node* over the rows of *table*."""
    match node:
        case Value(value):
            return _value(value)
        case Column(name):
            column = table[name]
            return column.cast("date") if column.type().is_timestamp() else column
        case Call(function, arguments):
            known = FUNCTIONS[function]
            return known.build(*(build(argument, table) for argument in arguments), *(table[name] for name in known.columns))
        case Negative(operand):
            return numbers.subtract(numbers.literal(0), build(operand, table))
        case Arithmetic(operator, left, right):
            return _arithmetic(operator, build(left, table), right, table)
        case Comparison(operator, left, right):
            return _COMPARE[operator](*numbers.comparable(build(left, table), build(right, table)))
        case Membership(operand, values):
            value, *among = numbers.comparable(build(operand, table), *(_value(value.value) for value in values))
            return value.isin(among)
        case Between(operand, low, high):
            value, least, most = numbers.comparable(build(operand, table), build(low, table), build(high, table))
            return (value >= least) & (value <= most)
        case Like(operand, pattern):
            return build(operand, table).like(pattern)
        case IsNull(operand):
            return build(operand, table).isnull()
        case Not(operand):
            return ~build(operand, table)
        case Every(parts):
            return _balanced(and_, [build(part, table) for part in parts])
        case Some(parts):
            return _balanced(or_, [build(part, table) for part in parts])
        case Today() | InSegment() | Behaviour() | Sequence():
            raise TypeError(f"{type(node).__name__} is no value of one row: exchange it for a column first (`nodes.replaced`)")


def _value(value: str | int | Decimal | date | bool) -> ir.Value:
    if isinstance(value, bool):
        return ibis.literal(value, "boolean")
    if isinstance(value, int | Decimal):
        return numbers.literal(value)
    return ibis.literal(value, "string" if isinstance(value, str) else "date")


def _arithmetic(operator: str, left: ir.Value, right: Node, table: ir.Table) -> ir.Value:
    if not left.type().is_date():
        return _NUMBERS[operator](left, build(right, table))
    if isinstance(right, Value) and isinstance(right.value, int):
        days = right.value if operator == "+" else -right.value
        return (left + ibis.interval(days=days)).cast("date")
    return days_between(build(right, table), left)


def _balanced(join: Callable[[Any, Any], Any], parts: list[Any]) -> Any:
    """Parts joined pair by pair: a thousand of them are ten deep, not a thousand."""
    while len(parts) > 1:
        pairs = [join(*pair) for pair in zip(parts[::2], parts[1::2], strict=False)]
        parts = pairs + parts[len(pairs) * 2 :]
    return parts[0]
