"""What an expression is made of: few frozen nodes, equal when they mean the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from kezhi.locales import Phrase

Kind = Literal["number", "text", "date", "boolean"]

OR, AND, NOT, COMPARE, ADD, MULTIPLY, ATOM = range(7)  # how tightly a node binds


class Refused(Exception):
    """Why a text is no expression; `parse` adds the text and raises ExpressionWrong."""

    def __init__(self, problem: Phrase, hint: Phrase | str = "") -> None:
        self.problem, self.hint = problem, hint
        super().__init__(problem.key)


@dataclass(frozen=True, slots=True)
class Value:
    """A text, number, date or truth value written in the expression."""

    value: str | int | Decimal | date | bool


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the row."""

    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function of `functions.FUNCTIONS`, by its lower-case name."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Negative:
    """-x, where x is no written number."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """left + - * / right."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Comparison:
    """left = <> < <= > >= right."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Membership:
    """x IN (written values)."""

    operand: Node
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Between:
    """x BETWEEN low AND high, both ends included."""

    operand: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class Like:
    """x LIKE a written pattern of % and _."""

    operand: Node
    pattern: str


@dataclass(frozen=True, slots=True)
class IsNull:
    """x IS NULL."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Not:
    """NOT x."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Every:
    """x AND y AND …: at least two parts, none of them an Every."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """x OR y OR …: at least two parts, none of them a Some."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Today:
    """today(): the first day not seen."""


@dataclass(frozen=True, slots=True)
class InSegment:
    """in_segment('key'): the customer is in another segment."""

    key: str


@dataclass(frozen=True, slots=True)
class Behaviour:
    """
    What the customer did, such as did('order', times >= 3, days <= 90, category = '母婴').

    Attributes:
        verb: A name of `behaviours.VERBS`.
        subject: What was done: `order`, `refund`, `event` or the name of an event.
        measure: The column that a sum, average, min or max is of.
        times: Over the column `times`: how often; only of `did`.
        conditions: Over the columns of one deed; all must hold.
    """

    verb: str
    subject: str
    measure: str | None = None
    times: Node | None = None
    conditions: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Sequence:
    """then(first, second, days <= N): the second within N calendar days after the first; None is any time after."""

    first: Behaviour
    second: Behaviour
    days: int | None = None


Node = (
    Value | Column | Call | Negative | Arithmetic | Comparison | Membership | Between | Like | IsNull | Not | Every | Some
    | Today | InSegment | Behaviour | Sequence
)  # fmt: skip


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below *node*, in the order they are written."""
    match node:
        case Value() | Column() | Today() | InSegment() | Behaviour() | Sequence():
            return ()  # the conditions of a behaviour are about deeds, not about the row
        case Call(arguments=parts) | Every(parts) | Some(parts):
            return parts
        case Arithmetic(left=left, right=right) | Comparison(left=left, right=right):
            return (left, right)
        case Between(operand, low, high):
            return (operand, low, high)
        case Membership(operand=operand, values=values):
            return (operand, *values)
        case Negative(operand) | Like(operand=operand) | IsNull(operand) | Not(operand):
            return (operand,)


def walk(node: Node) -> Iterator[Node]:
    """*node* and every node below it."""
    yield node
    for child in children(node):
        yield from walk(child)


def replaced(node: Node, change: Callable[[Node], Node | None]) -> Node:
    """*node* with every node below it, and itself, exchanged for what *change* answers; None keeps it."""
    new = change(node)
    if new is not None:
        return new
    match node:
        case Call(function, arguments):
            return Call(function, tuple(replaced(part, change) for part in arguments))
        case Every(parts):
            return Every(tuple(replaced(part, change) for part in parts))
        case Some(parts):
            return Some(tuple(replaced(part, change) for part in parts))
        case Arithmetic(operator, left, right):
            return Arithmetic(operator, replaced(left, change), replaced(right, change))
        case Comparison(operator, left, right):
            return Comparison(operator, replaced(left, change), replaced(right, change))
        case Between(operand, low, high):
            return Between(replaced(operand, change), replaced(low, change), replaced(high, change))
        case Membership(operand, values):
            return Membership(replaced(operand, change), values)
        case Like(operand, pattern):
            return Like(replaced(operand, change), pattern)
        case Negative(operand):
            return Negative(replaced(operand, change))
        case IsNull(operand):
            return IsNull(replaced(operand, change))
        case Not(operand):
            return Not(replaced(operand, change))
        case _:
            return node
