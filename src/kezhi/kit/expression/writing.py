"""The canonical text of a node: reading it again gives an equal node."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from kezhi.kit.expression.nodes import (
    ADD,
    AND,
    ATOM,
    COMPARE,
    MULTIPLY,
    NOT,
    OR,
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
from kezhi.kit.expression.words import RESERVED


def write(node: Node) -> str:
    """*node* as text, with no more parentheses than reading needs."""
    match node:
        case Value(value):
            return _value(value)
        case Column(name):
            plain = name.isidentifier() and name.upper() not in RESERVED
            return name if plain else '"' + name.replace('"', '""') + '"'
        case Call(function, arguments):
            return f"{function}({', '.join(map(write, arguments))})"
        case Negative(operand):
            return "-" + (write(operand) if isinstance(operand, Column | Call) else f"({write(operand)})")
        case Arithmetic(operator, left, right):
            level = _binds(node)
            return f"{_at_least(level, left)} {operator} {_at_least(level + 1, right)}"
        case Comparison(operator, left, right):
            return f"{_operand(left)} {operator} {_operand(right)}"
        case Membership(operand, values):
            return f"{_operand(operand)} IN ({', '.join(map(write, values))})"
        case Between(operand, low, high):
            return f"{_operand(operand)} BETWEEN {_operand(low)} AND {_operand(high)}"
        case Like(operand, pattern):
            return f"{_operand(operand)} LIKE {_value(pattern)}"
        case IsNull(operand):
            return f"{_operand(operand)} IS NULL"
        case Not(operand):
            return _negated(operand)
        case Every(parts):
            return " AND ".join(_at_least(NOT, part) for part in parts)
        case Some(parts):
            return " OR ".join(_at_least(AND, part) for part in parts)
        case Today():
            return "today()"
        case InSegment(key):
            return f"in_segment({_value(key)})"
        case Behaviour(verb, subject, measure, times, conditions):
            asked = [_value(subject), *([write(Column(measure))] if measure else []), *([write(times)] if times else [])]
            return f"{verb}({', '.join([*asked, *map(write, conditions)])})"
        case Sequence(first, second, days):
            deeds = [_part(first), _part(second), *([f"days <= {days}"] if days is not None else [])]
            return f"then({', '.join(deeds)})"


def _part(deed: Behaviour) -> str:
    """One part of a sequence: its name where nothing more is asked of it."""
    return write(deed) if deed.conditions else _value(deed.subject)


def _negated(node: Node) -> str:
    match node:
        case Membership() | Between() | Like():
            word = {Membership: " IN (", Between: " BETWEEN ", Like: " LIKE "}[type(node)]
            operand = _operand(node.operand)
            return f"{operand} NOT{word}{write(node)[len(operand) + len(word) :]}"
        case IsNull(operand):
            return f"{_operand(operand)} IS NOT NULL"
        case _:
            return f"NOT {_at_least(COMPARE, node)}"


def _value(value: str | int | Decimal | date | bool) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _binds(node: Node) -> int:
    match node:
        case Some():
            return OR
        case Every():
            return AND
        case Not():
            return NOT
        case Comparison() | Membership() | Between() | Like() | IsNull():
            return COMPARE
        case Arithmetic(operator="+" | "-"):
            return ADD
        case Arithmetic():
            return MULTIPLY
        case _:
            return ATOM


def _at_least(level: int, node: Node) -> str:
    return write(node) if _binds(node) >= level else f"({write(node)})"


def _operand(node: Node) -> str:
    return _at_least(ADD, node)
