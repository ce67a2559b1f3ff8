"""
An expression as a JSON tree, the form that a visual builder edits; text and tree say the same.

    {"all": [x, …]}  {"any": [x, …]}  {"not": x}
    {"op": "=" <> < <= > >= + - * /, "left": x, "right": x}
    {"op": "in", "left": x, "values": [v, …]}  {"op": "between", "left": x, "low": x, "high": x}
    {"op": "like", "left": x, "pattern": "张%"}  {"op": "is_null", "left": x}  {"minus": x}
    {"column": "orders_90d"}  {"call": "contains", "arguments": [x, …]}  {"date": "2025-01-31"}  {"decimal": "0.5"}
    "text"  3  true

Behaviour is a call as in the text: {"call": "did", "arguments": ["order", {"op": "<=", "left": {"column": "days"}, "right": 90}]}.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from reprlib import repr as outer_repr
from typing import Any

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
    Refused,
    Sequence,
    Some,
    Today,
    Value,
)
from kezhi.kit.expression.reading import MAX_TREE_DEPTH, day, read
from kezhi.kit.expression.writing import write
from kezhi.locales import Phrase

_COMPARE = ("=", "<>", "<", "<=", ">", ">=")
_CALCULATE = ("+", "-", "*", "/")
_MAX_EXPONENT = 60  # the reader of texts allows fewer digits still, and says so


def to_tree(node: Node) -> Any:
    """*node* as what `json` can write."""
    match node:
        case Value(value):
            return (
                {"date": value.isoformat()}
                if isinstance(value, date)
                else {"decimal": format(value, "f")}
                if isinstance(value, Decimal)
                else value
            )
        case Column(name):
            return {"column": name}
        case Call(function, arguments):
            return _call(function, *map(to_tree, arguments))
        case Negative(operand):
            return {"minus": to_tree(operand)}
        case Arithmetic(operator, left, right) | Comparison(operator, left, right):
            return {"op": operator, "left": to_tree(left), "right": to_tree(right)}
        case Membership(operand, values):
            return {"op": "in", "left": to_tree(operand), "values": [to_tree(value) for value in values]}
        case Between(operand, low, high):
            return {"op": "between", "left": to_tree(operand), "low": to_tree(low), "high": to_tree(high)}
        case Like(operand, pattern):
            return {"op": "like", "left": to_tree(operand), "pattern": pattern}
        case IsNull(operand):
            return {"op": "is_null", "left": to_tree(operand)}
        case Not(operand):
            return {"not": to_tree(operand)}
        case Every(parts):
            return {"all": [to_tree(part) for part in parts]}
        case Some(parts):
            return {"any": [to_tree(part) for part in parts]}
        case Today():
            return _call("today")
        case InSegment(key):
            return _call("in_segment", key)
        case Behaviour(verb, subject, measure, times, conditions):
            further = [Column(measure)] if measure else []
            return _call(verb, subject, *(to_tree(part) for part in (*further, *([times] if times else []), *conditions)))
        case Sequence(first, second, days):
            within = [] if days is None else [Comparison("<=", Column("days"), Value(days))]
            deeds = [deed if deed.conditions else Value(deed.subject) for deed in (first, second)]
            return _call("then", *(to_tree(part) for part in (*deeds, *within)))


def from_tree(tree: Any) -> str:
    """
    The text that *tree* says.

    Raises:
        Refused: No tree of the language, or one that no text can say.
    """
    node = _node(tree, MAX_TREE_DEPTH)
    text = write(node)
    if read(text) != node:  # a name or text that closes its own quotes
        raise Refused(Phrase("expression.not_a_tree", part=brief(tree)))
    return text


def _call(function: str, *arguments: Any) -> dict[str, Any]:
    return {"call": function, "arguments": list(arguments)}


def _node(tree: Any, depth: int) -> Node:
    if depth == 0:
        raise Refused(Phrase("expression.too_deep", limit=MAX_TREE_DEPTH))

    def below(part: Any) -> Node:
        return _node(part, depth - 1)

    match tree:
        case bool() | str() | int():
            return Value(tree)
        case float():
            return _decimal(repr(tree))
        case {"decimal": str(number), **rest} if not rest:
            return _decimal(number)
        case {"date": str(text), **rest} if not rest:
            return Value(day(text))
        case {"column": str(name), **rest} if not rest:
            return Column(name)
        case {"call": str(function), "arguments": [*arguments], **rest} if not rest:
            if not function.isidentifier():
                raise Refused(Phrase("expression.not_a_tree", part=brief(tree)))
            return Call(function.lower(), tuple(map(below, arguments)))
        case {"minus": operand, **rest} if not rest:
            return _negative(below(operand))
        case {"not": operand, **rest} if not rest:
            return Not(below(operand))
        case {"all": [*parts], **rest} if parts and not rest:
            return _chain(Every, list(map(below, parts)))
        case {"any": [*parts], **rest} if parts and not rest:
            return _chain(Some, list(map(below, parts)))
        case {"op": str(operator), "left": left, "right": right, **rest} if operator in _COMPARE and not rest:
            return Comparison(operator, below(left), below(right))
        case {"op": str(operator), "left": left, "right": right, **rest} if operator in _CALCULATE and not rest:
            return Arithmetic(operator, below(left), below(right))
        case {"op": "in", "left": left, "values": [*values], **rest} if values and not rest:
            known = tuple(map(below, values))
            if not all(isinstance(value, Value) for value in known):
                raise Refused(Phrase("expression.in_values"))
            return Membership(below(left), tuple(value for value in known if isinstance(value, Value)))
        case {"op": "between", "left": left, "low": low, "high": high, **rest} if not rest:
            return Between(below(left), below(low), below(high))
        case {"op": "like", "left": left, "pattern": str(pattern), **rest} if not rest:
            return Like(below(left), pattern)
        case {"op": "is_null", "left": left, **rest} if not rest:
            return IsNull(below(left))
        case _:
            raise Refused(Phrase("expression.not_a_tree", part=brief(tree)))


def _decimal(text: str) -> Value:
    try:
        number = Decimal(text)
        if not number.is_finite() or abs(number.adjusted()) > _MAX_EXPONENT:
            raise InvalidOperation
    except InvalidOperation:
        raise Refused(Phrase("expression.not_a_tree", part=brief(text))) from None
    number = number.normalize() if number else Decimal(0)
    exponent = int(number.as_tuple().exponent)
    return Value(int(number)) if exponent >= 0 else Value(number)


def _negative(operand: Node) -> Node:
    if isinstance(operand, Value) and isinstance(operand.value, int | Decimal) and not isinstance(operand.value, bool):
        return Value(-operand.value)
    return Negative(operand)


def _chain(node: type[Every] | type[Some], parts: list[Node]) -> Node:
    """Nested lists of one kind are one list, and a list of one is its part, as in the text."""
    flat = [part for given in parts for part in (given.parts if isinstance(given, node) else (given,))]
    return flat[0] if len(flat) == 1 else node(tuple(flat))


def brief(tree: Any) -> str:
    """The outer levels of *tree* as text: it may be deeper than Python can write."""
    text = outer_repr(tree)
    return text if len(text) <= 60 else text[:59] + "…"
